"""What is MXNet's own: Gluon losses, blocks and trainers."""

import numpy
import pytest
from mxnet import autograd, gluon, np, npx

from d2l_compat import mxnet as d2l

pytestmark = pytest.mark.framework("mxnet")


@pytest.fixture
def batch():
    pixels = numpy.random.default_rng(0).random((4, 3)).astype("float32")
    return np.array(pixels), np.array([0, 1, 1, 0], dtype="int32")


def dense():
    net = gluon.nn.Dense(2, in_units=3)
    net.initialize()
    net.weight.set_data(np.full((2, 3), 0.1))
    return net


SoftmaxCE = gluon.loss.SoftmaxCrossEntropyLoss
LOSSES = {
    "per-example": SoftmaxCE(),
    "mean": lambda y_hat, y: SoftmaxCE()(y_hat, y).mean(),
    "own": lambda y_hat, y: -npx.pick(npx.log_softmax(y_hat), y),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_trainer_steps_along_the_mean_gradient(batch, loss):
    net, by_hand = dense(), dense()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    reported, _ = d2l.train_epoch_ch3(net, [batch], loss, trainer)
    with autograd.record():
        expected = SoftmaxCE()(by_hand(batch[0]), batch[1]).mean()
    expected.backward()
    assert reported == pytest.approx(expected.item(), rel=1e-5)
    numpy.testing.assert_allclose(
        net.weight.data().asnumpy(),
        (by_hand.weight.data() - 0.5 * by_hand.weight.grad()).asnumpy(),
        atol=1e-6,
    )


def test_dropout_is_on_in_training_and_off_in_evaluation(batch):
    modes = []

    class Net(gluon.Block):
        def __init__(self):
            super().__init__()
            self.layer = dense()

        def forward(self, X):
            modes.append((autograd.is_training(), autograd.is_recording()))
            return self.layer(X)

    net = Net()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    d2l.train_ch3(net, [batch], [batch], SoftmaxCE(), 2, trainer)
    assert modes == [(True, True), (False, False)] * 2


def test_load_array_of_one_array_yields_arrays_as_gluons_loader_does():
    batches = d2l.load_array((np.arange(5),), 2, is_train=False)
    assert [batch.tolist() for batch in batches] == [[0, 1], [2, 3], [4]]


def test_other_names_come_from_the_installed_d2l():
    assert d2l.Vocab.__module__ == "d2l.mxnet"


def test_sgd_steps_in_place():
    w = np.array([1.0, 2.0])
    w.attach_grad()
    with autograd.record():
        l = (w * np.array([4.0, 8.0])).sum()
    l.backward()
    d2l.sgd([w], lr=0.1, batch_size=2)
    numpy.testing.assert_allclose(w.asnumpy(), [0.8, 1.6], rtol=1e-6)


@pytest.mark.parametrize("kind", ["tensor", "NumPy"])
def test_functions_that_call_a_method_take_its_arguments(kind):
    x = np.arange(6.0) if kind == "tensor" else numpy.arange(6.0)
    assert d2l.reshape(x, 2, 3).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert d2l.swapaxes(d2l.reshape(x, 2, 3), 0, 1).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert d2l.repeat(x, 2).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert d2l.astype(x, dtype="int32").tolist() == [0, 1, 2, 3, 4, 5]
