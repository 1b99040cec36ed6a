"""TensorFlow's step as a graph: the same bits as eagerly, and never of code that does more than compute."""

import gc
import random
import weakref
from functools import partial, wraps

import numpy as np
import pytest
import tensorflow as tf

from d2l_compat import tensorflow as d2l
from d2l_compat.helpers import tensorflow_graphs

pytestmark = pytest.mark.framework("tensorflow")

rng = np.random.default_rng(0)
BATCHES = [
    (tf.constant(rng.random((n, 28, 28, 1)), tf.float32), tf.constant(rng.integers(0, 10, n), tf.int32))
    for n in [8] * 6 + [3]
]
SparseCE = tf.keras.losses.SparseCategoricalCrossentropy
SGD, EPSILON = d2l.sgd, tf.keras.backend.epsilon()
scale = 1.0


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Make graphs of the second batch of a shape, in place of the tenth; restore what tests change."""
    monkeypatch.setattr(tensorflow_graphs, "BATCHES_BEFORE_GRAPH", 2)
    monkeypatch.setattr(d2l, "sgd", SGD)
    monkeypatch.setitem(globals(), "scale", scale)
    yield
    tf.keras.backend.set_epsilon(EPSILON)


def graphs():
    """How many graphs there are of the model that was trained last."""
    found = d2l.backend._graphs._graphs
    return sum(graph is not None for graph in found.values())


def train(net, loss, updater, epochs=2):
    d2l.backend._graphs.__init__(d2l.Updater)
    return [d2l.train_epoch_ch3(net, BATCHES, loss, updater) for _ in range(epochs)]


def eagerly(monkeypatch, *args, **kwargs):
    with monkeypatch.context() as patch:
        patch.setattr(tensorflow_graphs, "BATCHES_BEFORE_GRAPH", 10**9)
        return train(*args, **kwargs)


def model(concise=False):
    W = np.random.default_rng(1).normal(0, 0.01, (784, 10)).astype("float32")
    return d2l.softmax_regression(W, lr=0.1, concise=concise)


class OwnUpdater:
    """The reader's own: its rate falls with every step."""

    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def __call__(self, batch_size, grads):
        """Step, ever more slowly."""
        self.lr *= 0.9
        for param, grad in zip(self.params, grads):
            param.assign_sub(self.lr / batch_size * grad)


def scratch():
    return model()


def own_updater():
    of = model()
    return of._replace(updater=OwnUpdater(of.updater.params, 0.1))


def concise():
    return model(concise=True)


def adam_of_layers():
    tf.keras.utils.set_random_seed(0)
    layers = [tf.keras.layers.Flatten(), tf.keras.layers.Dense(16, "relu"), tf.keras.layers.Dense(10)]
    net = tf.keras.Sequential([tf.keras.Input((28, 28, 1)), *layers])
    parameters = net.get_weights
    return model()._replace(
        net=net, loss=SparseCE(from_logits=True), updater=tf.keras.optimizers.Adam(), parameters=parameters
    )


def function_of_keras():
    of = model(concise=True)
    return of._replace(loss=partial(tf.keras.losses.sparse_categorical_crossentropy, from_logits=True))


@pytest.mark.parametrize("kind", [scratch, own_updater, concise, adam_of_layers, function_of_keras])
def test_a_graph_gives_the_bits_of_eager_execution(monkeypatch, kind):
    eager, graph = kind(), kind()
    expected = eagerly(monkeypatch, eager.net, eager.loss, eager.updater)
    assert train(graph.net, graph.loss, graph.updater) == expected
    assert graphs() == 2  # batches of 8, and the short last ones
    for ours, theirs in zip(graph.parameters(), eager.parameters()):
        np.testing.assert_array_equal(ours, theirs)


seen = []


def counting(X):
    seen.append(len(X))
    return tf.reshape(X, (-1, 784)) @ W


def rebinding(X):
    global count
    count += 1
    return tf.reshape(X, (-1, 784)) @ W


def branching(X):
    flat = tf.reshape(X, (-1, 784))
    return flat @ W if tf.reduce_mean(X) > 0.5 else -flat @ W


def random_in_python(X):
    return tf.reshape(X, (-1, 784)) @ W * random.random()


def random_in_tensorflow(X):
    return tf.reshape(X, (-1, 784)) @ W + tf.random.normal((10,))


def through_numpy(X):
    return tf.constant(X.numpy().reshape(-1, 784)) @ W


def with_a_mutable_default(X, memory=seen):
    return tf.reshape(X, (-1, 784)) @ W


def through_a_method(X):
    return tf.reshape(X, (-1, 784)) @ W + scaled.by()


class Scaled:
    """Something with a method."""

    def by(self):
        """Return a number, this time."""
        return 1.0


W, scaled, count = tf.Variable(tf.zeros((784, 10))), Scaled(), 0
FUNCTIONS = [
    *(counting, rebinding, branching, random_in_python, random_in_tensorflow, through_numpy),
    *(with_a_mutable_default, through_a_method),
]


def per_example(y_hat, y):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(y, y_hat)


@pytest.mark.parametrize("net", FUNCTIONS, ids=lambda net: net.__name__)
def test_a_function_that_may_do_more_than_compute_runs_eagerly(net):
    train(net, per_example, d2l.Updater([W], 0.1))
    assert graphs() == 0


def test_a_net_runs_as_often_as_there_are_batches():
    seen.clear()
    train(counting, per_example, d2l.Updater([W], 0.1), epochs=3)
    assert seen == [8, 8, 8, 8, 8, 8, 3] * 3


class Halve(tf.keras.constraints.Constraint):
    """The reader's own."""

    def __call__(self, w):
        """Return half of the weights."""
        return w / 2


@pytest.mark.parametrize(
    "layer",
    [
        lambda: tf.keras.layers.Dropout(0.5),
        tf.keras.layers.BatchNormalization,
        lambda: tf.keras.layers.Lambda(lambda X: X),
        lambda: tf.keras.layers.Dense(10, activation=lambda X: X),
        lambda: tf.keras.layers.Dense(10, kernel_constraint=Halve()),
    ],
    ids=["dropout", "batch-norm", "lambda", "own-activation", "own-constraint"],
)
def test_a_layer_with_randomness_state_or_code_of_the_readers_runs_eagerly(layer):
    net = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(10), layer()])
    train(net, SparseCE(from_logits=True), tf.keras.optimizers.SGD(0.1))
    assert graphs() == 0


def test_a_subclass_of_a_model_or_an_optimiser_runs_eagerly():
    class Net(tf.keras.Sequential):
        pass

    class Optimiser(tf.keras.optimizers.SGD):
        pass

    for kind, optimiser in ((Net, tf.keras.optimizers.SGD), (tf.keras.Sequential, Optimiser)):
        net = kind([tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])
        train(net, SparseCE(from_logits=True), optimiser(0.1))
        assert graphs() == 0


def test_a_global_number_that_changes_is_seen(monkeypatch):
    def scaled_loss(y_hat, y):
        return scale * per_example(y_hat, y)

    W = tf.Variable(tf.zeros((784, 10)))
    updater = d2l.Updater([W], 0.0)
    first = train(lambda X: tf.reshape(X, (-1, 784)) @ W, scaled_loss, updater)
    assert graphs() == 2
    monkeypatch.setitem(globals(), "scale", 3.0)
    second = train(lambda X: tf.reshape(X, (-1, 784)) @ W, scaled_loss, updater)
    assert second[0][0] == pytest.approx(3 * first[0][0], rel=1e-6)


def changed(kind, change):
    of = kind()

    def run(often):
        tensorflow_graphs.BATCHES_BEFORE_GRAPH = often
        d2l.train_epoch_ch3(of.net, BATCHES, of.loss, of.updater)
        change(of)
        return d2l.train_epoch_ch3(of.net, BATCHES * 2, of.loss, of.updater), of.parameters()

    return run


def freeze(of):
    of.net.layers[-2].trainable = False


def add_momentum(of):
    of.updater.momentum = 0.9 if not hasattr(of.updater, "momentums") else of.updater.momentum
    of.updater.learning_rate = 0.01


def sum_losses(of):
    of.loss.reduction = "sum"


def new_rate(of):
    of.updater.lr = 0.01


def new_parameters(of):
    of.updater.params[:] = of.updater.params[:1]


def dense(**settings):
    """Return the concise model with another layer, of these settings."""
    of = concise()
    tf.keras.utils.set_random_seed(0)
    layers = [tf.keras.layers.Flatten(), tf.keras.layers.Dense(10, **settings)]
    net = tf.keras.Sequential([tf.keras.Input((28, 28, 1)), *layers])
    return of._replace(net=net, parameters=net.get_weights)


def layer_as_activation():
    return dense(activation=tf.keras.layers.ReLU(negative_slope=0.5))


def another_slope(of):
    of.net.layers[-1].activation.negative_slope = 1.0


def with_constraint():
    return dense(kernel_constraint=tf.keras.constraints.MaxNorm(1.0))


def a_tighter_constraint(of):
    of.net.layers[-1].kernel_constraint.max_value = 0.1


def with_schedule():
    rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    return concise()._replace(updater=tf.keras.optimizers.SGD(rate))


def a_higher_start(of):
    rate = of.updater._learning_rate
    rate.initial_learning_rate = 0.9


def from_probabilities(of):
    of.loss._fn_kwargs["from_logits"] = False


def in_the_partial(of):
    of.loss.keywords["from_logits"] = False


def probabilities():
    tf.keras.backend.set_epsilon(EPSILON)
    return dense()._replace(loss=SparseCE())


def another_epsilon(of):
    tf.keras.backend.set_epsilon(0.3)


def wrapped():
    globals()["scale"] = 1.0

    @wraps(tf.keras.losses.sparse_categorical_crossentropy)
    def loss(y, y_hat):
        return scale * tf.nn.sparse_softmax_cross_entropy_with_logits(y, y_hat)

    return concise()._replace(loss=loss)


def another_scale(of):
    globals()["scale"] = 3.0


def mean_of_losses():
    of = scratch()
    losses = of.loss

    def loss(y_hat, y):
        return tf.reduce_mean(losses(y_hat, y))

    return of._replace(loss=loss)


def with_the_books_sgd():
    d2l.sgd = SGD
    return scratch()


def another_sgd(of):
    d2l.sgd = lambda params, grads, lr, batch_size: SGD(params, grads, 3 * lr, batch_size)


CHANGES = {
    "frozen-layer": (adam_of_layers, freeze),
    "learning-rate": (concise, add_momentum),
    "reduction": (concise, sum_losses),
    "rate-of-updater": (scratch, new_rate),
    "parameters-of-updater": (scratch, new_parameters),
    "setting-of-an-activation": (layer_as_activation, another_slope),
    "setting-of-a-constraint": (with_constraint, a_tighter_constraint),
    "setting-of-a-schedule": (with_schedule, a_higher_start),
    "setting-in-a-loss": (concise, from_probabilities),
    "keyword-of-a-partial": (function_of_keras, in_the_partial),
    "setting-of-keras": (probabilities, another_epsilon),
    "code-under-a-name-of-keras": (wrapped, another_scale),
    "attribute-of-a-function": (mean_of_losses, sum_losses),
    "sgd": (with_the_books_sgd, another_sgd),
}


@pytest.mark.parametrize(("kind", "change"), CHANGES.values(), ids=CHANGES)
def test_what_the_reader_changes_between_epochs_counts(monkeypatch, kind, change):
    monkeypatch.setattr(tensorflow_graphs, "BATCHES_BEFORE_GRAPH", 2)
    (eager, expected), (graph, parameters) = (changed(kind, change)(often) for often in (10**9, 2))
    assert graph == eager
    for ours, theirs in zip(parameters, expected):
        np.testing.assert_array_equal(ours, theirs)


def test_an_updater_whose_rate_can_change_in_place_runs_eagerly():
    of = model()
    train(of.net, of.loss, d2l.Updater(of.updater.params, tf.Variable(0.1)))
    assert graphs() == 0


def test_an_updater_is_part_of_the_graph_and_a_subclass_is_called_at_every_step():
    class Counting(d2l.Updater):
        steps = 0

        def __call__(self, batch_size, grads):
            self.steps += 1
            super().__call__(batch_size, grads)

    of = model()
    updater = Counting(of.updater.params, 0.1)
    train(of.net, of.loss, updater)
    assert graphs() == 2
    assert updater.steps == 2 * len(BATCHES)


def test_only_the_last_model_is_held():
    of = concise()
    train(of.net, of.loss, of.updater)
    held = weakref.ref(of.net)
    del of
    other = scratch()
    train(other.net, other.loss, other.updater)
    gc.collect()
    assert held() is None


def test_there_are_few_graphs_however_many_shapes():
    of = scratch()
    for n in range(1, 8):
        for _ in range(3):
            d2l.train_epoch_ch3(of.net, [(BATCHES[0][0][:n], BATCHES[0][1][:n])], of.loss, of.updater)
    assert graphs() == tensorflow_graphs.MAX_GRAPHS


def test_labels_are_still_checked():
    of = scratch()
    train(of.net, of.loss, of.updater)
    X, y = BATCHES[0]
    with pytest.raises(ValueError, match="expected whole numbers from 0 to 9"):
        d2l.train_epoch_ch3(of.net, [(X, y + 9)], of.loss, of.updater)
