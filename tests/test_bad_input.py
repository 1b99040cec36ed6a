"""Training on what must not be trained on: refused alike in every face, before any parameter changes."""

import functools
import importlib
import inspect

import numpy as np
import pytest
from kits import kit_of

from conftest import FACES, marked, marked_pairs
from d2l_compat import frameworks
from d2l_compat.data import fashion_mnist, synthetic
from d2l_compat.editions import EDITIONS
from d2l_compat.helpers import refusals

N = 6
LABELS = np.array([0, 9, 2, 3, 4, 5], dtype="int64")


@pytest.fixture
def backend(face):
    """The backend behind a face; those of before 2021 export fewer of its helpers."""
    return face.backend


@pytest.fixture(params=["scratch", "concise"])
def model(face, backend, request):
    return face.softmax_regression(concise=request.param == "concise")


@pytest.fixture
def batch(backend):
    """Return a function that makes a native batch, by default a good one."""

    def batch(y=LABELS, X=None):
        X = np.random.default_rng(0).random((len(y), 28, 28), dtype="float32") if X is None else X
        X = np.expand_dims(X, -1 if backend.channels_last else 1)
        if y.dtype == np.int64 and backend.label_dtype != "int64":
            y = y.astype("int32")
        return backend.tensor(X), backend.tensor(y)

    return batch


@pytest.fixture
def refuses(helpers, backend, model, batch):
    """Return a function that trains on a good batch, then on a bad one, of which nothing may be learnt."""

    def refuses(kind, message, bad=None, **changed):
        given = {"net": model.net, "loss": model.loss, "updater": model.updater, **changed}
        if not changed:
            helpers.train_epoch_ch3(train_iter=[batch()], **given)
        before = model.parameters()[0].copy()
        with pytest.raises(kind, match=message) as error:
            helpers.train_epoch_ch3(train_iter=[batch() if bad is None else bad], **given)
        np.testing.assert_array_equal(model.parameters()[0], before)
        assert "\n" not in str(error.value)

    return refuses


# Labels


@pytest.mark.parametrize("label", [-1, -99, 10, 2**31 - 1])
def test_a_label_that_is_no_class_is_refused(refuses, batch, label):
    message = rf"batch 1: y: expected whole numbers from 0 to 9, .*10 column.*, received {label}\. Correct"
    refuses(ValueError, message, batch(np.array([0, 1, label, 3, 4, 5])))


def test_such_a_label_is_refused_late_in_an_epoch_too(helpers, backend, model, batch):
    data = [batch()] * 15 + [batch(np.array([0, 1, 10, 3, 4, 5]))]
    with pytest.raises(ValueError, match=r"batch 16: y: expected whole numbers from 0 to 9"):
        helpers.train_epoch_ch3(model.net, data, model.loss, model.updater)


@pytest.fixture
def train_iter(helpers, monkeypatch):
    """An iterator of ours over a few batches of examples, which have all labels from 0 to 9."""
    small = synthetic.generate(num_train=300, num_test=10)
    monkeypatch.setattr(fashion_mnist, "load", lambda release, root: small)
    train_iter, _ = helpers.load_data_fashion_mnist(root="here", batch_size=64)
    return train_iter


@pytest.mark.parametrize("label", [-1, 10])
def test_such_a_label_is_refused_in_an_iterator_of_ours_too(helpers, model, train_iter, label):
    train_iter.labels[7] = label
    with pytest.raises(ValueError, match=rf"batch \d+: y: expected .* 0 to 9, .*, received {label}\."):
        helpers.train_epoch_ch3(model.net, train_iter, model.loss, model.updater)


def test_a_net_with_too_few_columns_for_an_iterator_of_ours_is_refused(helpers, model, train_iter):
    before = model.parameters()[0].copy()
    with pytest.raises(ValueError, match=r"batch 1: y: expected .* 0 to 8, .* 9 column.*, received 9\."):
        helpers.train_epoch_ch3(
            lambda *inputs: model.net(*inputs)[:, :9], train_iter, model.loss, model.updater
        )
    np.testing.assert_array_equal(model.parameters()[0], before)


IGNORING = [(face, how) for face in FACES for how in kit_of(EDITIONS[face].framework).ignoring()]


@pytest.mark.parametrize(("face", "how"), marked_pairs(IGNORING), indirect=["face"])
def test_labels_that_the_loss_leaves_out_are_taken_and_count_as_wrong(helpers, face, backend, batch, how):
    loss, label = kit_of(backend.name).ignoring()[how]
    model = face.softmax_regression(np.zeros((784, 10), "float32"), concise=True)
    data = [batch(np.array([0, label, 0, label, 0, 5]))]
    figures = helpers.train_epoch_ch3(model.net, data, loss, model.updater)
    assert np.isfinite(figures[0])
    assert figures[1] == 0.5
    with pytest.raises(ValueError, match="from 0 to 9.*, received -7"):
        helpers.train_epoch_ch3(model.net, [batch(np.array([0, label, -7]))], loss, model.updater)


@pytest.mark.parametrize("label", [0.5, -1.0, 10.0, np.nan, np.inf], ids=str)
def test_a_fraction_is_no_label(refuses, batch, label):
    y = np.array([0, 1, label, 3, 4, 5], dtype="float32")
    refuses((ValueError, TypeError), "batch 1: y: expected (whole numbers|integer labels)", batch(y))


def test_truth_values_are_no_labels(refuses, batch):
    message = "batch 1: y: expected integer labels, received bool. Convert them to integers first"
    refuses(TypeError, message, batch(LABELS > 3))


def test_whole_numbers_as_floats_are_labels_where_the_loss_takes_them(backend, model, batch, refuses):
    floats = batch(LABELS.astype("float32"))
    if not backend.takes_float_labels(model.loss):
        refuses(TypeError, "batch 1: y: expected integer labels, received float32", floats)
        return
    X, y = batch()
    losses = [refusals.checked_losses(backend, model.loss, model.net(X), labels) for labels in (y, floats[1])]
    np.testing.assert_array_equal(*map(backend.to_numpy, losses))


# Nets


NETS = {
    "one row less": (
        lambda y_hat: y_hat[1:],
        ValueError,
        rf"y_hat with {N} rows.*, received shape \(5, 10\)",
    ),
    "one row": (lambda y_hat: y_hat[:1], ValueError, rf"y_hat with {N} rows.*, received shape \(1, 10\)"),
    "one column": (lambda y_hat: y_hat[:, :1], ValueError, r"from 0 to 1, .* 1 column.*, received 9"),
    "nine columns": (lambda y_hat: y_hat[:, :9], ValueError, r"from 0 to 8, .* 9 column.*, received 9"),
    "nothing": (lambda y_hat: None, TypeError, r"net: expected a tensor y_hat with 6 rows.*'NoneType'"),
    "a pair": (lambda y_hat: (y_hat, y_hat), TypeError, r"net: expected a tensor y_hat .*'tuple'"),
}


@pytest.mark.parametrize("name", NETS)
def test_a_net_that_returns_something_else_is_refused(refuses, model, name):
    change, kind, message = NETS[name]
    refuses(kind, f"batch 1: .*{message}", net=lambda *inputs: change(model.net(*inputs)))


# Losses


LOSSES = {
    "a table": (lambda l, reshape: reshape(l, (-1, 1)) + reshape(l, (1, -1)), ValueError, r"shape \(6, 6\)"),
    "one too few": (lambda l, reshape: l[1:], ValueError, r"shape \(5,\)"),
    "nothing": (lambda l, reshape: None, TypeError, "'NoneType'"),
    "a number": (lambda l, reshape: 2.5, TypeError, "'float'"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_of_another_shape_is_refused(face, backend, refuses, name):
    change, kind, received = LOSSES[name]
    scratch = face.softmax_regression()

    def loss(y_hat, y):
        return change(scratch.loss(y_hat, y), backend.reshape)

    message = f"batch 1: loss: expected .*the losses of 6 examples,? or their mean, received .*{received}"
    refuses(kind, message, net=scratch.net, loss=loss, updater=scratch.updater)


# Regression, whose targets are no labels


@pytest.mark.parametrize("axes", [1, 2], ids=["a vector", "a column"])
def test_floats_may_be_the_targets_of_a_single_column(helpers, backend, axes):
    X = np.arange(8, dtype="float32").reshape(4, 2)
    y = np.array([-1.5, 12.25, 3, 100], dtype="float32").reshape(-1, *[1] * (axes - 1))
    w = backend.tensor(np.ones((2, 1), dtype="float32"))
    data = [(backend.tensor(X), backend.tensor(y))]
    l = helpers.evaluate_loss(lambda X: helpers.linreg(X, w, 0), data, helpers.squared_loss)
    assert l == pytest.approx(np.mean((X.sum(1) - y.reshape(-1)) ** 2 / 2))
    refusals.checked_losses(backend, helpers.squared_loss, helpers.linreg(data[0][0], w, 0), data[0][1])


# Pixels


@pytest.mark.parametrize("pixel", [np.nan, np.inf, -np.inf])
def test_a_pixel_that_is_not_finite_stops_training_and_is_named_as_the_reason(
    helpers, backend, model, batch, pixel
):
    X = np.zeros((N, 28, 28), dtype="float32")
    X[2, 3, 4] = pixel
    data = [batch(), batch(X=X)]
    with pytest.raises(FloatingPointError, match="batch 2: expected a finite.* try X without the numbers"):
        helpers.train_epoch_ch3(model.net, data, model.loss, model.updater)


# Batches without examples


class Empty:
    """What stands for a tensor without rows: MXNet's older arrays cannot have that shape."""

    shape = (0,)

    def __len__(self):
        return 0


@pytest.mark.parametrize("helper", ["train_epoch_ch3", "evaluate_accuracy", "evaluate_loss"])
def test_a_batch_without_examples_is_refused(helpers, model, batch, helper):
    empty = Empty(), Empty()
    arguments = {
        "train_epoch_ch3": (model.net, [batch(), empty], model.loss, model.updater),
        "evaluate_accuracy": (model.net, [batch(), empty]),
        "evaluate_loss": (model.net, [batch(), empty], model.loss),
    }
    with pytest.raises(
        ValueError, match="batch 2: expected at least one example, received none. Leave it out"
    ):
        getattr(helpers, helper)(*arguments[helper])


# Updaters


class Optimiser:
    """Somebody's optimiser: neither a framework's own, nor a function."""

    def step(self):
        """Never called."""


UPDATERS = {
    "an object": Optimiser(),
    "its name": "sgd",
    "nothing": None,
    "a function without arguments": lambda: None,
    "a function of three": lambda batch_size, grads, lr: None,
}


@pytest.mark.parametrize("name", UPDATERS)
def test_what_is_no_updater_is_refused(refuses, name):
    refuses(TypeError, r"updater: expected a .*, or one's own such as .*; received", updater=UPDATERS[name])


@functools.cache
def updaters(framework):
    """The optimiser of a framework and, where it is not a plain function of the batch size, one's own."""
    d2l = importlib.import_module(f"d2l_compat.{framework}")
    both = [d2l.softmax_regression(concise=concise).updater for concise in (True, False)]
    return [updater for updater in both if not inspect.isfunction(updater)]


@pytest.mark.parametrize("framework", marked(frameworks()))
def test_the_updaters_of_another_framework_are_refused(backend, refuses, framework):
    foreign = [Optimiser()] if framework == backend.name else updaters(framework)
    for updater in foreign:
        refuses(TypeError, r"updater: expected a .*; received an object of <class", updater=updater)


def test_the_older_call_refuses_them_too(helpers, backend, model, batch):
    def train():
        updater = backend.older_updater(batch_size=N, params=[], lr=0.1, trainer=Optimiser())
        helpers.train_epoch_ch3(model.net, [batch()], model.loss, updater)

    with pytest.raises(TypeError, match="updater: expected a .*; received an object of .*Optimiser"):
        train()
