"""The face of the port with modules d2l.data and d2l.train (2019), PyTorch.

``from d2l_compat import d2l_pytorch as d2l``
"""

from . import checks
from .call_styles import accepts
from .helpers import Accumulator
from .history import History
from .importing import TORCH, chapters_only, requires
from .older import Older, semilogy
from .plotting import Animator, set_axes, set_figsize, use_svg_display
from .timer import Timer
from .torch import Torch, sgd

with requires("PyTorch", "pip install torch"):
    from torch import optim


class D2LPyTorch(Older, Torch):
    """The port makes the optimiser itself, and takes features and labels as arguments of their own."""

    show_images = Torch.show_images

    def train_ch3(self, net, train_iter, test_iter, criterion, num_epochs, batch_size, lr=None):
        """Train `net`, an ``nn.Module``, by SGD with the learning rate `lr`; print a line after each epoch.

        `criterion`: per-example losses or their mean. `batch_size` is that of `train_iter`, which counts.
        Returns the `History`. Raises as edition 2021's `train_ch3`, and TypeError without `lr`.
        """
        if lr is None:
            raise TypeError("train_ch3: expected a learning rate such as lr=0.1, received none")
        checks.require_objects(net=net)
        trainer = optim.SGD(net.parameters(), lr=lr)
        return super().train_ch3(
            net, train_iter, test_iter, criterion, num_epochs, batch_size, trainer=trainer
        )

    @accepts(lambda features, labels, batch_size, is_train=True: None)
    def load_array(self, features, labels, batch_size, is_train=True):
        """Return an iterator over minibatches of `features` and `labels`; with `is_train` shuffled."""
        return super().load_array((features, labels), batch_size, is_train)


_d2l_pytorch = D2LPyTorch()

accuracy = _d2l_pytorch.accuracy
cpu = _d2l_pytorch.cpu
data_iter = _d2l_pytorch.data_iter
evaluate_accuracy = _d2l_pytorch.evaluate_accuracy
evaluate_loss = _d2l_pytorch.evaluate_loss
get_fashion_mnist_labels = _d2l_pytorch.get_fashion_mnist_labels
linreg = _d2l_pytorch.linreg
load_array = _d2l_pytorch.load_array
load_data_fashion_mnist = _d2l_pytorch.load_data_fashion_mnist
num_gpus = _d2l_pytorch.num_gpus
plot = _d2l_pytorch.plot
set_seed = _d2l_pytorch.set_seed
show_fashion_mnist = _d2l_pytorch.show_fashion_mnist
show_images = _d2l_pytorch.show_images
softmax_regression = _d2l_pytorch.softmax_regression
squared_loss = _d2l_pytorch.squared_loss
train_ch3 = _d2l_pytorch.train_ch3
try_all_gpus = _d2l_pytorch.try_all_gpus
try_gpu = _d2l_pytorch.try_gpu

__getattr__ = chapters_only("d2l_pytorch", TORCH)
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "accuracy", "cpu", "data_iter", "evaluate_accuracy",
    "evaluate_loss", "get_fashion_mnist_labels", "linreg", "load_array", "load_data_fashion_mnist", "nn",
    "np", "num_gpus", "plot", "plt", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd",
    "show_fashion_mnist", "show_images", "softmax_regression", "squared_loss", "torch", "train_ch3",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
