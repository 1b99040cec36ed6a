"""The face of edition 2018 (gluonbook to 0.8.8), MXNet nd: ``from d2l_compat import gluonbook as gb``.

d2l 0.8.2 to 0.8.5 on the package index are the same. gluonbook 0.8.9 and 0.8.10 average training figures over
examples: their face is `d2l_2019`; that of gluonbook 0.6, with SGD and float labels, is `utils_2018`.
"""

from .history import History
from .importing import ND, chapters_only
from .mxnet import sgd
from .ndarray import NDArray
from .older import Older, semilogy
from .plotting import set_axes, set_fig_size, set_figsize, use_svg_display
from .timer import Timer


class Gluonbook(Older, NDArray):
    """Edition 2018: training figures are means over batches, of which the last has 96 examples."""

    averages_batches = True


_gluonbook = Gluonbook()

accuracy = _gluonbook.accuracy
cpu = _gluonbook.cpu
data_iter = _gluonbook.data_iter
evaluate_accuracy = _gluonbook.evaluate_accuracy
get_fashion_mnist_labels = _gluonbook.get_fashion_mnist_labels
linreg = _gluonbook.linreg
load_data_fashion_mnist = _gluonbook.load_data_fashion_mnist
num_gpus = _gluonbook.num_gpus
set_seed = _gluonbook.set_seed
show_fashion_mnist = _gluonbook.show_fashion_mnist
show_images = _gluonbook.show_images
softmax_regression = _gluonbook.softmax_regression
squared_loss = _gluonbook.squared_loss
train_ch3 = _gluonbook.train_ch3
train_cpu = _gluonbook.train_ch3  # its first name
try_all_gpus = _gluonbook.try_all_gpus
try_gpu = _gluonbook.try_gpu

__getattr__ = chapters_only("gluonbook", ND)
# fmt: off
__all__ = [
    "History", "Timer", "accuracy", "autograd", "cpu", "data_iter", "evaluate_accuracy",
    "get_fashion_mnist_labels", "gluon", "init", "linreg", "load_data_fashion_mnist", "mx", "nd", "nn",
    "np", "num_gpus", "plt", "semilogy", "set_axes", "set_fig_size", "set_figsize", "set_seed", "sgd",
    "show_fashion_mnist", "show_images", "softmax_regression", "squared_loss", "train_ch3", "train_cpu",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
