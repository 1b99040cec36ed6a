"""What is PyTorch's own: modes, gradients, losses, optimisers."""

import pytest
import torch
from torch import nn

from d2l_compat import torch as d2l


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


def test_accuracy_of_a_tensor_with_a_gradient():
    y_hat = torch.tensor([[0.0, 1.0]], requires_grad=True)
    assert d2l.accuracy(y_hat, torch.tensor([1])) == 1.0
