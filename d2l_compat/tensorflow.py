"""The TensorFlow face: ``from d2l_compat import tensorflow as d2l``."""

import os

from .backend import Model, is_batch_mean, unknown_updater
from .helpers import Accumulator, Helpers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator

# TensorFlow's C++ start-up notes go to stderr, where they would end up in every notebook's output.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with requires("TensorFlow", "pip install tensorflow"):
    import tensorflow as tf


class TensorFlow(Helpers):
    """The contract of `backend.Backend`, met with TensorFlow and Keras."""

    name = "tensorflow"
    version = tf.__version__
    label_dtype = "int32"
    channels_last = True

    def tensor(self, array):
        return tf.convert_to_tensor(array)

    def to_numpy(self, tensor):
        return tensor.numpy()

    def seed(self, seed):
        tf.keras.utils.set_random_seed(seed)

    def predict(self, net, X):
        return net(X)

    def train_step(self, net, X, y, loss, updater):
        optimiser = hasattr(updater, "apply_gradients")
        if not (optimiser or (callable(updater) and hasattr(updater, "params"))):
            raise unknown_updater(updater, "Keras optimiser", "d2l.Updater([W, b], lr)")
        if optimiser and not hasattr(net, "trainable_variables"):
            raise TypeError(
                "updater: expected d2l.Updater([W, b], lr), which knows the parameters of a net that is a "
                f"function; received a Keras optimiser, which takes them from a Keras model. The net: {net!r}"
            )
        params = net.trainable_variables if optimiser else updater.params
        n = int(tf.size(y))
        with tf.GradientTape() as tape:
            y_hat = net(X, training=True) if isinstance(net, tf.keras.layers.Layer) else net(X)
            l = loss(y, y_hat) if _is_keras_loss(loss) else loss(y_hat, y)
            total = l * n if is_batch_mean(loss, l) else tf.reduce_sum(l)
            objective = total / n if optimiser else total
        grads = tape.gradient(objective, params)
        if optimiser:
            updater.apply_gradients(zip(grads, params))
        else:
            updater(n, grads)
        return float(total), y_hat

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        W = tf.random.normal((784, 10), 0, 0.01) if W is None else tf.convert_to_tensor(W, tf.float32)
        return _concise(W, lr) if concise else _scratch(W, lr)


def _is_keras_loss(loss):
    """Whether `loss` takes ``(y, y_hat)``: Keras's classes and functions do, the book's functions do not."""
    function = getattr(loss, "func", loss)  # of a functools.partial
    return isinstance(loss, tf.keras.losses.Loss) or getattr(function, "__module__", "").startswith("keras.")


def _scratch(W, lr):
    W, b = tf.Variable(W), tf.Variable(tf.zeros(10))

    def net(X):
        exp = tf.exp(tf.reshape(X, (-1, 784)) @ W + b)
        return exp / tf.reduce_sum(exp, 1, keepdims=True)

    def cross_entropy(y_hat, y):
        # gather(batch_dims=1) would do, but its gradient takes ten times as long.
        places = tf.stack([tf.range(len(y), dtype=y.dtype), y], axis=1)
        return -tf.math.log(tf.gather_nd(y_hat, places))

    return Model(net, cross_entropy, Updater([W, b], lr), lambda: (W.numpy(), b.numpy()))


def _concise(W, lr):
    net = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(28, 28, 1)), tf.keras.layers.Dense(10)])
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
        param.assign_sub(lr / batch_size * grad)


class Updater:
    """The reader's own optimiser, as edition 2021 passes it to `train_ch3`: `sgd` bound to its parameters."""

    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def __call__(self, batch_size, grads):
        """Update the parameters with `grads`, the gradients of the loss summed over `batch_size` examples."""
        sgd(self.params, grads, self.lr, batch_size)


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

__getattr__ = fall_through("tensorflow")
__all__ = [
    "Accumulator",
    "Animator",
    "History",
    "Updater",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "predict_ch3",
    "set_seed",
    "sgd",
    "show_images",
    "softmax_regression",
    "train_ch3",
    "train_epoch_ch3",
]
