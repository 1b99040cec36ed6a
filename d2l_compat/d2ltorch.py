"""The face of d2ltorch (a port), PyTorch: ``from d2l_compat import d2ltorch as d2lt``."""

from .call_styles import accepts, newer_train_ch3, older_train_ch3
from .d2lzh_pytorch import FlattenLayer, TorchPort
from .history import History
from .importing import TORCH, chapters_only, requires
from .older import semilogy
from .plotting import set_axes, set_figsize, use_svg_display
from .timer import Timer
from .torch import sgd

with requires("PyTorch", "pip install torch"):
    import torch
    from torch import nn


class D2LTorch(TorchPort):
    """As `d2lzh_pytorch`, but for the order in which the data are asked for, and losses that are modules."""

    @accepts(older_train_ch3, newer_train_ch3)
    def train_ch3(self, **arguments):
        """As in `d2lzh_pytorch`, but that `sgd` does not divide where the `loss` is an ``nn.Module``."""
        if "batch_size" in arguments and isinstance(arguments["loss"], nn.Module):
            arguments["batch_size"] = min(arguments["batch_size"], 1)
        return super().train_ch3(**arguments)

    def load_data_fashion_mnist(self, root, batch_size, resize=None, download=False):
        """Return iterators over the training and the test set of Fashion-MNIST, as edition 2021 does.

        `root`: a folder to look into first. `download` changes nothing: what is not on this machine is
        downloaded, and verified.
        """
        return super().load_data_fashion_mnist(batch_size, resize, root)

    def try_all_gpus(self):
        """Return whether there are several GPUs, and the device: all GPUs, the only one, or the CPU."""
        several = self.num_gpus() > 1
        return several, torch.device("cuda") if several else self.try_gpu()


def params_init(model, init, **kwargs):
    """Initialise the layers of `model`: the weights of Linear and Conv2d by ``init(weight.data, **kwargs)``.

    Their biases, and those of BatchNorm, become zero, the weights of BatchNorm one.
    """
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            init(layer.weight.data, **kwargs)
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.weight.data.fill_(1)
        else:
            continue
        if layer.bias is not None:
            layer.bias.data.zero_()


_d2ltorch = D2LTorch()

accuracy = _d2ltorch.accuracy
cpu = _d2ltorch.cpu
data_iter = _d2ltorch.data_iter
evaluate_accuracy = _d2ltorch.evaluate_accuracy
get_fashion_mnist_labels = _d2ltorch.get_fashion_mnist_labels
linreg = _d2ltorch.linreg
load_data_fashion_mnist = _d2ltorch.load_data_fashion_mnist
num_gpus = _d2ltorch.num_gpus
set_seed = _d2ltorch.set_seed
show_fashion_mnist = _d2ltorch.show_fashion_mnist
show_images = _d2ltorch.show_images
softmax_regression = _d2ltorch.softmax_regression
squared_loss = _d2ltorch.squared_loss
train_ch3 = _d2ltorch.train_ch3
try_all_gpus = _d2ltorch.try_all_gpus
try_gpu = _d2ltorch.try_gpu

__getattr__ = chapters_only("d2ltorch", TORCH)
# fmt: off
__all__ = [
    "FlattenLayer", "History", "Timer", "accuracy", "cpu", "data_iter", "evaluate_accuracy",
    "get_fashion_mnist_labels", "linreg", "load_data_fashion_mnist", "nn", "np", "num_gpus",
    "params_init", "plt", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd", "show_fashion_mnist",
    "show_images", "softmax_regression", "squared_loss", "torch", "train_ch3", "try_all_gpus", "try_gpu",
    "use_svg_display",
]
# fmt: on
