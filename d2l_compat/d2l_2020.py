"""The face of d2l 0.7 and 0.8 (on the index 0.11 to 0.13), MXNet np.

``from d2l_compat import d2l_2020 as d2l``
"""

from .helpers import Accumulator, get_dataloader_workers
from .history import History
from .importing import NP, chapters_only
from .mxnet import MXNet, sgd
from .older import FlatLabels
from .plotting import Animator, semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer


class D2L2020(FlatLabels, MXNet):
    """As edition 2021, but that the labels of `synthetic_data` have one axis."""


_d2l_2020 = D2L2020()

accuracy = _d2l_2020.accuracy
cpu = _d2l_2020.cpu
data_iter = _d2l_2020.data_iter
evaluate_accuracy = _d2l_2020.evaluate_accuracy
evaluate_loss = _d2l_2020.evaluate_loss
get_fashion_mnist_labels = _d2l_2020.get_fashion_mnist_labels
linreg = _d2l_2020.linreg
load_array = _d2l_2020.load_array
load_data_fashion_mnist = _d2l_2020.load_data_fashion_mnist
num_gpus = _d2l_2020.num_gpus
plot = _d2l_2020.plot
predict_ch3 = _d2l_2020.predict_ch3
set_seed = _d2l_2020.set_seed
show_images = _d2l_2020.show_images
softmax_regression = _d2l_2020.softmax_regression
squared_loss = _d2l_2020.squared_loss
synthetic_data = _d2l_2020.synthetic_data
train_ch3 = _d2l_2020.train_ch3
train_epoch_ch3 = _d2l_2020.train_epoch_ch3
try_all_gpus = _d2l_2020.try_all_gpus
try_gpu = _d2l_2020.try_gpu

__getattr__ = chapters_only("d2l_2020", NP)
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "accuracy", "autograd", "cpu", "data_iter",
    "evaluate_accuracy", "evaluate_loss", "get_dataloader_workers", "get_fashion_mnist_labels", "gluon",
    "init", "linreg", "load_array", "load_data_fashion_mnist", "np", "npx", "num_gpus", "plot", "plt",
    "predict_ch3", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd", "show_images",
    "softmax_regression", "squared_loss", "synthetic_data", "train_ch3", "train_epoch_ch3",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
