"""The face of d2lzh_pytorch (first Chinese edition), PyTorch.

``from d2l_compat import d2lzh_pytorch as d2l``
"""

import functools

from . import checks
from .history import History
from .importing import TORCH, chapters_only, requires
from .older import Older
from .plotting import semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer
from .torch import Torch

with requires("PyTorch", "pip install torch"):
    import torch
    from torch import nn


class TorchPort(Older, Torch):
    """The ports of the first Chinese edition to PyTorch.

    The gradient is that of the SUM of what the loss returns, and `sgd` divides it by the batch size: a loss
    that is a mean already is divided once more, and the notebooks make up for it with learning rates like
    100. The reported loss is the mean per example all the same.
    """

    def objective(self, l, total, n, is_optimiser):
        return l.sum()

    def predict(self, net, X):
        if isinstance(net, nn.Module):
            X = X.to(next(net.parameters(), X).device)
        elif "is_training" in checks.parameters(net):
            net = functools.partial(net, is_training=False)
        y_hat = super().predict(net, X)
        self.train_mode(net)  # these editions leave a net in training mode
        return y_hat

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        model = super().softmax_regression(W, lr, concise)
        return model._replace(loss=nn.CrossEntropyLoss()) if concise else model


class FlattenLayer(nn.Module):
    """A layer that flattens all axes but the first."""

    def forward(self, x):
        return x.reshape(len(x), -1)


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``. Gradients are kept."""
    with torch.no_grad():
        for param in params:
            param.sub_(param.grad, alpha=lr / batch_size)


_d2lzh_pytorch = TorchPort()

accuracy = _d2lzh_pytorch.accuracy
cpu = _d2lzh_pytorch.cpu
data_iter = _d2lzh_pytorch.data_iter
evaluate_accuracy = _d2lzh_pytorch.evaluate_accuracy
get_fashion_mnist_labels = _d2lzh_pytorch.get_fashion_mnist_labels
linreg = _d2lzh_pytorch.linreg
load_data_fashion_mnist = _d2lzh_pytorch.load_data_fashion_mnist
num_gpus = _d2lzh_pytorch.num_gpus
set_seed = _d2lzh_pytorch.set_seed
show_fashion_mnist = _d2lzh_pytorch.show_fashion_mnist
show_images = _d2lzh_pytorch.show_images
softmax_regression = _d2lzh_pytorch.softmax_regression
squared_loss = _d2lzh_pytorch.squared_loss
train_ch3 = _d2lzh_pytorch.train_ch3
try_all_gpus = _d2lzh_pytorch.try_all_gpus
try_gpu = _d2lzh_pytorch.try_gpu

__getattr__ = chapters_only("d2lzh_pytorch", TORCH)
# fmt: off
__all__ = [
    "FlattenLayer", "History", "Timer", "accuracy", "cpu", "data_iter", "evaluate_accuracy",
    "get_fashion_mnist_labels", "linreg", "load_data_fashion_mnist", "nn", "np", "num_gpus", "plt",
    "semilogy", "set_axes", "set_figsize", "set_seed", "sgd", "show_fashion_mnist", "show_images",
    "softmax_regression", "squared_loss", "torch", "train_ch3", "try_all_gpus", "try_gpu",
    "use_svg_display",
]
# fmt: on
