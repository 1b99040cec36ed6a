"""Nets in bfloat16, float16 and float64: every helper gives what it gives in float32, worked by hand."""

import functools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from kits import kit_of
from small_model import SmallModel, X

from conftest import CHOSEN
from d2l_compat.lessons.trials import prepared

CASES = [(name, dtype) for name in CHOSEN for dtype in kit_of(name).types]
MOVED = [[0.25, 0.75], [0.5, 1.25]]  # by -0.5 / 2 times the gradient


class Model(SmallModel):
    """The small model with a product that MXNet computes in float16 too."""

    def net(self, X):
        """Return the scores."""
        if self.backend.name == "mxnet":
            return (X.reshape(-1, 2, 1) * self.W).sum(axis=1)
        return super().net(X)


def train(d2l, model, train_one):
    """Call `train_one` with what trains the `model`, in the manner of its framework; return that and W."""
    if d2l.backend.name == "jax":
        updater = d2l.Updater(model.W, lr=0.5)
        return train_one(lambda W, X: X @ W, updater), updater.params
    if hasattr(d2l, "Updater"):
        return train_one(model.net, d2l.Updater(model.params, lr=0.5)), model.W
    return train_one(model.net, lambda n: d2l.sgd(model.params, 0.5, n)), model.W


def epoch_of(d2l, batches, loss, net, updater):
    """Train for an epoch, the arguments in the order in which they are known."""
    return d2l.train_epoch_ch3(net, batches, loss, updater)


def accuracy(d2l, model, dtype):
    (scores, y), *_ = model.batches
    assert d2l.accuracy(scores, y) == 1.0
    assert d2l.accuracy(model.kit.cast(y, dtype), y) == 2.0
    assert d2l.accuracy(y, model.kit.cast(y, dtype)) == 2.0


def evaluate_accuracy(d2l, model, dtype):
    assert d2l.evaluate_accuracy(model.net, model.batches) == 0.5


def evaluate_loss(d2l, model, dtype):
    assert d2l.evaluate_loss(model.net, model.batches, model.losses) == -3.0
    assert d2l.evaluate_loss(model.net, model.batches, model.mean_loss) == -3.0


def train_epoch_ch3(d2l, model, dtype):
    for name in ("losses", "mean_loss"):
        model = Model(d2l, dtype)
        epoch = functools.partial(epoch_of, d2l, model.batches, getattr(model, name))
        figures, W = train(d2l, model, epoch)
        assert figures == (-3.0, 0.5)
        np.testing.assert_array_equal(model.backend.to_numpy(W) - np.eye(2), MOVED)


def train_ch3(d2l, model, dtype):
    batches = model.batches
    history, W = train(
        d2l, model, lambda net, step: d2l.train_ch3(net, batches, batches, model.losses, 2, step)
    )
    # The loss of a row is -X[i] @ W[:, i]; the test accuracy of [[1.25, 0.75], [0.5, 2.25]] is that of X @ W.
    assert history.train_loss == [-3.0, -3.0 - (1.25 + 8.5) / 2]
    assert history.train_acc == [0.5, 0.5]
    assert history.test_acc == [0.5, 0.5]
    assert str(W.dtype).endswith(dtype) or dtype in str(W.dtype)


def predict_ch3(d2l, model, dtype):
    images = model.kit.cast(model.backend.tensor(np.arange(8, dtype="float32").reshape(2, 2, 2)), dtype)
    d2l.predict_ch3(lambda images: model.batches[0][0], [(images, model.batches[0][1])], n=2)
    assert [ax.get_title() for ax in plt.gcf().axes] == ["t-shirt\ntrouser", "trouser\ntrouser"]
    assert plt.gcf().axes[1].images[0].get_array().tolist() == [[4, 5], [6, 7]]


def show_images(d2l, model, dtype):
    images = model.kit.cast(model.backend.tensor(np.arange(8, dtype="float32").reshape(2, 2, 2)), dtype)
    axes = d2l.show_images(images, 1, 2)
    assert axes[1].images[0].get_array().tolist() == [[4, 5], [6, 7]]
    plt.gcf().canvas.draw()


def plot(d2l, model, dtype):
    scores = model.batches[0][0]
    d2l.plot(scores[0], [scores[0], scores[1]])
    assert [line.get_ydata().tolist() for line in plt.gca().lines] == X.tolist()
    plt.gcf().canvas.draw()


def accumulator(d2l, model, dtype):
    metric = d2l.Accumulator(2)
    metric.add(model.batches[0][0][1, 1], model.W[0, 0])
    metric.add(1, model.W[0, :1])
    assert (metric[0], metric[1]) == (6.0, 2.0)


def labels(d2l, model, dtype):
    y = model.kit.cast(model.batches[0][1], dtype)
    assert d2l.get_fashion_mnist_labels(y) == ["t-shirt", "trouser"]


HELPERS = (accumulator, accuracy, evaluate_accuracy, evaluate_loss, labels, plot, predict_ch3)
HELPERS += (show_images, train_ch3, train_epoch_ch3)


@pytest.mark.parametrize("helper", HELPERS, ids=lambda helper: helper.__name__)
@pytest.mark.parametrize(("framework", "dtype"), CASES)
def test_it_is_the_same_in_every_type(framework, dtype, helper):
    d2l = prepared(framework)
    helper(d2l, Model(d2l, dtype), dtype)
    plt.close("all")


@pytest.mark.parametrize("reduced", [False, True], ids=["each", "mean"])
@pytest.mark.parametrize(("framework", "dtype"), CASES)
def test_losses_are_not_added_up_in_a_narrow_type(framework, dtype, reduced):
    """257 losses of 400: 102,800 is beyond float16, and between two numbers of bfloat16."""
    d2l = prepared(framework)
    model = Model(d2l, dtype)
    backend = model.backend
    y = backend.tensor(np.zeros(257, dtype=backend.label_dtype))
    batches = [(model.kit.cast(backend.tensor(np.full((257, 2), 20, dtype="float32")), dtype), y)]

    def loss(y_hat, y):
        l = model.kit.sum_of_rows(y_hat * y_hat) / 2
        return l[0] if reduced else l

    assert d2l.evaluate_loss(lambda X: X, batches, loss) == 400
    (figure, _), _ = train(d2l, model, functools.partial(epoch_of, d2l, batches, loss))
    assert figure == 400
