"""What is TensorFlow's own: Keras losses in both argument orders, optimisers, `Updater`."""

import functools
import os
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest
import tensorflow as tf

from d2l_compat import tensorflow as d2l

pytestmark = pytest.mark.framework("tensorflow")

X = tf.constant(np.random.default_rng(0).random((4, 3)), dtype=tf.float32)
Y = tf.constant([0, 1, 1, 0])


def dense():
    net = tf.keras.Sequential(
        [tf.keras.layers.Dense(2, kernel_initializer=tf.keras.initializers.Constant(0.1))]
    )
    net.build((None, 3))
    return net


def by_hand(lr):
    """Loss and weights after one step along the mean gradient."""
    net = dense()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(Y, net(X)))
    kernel, _ = net.trainable_variables
    return float(loss), (kernel - lr * tape.gradient(loss, kernel)).numpy()


SparseCE = tf.keras.losses.SparseCategoricalCrossentropy
LOSSES = {
    "keras-mean": SparseCE(from_logits=True),
    "keras-none": SparseCE(from_logits=True, reduction="none"),
    "keras-sum": SparseCE(from_logits=True, reduction="sum"),
    "keras-function": tf.keras.losses.get("sparse_categorical_crossentropy"),
    "keras-partial": functools.partial(tf.keras.losses.sparse_categorical_crossentropy, from_logits=True),
    "own-per-example": lambda y_hat, y: tf.nn.sparse_softmax_cross_entropy_with_logits(y, y_hat),
    "own-mean": lambda y_hat, y: tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, y_hat)),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("updater", ["keras", "own"])
def test_every_loss_trains_and_reports_alike(loss, updater):
    net = dense()
    function = net
    if loss is LOSSES["keras-function"]:  # takes probabilities
        function = tf.keras.Sequential([net, tf.keras.layers.Softmax()])
        function.build((None, 3))
    if updater == "keras":
        step = tf.keras.optimizers.SGD(learning_rate=0.5)
    else:
        step = d2l.Updater(net.trainable_variables, 0.5)
    reported, _ = d2l.train_epoch_ch3(function, [(X, Y)], loss, step)
    expected, kernel = by_hand(0.5)
    assert reported == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(net.trainable_variables[0].numpy(), kernel, atol=1e-6)


# Keras 3 has no legacy optimisers.
OPTIMISERS = {"current": lambda: tf.keras.optimizers.SGD(0.5)}
if not hasattr(tf.keras, "ops"):
    OPTIMISERS["legacy"] = lambda: tf.keras.optimizers.legacy.SGD(0.5)


@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
def test_an_optimiser_steps_along_the_mean_gradient(optimiser):
    net = dense()
    d2l.train_epoch_ch3(net, [(X, Y)], SparseCE(from_logits=True), optimiser())
    np.testing.assert_allclose(net.trainable_variables[0].numpy(), by_hand(0.5)[1], atol=1e-6)


@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
def test_an_optimiser_steps_variables_in_the_older_style(optimiser):
    kernel = tf.Variable(tf.fill((3, 2), 0.1))
    history = d2l.train_ch3(
        lambda X: X @ kernel, [(X, Y)], [(X, Y)], LOSSES["own-per-example"], 1, 4, [kernel], None, optimiser()
    )
    expected, stepped = by_hand(0.5)
    assert history.train_loss == pytest.approx([expected], rel=1e-5)
    np.testing.assert_allclose(kernel.numpy(), stepped, atol=1e-6)


@pytest.mark.parametrize("kind", ["sequential", "subclass"])
def test_a_model_that_was_not_told_its_input_is_trained_from_the_first_batch_on(kind):
    layer = tf.keras.layers.Dense(2, kernel_initializer=tf.keras.initializers.Constant(0.1))

    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.layer = layer

        def call(self, inputs):
            return self.layer(inputs)

    net = tf.keras.Sequential([layer]) if kind == "sequential" else Net()
    d2l.train_epoch_ch3(net, [(X, Y)], SparseCE(from_logits=True), tf.keras.optimizers.SGD(0.5))
    np.testing.assert_allclose(net.get_weights()[0], by_hand(0.5)[1], atol=1e-6)


def test_a_model_without_variables_is_an_error():
    net = tf.keras.Sequential([tf.keras.layers.Flatten()])
    message = r"net: expected trainable variables, received none.*add_weight.*d2l.Updater"
    with pytest.raises(ValueError, match=message):
        d2l.train_epoch_ch3(net, [(X, Y)], LOSSES["own-mean"], tf.keras.optimizers.SGD(0.1))


def test_dropout_is_on_in_training_and_off_in_evaluation():
    seen = []

    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.layer = tf.keras.layers.Dense(2)

        def call(self, inputs, training=False):
            seen.append(bool(training))
            return self.layer(inputs)

    net = Net()
    net(X)  # Keras 3 calls it more than once the first time, to learn its shapes
    seen.clear()
    d2l.train_ch3(net, [(X, Y)], [(X, Y)], SparseCE(from_logits=True), 2, tf.keras.optimizers.SGD(0.1))
    assert seen == [True, False] * 2


def test_a_layer_is_trained_as_a_layer():
    seen, scale = [], tf.Variable(1.0)

    class Net(tf.keras.layers.Layer):
        def call(self, inputs, training=False):
            seen.append(bool(training))
            return scale * inputs[:, :2]

    d2l.train_epoch_ch3(Net(), [(X, Y)], LOSSES["own-mean"], d2l.Updater([scale], 0.1))
    assert seen == [True]


def test_labels_of_another_integer_type_work():
    images = tf.zeros((2, 28, 28, 1))
    model = d2l.softmax_regression()
    loss, _ = d2l.train_epoch_ch3(
        model.net, [(images, tf.constant([0, 1], tf.int64))], model.loss, model.updater
    )
    assert loss == pytest.approx(np.log(10), rel=1e-5)


def test_a_keras_optimiser_for_a_function_is_an_error():
    with pytest.raises(TypeError, match=r"expected d2l.Updater.*received a Keras optimiser"):
        d2l.train_epoch_ch3(lambda X: X, [(X, Y)], LOSSES["own-mean"], tf.keras.optimizers.SGD(0.1))


def test_a_function_without_parameters_is_no_updater():
    with pytest.raises(TypeError, match=r"one's own such as d2l.Updater\(\[W, b\], lr\)"):
        d2l.train_epoch_ch3(lambda X: X, [(X, Y)], LOSSES["own-mean"], lambda batch_size, grads: None)


def test_other_names_come_from_the_installed_d2l(monkeypatch):
    package, module = ModuleType("d2l"), ModuleType("d2l.tensorflow")
    module.Vocab = package.tensorflow = module
    monkeypatch.setitem(sys.modules, "d2l", package)
    monkeypatch.setitem(sys.modules, "d2l.tensorflow", module)
    assert d2l.Vocab is module


def test_sgd_takes_gradients_second():
    w = tf.Variable([1.0, 2.0])
    d2l.sgd([w], [tf.constant([4.0, 8.0])], lr=0.1, batch_size=2)
    np.testing.assert_allclose(w.numpy(), [0.8, 1.6])


def test_updater_is_sgd_bound_to_its_parameters():
    w = tf.Variable([1.0])
    d2l.Updater([w], lr=0.1)(2, [tf.constant([4.0])])
    np.testing.assert_allclose(w.numpy(), [0.8])


def test_it_starts_without_a_word_where_it_is_quietened():
    code = (
        "from d2l_compat.lessons.start_up import quieten_tensorflow; quieten_tensorflow();"
        "import tensorflow as tf; tf.eye(2) @ tf.eye(2)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    started = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert started.stdout + started.stderr == ""
