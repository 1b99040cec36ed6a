"""The face of edition 2021 (d2l 0.14 to 0.17), carried over to JAX: ``from d2l_compat import jax as d2l``."""

from __future__ import annotations

import functools
import inspect
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from d2l_compat.helpers import refusals
from d2l_compat.helpers.backend import (
    Backend,
    Inference,
    Model,
    Step,
    is_batch_mean,
    method,
    takes,
    unknown_updater,
)
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.importing import requires
from d2l_compat.helpers.training import Helpers

with requires("JAX", "pip install jax"):
    import jax
    from jax import numpy as jnp
    from jax.nn import sigmoid as sigmoid

    from d2l_compat.helpers.jax_programs import value_and_grad

    # fmt: off
    # isort: off
    from jax.numpy import (  # names that edition 2021 has
        abs as abs, arange as arange, cos as cos, cosh as cosh, exp as exp, expand_dims as expand_dims,
        eye as eye, float32 as float32, int32 as int32, int64 as int64, linspace as linspace, log as log,
        matmul as matmul, meshgrid as meshgrid, ones as ones, ones_like as ones_like, sin as sin,
        sinh as sinh, size as size, stack as stack, tanh as tanh, transpose as transpose, zeros as zeros,
        zeros_like as zeros_like,
    )
    # isort: on
    # fmt: on

if TYPE_CHECKING:
    from d2l_compat.helpers.shown import *  # noqa: F403 - what editors show; `export` binds it


class JAX(Backend):
    """The contract, met with plain JAX.

    What trains is a pure function ``net(params, X)`` and an `Updater`, which holds the parameters, a pytree,
    and replaces them at each step. What predicts is a function of X alone: ``partial(net, updater.params)``.
    """

    name = "jax"
    version = jax.__version__
    tensors = (jax.Array,)
    takes_arrays = True
    label_dtype = "int32"
    channels_last = True
    cross_entropy = "-jax.nn.log_softmax(y_hat)[jnp.arange(len(y)), y]"
    _key: Any = None

    def prepare(self) -> None:
        # A key gives the same numbers in every release: JAX 0.5 made this the default.
        jax.config.update("jax_threefry_partitionable", True)

    def tensor(self, array: NDArray[Any]) -> jax.Array:
        return _placed(array)

    def to_numpy(self, tensor: jax.Array) -> NDArray[Any]:
        return np.asarray(tensor)

    def devices(self) -> tuple[Any, list[Any]]:
        return jax.devices("cpu")[0], [device for device in jax.devices() if device.platform == "gpu"]

    def seed(self, seed: int) -> None:
        self._key = jax.random.key(seed)

    def get_key(self) -> jax.Array:
        """Return a new key for the functions of `jax.random`; after `set_seed` the same keys come again.

        >>> X = jax.random.normal(d2l.get_key(), (2, 3))
        """
        if self._key is None:
            self.seed(secrets.randbits(32))
        self._key, key = jax.random.split(self._key)
        return key

    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        if updater is None:
            _require(net, "X", "functools.partial(net, updater.params) makes it one")
        else:
            net = functools.partial(net, updater.params)
        return Inference(lambda X: refusals.outputs(net, X if ctx is None else jax.device_put(X, ctx)))

    def step(self, net: Any, loss: Any, updater: Any, highest: int | None = None) -> Step:
        leaves = jax.tree.leaves(getattr(updater, "params", None))
        arrays = all(isinstance(leaf, (jax.Array, np.ndarray)) for leaf in leaves)
        if not (takes(updater, 2) and leaves and arrays):
            own = "an object with params, a pytree of arrays, that is called with (batch_size, grads)"
            raise unknown_updater(updater, "d2l.Updater(params, lr)", own)
        ours = type(updater) is Updater  # its update is compiled into the same program
        program = value_and_grad(self._objective(net, loss), _stepped if ours else None)

        def step(X: Any, y: Any) -> tuple[float, Any]:
            rate = [updater.lr / max(y.size, 1)] if ours else []  # a batch without examples is refused below
            try:
                (total, (y_hat, predicted)), result = program(*rate, updater.params, X, y)
            except ValueError as error:
                if refusals.DEVICES.search(str(error)):  # JAX notices before it calls the net
                    raise refusals.misfit_error(error, *refusals.ONE_DEVICE) from error
                raise
            refusals.check_labels(self, y_hat.shape, y, loss, highest)
            if ours:
                updater.params = result
            else:
                updater(y.size, result)
            return float(total), predicted

        return step

    def _objective(self, net: Any, loss: Any) -> Any:
        """Return (params, X, y) -> (summed loss, (y_hat, what `accuracy` is to count))."""
        _require(
            net,
            "params, X",
            "the updater holds the parameters, and JAX differentiates by arguments only",
        )

        def objective(params: Any, X: Any, y: Any) -> tuple[Any, tuple[Any, Any]]:
            y_hat = refusals.outputs(net, params, X)
            shape = refusals.require_predictions(y_hat, y)
            refusals.require_scores(y_hat)
            # Zeros of the labels' dtype: while compiling there are no values.
            refusals.check_labels(self, shape, np.zeros(y.shape, y.dtype), loss)
            l = refusals.fitting_losses(self, loss, y_hat, y)
            refusals.require_losses(l, y.size)
            l = l.astype(jnp.promote_types(l.dtype, jnp.float32))  # sums need more than 16 bits
            total = l.sum() * (y.size if is_batch_mean(loss, l) else 1)
            # Compiled along, the classes cost less than NumPy would take for them.
            return total, (y_hat, y_hat.argmax(1) if y_hat.ndim == 2 and y_hat.shape[1] > 1 else y_hat)

        return objective

    def older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        if trainer is None:
            raise TypeError(
                "expected train_ch3(net, train_iter, test_iter, loss, num_epochs, updater) with updater = "
                "d2l.Updater(params, lr), which has the trained parameters afterwards; received params and "
                "lr, and JAX's arrays cannot be changed in place"
            )
        return trainer

    def matmul(self, a: Any, b: Any) -> jax.Array:
        return jnp.matmul(a, b)

    def reshape(self, tensor: Any, shape: Sequence[int]) -> jax.Array:
        return tensor.reshape(shape)

    def normal(self, mean: float, std: float, shape: Sequence[int]) -> jax.Array:
        """Return float32 draws from N(`mean`, `std`²) in the given `shape`."""
        return mean + std * jax.random.normal(self.get_key(), shape)


@jax.jit  # takes a tenth of the time of jnp.asarray for labels, which come with every batch
def _placed(array: Any) -> Any:
    return array


def _require(net: Any, arguments: str, remedy: str) -> None:
    """Raise TypeError, with the `remedy`, where `net` cannot be called with the `arguments`."""
    if not takes(net, len(arguments.split(", "))):
        raise TypeError(f"net: expected net({arguments}), received net{inspect.signature(net)}; {remedy}")


def softmax_regression(W: Any = None, lr: float = 0.1, concise: bool = False) -> Model:
    """Return the chapter's model (edition 2021, equations 3.4.5 and 3.4.8), ready for `train_ch3`.

    It is a named tuple `Model`: ``net``, ``loss``, ``updater``, and ``parameters``, a function that returns
    W (784, 10) and b (10,) as NumPy arrays. The biases start at zero.

    `W`: initial weights, NumPy float32 (784, 10); None draws them from N(0, 0.01²) with `get_key`. `lr`:
    learning rate. `concise` computes softmax and cross-entropy together. The net is called with the
    parameters, ``net(params, X)``, or without them, ``net(X)``, and then has those of the updater.

    >>> net, loss, updater, weights = d2l.softmax_regression()
    """
    W = normal(0, 0.01, (784, 10)) if W is None else jnp.array(W, dtype=jnp.float32)
    updater = Updater({"W": W, "b": jnp.zeros(10)}, lr)
    net, loss = (_logits, _cross_entropy_of_logits) if concise else (_probabilities, _cross_entropy)
    return Model(
        lambda *args: net(*args) if len(args) == 2 else net(updater.params, *args),
        loss,
        updater,
        lambda: (np.asarray(updater.params["W"]), np.asarray(updater.params["b"])),
    )


def _logits(params: Any, X: Any) -> Any:
    return X.reshape(-1, 784) @ params["W"] + params["b"]


def _cross_entropy_of_logits(y_hat: Any, y: Any) -> Any:
    return -(jax.nn.log_softmax(y_hat) * jax.nn.one_hot(y, y_hat.shape[1])).sum(1)


def _probabilities(params: Any, X: Any) -> Any:
    exp = jnp.exp(_logits(params, X))
    return exp / exp.sum(1, keepdims=True)


def _cross_entropy(y_hat: Any, y: Any) -> Any:
    return -jnp.log(y_hat[jnp.arange(len(y)), y])


@jax.jit  # without donation: the old parameters may be needed, as the start to return to
def _stepped(params: Any, grads: Any, rate: float) -> Any:
    return jax.tree.map(lambda param, grad: param - rate * grad, params, grads)


def sgd(params: Any, grads: Any, lr: float, batch_size: int) -> Any:
    """Return `params` after a step of minibatch gradient descent: ``param - lr * grad / batch_size``.

    `params`: a pytree of arrays, which stay as they are; `grads`: the gradients of the loss summed over the
    batch, in a pytree of the same structure; `lr`: learning rate (edition 2021, equation 3.1.9). Raises
    ValueError where the structures differ.

    >>> params = d2l.sgd({'w': jnp.ones(1)}, {'w': jnp.array([3.0])}, lr=0.1, batch_size=1)
    >>> round(params['w'].item(), 2)
    0.7
    """
    return _stepped(params, grads, lr / batch_size)


class Updater:
    """The reader's own optimiser, as `train_ch3` takes it: `sgd` bound to the parameters that it replaces.

    `params`: a pytree of arrays, at first the initial parameters, after training those that were learned.
    `lr`: learning rate.

    >>> updater = d2l.Updater({'w': jnp.ones(1)}, lr=0.1)
    >>> updater(1, {'w': jnp.array([3.0])})
    >>> round(updater.params['w'].item(), 2)
    0.7
    """

    def __init__(self, params: Any, lr: float):
        self.params = params
        self.lr = lr

    def __call__(self, batch_size: int, grads: Any) -> None:
        """Update the parameters with `grads`, the gradients of the loss summed over `batch_size` examples."""
        self.params = sgd(self.params, grads, self.lr, batch_size)


def rand(*shape: int) -> jax.Array:
    """Return draws from [0, 1) in the given `shape`."""
    return jax.random.uniform(get_key(), shape)


def randn(*shape: int) -> jax.Array:
    """Return draws from N(0, 1) in the given `shape`."""
    return jax.random.normal(get_key(), shape)


batch_matmul = jnp.matmul
tensor = jnp.array
concat = jnp.concatenate
numpy = np.asarray
to = jax.device_put

# These call the method, so they take anything that has it: JAX's arrays and NumPy's.
argmax = method("argmax")
astype = method("astype")
reduce_mean = method("mean")
reduce_sum = method("sum")
repeat = method("repeat")
reshape = method("reshape")
swapaxes = method("swapaxes")

backend = JAX()
get_key = backend.get_key
normal = backend.normal
export(globals(), Helpers(backend))
