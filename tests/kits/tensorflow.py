"""TensorFlow and Keras."""

from functools import partial

import tensorflow as tf

from kits import Kit as Common
from kits import NotHereError

keras = tf.keras


class Kit(Common):
    """TensorFlow's words."""

    axis, keep = "axis", "keepdims"
    types = ("bfloat16", "float16", "float64")
    holds_gradients = False
    tf = tf

    def classes(self):
        losses, optimizers = keras.losses, keras.optimizers
        return {
            "net": keras.Sequential,
            "loss": losses.SparseCategoricalCrossentropy,
            "updater": optimizers.SGD,
        }

    def dataset(self, X, y):
        return tf.data.Dataset.from_tensor_slices((X, y))

    def seed(self):
        keras.utils.set_random_seed(0)

    def draws(self):
        tf.random.set_seed(0)
        return tf.random.normal((3,)).numpy().tolist()

    def settings(self):
        return {
            "eager": tf.executing_eagerly(),
            "functions run eagerly": tf.config.functions_run_eagerly(),
            "floatx": keras.backend.floatx(),
            "image data format": keras.backend.image_data_format(),
            "policy": keras.mixed_precision.global_policy().name,
            "soft placement": tf.config.get_soft_device_placement(),
            "jit": tf.config.optimizer.get_jit(),
            "devices": [device.name for device in tf.config.get_visible_devices()],
            "generator": tf.random.get_global_generator().state.numpy().tolist(),
        }

    def image_layout(self, images):
        return images[..., None]

    def tensor(self, array):
        return tf.constant(array)

    def numpy(self, tensor):
        return tensor.numpy()

    def dtype(self, name):
        return getattr(tf, name)

    def cast(self, tensor, dtype):
        return tf.cast(tensor, dtype)

    def matmul(self, a, b):
        return tf.matmul(a, b)

    def reshape(self, tensor, shape):
        return tf.reshape(tensor, shape)

    def mean(self, tensor):
        return tf.reduce_mean(tensor)

    def sum_of_rows(self, tensor):
        return tf.reduce_sum(tensor, 1)

    def trainable(self, tensor):
        return tf.Variable(tensor)

    def gradients(self, params, total):
        with tf.GradientTape() as tape:
            value = total(*params)
        return tape.gradient(value, params)

    def linear(self, weights, bias, dropout):
        layers = [keras.layers.Dropout(0.5)] if dropout else []
        net = keras.Sequential([keras.Input((len(weights),)), *layers, keras.layers.Dense(len(bias))])
        net.set_weights([weights, bias])
        return net, net.trainable_variables

    def own_updater(self, d2l, params, lr):
        return d2l.Updater(params, lr)

    def descent(self, params, lr):
        return keras.optimizers.SGD(lr)

    def optimiser(self, net, params, lr):
        if not hasattr(net, "trainable_variables"):
            raise NotHereError
        return self.descent(params, lr)

    def loss(self, kind):
        losses, cross_entropy = keras.losses, tf.nn.sparse_softmax_cross_entropy_with_logits
        return {
            "own, per example": lambda y_hat, y: cross_entropy(y, y_hat),
            "own, mean": lambda y_hat, y: tf.reduce_mean(cross_entropy(y, y_hat)),
            "native, per example": losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none"),
            "native, mean": losses.SparseCategoricalCrossentropy(from_logits=True),
            "native, sum": losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum"),
        }[kind]

    def l2(self):
        return lambda y_hat, y: (y_hat - tf.reshape(y, y_hat.shape)) ** 2

    def ignoring(self):
        losses = keras.losses
        function = losses.sparse_categorical_crossentropy
        return {
            "told": (losses.SparseCategoricalCrossentropy(True, ignore_class=-1), -1),
            "a partial": (partial(function, from_logits=True, ignore_class=255), 255),
        }

    def unfit_losses(self):
        return {
            "BCE": keras.losses.BinaryCrossentropy(from_logits=True),
            "BCE, a function": keras.losses.binary_crossentropy,
            "MSE": keras.losses.MeanSquaredError(),
            "categorical": keras.losses.CategoricalCrossentropy(from_logits=True),
            "swapped": lambda y, y_hat: tf.nn.sparse_softmax_cross_entropy_with_logits(y, y_hat),
        }

    def unfit_nets(self):
        dense = partial(keras.layers.Dense, 10)
        one_row = partial(keras.layers.Lambda, lambda X: tf.reshape(X, (1, -1)))
        argmax = partial(keras.layers.Lambda, lambda X: tf.argmax(X, 1))
        return {
            "no Flatten": partial(unbuilt, dense),
            "Flatten(0)": partial(unbuilt, one_row, dense),
            "argmax": partial(unbuilt, keras.layers.Flatten, dense, argmax),
        }

    def read_here(self, part):
        keras.datasets.fashion_mnist.load_data = lambda: (part(True), part(False))


def unbuilt(*layers_and_model):
    """Return the model with a net of these layers that knows no shapes yet, and the weights it will get."""
    *layers, model = layers_and_model

    def net():
        keras.utils.set_random_seed(0)
        return keras.Sequential([layer() for layer in layers])

    built = net()
    built(tf.zeros((6, 28, 28, 1)))
    given = net()
    return model._replace(
        net=given,
        updater=keras.optimizers.SGD(0.1),
        parameters=lambda: (given if given.built else built).get_weights(),
    )
