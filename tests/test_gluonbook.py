"""Editions 2018 and 2019 on MXNet nd: hand-worked numbers, and how the two differ."""

import numpy as np
import pytest
from mxnet import autograd, gluon, nd, npx

from d2l_compat import d2l_2019, gluonbook
from d2l_compat.helpers.history import epoch_line

pytestmark = pytest.mark.framework("mxnet")

PIXELS = np.random.default_rng(0).random((6, 1, 28, 28)).astype("float32")


@pytest.fixture(autouse=True)
def nd_semantics():
    """These editions' own semantics; the other tests of MXNet run under those of edition 2021."""
    npx.reset_np()
    yield
    npx.set_np()


@pytest.fixture(params=[gluonbook, d2l_2019], ids=["gluonbook", "d2l-2019"])
def face(request):
    return request.param


@pytest.fixture
def batches():
    """A batch of four examples and a short one of two."""
    y = np.array([0, 1, 2, 3, 4, 5], dtype="int32")
    return [(nd.array(PIXELS[rows]), nd.array(y[rows], dtype="int32")) for rows in (slice(0, 4), slice(4, 6))]


def scores(*classes):
    return nd.array(np.eye(10)[list(classes)])


def test_accuracy_is_the_fraction(face):
    y_hat = nd.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    assert face.accuracy(y_hat, nd.array([0, 2], dtype="int32")) == 0.5


def test_a_short_batch_counts_by_its_examples_where_a_net_is_evaluated(face):
    # Four of four right, then none of one: 4 / 5 over examples, in every release; 1 / 2 over batches.
    data_iter = [(scores(0, 1, 2, 3), nd.array([0, 1, 2, 3])), (scores(4), nd.array([5]))]
    assert face.evaluate_accuracy(data_iter, lambda X: X) == 4 / 5


def test_in_training_it_weighs_like_any_other_in_2018_and_by_its_examples_in_2019(batches, capsys):
    def losses(y_hat, y):
        return y_hat[:, 0] * 0 + (4.0 if len(y) == 4 else 1.0)

    def train(face):
        params = [nd.zeros((784, 10))]
        params[0].attach_grad()

        def net(X):  # always class 0, the label of the first example alone
            return nd.dot(X.reshape((-1, 784)), params[0])

        history = face.train_ch3(net, batches, batches, losses, 1, 4, params, 0)
        return history.train_loss, history.train_acc, history.test_acc

    assert train(gluonbook) == ([(4 + 1) / 2], [(1 / 4 + 0) / 2], [1 / 6])
    assert train(d2l_2019) == ([(4 * 4 + 2 * 1) / 6], [1 / 6], [1 / 6])
    assert capsys.readouterr().out == (
        "epoch 1, loss 2.5000, train acc 0.125, test acc 0.167\n"
        "epoch 1, loss 3.0000, train acc 0.167, test acc 0.167\n"
    )


def by_hand(batches, batch_size, lr):
    """W and b after one pass from zero, every batch divided by `batch_size`, in float64."""
    W, b = np.zeros((784, 10)), np.zeros(10)
    for X, y in batches:
        X, y = X.asnumpy().reshape(-1, 784).astype(float), y.asnumpy()
        exp = np.exp(X @ W + b)
        d_logits = exp / exp.sum(axis=1, keepdims=True)
        d_logits[range(len(y)), y] -= 1
        W -= lr / batch_size * X.T @ d_logits
        b -= lr / batch_size * d_logits.sum(axis=0)
    return W, b


def test_every_batch_is_divided_by_the_batch_size_the_short_one_too(face, batches):
    W, b = nd.zeros((784, 10)), nd.zeros(10)
    for param in (W, b):
        param.attach_grad()

    def net(X):
        return nd.softmax(nd.dot(X.reshape((-1, 784)), W) + b)

    def cross_entropy(y_hat, y):
        return -nd.pick(y_hat, y).log()

    face.train_ch3(net, batches, batches, cross_entropy, 1, 4, [W, b], 0.1)
    for ours, expected in zip((W, b), by_hand(batches, 4, 0.1)):
        np.testing.assert_allclose(ours.asnumpy(), expected, atol=1e-7)


def test_a_trainer_steps_by_the_batch_size_too(face, batches):
    net = gluon.nn.Dense(10)
    net.initialize()
    net(batches[0][0])
    net.weight.set_data(nd.zeros((10, 784)))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    face.train_ch3(net, batches, batches, loss, 1, 4, None, None, trainer)
    W, b = by_hand(batches, 4, 0.1)
    np.testing.assert_allclose(net.weight.data().asnumpy().T, W, atol=1e-6)
    np.testing.assert_allclose(net.bias.data().asnumpy(), b, atol=1e-6)


def test_the_models_of_the_chapter_take_the_same_steps(face, batches):
    W, b = by_hand(batches, 256, 0.1)
    for concise in (False, True):
        model = face.softmax_regression(np.zeros((784, 10), "float32"), concise=concise)
        face.train_ch3(model.net, batches, batches, model.loss, 1, model.updater)
        for ours, expected in zip(model.parameters(), (W, b)):
            np.testing.assert_allclose(ours, expected, atol=1e-7)


def test_the_printed_line_has_the_published_format(face, batches, capsys):
    assert epoch_line(1, 0.78762, 0.7471, 0.80449) == "epoch 1, loss 0.7876, train acc 0.747, test acc 0.804"
    model = face.softmax_regression()
    history = face.train_ch3(model.net, batches, batches, model.loss, 2, 256, None, None, lambda n: None)
    printed = capsys.readouterr().out.splitlines()
    figures = zip(history.train_loss, history.train_acc, history.test_acc)
    assert printed == [
        f"epoch {i}, loss {loss:.4f}, train acc {train:.3f}, test acc {test:.3f}"
        for i, (loss, train, test) in enumerate(figures, 1)
    ]


def test_a_mean_loss_trains_as_per_example_losses_do(face, batches):
    def trained(mean):
        model = face.softmax_regression(np.zeros((784, 10), "float32"))

        def loss(y_hat, y):
            losses = model.loss(y_hat, y)
            return losses.mean() if mean else losses

        history = face.train_ch3(model.net, batches, batches, loss, 1, model.updater)
        return history.train_loss, model.parameters()[0]

    (loss, W), (mean_loss, mean_W) = trained(False), trained(True)
    assert mean_loss == pytest.approx(loss, rel=1e-6)
    np.testing.assert_allclose(mean_W, W, atol=1e-7)


def test_a_context_is_where_the_batches_go(face):
    from mxnet import cpu

    data_iter = [(scores(0, 1), nd.array([0, 1]))]
    assert face.evaluate_accuracy(data_iter, lambda X: X, cpu()) == 1.0
    assert face.evaluate_accuracy(data_iter, lambda X: X, ctx=[cpu()]) == 1.0


def test_batches_are_those_of_the_edition(face):
    train_iter, test_iter = face.load_data_fashion_mnist(256)
    X, y = next(iter(train_iter))
    assert (type(X), type(y)) == (nd.NDArray, nd.NDArray)
    assert (X.shape, X.dtype, y.dtype) == ((256, 1, 28, 28), np.float32, np.int32)
    assert (len(train_iter), len(test_iter)) == (235, 40)


def test_images_are_shown_in_a_row_under_their_labels(face):
    from matplotlib import pyplot as plt

    _, test_iter = face.load_data_fashion_mnist(9)
    X, y = next(iter(test_iter))
    labels = face.get_fashion_mnist_labels(y.asnumpy())
    assert labels == face.get_fashion_mnist_labels(y)
    face.show_fashion_mnist(X, labels)
    assert [ax.get_title() for ax in plt.gcf().axes] == labels
    assert face.show_images(X[:6], 2, 3).shape == (2, 3)
    plt.close("all")


def test_numpy_semantics_are_refused_and_the_error_says_what_to_do(face):
    npx.set_np()
    with pytest.raises(RuntimeError, match=r"expected MXNet's nd semantics.*npx.reset_np\(\)"):
        next(iter(face.load_data_fashion_mnist(256)[0]))


def test_the_face_of_2021_refuses_nd_semantics():
    from d2l_compat import mxnet

    with pytest.raises(RuntimeError, match=r"expected MXNet's np semantics.*npx.set_np\(\)"):
        next(iter(mxnet.load_data_fashion_mnist(256)[0]))


def test_sgd_steps_in_place(face):
    w = nd.array([1.0, 2.0])
    w.attach_grad()
    with autograd.record():
        l = w * nd.array([4.0, 8.0])
    l.backward()
    face.sgd([w], lr=0.1, batch_size=2)
    np.testing.assert_allclose(w.asnumpy(), [0.8, 1.6], rtol=1e-6)
