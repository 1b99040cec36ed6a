"""The PyTorch face: ``from d2l_compat import torch as d2l``."""

from .backend import Model, is_batch_mean, unknown_updater
from .helpers import Accumulator, Helpers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator

with requires("PyTorch", "pip install torch"):
    import torch
    from torch import nn


class Torch(Helpers):
    """The contract of `backend.Backend`, met with PyTorch."""

    name = "torch"
    version = torch.__version__
    label_dtype = "int64"

    def tensor(self, array):
        return torch.from_numpy(array)

    def images(self, images):
        return (torch.from_numpy(images).to(torch.float32) / 255).unsqueeze(1)  # threaded, unlike NumPy

    def to_numpy(self, tensor):
        return tensor.detach().cpu().numpy()

    def seed(self, seed):
        torch.manual_seed(seed)

    def train_mode(self, net):
        if isinstance(net, nn.Module):
            net.train()

    def predict(self, net, X):
        if isinstance(net, nn.Module):
            net.eval()
        with torch.no_grad():
            return net(X)

    def train_step(self, net, X, y, loss, updater):
        y_hat = net(X)
        l = loss(y_hat, y)
        n = y.numel()
        total = l * n if is_batch_mean(loss, l) else l.sum()
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            (total / n).backward()
            updater.step()
        elif callable(updater):
            total.backward()
            updater(n)
        else:
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "torch.optim.Optimizer", own)
        return total.item(), y_hat

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        W = 0.01 * torch.randn(784, 10) if W is None else torch.tensor(W, dtype=torch.float32)
        return _concise(W, lr) if concise else _scratch(W, lr)


def _scratch(W, lr):
    W.requires_grad_()
    b = torch.zeros(10, requires_grad=True)

    def net(X):
        exp = torch.exp(X.reshape(-1, 784) @ W + b)
        return exp / exp.sum(1, keepdim=True)

    def cross_entropy(y_hat, y):
        return -y_hat.gather(1, y.unsqueeze(1)).squeeze(1).log()

    return Model(
        net,
        cross_entropy,
        lambda batch_size: sgd([W, b], lr, batch_size),
        lambda: (W.detach().numpy(), b.detach().numpy()),
    )


def _concise(W, lr):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    with torch.no_grad():
        net[1].weight.copy_(W.T)
        net[1].bias.zero_()
    return Model(
        net,
        nn.CrossEntropyLoss(reduction="none"),
        torch.optim.SGD(net.parameters(), lr=lr),
        lambda: (net[1].weight.detach().numpy().T, net[1].bias.detach().numpy()),
    )


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``, then zero the gradients.

    `params`: tensors whose ``.grad`` holds the gradient of the summed loss (edition 2021).
    """
    with torch.no_grad():
        for param in params:
            param.sub_(param.grad, alpha=lr / batch_size)
            param.grad.zero_()


_torch = Torch()

set_seed = _torch.set_seed
load_data_fashion_mnist = _torch.load_data_fashion_mnist
get_fashion_mnist_labels = _torch.get_fashion_mnist_labels
show_images = _torch.show_images
accuracy = _torch.accuracy
evaluate_accuracy = _torch.evaluate_accuracy
train_epoch_ch3 = _torch.train_epoch_ch3
train_ch3 = _torch.train_ch3
predict_ch3 = _torch.predict_ch3
softmax_regression = _torch.softmax_regression

__getattr__ = fall_through("torch")
__all__ = [
    "Accumulator",
    "Animator",
    "History",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "predict_ch3",
    "set_seed",
    "sgd",
    "show_images",
    "softmax_regression",
    "train_ch3",
    "train_epoch_ch3",
]
