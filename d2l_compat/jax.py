"""The face of edition 2021 (d2l 0.14 to 0.17), carried over to JAX: ``from d2l_compat import jax as d2l``."""

import functools
import inspect
import secrets

import numpy as np

from . import checks
from .backend import Model, is_batch_mean, method, takes, unknown_updater
from .helpers import Accumulator, Helpers, get_dataloader_workers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator, semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer

with requires("JAX", "pip install jax"):
    import jax
    from jax import numpy as jnp
    from jax.nn import sigmoid

    from .jax_programs import compiled

    # fmt: off
    # isort: off
    from jax.numpy import (  # under the names that d2l has for them
        abs, arange, array as tensor, concatenate as concat, cos, cosh, exp, expand_dims, eye, float32, int32,
        int64, linspace, log, matmul, meshgrid, ones, ones_like, sin, sinh, size, stack, tanh, transpose,
        zeros, zeros_like,
    )
    # isort: on
    # fmt: on

ARRAYS = (jax.Array, np.ndarray)


class JAX(Helpers):
    """The contract of `backend.Backend`, met with plain JAX.

    What trains is a pure function ``net(params, X)`` and an `Updater`, which holds the parameters, a pytree,
    and replaces them at each step. What predicts is a function of X alone: ``partial(net, updater.params)``.
    """

    name = "jax"
    version = jax.__version__
    tensors = (jax.Array,)
    label_dtype = "int32"
    channels_last = True
    takes_arrays = True
    cross_entropy = "-jax.nn.log_softmax(y_hat)[jnp.arange(len(y)), y]"
    _key = None

    def prepare(self):
        # A key gives the same numbers in every release: JAX 0.5 made this the default.
        jax.config.update("jax_threefry_partitionable", True)

    def tensor(self, array):
        return _placed(array)

    def to_numpy(self, tensor):
        return np.asarray(tensor)

    def seed(self, seed):
        self._key = jax.random.key(seed)

    def get_key(self):
        """Return a new key for the functions of `jax.random`, one of those that `set_seed` starts over."""
        if self._key is None:
            self.seed(secrets.randbits(32))
        self._key, key = jax.random.split(self._key)
        return key

    def to(self, X, ctx):
        return jax.device_put(X, ctx)

    def predict(self, net, X):
        _require(net, "X", "functools.partial(net, updater.params) makes it one")
        return checks.outputs(net, X)

    def bound(self, net, updater):
        return functools.partial(net, updater.params)

    def check_updater(self, updater):
        leaves = jax.tree.leaves(getattr(updater, "params", None))
        if not (takes(updater, 2) and leaves and all(isinstance(leaf, ARRAYS) for leaf in leaves)):
            own = "an object with params, a pytree of arrays, that is called with (batch_size, grads)"
            raise unknown_updater(updater, "d2l.Updater(params, lr)", own)

    def steps(self, net, loss, updater, highest=None):
        gradients = compiled(_gradients(net, loss))

        def step(X, y):
            (total, y_hat), grads = gradients(updater.params, X, y)
            self.check_labels(y_hat.shape, y, loss, highest)
            updater(y.size, grads)
            return float(total), y_hat

        return step

    def train_step(self, net, X, y, loss, updater, highest=None):
        return self.steps(net, loss, updater, highest)(X, y)

    def older_updater(self, batch_size, params, lr, trainer):
        if trainer is None:
            raise TypeError(
                "expected train_ch3(net, train_iter, test_iter, loss, num_epochs, updater) with updater = "
                "d2l.Updater(params, lr), which has the trained parameters afterwards; received params and "
                "lr, and JAX's arrays cannot be changed in place"
            )
        return trainer

    def matmul(self, a, b):
        return jnp.matmul(a, b)

    def reshape(self, tensor, shape):
        return tensor.reshape(shape)

    def normal(self, mean, std, shape):
        """Return float32 draws from N(`mean`, `std`²) in the given `shape`."""
        return mean + std * jax.random.normal(self.get_key(), shape)

    def cpu(self):
        return jax.devices("cpu")[0]

    def gpus(self):
        return [device for device in jax.devices() if device.platform == "gpu"]

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        W = self.normal(0, 0.01, (784, 10)) if W is None else jnp.array(W, dtype=jnp.float32)
        updater = Updater({"W": W, "b": jnp.zeros(10)}, lr)
        net, loss = (_logits, _cross_entropy_of_logits) if concise else (_probabilities, _cross_entropy)
        return Model(
            lambda *args: net(*args) if len(args) == 2 else net(updater.params, *args),
            loss,
            updater,
            lambda: (np.asarray(updater.params["W"]), np.asarray(updater.params["b"])),
        )


@jax.jit  # a tenth of the time that jnp.asarray takes for labels, which come with every batch
def _placed(array):
    return array


def _gradients(net, loss):
    """Return (params, X, y) -> ((summed loss, y_hat), gradients of the sum), anew for every pass."""
    _require(net, "params, X", "the updater has the parameters, and JAX takes gradients by arguments only")

    def objective(params, X, y):
        y_hat = checks.outputs(net, params, X)
        checks.require_predictions(y_hat, y)
        checks.require_scores(y_hat)
        _check_labels(np.zeros(y.shape, y.dtype), y_hat)  # of their type: while compiling there are no values
        l = _jax.fitting_losses(loss, y_hat, y)
        checks.require_losses(l, y.size)
        l = l.astype(jnp.promote_types(l.dtype, jnp.float32))  # sums need more than 16 bits
        return l.sum() * (y.size if is_batch_mean(loss, l) else 1), y_hat

    return jax.value_and_grad(objective, has_aux=True)


def _check_labels(y, y_hat):
    if y_hat.ndim <= 2:
        checks.require_labels(y, y_hat.shape[1] if y_hat.ndim == 2 else 1, floats=False)


def _require(net, arguments, remedy):
    """Raise TypeError, which says the `remedy`, where `net` cannot be called with the `arguments`."""
    if not takes(net, len(arguments.split(", "))):
        raise TypeError(f"net: expected net({arguments}), received net{inspect.signature(net)}; {remedy}")


def _logits(params, X):
    return X.reshape(-1, 784) @ params["W"] + params["b"]


def _cross_entropy_of_logits(y_hat, y):
    return -(jax.nn.log_softmax(y_hat) * jax.nn.one_hot(y, y_hat.shape[1])).sum(1)


def _probabilities(params, X):
    exp = jnp.exp(_logits(params, X))
    return exp / exp.sum(1, keepdims=True)


def _cross_entropy(y_hat, y):
    return -jnp.log(y_hat[jnp.arange(len(y)), y])


@jax.jit  # without donation: the old parameters may be in use elsewhere, as the start to go back to
def _stepped(params, grads, rate):
    return jax.tree.map(lambda param, grad: param - rate * grad, params, grads)


def sgd(params, grads, lr, batch_size):
    """Return `params` after a step of minibatch gradient descent: ``param - lr * grad / batch_size``.

    `params`: a pytree of arrays, which stay as they are; `grads`: the gradients of the summed loss, alike.
    """
    return _stepped(params, grads, lr / batch_size)


class Updater:
    """The reader's own optimiser, as `train_ch3` takes it: `sgd` bound to the parameters that it replaces.

    ``params``: a pytree of arrays, at first the initial parameters, after training those that were learned.
    """

    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def __call__(self, batch_size, grads):
        """Update the parameters with `grads`, the gradients of the loss summed over `batch_size` examples."""
        self.params = sgd(self.params, grads, self.lr, batch_size)


_jax = JAX()

set_seed = _jax.set_seed
get_key = _jax.get_key
load_data_fashion_mnist = _jax.load_data_fashion_mnist
get_fashion_mnist_labels = _jax.get_fashion_mnist_labels
show_images = _jax.show_images
accuracy = _jax.accuracy
evaluate_accuracy = _jax.evaluate_accuracy
train_epoch_ch3 = _jax.train_epoch_ch3
train_ch3 = _jax.train_ch3
predict_ch3 = _jax.predict_ch3
softmax_regression = _jax.softmax_regression
cpu = _jax.cpu
data_iter = _jax.data_iter
evaluate_loss = _jax.evaluate_loss
linreg = _jax.linreg
load_array = _jax.load_array
num_gpus = _jax.num_gpus
plot = _jax.plot
squared_loss = _jax.squared_loss
synthetic_data = _jax.synthetic_data
try_all_gpus = _jax.try_all_gpus
try_gpu = _jax.try_gpu

normal = _jax.normal
batch_matmul = jnp.matmul
numpy = np.asarray
to = jax.device_put

# Called by method, so that they take what has the method: JAX's arrays and NumPy's.
argmax = method("argmax")
astype = method("astype")
reduce_mean = method("mean")
reduce_sum = method("sum")
repeat = method("repeat")
reshape = method("reshape")
swapaxes = method("swapaxes")


def rand(*shape):
    """Return draws from [0, 1) in the given `shape`."""
    return jax.random.uniform(get_key(), shape)


def randn(*shape):
    """Return draws from N(0, 1) in the given `shape`."""
    return jax.random.normal(get_key(), shape)


__getattr__ = fall_through("jax")
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "Updater", "abs", "accuracy", "arange", "argmax", "astype",
    "batch_matmul", "concat", "cos", "cosh", "cpu", "data_iter", "evaluate_accuracy", "evaluate_loss", "exp",
    "expand_dims", "eye", "float32", "get_dataloader_workers", "get_fashion_mnist_labels", "get_key", "int32",
    "int64", "linreg", "linspace", "load_array", "load_data_fashion_mnist", "log", "matmul", "meshgrid",
    "normal", "num_gpus", "numpy", "ones", "ones_like", "plot", "plt", "predict_ch3", "rand", "randn",
    "reduce_mean", "reduce_sum", "repeat", "reshape", "semilogy", "set_axes", "set_figsize", "set_seed",
    "sgd", "show_images", "sigmoid", "sin", "sinh", "size", "softmax_regression", "squared_loss", "stack",
    "swapaxes", "synthetic_data", "tanh", "tensor", "to", "train_ch3", "train_epoch_ch3", "transpose",
    "try_all_gpus", "try_gpu", "use_svg_display", "zeros", "zeros_like",
]
# fmt: on
