"""What the owner of a GPU does: nets and batches on it, moved where the helper of the edition moves them."""

import importlib
import re
import sys

import numpy as np
import pytest

from benchmarks import timing
from d2l_compat.helpers import reference
from d2l_compat.lessons.trials import BOUNDS

W = np.random.default_rng(0).normal(0, 0.01, (784, 10)).astype("float32")


class Placed:
    """`batches` on a device; in JAX, unlike those of our iterators, they stay there."""

    def __init__(self, d2l, batches, device):
        self.batches = [(put(d2l, X, device), put(d2l, y, device)) for X, y in batches]

    def __iter__(self):
        return iter(self.batches)


class Model:
    """Softmax regression on `device`: `net`, `loss` and `updater`; `fixed`, the net as it predicts."""

    def __init__(self, d2l, device):
        model = d2l.softmax_regression(W, concise=True)
        self.net, self.loss, self.updater = model.net, model.loss, model.updater
        if d2l.backend.name == "torch":
            self.net = self.net.to(device)
            self.fixed = self.net
            self.weights = lambda: self.net[1].weight.detach().cpu().numpy().T
        else:
            self.updater.params = d2l.jax.device_put(self.updater.params, device)
            self.fixed = lambda X: self.net(self.updater.params, X)
            self.weights = lambda: np.asarray(self.updater.params["W"])


def put(d2l, value, device):
    return d2l.to(value, device)


@pytest.fixture(scope="session")
def batches(d2l):
    """Two thousand examples to train on, one thousand to test with, on the CPU."""
    train_iter, test_iter = d2l.load_data_fashion_mnist(250)
    d2l.set_seed(0)
    return [batch for batch, _ in zip(train_iter, range(8))], [b for b, _ in zip(test_iter, range(4))]


def as_numpy(d2l, batches):
    return [(d2l.backend.to_numpy(X), d2l.backend.to_numpy(y)) for X, y in batches]


def test_the_gpus_are_those_that_the_framework_sees(d2l, device, record_property):
    record_property(d2l.backend.name, f"{d2l.backend.version} on {name_of(device)} ({device})")
    assert d2l.num_gpus() == len(d2l.try_all_gpus()) >= 1
    assert d2l.try_all_gpus()[0] == device
    assert d2l.try_gpu(d2l.num_gpus()) == d2l.cpu()


def name_of(device):
    return getattr(device, "device_kind", "") or sys.modules["torch"].cuda.get_device_name(device)


def test_accuracy_counts_what_is_on_the_gpu(d2l, device):
    y_hat = d2l.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    y = d2l.tensor([0, 2])
    assert d2l.accuracy(put(d2l, y_hat, device), put(d2l, y, device)) == 1.0
    assert d2l.accuracy(put(d2l, y_hat, device), y) == 1.0


def test_evaluate_accuracy_copies_the_batches_to_the_device_it_is_given(d2l, device, batches):
    on_cpu = d2l.evaluate_accuracy(Model(d2l, d2l.cpu()).fixed, batches[1])
    assert d2l.evaluate_accuracy(Model(d2l, device).fixed, batches[1], device) == on_cpu
    assert d2l.evaluate_accuracy(Model(d2l, device).fixed, Placed(d2l, batches[1], device)) == on_cpu


def test_train_ch3_keeps_to_the_float64_reference(d2l, device, batches):
    model = Model(d2l, device)
    train_iter, test_iter = (Placed(d2l, part, device) for part in batches)
    history = d2l.train_ch3(model.net, train_iter, test_iter, model.loss, 3, model.updater)
    expected, _ = reference.train(W, *(as_numpy(d2l, part) for part in batches), num_epochs=3)
    losses, train_correct, test_correct = map(np.array, zip(*expected))
    np.testing.assert_allclose(history.train_loss, losses, atol=BOUNDS["train_loss"])
    np.testing.assert_allclose(np.multiply(history.train_acc, 2000), train_correct, atol=BOUNDS["correct"])
    np.testing.assert_allclose(np.multiply(history.test_acc, 1000), test_correct, atol=BOUNDS["correct"])


def test_predict_ch3_shows_on_the_gpu_what_it_shows_on_the_cpu(d2l, device, batches):
    titles = []
    for place in (d2l.cpu(), device):
        d2l.plt.close("all")
        d2l.predict_ch3(Model(d2l, place).fixed, Placed(d2l, batches[1], place))
        titles.append([axes.get_title() for axes in d2l.plt.gcf().axes])
    assert titles[0] == titles[1]
    assert len(titles[0]) == 6


def test_a_net_on_the_gpu_is_not_trained_on_batches_on_the_cpu(d2l, device, batches):
    model = Model(d2l, device)
    on_cpu = Placed(d2l, batches[0], d2l.cpu())
    with pytest.raises((RuntimeError, ValueError), match="on one device") as error:
        d2l.train_ch3(model.net, on_cpu, on_cpu, model.loss, 1, model.updater)
    assert re.search("cuda|gpu", str(error.value), re.I)
    assert re.search("cpu", str(error.value), re.I)
    np.testing.assert_array_equal(model.weights(), W)


@pytest.mark.framework("torch")
@pytest.mark.parametrize("d2l", ["torch"], indirect=True)
def test_labels_left_on_the_cpu_are_refused(d2l, device, batches):
    model = Model(d2l, device)
    mixed = [(put(d2l, X, device), y) for X, y in batches[0]]
    with pytest.raises(RuntimeError, match="on one device.*(cuda:0.*cpu|cpu.*cuda:0)"):
        d2l.train_epoch_ch3(model.net, mixed, model.loss, model.updater)
    np.testing.assert_array_equal(model.weights(), W)


@pytest.mark.framework("jax")
@pytest.mark.parametrize("d2l", ["jax"], indirect=True)
def test_batches_of_our_iterators_follow_the_parameters(d2l, device, batches):
    model = Model(d2l, device)
    d2l.train_epoch_ch3(model.net, batches[0], model.loss, model.updater)
    assert model.updater.params["W"].devices() == {device}


@pytest.mark.framework("torch")
@pytest.mark.parametrize("d2l", ["torch"], indirect=True)
def test_the_first_chinese_edition_moves_batches_to_evaluate_but_not_to_train(d2l, device, batches):
    older = importlib.import_module("d2l_compat.d2lzh_pytorch")
    model = Model(d2l, device)
    on_cpu = d2l.evaluate_accuracy(Model(d2l, d2l.cpu()).net, batches[1])
    assert older.evaluate_accuracy(batches[1], model.net) == on_cpu
    with pytest.raises(RuntimeError, match="on one device.*(cuda:0.*cpu|cpu.*cuda:0)"):
        older.train_ch3(model.net, *batches, model.loss, 1, 250, optimizer=model.updater)


def test_an_epoch_is_the_one_of_a_bare_loop(d2l, bare, device, record_property):
    (name, make), *_ = bare.EPOCHS.items()
    train_iter = Placed(d2l, d2l.load_data_fashion_mnist(256)[0], device)
    ours, theirs = Model(d2l, device), Model(d2l, device)
    epoch = make(theirs)

    def helper():
        return d2l.train_epoch_ch3(ours.net, train_iter, ours.loss, ours.updater)

    (row,) = timing.compare("an epoch", helper, {name: lambda: epoch(train_iter)})
    record_property(f"{d2l.backend.name}, an epoch beside {name}", f"{row.ratio:.2f} times as long")
    loss, acc = helper()
    l, correct = epoch(train_iter)
    np.testing.assert_allclose((loss, acc), (l / 60000, correct / 60000), atol=1e-4)
