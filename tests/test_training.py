"""One step, one epoch, whole runs: what is trained, what is reported, and how bad input is refused."""

import dataclasses
import random

import numpy as np
import pytest
from matplotlib import pyplot as plt

from d2l_compat.helpers.history import History

PIXELS = np.random.default_rng(0).random((6, 1, 28, 28)).astype("float32")
LABELS = np.array([0, 1, 2, 3, 4, 5])


@pytest.fixture
def batches(backend):
    """Two native batches, of four and of two examples."""
    X = np.moveaxis(PIXELS, 1, -1).copy() if backend.channels_last else PIXELS
    y = LABELS.astype(backend.label_dtype)
    return [(backend.tensor(X[rows]), backend.tensor(y[rows])) for rows in (slice(0, 4), slice(4, 6))]


def zero_weights():
    return np.zeros((784, 10), dtype="float32")


@pytest.mark.parametrize("concise", [False, True], ids=["scratch", "concise"])
def test_the_first_step_is_the_one_worked_by_hand(d2l, batches, concise):
    # From weights 0 all probabilities are 1/10: the gradient of a logit is 1/10, or -9/10 for the true class.
    model = d2l.softmax_regression(zero_weights(), lr=0.1, concise=concise)
    loss, acc = d2l.train_epoch_ch3(model.net, batches[:1], model.loss, model.updater)
    # MXNet's built-in log-softmax is off by 3e-6 here; everything else in float32 by less than 1e-6.
    assert loss == pytest.approx(np.log(10), abs=4e-6)
    assert acc == 0.25  # equal scores: class 0 counts, which is true once in four
    W, b = model.parameters()
    d_logits = np.full((4, 10), 0.1)
    d_logits[range(4), LABELS[:4]] -= 1
    np.testing.assert_allclose(W, -0.1 / 4 * PIXELS[:4].reshape(4, 784).T @ d_logits, atol=1e-7)
    np.testing.assert_allclose(b, -0.1 / 4 * d_logits.sum(axis=0), atol=1e-7)


def test_the_books_losses(d2l, backend):
    y_hat = backend.tensor(np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], dtype="float32"))
    y = backend.tensor(np.array([0, 2], dtype=backend.label_dtype))
    losses = backend.to_numpy(d2l.softmax_regression().loss(y_hat, y))
    np.testing.assert_allclose(losses, [2.3026, 0.6931], atol=5e-5)


def test_sgd_divides_the_summed_gradient_by_the_batch_size(d2l, backend):
    # One class is certain and wrong half the time: checked through a model of which the step is known.
    model = d2l.softmax_regression(zero_weights(), lr=1.0)
    y = backend.tensor(np.array([0, 0], dtype=backend.label_dtype))
    shape = (2, 28, 28, 1) if backend.channels_last else (2, 1, 28, 28)
    d2l.train_epoch_ch3(
        model.net, [(backend.tensor(np.ones(shape, "float32")), y)], model.loss, model.updater
    )
    _, b = model.parameters()
    np.testing.assert_allclose(b, [0.9] + [-0.1] * 9, atol=1e-6)


def test_a_batch_mean_trains_and_reports_as_per_example_losses_do(d2l, batches):
    def run(mean):
        model = d2l.softmax_regression(zero_weights() + 0.01)

        def loss(y_hat, y):
            losses = model.loss(y_hat, y)
            return sum(losses) / len(losses) if mean else losses

        return d2l.train_epoch_ch3(model.net, batches, loss, model.updater), model.parameters()

    (per_example, (W, b)), (mean, (W_mean, b_mean)) = run(False), run(True)
    assert mean == pytest.approx(per_example, rel=1e-6)
    np.testing.assert_allclose(W_mean, W, atol=1e-7)
    np.testing.assert_allclose(b_mean, b, atol=1e-7)


def test_a_short_last_batch_weighs_less_in_the_mean_loss(d2l, batches):
    model = d2l.softmax_regression(zero_weights(), lr=0.0)
    first, second = (
        d2l.train_epoch_ch3(model.net, [batch], model.loss, model.updater)[1] for batch in batches
    )
    _, both = d2l.train_epoch_ch3(model.net, batches, model.loss, model.updater)
    assert both == pytest.approx((4 * first + 2 * second) / 6)


def test_training_returns_its_history(d2l, backend, batches):
    model = d2l.softmax_regression(zero_weights(), lr=0.001)
    history = d2l.train_ch3(model.net, batches, batches, model.loss, 3, model.updater)
    assert isinstance(history, History)
    assert (
        len(history.train_loss)
        == len(history.train_acc)
        == len(history.test_acc)
        == len(history.seconds)
        == 3
    )
    assert history.train_loss[2] < history.train_loss[0] == pytest.approx(np.log(10), rel=0.2)
    assert history.test_acc[-1] == d2l.evaluate_accuracy(model.net, batches)
    assert (history.framework, history.release, history.source) == (backend.name, None, None)
    assert history.face == backend.name
    assert set(history.versions) == {"python", backend.name}


def test_the_same_seed_gives_the_same_run(d2l, batches):
    def run():
        d2l.set_seed(5)
        model = d2l.softmax_regression()
        return d2l.train_ch3(model.net, batches, batches, model.loss, 2, model.updater).train_loss

    assert run() == run()


@pytest.mark.parametrize("seed", [-1, "x"])
def test_what_is_no_seed_changes_nothing(d2l, seed):
    before = random.getstate()
    with pytest.raises((ValueError, TypeError)):
        d2l.set_seed(seed)
    assert random.getstate() == before


def test_a_history_of_our_data_says_which(d2l):
    train_iter, test_iter = d2l.load_data_fashion_mnist(10_000)
    model = d2l.softmax_regression()
    history = d2l.train_ch3(model.net, train_iter, test_iter, model.loss, 1, model.updater)
    assert (history.release, history.source) == (train_iter.release, train_iter.source)
    assert history.release in ("2017-08-31", "synthetic")


@pytest.mark.parametrize("lr", [float("nan"), 1e38], ids=["nan", "overflow"])
def test_a_loss_that_is_not_finite_stops_training_and_says_where(d2l, batches, lr):
    model = d2l.softmax_regression(lr=lr)
    with pytest.raises(FloatingPointError, match=r"epoch 1, batch 2: expected a finite.*lower learning rate"):
        d2l.train_ch3(model.net, batches, batches, model.loss, 3, model.updater)


@pytest.mark.parametrize("num_epochs", [0, -2])
def test_no_epochs_are_an_error(d2l, batches, num_epochs):
    model = d2l.softmax_regression()
    with pytest.raises(ValueError, match=f"at least 1, received {num_epochs}"):
        d2l.train_ch3(model.net, batches, batches, model.loss, num_epochs, model.updater)


def test_a_generator_that_is_used_up_is_an_error(d2l, batches):
    model = d2l.softmax_regression()
    with pytest.raises(ValueError, match="A generator is used up after one pass"):
        d2l.train_ch3(model.net, (batch for batch in batches), batches, model.loss, 2, model.updater)


def test_an_updater_of_no_known_kind_is_an_error(d2l, batches):
    model = d2l.softmax_regression()
    updater = type("Updater", (), {"params": []})()
    with pytest.raises(TypeError, match="updater: expected a .* received .*Updater"):
        d2l.train_epoch_ch3(model.net, batches, model.loss, updater)


def test_labels_become_names(d2l, backend):
    labels = backend.tensor(np.array([0, 9, 5], dtype="int32"))
    assert d2l.get_fashion_mnist_labels(labels) == ["t-shirt", "ankle boot", "sandal"]
    assert d2l.get_fashion_mnist_labels(range(2)) == ["t-shirt", "trouser"]


@pytest.mark.parametrize("label", [-1, 10])
def test_labels_out_of_range_are_an_error(d2l, label):
    with pytest.raises(ValueError, match=f"from 0 to 9, received {label}"):
        d2l.get_fashion_mnist_labels([0, label])


def test_an_interruption_carries_the_history_so_far_and_its_curves_are_drawn(d2l, batches):
    model = d2l.softmax_regression()

    class Interrupted(list):
        passes = 0

        def __iter__(self):
            self.passes += 1
            if self.passes == 3:
                raise KeyboardInterrupt
            return super().__iter__()

    with pytest.raises(KeyboardInterrupt) as stop:
        d2l.train_ch3(model.net, Interrupted(batches), batches, model.loss, 5, model.updater)
    assert len(stop.value.history.test_acc) == 2
    (axes,) = plt.gcf().axes
    assert [len(line.get_xdata()) for line in axes.lines] == [2, 2, 2]


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):  # noqa: N818
    """An exception that takes no attributes."""

    reason: str


class Closed(Exception):  # noqa: N818
    """Another one."""

    history = property(lambda self: "mine")


@pytest.mark.parametrize("error", [Frozen("mine"), Closed("mine")], ids=["frozen", "closed"])
def test_an_exception_that_takes_no_attributes_is_raised_as_it_is(d2l, batches, error):
    model = d2l.softmax_regression()

    class Failing(list):
        def __iter__(self):
            raise error

    with pytest.raises(type(error)) as stop:
        d2l.train_ch3(model.net, batches, Failing(batches), model.loss, 1, model.updater)
    assert stop.value is error
