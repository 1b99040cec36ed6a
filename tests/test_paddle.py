"""What is PaddlePaddle's own: modes, gradients, labels in a column, losses, optimisers."""

import subprocess
import sys

import numpy as np
import paddle
import pytest
from paddle import nn
from paddle.nn import functional

from d2l_compat import paddle as d2l

pytestmark = pytest.mark.framework("paddle")

X = np.random.default_rng(0).random((4, 3), dtype="float32")
COLUMN, FLAT = [[0], [1], [1], [0]], [0, 1, 1, 0]


def linear():
    net = nn.Linear(3, 2)
    net.weight.set_value(np.full((3, 2), 0.1, "float32"))
    net.bias.set_value(np.zeros(2, "float32"))
    return net


@pytest.mark.parametrize("labels", [COLUMN, FLAT], ids=["in a column", "flat"])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_every_reduction_trains_and_reports_alike(labels, reduction):
    net, batch = linear(), (paddle.to_tensor(X), paddle.to_tensor(labels))
    optimiser = paddle.optimizer.SGD(learning_rate=0.5, parameters=net.parameters())
    loss, accuracy = d2l.train_epoch_ch3(net, [batch], nn.CrossEntropyLoss(reduction=reduction), optimiser)
    by_hand = linear()
    expected = functional.cross_entropy(by_hand(batch[0]), batch[1])
    expected.backward()
    assert (loss, accuracy) == (pytest.approx(expected.item()), 0.5)
    stepped = by_hand.weight.numpy() - 0.5 * by_hand.weight.grad.numpy()
    np.testing.assert_allclose(net.weight.numpy(), stepped, rtol=1e-6)


def test_an_optimiser_trains_with_its_schedule_and_on_the_gradient_of_the_batch_alone():
    net, batch = linear(), (paddle.to_tensor(X), paddle.to_tensor(COLUMN))
    net(batch[0]).sum().backward()
    rate = paddle.optimizer.lr.StepDecay(0.5, step_size=1)
    optimiser = paddle.optimizer.Momentum(rate, momentum=0.0, parameters=net.parameters())
    d2l.train_epoch_ch3(net, [batch], nn.CrossEntropyLoss(), optimiser)
    expected = linear()
    functional.cross_entropy(expected(batch[0]), batch[1]).backward()
    stepped = expected.weight.numpy() - 0.5 * expected.weight.grad.numpy()
    np.testing.assert_allclose(net.weight.numpy(), stepped, rtol=1e-6)


class Noted(nn.Layer):
    """A dropout before a frozen one; notes in which mode each of them is called."""

    def __init__(self):
        super().__init__()
        self.dropout, self.frozen, self.layer = nn.Dropout(0.5), nn.Dropout(0.5), linear()
        self.modes = []

    def forward(self, X):  # noqa: D102 - the class says it
        parts = (self, self.dropout, self.frozen)
        self.modes.append((*(part.training for part in parts), paddle.is_grad_enabled()))
        return self.layer(self.frozen(self.dropout(X.reshape([-1, 3]))))


def test_dropout_is_on_in_training_and_off_in_evaluation():
    net, batch = Noted(), (paddle.to_tensor(X), paddle.to_tensor(COLUMN))
    optimiser = paddle.optimizer.SGD(0.1, net.parameters())
    d2l.train_ch3(net, [batch], [batch], nn.CrossEntropyLoss(reduction="none"), 2, optimiser)
    assert net.modes == [(True,) * 4, (False,) * 4] * 2


def test_each_layer_is_afterwards_in_the_mode_that_it_was_in():
    net = Noted()
    net.frozen.eval()
    d2l.evaluate_loss(net, [(paddle.to_tensor(X), paddle.to_tensor(COLUMN))], nn.CrossEntropyLoss())
    assert net.modes == [(False,) * 4]
    assert (net.training, net.dropout.training, net.frozen.training) == (True, True, False)


def test_sgd_steps_and_zeroes_the_gradient():
    w = paddle.to_tensor([1.0, 2.0], stop_gradient=False)
    (w * paddle.to_tensor([4.0, 8.0])).sum().backward()
    d2l.sgd([w], lr=0.1, batch_size=2)
    np.testing.assert_allclose(w.numpy(), [0.8, 1.6], rtol=1e-6)
    assert w.grad.tolist() == [0, 0]


def test_the_older_call_forgets_what_earlier_cells_left_in_the_gradients():
    w = paddle.to_tensor([1.0], stop_gradient=False)
    (7 * w).sum().backward()
    batch = paddle.ones([2, 1]), paddle.zeros([2, 1])
    d2l.train_ch3(lambda X: X * w, [batch], [batch], lambda y_hat, y: y_hat, 1, 2, [w], 2.0)
    assert w.item() == -1


def test_the_dataset_of_an_iterator_is_as_paddles_own():
    _, test_iter = d2l.load_data_fashion_mnist(256)
    X, y = next(iter(test_iter))
    image, label = test_iter.dataset[255]
    assert (len(test_iter.dataset), image.shape, label.shape) == (10_000, [1, 28, 28], [1])
    assert (image == X[255]).all()
    assert label == y[255]
    loader = paddle.io.DataLoader(test_iter.dataset, batch_size=4, return_list=True)
    assert [part.shape for part in next(iter(loader))] == [[4, 1, 28, 28], [4, 1]]


@pytest.fixture
def loader():
    dataset = paddle.io.TensorDataset([paddle.to_tensor(X), paddle.to_tensor(COLUMN)])
    return paddle.io.DataLoader(dataset, batch_size=2, return_list=True)


def test_a_loader_of_ones_own_is_a_data_iterator_although_it_can_be_called(loader):
    net = nn.Sequential(linear())
    assert d2l.evaluate_accuracy(net, loader) == d2l.evaluate_accuracy(loader, net) == 0.5
    optimiser = paddle.optimizer.SGD(0.1, net.parameters())
    history = d2l.train_ch3(net, loader, loader, nn.CrossEntropyLoss(), 1, optimiser)
    assert history.test_acc == [0.5]
    with pytest.raises(TypeError, match="data_iter is Sequential: pass an iterator"):
        d2l.evaluate_accuracy(net, net)
    with pytest.raises(TypeError, match="net is DataLoader: pass a net"):
        d2l.evaluate_accuracy(loader, loader)


def test_an_iterator_may_be_called_as_a_loader_may(loader):
    batches = d2l.load_array((paddle.to_tensor(X), paddle.to_tensor(COLUMN)), 2, is_train=False)
    for (ours, _), (theirs, _) in zip(batches(), loader()):
        assert paddle.equal_all(ours, theirs)


@pytest.mark.parametrize("score", [np.nan, np.inf])
def test_a_score_that_is_not_finite_stops_training_although_the_loss_is_finite(score):
    scores = np.zeros((1, 16), "float32")
    scores[0, 3] = score
    net, batch = (lambda X: X), (paddle.to_tensor(scores), paddle.to_tensor([[5]]))
    assert nn.functional.cross_entropy(net(batch[0]), batch[1]).isfinite()
    with pytest.raises(FloatingPointError, match="expected a finite training loss"):
        d2l.train_epoch_ch3(net, [batch], nn.CrossEntropyLoss(), lambda batch_size: None)


def test_bfloat16_is_shown_as_numbers():
    assert d2l.backend.to_numpy(paddle.to_tensor([1.5]).astype("bfloat16")).tolist() == [1.5]


THREADS = """
from d2l_compat import paddle as d2l
d2l.set_seed(0)
train_iter, test_iter = d2l.load_data_fashion_mnist(256)
net, loss, updater, _ = d2l.softmax_regression(concise=True)
d2l.train_ch3(net, train_iter, test_iter, loss, 1, updater)
"""


def test_the_same_seed_prints_the_same_figures_whatever_the_number_of_threads(monkeypatch):
    printed = set()
    for threads in "12":
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        run = subprocess.run([sys.executable, "-c", THREADS], check=True, capture_output=True, text=True)
        printed.add(run.stdout)
    assert len(printed) == 1


BESIDE_TENSORFLOW = """
import importlib, sys
for name in sys.argv[1:]: importlib.import_module(name)
print(sys.modules["tensorflow"].__version__)
try: from d2l_compat import paddle
except ImportError as error: print(error)
"""


def beside_tensorflow(*names):
    """Import these in a process of its own, then the face; return TensorFlow's version and the error."""
    command = [sys.executable, "-W", "ignore", "-c", BESIDE_TENSORFLOW, *names]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    version, _, error = printed.partition("\n")
    return version, error


@pytest.mark.framework("tensorflow")
def test_after_a_tensorflow_with_which_the_process_would_end_the_import_is_refused():
    version, error = beside_tensorflow("tensorflow")
    works = tuple(map(int, version.split(".")[:2])) < (2, 20)
    refusal = f"after TensorFlow {version}. Import paddle, or this face, first: in a new process"
    assert error == "" if works else refusal in error


@pytest.mark.framework("tensorflow")
def test_paddle_before_tensorflow_is_taken():
    assert beside_tensorflow("paddle", "tensorflow")[1] == ""


def test_the_import_is_silent():
    run = subprocess.run(
        [sys.executable, "-c", "import d2l_compat.paddle"], check=True, capture_output=True, text=True
    )
    assert run.stdout + run.stderr == ""
