"""The face of edition 2021 (d2l 0.14 to 0.17), TensorFlow: ``from d2l_compat import tensorflow as d2l``."""

import functools
import math

import numpy as np

from . import checks
from .backend import Model, is_batch_mean, takes, unknown_updater
from .data_iter import ArrayIter, scale
from .helpers import Accumulator, Helpers, get_dataloader_workers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator, semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer

with requires("TensorFlow", "pip install tensorflow"):
    import tensorflow as tf

    from .tensorflow_batches import Batches
    from .tensorflow_graphs import Graphs, is_keras

    # fmt: off
    # isort: off
    from tensorflow import (  # under the names that the editions of 2021 have for them
        abs, argmax, cast as astype, concat, constant as tensor, cos, cosh, exp, expand_dims, eye, float32,
        int32, int64, linspace, matmul, meshgrid, ones, ones_like, range as arange, reduce_mean, reduce_sum,
        repeat, reshape, sigmoid, sin, sinh, stack, tanh, transpose, zeros, zeros_like,
    )
    # isort: on
    # fmt: on


class TensorFlow(Helpers):
    """The contract of `backend.Backend`, met with TensorFlow and Keras."""

    name = "tensorflow"
    version = tf.__version__
    tensors = (tf.Tensor, tf.Variable)
    label_dtype = "int32"
    channels_last = True
    takes_arrays = True
    cross_entropy = "SparseCategoricalCrossentropy(from_logits=True)"

    def __init__(self):
        self._graphs = Graphs(Updater)

    def tensor(self, array):
        return tf.convert_to_tensor(array)

    def images(self, images, rows):
        X = np.expand_dims(scale(images.take(rows, axis=0)), -1)
        return tf.experimental.dlpack.from_dlpack(X.__dlpack__())  # shares memory: tensor() copies it

    def as_loader(self, batches):
        return Batches(batches)

    def _minibatches(self, data_arrays, batch_size, shuffle):
        if isinstance(data_arrays, (list, tuple)):
            return super()._minibatches(data_arrays, batch_size, shuffle)
        # A tensor by itself, whose rows tf.data yields by themselves.
        return ArrayIter([self._as_array(data_arrays)], batch_size, shuffle, self.tensor)

    def to_numpy(self, tensor):
        return tensor.numpy()

    def seed(self, seed):
        tf.keras.utils.set_random_seed(seed)

    def predict(self, net, X):
        return checks.outputs(net, X)

    def check_updater(self, updater):
        if not hasattr(updater, "apply_gradients") and not (_has_variables(updater) and takes(updater, 2)):
            raise unknown_updater(updater, "Keras optimiser", "d2l.Updater([W, b], lr)")

    def fits(self, loss, y_hat, y):
        named = getattr(loss, "func", loss)  # of a functools.partial
        named = named if hasattr(named, "__name__") else type(named)
        of_numbers = named.__name__.lower().startswith("sparse") or not is_keras(named)
        return of_numbers or len(y_hat.shape) != 2 or math.prod(y_hat.shape) == math.prod(y.shape)

    def takes_float_labels(self, loss):
        return _is_keras_loss(loss)

    def train_step(self, net, X, y, loss, updater, highest=None):
        step = functools.partial(self._step, net, loss, updater)
        graph = self._graphs.find(step, net, loss, updater, X, y)
        if graph:
            self.check_labels(graph.structured_outputs[1].shape, y, loss, highest)
        total, y_hat, grads = (graph or step)(X, y)
        if grads is not None:
            updater(math.prod(y.shape), grads)
        return total.numpy().item(), y_hat  # of one number, whatever its shape

    def _step(self, net, loss, updater, X, y):
        """Return the summed loss, y_hat, and the gradients where a step along them is still to be made."""
        optimiser = hasattr(updater, "apply_gradients")
        n = math.prod(y.shape)
        losses = self.checked_losses if tf.executing_eagerly() else self.losses
        with tf.GradientTape() as tape:
            modes = {"training": True} if isinstance(net, tf.keras.layers.Layer) else {}
            y_hat = checks.outputs(net, X, **modes)
            l = losses(loss, y_hat, y)
            l = l if l.dtype.size >= 4 else tf.cast(l, tf.float32)  # sums need more than 16 bits
            total = l * n if is_batch_mean(loss, l) else tf.reduce_sum(l)
            objective = total / n if optimiser else total
        # Only now: a Keras model that was not told the shape of its input has made its variables just above.
        params = _keras_parameters(net) if optimiser else updater.params
        grads = tape.gradient(objective, params)
        if optimiser:
            updater.apply_gradients(zip(grads, params))
        elif type(updater) is Updater:
            updater(n, grads)
        else:  # of the reader's own, which may do more than compute
            return total, y_hat, grads
        return total, y_hat, None

    def older_updater(self, batch_size, params, lr, trainer):
        if trainer is None:
            return _OlderUpdater(params, lambda grads: sgd(params, grads, lr, batch_size))
        if params is None:
            return trainer
        if not hasattr(trainer, "apply_gradients"):
            raise unknown_updater(trainer, "Keras optimiser", "sgd on params, without a trainer")

        def step(grads):
            trainer.apply_gradients((grad / batch_size, param) for grad, param in zip(grads, params))

        return _OlderUpdater(params, step)

    def matmul(self, a, b):
        return tf.matmul(a, b)

    def reshape(self, tensor, shape):
        return tf.reshape(tensor, shape)

    def normal(self, mean, std, shape):
        return tf.random.normal(shape, mean, std)

    def losses(self, loss, y_hat, y):
        return loss(y, y_hat) if _is_keras_loss(loss) else loss(y_hat, y)

    def cpu(self):
        return tf.device("/CPU:0")

    def gpus(self):
        return [tf.device(f"/GPU:{i}") for i in range(len(tf.config.list_physical_devices("GPU")))]

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        W = tf.random.normal((784, 10), 0, 0.01) if W is None else tf.convert_to_tensor(W, tf.float32)
        return _concise(W, lr) if concise else _scratch(W, lr)


def _keras_parameters(net):
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


def _has_variables(updater):
    """Whether `updater` has params that TensorFlow can change: variables of its own or of Keras."""
    return all(hasattr(param, "assign_sub") for param in getattr(updater, "params", [None]))


def _is_keras_loss(loss):
    """Whether `loss` takes ``(y, y_hat)``: Keras's classes and functions do, the book's functions do not."""
    function = getattr(loss, "func", loss)  # of a functools.partial
    return isinstance(loss, tf.keras.losses.Loss) or is_keras(function)


def _scratch(W, lr):
    W, b = tf.Variable(W), tf.Variable(tf.zeros(10))

    def net(X):
        exp = tf.exp(tf.reshape(X, (-1, 784)) @ W + b)
        return exp / tf.reduce_sum(exp, 1, keepdims=True)

    def cross_entropy(y_hat, y):
        # gather(batch_dims=1) would do, but its gradient takes ten times as long.
        places = tf.stack([tf.range(tf.size(y), dtype=y.dtype), y], axis=1)
        return -tf.math.log(tf.gather_nd(y_hat, places))

    return Model(net, cross_entropy, Updater([W, b], lr), lambda: (W.numpy(), b.numpy()))


def _concise(W, lr):
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


def sgd(params, grads, lr, batch_size):
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``.

    `params`: variables; `grads`: the gradients of the summed loss, one a variable (edition 2021).
    """
    for param, grad in zip(params, grads):
        variable = param if isinstance(param, tf.Variable) else param.value  # of a variable of Keras 3
        variable.assign_sub(lr / batch_size * grad, read_value=False)


class Updater:
    """The reader's own optimiser, as edition 2021 passes it to `train_ch3`: `sgd` bound to its parameters."""

    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def __call__(self, batch_size, grads):
        """Update the parameters with `grads`, the gradients of the loss summed over `batch_size` examples."""
        sgd(self.params, grads, self.lr, batch_size)


class _OlderUpdater(Updater):
    """An updater that divides by the batch size of edition 2018's `train_ch3`, however long the batch."""

    def __init__(self, params, step):
        super().__init__(params, lr=None)
        self.step = step

    def __call__(self, batch_size, grads):
        self.step(grads)


_tensorflow = TensorFlow()

set_seed = _tensorflow.set_seed
load_data_fashion_mnist = _tensorflow.load_data_fashion_mnist
get_fashion_mnist_labels = _tensorflow.get_fashion_mnist_labels
show_images = _tensorflow.show_images
accuracy = _tensorflow.accuracy
evaluate_accuracy = _tensorflow.evaluate_accuracy
train_epoch_ch3 = _tensorflow.train_epoch_ch3
train_ch3 = _tensorflow.train_ch3
predict_ch3 = _tensorflow.predict_ch3
softmax_regression = _tensorflow.softmax_regression
cpu = _tensorflow.cpu
data_iter = _tensorflow.data_iter
evaluate_loss = _tensorflow.evaluate_loss
linreg = _tensorflow.linreg
load_array = _tensorflow.load_array
num_gpus = _tensorflow.num_gpus
plot = _tensorflow.plot
squared_loss = _tensorflow.squared_loss
synthetic_data = _tensorflow.synthetic_data
try_all_gpus = _tensorflow.try_all_gpus
try_gpu = _tensorflow.try_gpu


def numpy(x):
    """Return a tensor as a NumPy array."""
    return x.numpy()


def size(a):
    """Return the number of elements."""
    return tf.size(a).numpy()


batch_matmul = tf.matmul
log = tf.math.log
normal = tf.random.normal
rand = tf.random.uniform

__getattr__ = fall_through("tensorflow")
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "Updater", "abs", "accuracy", "arange", "argmax", "astype",
    "batch_matmul", "concat", "cos", "cosh", "cpu", "data_iter", "evaluate_accuracy", "evaluate_loss", "exp",
    "expand_dims", "eye", "float32", "get_dataloader_workers", "get_fashion_mnist_labels", "int32", "int64",
    "linreg", "linspace", "load_array", "load_data_fashion_mnist", "log", "matmul", "meshgrid", "normal",
    "num_gpus", "numpy", "ones", "ones_like", "plot", "plt", "predict_ch3", "rand", "reduce_mean",
    "reduce_sum", "repeat", "reshape", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd",
    "show_images", "sigmoid", "sin", "sinh", "size", "softmax_regression", "squared_loss", "stack",
    "synthetic_data", "tanh", "tensor", "train_ch3", "train_epoch_ch3", "transpose", "try_all_gpus",
    "try_gpu", "use_svg_display", "zeros", "zeros_like",
]
# fmt: on
