"""The face of d2ltorch (a port), PyTorch: ``from d2l_compat import d2ltorch as d2lt``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from d2l_compat.d2lzh_pytorch import FlattenLayer as FlattenLayer
from d2l_compat.d2lzh_pytorch import TorchPort, softmax_model
from d2l_compat.helpers import call_styles
from d2l_compat.helpers.backend import Loader
from d2l_compat.helpers.call_styles import accepts
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.history import History as History
from d2l_compat.helpers.older import Older
from d2l_compat.torch import nn, torch
from d2l_compat.torch import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_alike import *  # noqa: F403 - what editors show; `export` binds it


class D2LTorch(Older):
    """As `d2lzh_pytorch`, but `root` comes first where data are loaded, and a loss may be a module."""

    @accepts(*call_styles.OLDER_TRAIN)
    def train_ch3(self, **arguments: Any) -> History:
        """Train `net` for `num_epochs` epochs, print a line after each, and return the `History`.

        As in `d2lzh_pytorch`, except that `sgd` does not divide by `batch_size` where the `loss` is an
        ``nn.Module``. An optimiser's gradients are zeroed at the end, as loops of this port expect. Arguments
        and errors are those of `train_ch3` in `d2l_2019`.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist('.', 256)
        >>> net, loss, updater, _ = d2l.softmax_regression()
        >>> history = d2l.train_ch3(net, test_iter, test_iter, loss, 1, updater=updater)
        epoch 1, loss ..., train acc ..., test acc ...
        """
        if "batch_size" in arguments and isinstance(arguments["loss"], nn.Module):
            arguments["batch_size"] = min(arguments["batch_size"], 1)
        history = super().train_ch3(**arguments)
        optimiser = arguments.get("trainer") or arguments.get("updater")
        if isinstance(optimiser, torch.optim.Optimizer):
            optimiser.zero_grad()
        return history

    def load_data_fashion_mnist(
        self, root: str | Path, batch_size: int, resize: Any = None, download: bool = False
    ) -> tuple[Loader, Loader]:
        """Return iterators over the training and the test set of Fashion-MNIST, as edition 2021 does.

        `root`: a folder to search first. `batch_size`, `resize`, the batches and the errors are those of
        edition 2021. `download` changes nothing: what is not on this machine is downloaded, and verified.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist('.', 256)
        >>> len(train_iter), len(test_iter)
        (235, 40)
        """
        return super().load_data_fashion_mnist(batch_size, resize, root)

    def try_all_gpus(self) -> tuple[bool, torch.device]:
        """Return whether there are several GPUs, and the device: all GPUs, the only one, or the CPU.

        >>> several, device = d2l.try_all_gpus()
        """
        several = self.num_gpus() > 1
        return several, torch.device("cuda") if several else self.try_gpu()


def params_init(model: nn.Module, init: Any, **kwargs: Any) -> None:
    """Initialise the layers of `model`: the weights of Linear and Conv2d by ``init(weight.data, **kwargs)``.

    `model`: an ``nn.Module``; `init`: a function such as those of ``torch.nn.init``. The biases of these
    layers and of BatchNorm become zero, the weights of BatchNorm one.

    >>> net = nn.Linear(2, 1)
    >>> d2l.params_init(net, nn.init.constant_, val=0.5)
    >>> net.weight.tolist(), net.bias.tolist()
    ([[0.5, 0.5]], [0.0])
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


backend = TorchPort()
helpers = D2LTorch(backend, model=softmax_model)
load_data_fashion_mnist, show_images = helpers.load_data_fashion_mnist, helpers.show_images
train_ch3, try_all_gpus = helpers.train_ch3, helpers.try_all_gpus
export(globals(), helpers)
