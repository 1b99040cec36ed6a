"""Plain TensorFlow, eager and compiled."""

from unittest import mock

import tensorflow as tf


def _step(model):
    """Return a function that trains on a batch and returns its summed loss and its correct predictions."""
    is_keras = isinstance(model.net, tf.keras.Model)

    def step(X, y):
        with tf.GradientTape() as tape:
            y_hat = model.net(X)
            l = model.loss(y, y_hat) if is_keras else model.loss(y_hat, y)
        if is_keras:
            params = model.net.trainable_variables
            model.updater.apply_gradients(zip(tape.gradient(l, params), params))
            loss_sum = l * len(y)
        else:
            model.updater(len(y), tape.gradient(l, model.updater.params))
            loss_sum = tf.reduce_sum(l)
        return loss_sum, _correct(y_hat, y)

    return step


def _correct(y_hat, y):
    return tf.math.count_nonzero(tf.argmax(y_hat, axis=1, output_type=y.dtype) == y)


def _epoch(step):
    def epoch(batches):
        loss_sum = correct = 0.0
        for X, y in batches:
            l, hits = step(X, y)
            loss_sum += float(l)
            correct += float(hits)
        return loss_sum, correct

    return epoch


EPOCHS = {
    "the bare loop": lambda model: _epoch(_step(model)),
    "the bare compiled loop": lambda model: _epoch(tf.function(_step(model))),
}


def evaluate(net, batches):
    """Count the correct predictions."""
    return sum(int(_correct(net(X), y)) for X, y in batches)


def loader(X, y, batch_size):
    """Shuffle the rows of two tensors."""
    return tf.data.Dataset.from_tensor_slices((X, y)).shuffle(len(X)).batch(batch_size)


def d2l_iterators(d2l, data, batch_size):
    """Return d2l's own, with the images of `data` in place of those that Keras downloads."""
    arrays = (data.train_images, data.train_labels), (data.test_images, data.test_labels)
    with mock.patch.object(tf.keras.datasets.fashion_mnist, "load_data", return_value=arrays):
        return d2l.load_data_fashion_mnist(batch_size)
