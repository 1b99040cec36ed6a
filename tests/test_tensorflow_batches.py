"""Iterators in TensorFlow are datasets: what Keras, graphs and tf.data make of them, and what Python gets."""

import weakref

import numpy as np
import pytest
import tensorflow as tf

from d2l_compat import d2lzh_tensorflow2
from d2l_compat import tensorflow as d2l

pytestmark = pytest.mark.framework("tensorflow")

X, Y = np.eye(5, dtype="float32"), np.arange(5)


@pytest.fixture
def batches():
    """Batches of two, two and one example, in the order of the files."""
    return d2l.load_array((X, Y), 2, is_train=False)


def numbers(batches):
    """Return the labels of each batch."""
    return [y.numpy().tolist() for _, y in batches]


@pytest.mark.parametrize("face", [d2l, d2lzh_tensorflow2], ids=["tensorflow", "d2lzh_tensorflow2"])
def test_the_iterators_of_the_data_set_are_datasets(face):
    for batches, n in zip(face.load_data_fashion_mnist(256), (235, 40)):
        assert isinstance(batches, tf.data.Dataset)
        assert len(batches) == batches.cardinality() == tf.data.experimental.cardinality(batches) == n
        assert batches.element_spec == (tf.TensorSpec((None, 28, 28, 1)), tf.TensorSpec((None,), tf.int32))
        assert (batches.batch_size, batches.highest) == (256, 9)


def test_resized_images_have_their_size_in_the_specification():
    spec, _ = d2l.load_data_fashion_mnist(256, resize=(8, 6))[0].element_spec
    assert spec.shape == (None, 8, 6, 1)


def test_datasets_made_of_it_follow_the_seed_as_a_loop_does():
    train_iter, _ = d2l.load_data_fashion_mnist(256)
    d2l.set_seed(3)
    expected = [numbers([next(iter(train_iter))]) for _ in range(2)]
    d2l.set_seed(3)
    assert [numbers(train_iter.take(1)) for _ in range(2)] == expected
    assert expected[0] != expected[1]


METHODS = {
    "take": lambda batches: batches.take(2),
    "skip": lambda batches: batches.skip(1),
    "map": lambda batches: batches.map(lambda X, y: (X * 2, y + 1)),
    "batch": lambda batches: batches.batch(2, drop_remainder=True),
    "unbatch": lambda batches: batches.unbatch(),
    "rebatch": lambda batches: batches.unbatch().batch(3, drop_remainder=True),
    "prefetch": lambda batches: batches.prefetch(2),
    "cache": lambda batches: batches.cache(),
    "repeat": lambda batches: batches.repeat(2),
    "shuffle": lambda batches: batches.shuffle(3, seed=1),
    "enumerate": lambda batches: batches.enumerate(),
    "filter": lambda batches: batches.filter(lambda X, y: tf.size(y) == 1),
    "zip": lambda batches: tf.data.Dataset.zip((batches, tf.data.Dataset.range(3))),
    "with_options": lambda batches: batches.with_options(tf.data.Options()),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_methods_are_those_of_tf_data(batches, method):
    expected = method(tf.data.Dataset.from_tensor_slices((X, Y)).batch(2))
    result = method(batches)
    assert result.element_spec == expected.element_spec
    ours, theirs = ([*dataset.as_numpy_iterator()] for dataset in (result, expected))
    assert len(ours) == len(theirs)
    tf.nest.map_structure(np.testing.assert_array_equal, ours, theirs)


def test_a_loop_in_python_gets_the_batches_uncopied(batches, monkeypatch):
    made = []
    monkeypatch.setattr(batches._batches, "batch", lambda *rows: made.append(rows) or rows)
    assert [got is own for got, own in zip(batches, made)] == [True] * 3


def test_a_graph_gets_what_a_loop_in_python_has_left(batches):
    step = tf.function(lambda iterator: next(iterator)[1])
    batch = iter(batches)
    assert next(batch)[1].numpy().tolist() == [0, 1]
    assert step(batch).numpy().tolist() == [2, 3]
    assert batch.next()[1].numpy().tolist() == [4]
    with pytest.raises(StopIteration):
        next(batch)


def test_a_graph_goes_over_all_of_it(batches):
    @tf.function
    def total():
        sum_of_labels = tf.constant(0, tf.int64)
        for _, y in batches:
            sum_of_labels += tf.reduce_sum(y)
        return sum_of_labels

    assert total() == total() == 0 + 1 + 2 + 3 + 4


def test_a_pass_is_an_iterator_of_tf_data(batches):
    batch = iter(batches)
    assert isinstance(batch, tf.data.Iterator)
    assert batch.element_spec == batches.element_spec
    three = [batch.get_next(), batch.get_next_as_optional().get_value(), next(batch)]
    assert numbers(three) == [[0, 1], [2, 3], [4]]
    assert not batch.get_next_as_optional().has_value()
    with pytest.raises(tf.errors.OutOfRangeError):
        batch.get_next()


@pytest.mark.parametrize("taken", [0, 1])
def test_a_pass_is_gone_with_the_last_that_knew_it(batches, taken):
    # One that lived until the interpreter ends would keep it from ending, in TensorFlow 2.21.
    batch = iter(batches)
    for _ in range(taken):
        next(batch)
    tf.function(lambda iterator: next(iterator)[1])(batch)
    known = weakref.ref(batch)
    del batch
    assert known() is None


class Noting(tf.keras.Model):
    """A model that learns nothing and notes the labels it is trained with."""

    def __init__(self):
        super().__init__()
        self.labels = []
        self.compile(loss="mse")

    def call(self, inputs):  # noqa: D102
        return inputs

    def train_step(self, data):  # noqa: D102
        tf.numpy_function(lambda y: self.labels.append(y.tolist()), [data[1]], [])
        return {"loss": 0.0}


def test_fit_sees_all_examples_each_epoch_in_the_seeded_order():
    net, train_iter = Noting(), d2l.load_array((X, Y), 2)
    net.fit(train_iter, verbose=0, shuffle=False)  # Keras 3 looks at a batch before its first epoch
    net.labels.clear()
    d2l.set_seed(3)
    net.fit(train_iter, epochs=2, verbose=0, shuffle=False)
    order = np.random.default_rng(3)
    epochs = [order.permutation(5).tolist() for _ in range(2)]
    assert net.labels == [rows for epoch in epochs for rows in (epoch[:2], epoch[2:4], epoch[4:])]


def identity():
    layer = tf.keras.layers.Dense(5, kernel_initializer="identity")
    net = tf.keras.Sequential([tf.keras.Input((5,)), layer])
    net.compile(optimizer=tf.keras.optimizers.SGD(0.5), loss="mse", metrics=["mae"])
    return net


def test_evaluate_and_predict_weigh_the_short_last_batch_by_its_examples():
    net = identity()
    # Of the five predictions, X itself, four are right, and each of the numbers of the last is wrong by 1.
    targets = X + np.array([[0], [0], [0], [0], [1]], "float32")
    data = d2l.load_array((X, targets), 2, is_train=False)
    assert net.evaluate(data, verbose=0) == pytest.approx([1 / 5, 1 / 5])
    np.testing.assert_array_equal(net.predict(data, verbose=0), X)


@pytest.mark.parametrize("placed", [False, True], ids=["plain", "with a strategy"])
def test_fit_steps_as_worked_by_hand(placed):
    strategy = tf.distribute.OneDeviceStrategy("/CPU:0") if placed else tf.distribute.get_strategy()
    with strategy.scope():
        net = identity()
    # Every error is 1, so the bias moves by 0.5 * 2/5 of it, in the one batch there is.
    data = d2l.load_array((X, X + 1), 5)
    history = net.fit(data, validation_data=data, verbose=0, shuffle=False).history
    assert history["loss"] == pytest.approx([1])
    np.testing.assert_allclose(net.get_weights()[1], [0.2] * 5, rtol=1e-6)
    assert net.evaluate(data, verbose=0)[0] == pytest.approx(history["val_loss"][0])


def test_load_array_of_a_bare_tensor_yields_bare_batches():
    batches = d2l.load_array(tf.range(5), 2, is_train=False)
    assert [batch.numpy().tolist() for batch in batches] == [[0, 1], [2, 3], [4]]
    assert batches.element_spec == tf.TensorSpec((None,), tf.int32)
    (batch,) = next(iter(d2l.load_array((tf.range(5),), 2, is_train=False)))
    assert batch.numpy().tolist() == [0, 1]
