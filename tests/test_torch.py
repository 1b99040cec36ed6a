"""What is PyTorch's own: modes, gradients, losses, optimisers."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from d2l_compat import d2lzh_pytorch
from d2l_compat import torch as d2l

pytestmark = pytest.mark.framework("torch")


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    return torch.rand(4, 3, generator=generator), torch.tensor([0, 1, 1, 0])


def linear():
    net = nn.Linear(3, 2)
    nn.init.constant_(net.weight, 0.1)
    nn.init.zeros_(net.bias)
    return net


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_every_reduction_trains_and_reports_alike(batch, reduction):
    net = linear()
    loss, _ = d2l.train_epoch_ch3(
        net, [batch], nn.CrossEntropyLoss(reduction=reduction), torch.optim.SGD(net.parameters(), lr=0.5)
    )
    by_hand = linear()
    expected = nn.functional.cross_entropy(by_hand(batch[0]), batch[1])
    expected.backward()
    assert loss == pytest.approx(expected.item())
    torch.testing.assert_close(net.weight, by_hand.weight - 0.5 * by_hand.weight.grad)


def test_dropout_is_on_in_training_and_off_in_evaluation(batch):
    modes = []

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = linear()

        def forward(self, X):
            modes.append((self.training, torch.is_grad_enabled()))
            return self.layer(X)

    net = Net()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    d2l.train_ch3(net, [batch], [batch], nn.CrossEntropyLoss(reduction="none"), 2, optimiser)
    assert modes == [(True, True), (False, False)] * 2


def test_sgd_steps_and_zeroes_the_gradient():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w * torch.tensor([4.0, 8.0])).sum().backward()
    d2l.sgd([w], lr=0.1, batch_size=2)
    torch.testing.assert_close(w.detach(), torch.tensor([0.8, 1.6]))
    assert w.grad.tolist() == [0, 0]


def test_the_learning_rate_of_sgd_may_be_a_tensor():
    w = torch.tensor([1.0], requires_grad=True)
    (3 * w).sum().backward()
    d2l.sgd([w], lr=torch.tensor([0.5]), batch_size=2)
    assert w.item() == 1 - 0.5 * 3 / 2


def test_accuracy_of_a_tensor_with_a_gradient():
    y_hat = torch.tensor([[0.0, 1.0]], requires_grad=True)
    assert d2l.accuracy(y_hat, torch.tensor([1])) == 1.0


def test_autocast_trains_and_evaluates_as_it_is_without(batch):
    def figures(net):
        before = d2l.evaluate_accuracy(net, [batch])
        loss = nn.CrossEntropyLoss(reduction="none")
        history = d2l.train_ch3(net, [batch], [batch], loss, 2, torch.optim.SGD(net.parameters(), lr=0.5))
        evaluated = d2l.evaluate_accuracy(net, [batch]), d2l.evaluate_loss(net, [batch], loss)
        d2l.predict_ch3(lambda X: net(X.flatten(1)), [(batch[0].reshape(4, 1, 3), batch[1])])
        return [before, *history.train_loss, *history.train_acc, *history.test_acc, *evaluated]

    expected = figures(linear())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert linear()(batch[0]).dtype is torch.bfloat16
        assert figures(linear()) == pytest.approx(expected, abs=5e-3)


READ_ONLY = """
import warnings
import numpy as np
from d2l_compat import torch as d2l

def said(function, *args):
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        function(*args)
    return [str(warning.message)[:37] for warning in given]

import torch
train_iter, _ = d2l.load_data_fashion_mnist(256)
print(said(next, iter(train_iter)), said(torch.from_numpy, np.frombuffer(b"0", np.uint8)))
"""


def test_pytorchs_only_warning_of_read_only_memory_is_left_to_the_reader():
    printed = subprocess.run([sys.executable, "-c", READ_ONLY], check=True, stdout=subprocess.PIPE, text=True)
    assert printed.stdout == "[] ['The given NumPy array is not writable']\n"


@pytest.mark.parametrize("kind", ["tensor", "NumPy"])
def test_functions_that_call_a_method_take_its_arguments(kind):
    x = torch.arange(6.0) if kind == "tensor" else np.arange(6.0)
    assert d2l.reshape(x, 2, 3).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert d2l.swapaxes(d2l.reshape(x, 2, 3), 0, 1).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert d2l.repeat(x[:2], 2).tolist() == ([0, 1, 0, 1] if kind == "tensor" else [0, 0, 1, 1])


def test_modules_are_moved_and_cast_as_tensors_are():
    net = linear()
    assert d2l.to(net, "cpu") is net
    assert d2l.astype(net, torch.float64) is net
    assert net.weight.dtype == torch.float64


class Noted(nn.Module):
    """Dropout before a frozen normalisation; notes in which mode each of them is called."""

    def __init__(self):
        super().__init__()
        self.dropout, self.frozen, self.layer = nn.Dropout(0.5), nn.BatchNorm1d(3), linear()
        self.modes = []

    def forward(self, X):  # noqa: D102 - the class says it
        self.modes.append((self.training, self.dropout.training, self.frozen.training))
        return self.layer(self.frozen(self.dropout(X.reshape(-1, 3))))


def predict(net, batch):
    d2l.predict_ch3(net, [batch], n=1)
    d2l.plt.close("all")


EVALUATIONS = {
    "evaluate_loss": lambda net, batch: d2l.evaluate_loss(net, [batch], nn.CrossEntropyLoss()),
    "predict_ch3": predict,
}


@pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS)
def test_each_module_is_afterwards_in_the_mode_that_it_was_in(evaluate):
    net = Noted()
    net.frozen.eval()
    evaluate(net, (torch.rand(4, 1, 1, 3), torch.tensor([0, 1, 1, 0])))
    assert net.modes == [(False, False, False)]
    assert (net.training, net.dropout.training, net.frozen.training) == (True, True, False)


def test_modes_are_restored_after_an_error_too(batch):
    net = Noted()
    with pytest.raises(ZeroDivisionError):
        d2l.evaluate_loss(net, [batch], lambda y_hat, y: 1 / 0)
    assert net.training


@pytest.mark.parametrize("resize", [None, 14], ids=["28", "14"])
def test_the_dataset_of_an_iterator_is_as_torchvision_has_it(resize):
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, resize)
    assert (len(train_iter.dataset), len(test_iter.dataset)) == (60_000, 10_000)
    X, y = next(iter(test_iter))
    for i in (0, 255):
        image, label = test_iter.dataset[i]
        assert torch.equal(image, X[i])
        assert (type(label), label) == (int, y[i])
    assert test_iter.dataset[-1][1] == test_iter.dataset[9_999][1]
    with pytest.raises(IndexError):
        test_iter.dataset[10_000]


def test_the_dataset_has_images_and_labels_as_tensors():
    test_iter = d2l.load_data_fashion_mnist(256)[1]
    dataset = test_iter.dataset
    assert (dataset.data.shape, dataset.data.dtype) == ((10_000, 28, 28), torch.uint8)
    assert (dataset.targets.shape, dataset.targets.dtype) == ((10_000,), torch.int64)
    assert torch.equal(dataset.data[7] / 255, dataset[7][0][0])
    dataset.data.zero_()
    assert next(iter(test_iter))[0].any()


def test_a_loader_of_ones_own_takes_the_dataset():
    test_iter = d2l.load_data_fashion_mnist(256)[1]
    subset = torch.utils.data.Subset(pickle.loads(pickle.dumps(test_iter.dataset)), range(6))
    X, y = next(iter(torch.utils.data.DataLoader(subset, batch_size=4)))
    expected = next(iter(test_iter))
    assert torch.equal(X, expected[0][:4])
    assert torch.equal(y, expected[1][:4])


def test_the_dataset_of_load_array_is_of_the_tensors_themselves():
    X, y = torch.arange(6.0).reshape(3, 2), torch.tensor([1, 2, 3])
    dataset = d2l.load_array((X, y), 2).dataset
    assert isinstance(dataset, torch.utils.data.TensorDataset)
    assert len(dataset) == 3
    assert [part.tolist() for part in dataset[2]] == [[4, 5], 3]
    X[2] = 0
    assert dataset[2][0].tolist() == [0, 0]


def test_load_array_of_memory_that_must_not_be_written_warns_of_nothing():
    dataset = d2l.load_array((np.broadcast_to(np.float32(1), (3, 2)), np.arange(3)), 2).dataset
    dataset.tensors[0][0] = 0
    assert dataset.tensors[0].tolist() == [[0, 0], [1, 1], [1, 1]]


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_functions_without_a_signature_are_evaluated_in_the_ports_too():
    @torch.jit.script
    def scripted(X):
        return X * 2

    data = [(torch.eye(3), torch.tensor([0, 1, 1]))]
    for net in (scripted, torch.relu):
        assert d2lzh_pytorch.evaluate_accuracy(data, net) == pytest.approx(2 / 3)


# Devices


def test_tensors_on_two_devices_are_refused_before_anything_is_trained(batch):
    # The device "meta" is everywhere, and stands in for a GPU.
    net = linear().to("meta")
    updater = torch.optim.SGD(net.parameters(), lr=0.5)
    with pytest.raises(
        RuntimeError, match="batch 1: expected .* on one device, .*(cpu|meta).*(meta|cpu)"
    ) as error:
        d2l.train_epoch_ch3(net, [batch], nn.CrossEntropyLoss(), updater)
    assert "Move the net" in str(error.value)
    assert "Flatten" not in str(error.value)
    assert net.weight.grad is None


def test_evaluate_accuracy_copies_batches_to_the_device_it_is_given(batch):
    seen = []

    def net(X):
        seen.append(X.device.type)
        return torch.zeros(len(X), 2)

    d2l.evaluate_accuracy(net, [batch], "meta")
    assert seen == ["meta"]
