"""The face of edition 2021 (d2l 0.14 to 0.17), TensorFlow: ``from d2l_compat import tensorflow as d2l``."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from d2l_compat.data.iterators import ArrayIter, scale
from d2l_compat.helpers import refusals
from d2l_compat.helpers.backend import Backend, Inference, Model, Step, is_batch_mean, takes, unknown_updater
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.importing import requires
from d2l_compat.helpers.training import Helpers

with requires("TensorFlow", "pip install tensorflow"):
    import tensorflow as tf

    from d2l_compat.helpers.tensorflow_batches import Batches
    from d2l_compat.helpers.tensorflow_graphs import Graphs, is_keras

    # fmt: off
    # isort: off
    from tensorflow import (  # names that edition 2021 has
        abs as abs, argmax as argmax, concat as concat, cos as cos, cosh as cosh, exp as exp,
        expand_dims as expand_dims, eye as eye, float32 as float32, int32 as int32, int64 as int64,
        linspace as linspace, matmul as matmul, meshgrid as meshgrid, ones as ones, ones_like as ones_like,
        reduce_mean as reduce_mean, reduce_sum as reduce_sum, repeat as repeat, reshape as reshape,
        sigmoid as sigmoid, sin as sin, sinh as sinh, stack as stack, tanh as tanh, transpose as transpose,
        zeros as zeros, zeros_like as zeros_like,
    )
    # isort: on
    # fmt: on

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_newer import *  # noqa: F403 - what editors show; `export` binds it


class TensorFlow(Backend):
    """The contract, met with TensorFlow and Keras."""

    name = "tensorflow"
    version = tf.__version__
    tensors = (tf.Tensor, tf.Variable)
    takes_bare = True
    takes_arrays = True
    label_dtype = "int32"
    channels_last = True
    cross_entropy = "SparseCategoricalCrossentropy(from_logits=True)"

    def __init__(self) -> None:
        self._graphs = Graphs(Updater)

    def tensor(self, array: NDArray[Any]) -> Any:
        return tf.convert_to_tensor(array)

    def to_numpy(self, tensor: Any) -> NDArray[Any]:
        return tensor.numpy()

    def images(self, images: NDArray[np.uint8], rows: NDArray[np.intp]) -> Any:
        X = np.expand_dims(scale(images.take(rows, axis=0)), -1)
        return tf.experimental.dlpack.from_dlpack(X.__dlpack__())  # shares memory: tensor() copies it

    def as_loader(self, batches: ArrayIter) -> Any:
        return Batches(batches)

    def devices(self) -> tuple[Any, list[Any]]:
        count = len(tf.config.list_physical_devices("GPU"))
        return tf.device("/CPU:0"), [tf.device(f"/GPU:{i}") for i in range(count)]

    def seed(self, seed: int) -> None:
        tf.keras.utils.set_random_seed(seed)

    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        if ctx is not None:
            raise TypeError(
                f"expected no ctx or device, received {ctx!r}. Leave it out: TensorFlow places tensors."
            )
        return Inference(lambda X: refusals.outputs(net, X))

    def step(self, net: Any, loss: Any, updater: Any, highest: int | None = None) -> Step:
        if not _is_optimiser(updater) and not (_has_variables(updater) and takes(updater, 2)):
            raise unknown_updater(updater, "Keras optimiser", "d2l.Updater([W, b], lr)")
        eager = functools.partial(self._step, net, loss, updater)

        def step(X: Any, y: Any) -> tuple[float, Any]:
            graph = self._graphs.find(eager, net, loss, updater, X, y)
            if graph:
                refusals.check_labels(self, graph.structured_outputs[1].shape, y, loss, highest)
            total, y_hat, grads = (graph or eager)(X, y)
            if grads is not None:
                updater(math.prod(y.shape), grads)
            return total.numpy().item(), y_hat  # one number, whatever the shape

        return step

    def _step(self, net: Any, loss: Any, updater: Any, X: Any, y: Any) -> tuple[Any, Any, Any]:
        """Return the summed loss, y_hat, and the gradients; None for these if the step is already made."""
        optimiser = _is_optimiser(updater)
        n = math.prod(y.shape)
        losses = functools.partial(refusals.checked_losses, self) if tf.executing_eagerly() else self.losses
        modes = {"training": True} if isinstance(net, tf.keras.layers.Layer) else {}
        with tf.GradientTape() as tape:
            y_hat = refusals.outputs(net, X, **modes)
            l = losses(loss, y_hat, y)
            l = l if l.dtype.size >= 4 else tf.cast(l, tf.float32)  # sums need more than 16 bits
            total = l * n if is_batch_mean(loss, l) else tf.reduce_sum(l)
            objective = total / n if optimiser else total
        # Not before: a Keras model that does not know the shape of its input makes its variables above.
        params = _keras_parameters(net) if optimiser else updater.params
        grads = tape.gradient(objective, params)
        if optimiser:
            updater.apply_gradients(zip(grads, params))
        elif type(updater) is Updater:
            updater(n, grads)
        else:  # the reader's own, which may do more than compute
            return total, y_hat, grads
        return total, y_hat, None

    def older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        if trainer is None:
            return _OlderUpdater(params, lambda grads: sgd(params, grads, lr, batch_size))
        if params is None:
            return trainer
        if not _is_optimiser(trainer):
            raise unknown_updater(trainer, "Keras optimiser", "sgd on params, without a trainer")

        def step(grads: Any) -> None:
            trainer.apply_gradients((grad / batch_size, param) for grad, param in zip(grads, params))

        return _OlderUpdater(params, step)

    def losses(self, loss: Any, y_hat: Any, y: Any) -> Any:
        named = getattr(loss, "func", loss)  # what a functools.partial wraps
        named = named if hasattr(named, "__name__") else type(named)
        of_numbers = named.__name__.lower().startswith("sparse") or not is_keras(named)
        if not of_numbers and len(y_hat.shape) == 2 and math.prod(y_hat.shape) != math.prod(y.shape):
            raise ValueError("it compares them element by element")
        return loss(y, y_hat) if _is_keras_loss(loss) else loss(y_hat, y)

    def takes_float_labels(self, loss: Any) -> bool:
        return _is_keras_loss(loss)

    def matmul(self, a: Any, b: Any) -> Any:
        return tf.matmul(a, b)

    def reshape(self, tensor: Any, shape: Sequence[int]) -> Any:
        return tf.reshape(tensor, shape)

    def normal(self, mean: float, std: float, shape: Sequence[int]) -> Any:
        return tf.random.normal(shape, mean, std)


def _keras_parameters(net: Any) -> Any:
    """Return the variables of `net` that a Keras optimiser trains."""
    if not hasattr(net, "trainable_variables"):
        raise TypeError(
            "updater: expected d2l.Updater([W, b], lr), which knows the parameters of a net that is a "
            f"function; received a Keras optimiser, which takes them from a Keras model. The net: {net!r}"
        )
    if not net.trainable_variables:
        raise ValueError(
            "net: expected trainable variables, received none. Keras 3 finds those of its layers and of "
            "add_weight, not a tf.Variable that a model keeps in an attribute: make that one with "
            "self.add_weight(shape, initializer), or train it with d2l.Updater([W, b], lr)."
        )
    return net.trainable_variables


def _has_variables(updater: Any) -> bool:
    """Whether `updater` has params that TensorFlow can change: variables of its own or of Keras."""
    return all(hasattr(param, "assign_sub") for param in getattr(updater, "params", [None]))


def _is_keras_loss(loss: Any) -> bool:
    """Whether `loss` takes ``(y, y_hat)``: Keras's classes and functions do, the book's functions do not."""
    function = getattr(loss, "func", loss)  # what a functools.partial wraps
    return isinstance(loss, tf.keras.losses.Loss) or is_keras(function)


def _is_optimiser(updater: Any) -> bool:
    """Whether `updater` is one of Keras or TensorFlow; those of other frameworks may have the method too."""
    packages = {kind.__module__.partition(".")[0] for kind in type(updater).__mro__}
    return hasattr(updater, "apply_gradients") and bool(packages & {"keras", "tf_keras", "tensorflow"})


def softmax_model(W: Any, lr: float, concise: bool) -> Model:
    """Return the chapter's model, as `Helpers.softmax_regression` says."""
    W = tf.random.normal((784, 10), 0, 0.01) if W is None else tf.convert_to_tensor(W, tf.float32)
    return _concise(W, lr) if concise else _scratch(W, lr)


def _scratch(W: Any, lr: float) -> Model:
    W, b = tf.Variable(W), tf.Variable(tf.zeros(10))

    def net(X: Any) -> Any:
        exp = tf.exp(tf.reshape(X, (-1, 784)) @ W + b)
        return exp / tf.reduce_sum(exp, 1, keepdims=True)

    def cross_entropy(y_hat: Any, y: Any) -> Any:
        # gather(batch_dims=1) would do, but its gradient takes ten times as long.
        places = tf.stack([tf.range(tf.size(y), dtype=y.dtype), y], axis=1)
        return -tf.math.log(tf.gather_nd(y_hat, places))

    return Model(net, cross_entropy, Updater([W, b], lr), lambda: (W.numpy(), b.numpy()))


def _concise(W: Any, lr: float) -> Model:
    net = tf.keras.Sequential(
        [tf.keras.Input((28, 28, 1)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)]
    )
    net.set_weights([W.numpy(), tf.zeros(10).numpy()])
    return Model(
        net,
        tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        tf.keras.optimizers.SGD(learning_rate=lr),
        lambda: tuple(net.get_weights()),
    )


def sgd(params: Any, grads: Any, lr: float, batch_size: int) -> None:
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``.

    `params`: variables; `grads`: the gradients of the loss summed over the batch, one for each variable;
    `lr`: learning rate (edition 2021, equation 3.1.9). Raises TypeError for a gradient that is None.

    >>> w = tf.Variable([1.0])
    >>> d2l.sgd([w], [tf.constant([3.0])], lr=0.1, batch_size=1)
    >>> round(w.numpy().item(), 2)
    0.7
    """
    for param, grad in zip(params, grads):
        variable = param if isinstance(param, tf.Variable) else param.value  # Keras 3 has its own kind
        variable.assign_sub(lr / batch_size * grad, read_value=False)


class Updater:
    """The reader's own optimiser, as edition 2021 passes it to `train_ch3`: `sgd` bound to its parameters.

    `params`: a list of variables, which it changes. `lr`: learning rate (section 3.6).

    >>> updater = d2l.Updater([tf.Variable([1.0])], lr=0.1)
    """

    def __init__(self, params: Any, lr: Any):
        self.params = params
        self.lr = lr

    def __call__(self, batch_size: int, grads: Any) -> None:
        """Update the parameters with `grads`, the gradients of the loss summed over `batch_size` examples."""
        sgd(self.params, grads, self.lr, batch_size)


class _OlderUpdater(Updater):
    """An updater that divides by the `batch_size` of edition 2018's `train_ch3`, also for a short batch."""

    def __init__(self, params: Any, step: Any):
        super().__init__(params, lr=None)
        self.step = step

    def __call__(self, batch_size: int, grads: Any) -> None:
        self.step(grads)


def numpy(x: Any) -> Any:
    """Return a tensor as a NumPy array."""
    return x.numpy()


def size(a: Any) -> Any:
    """Return the number of elements."""
    return tf.size(a).numpy()


batch_matmul = tf.matmul
log = tf.math.log
normal = tf.random.normal
rand = tf.random.uniform
astype = tf.cast
tensor = tf.constant
arange = tf.range

backend = TensorFlow()
export(globals(), Helpers(backend, model=softmax_model))
