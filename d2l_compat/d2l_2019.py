"""The face of edition 2019 (d2l 0.5 and 0.6), MXNet nd: ``from d2l_compat import d2l_2019 as d2l``."""

from .history import History
from .importing import chapters_only
from .mxnet import sgd
from .ndarray import NDArray
from .older import Older
from .plotting import semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer


class D2L2019(Older, NDArray):
    """Edition 2019: figures of an epoch are means over its examples."""


_d2l_2019 = D2L2019()

accuracy = _d2l_2019.accuracy
cpu = _d2l_2019.cpu
data_iter = _d2l_2019.data_iter
evaluate_accuracy = _d2l_2019.evaluate_accuracy
get_fashion_mnist_labels = _d2l_2019.get_fashion_mnist_labels
linreg = _d2l_2019.linreg
load_data_fashion_mnist = _d2l_2019.load_data_fashion_mnist
num_gpus = _d2l_2019.num_gpus
set_seed = _d2l_2019.set_seed
show_fashion_mnist = _d2l_2019.show_fashion_mnist
show_images = _d2l_2019.show_images
softmax_regression = _d2l_2019.softmax_regression
squared_loss = _d2l_2019.squared_loss
train_ch3 = _d2l_2019.train_ch3
try_all_gpus = _d2l_2019.try_all_gpus
try_gpu = _d2l_2019.try_gpu

__getattr__ = chapters_only("d2l_2019")
# fmt: off
__all__ = [
    "History", "Timer", "accuracy", "cpu", "data_iter", "evaluate_accuracy", "get_fashion_mnist_labels",
    "linreg", "load_data_fashion_mnist", "num_gpus", "plt", "semilogy", "set_axes", "set_figsize", "set_seed",
    "sgd", "show_fashion_mnist", "show_images", "softmax_regression", "squared_loss", "train_ch3",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
