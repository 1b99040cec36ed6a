"""The face of the earliest edition (February 2018), MXNet nd.

``from d2l_compat import utils_2018 as utils``. gluonbook 0.6 on the package index is of that time.
"""

from . import older
from .call_styles import accepts
from .gluonbook import Gluonbook
from .history import History
from .importing import ND, chapters_only
from .mxnet import sgd
from .plotting import set_axes, set_fig_size, set_figsize, use_svg_display
from .timer import Timer


class Utils(Gluonbook):
    """The earliest edition: as edition 2018, but that notebooks compare the labels with an argmax of nd."""

    label_dtype = "float32"
    squared_loss = accepts(lambda y_hat, y: None)(Gluonbook.squared_loss)


_utils_2018 = Utils()

accuracy = _utils_2018.accuracy
cpu = _utils_2018.cpu
data_iter = _utils_2018.data_iter
evaluate_accuracy = _utils_2018.evaluate_accuracy
get_fashion_mnist_labels = _utils_2018.get_fashion_mnist_labels
linreg = _utils_2018.linreg
load_data_fashion_mnist = _utils_2018.load_data_fashion_mnist
num_gpus = _utils_2018.num_gpus
set_seed = _utils_2018.set_seed
show_fashion_mnist = _utils_2018.show_fashion_mnist
show_images = _utils_2018.show_images
softmax_regression = _utils_2018.softmax_regression
squared_loss = _utils_2018.squared_loss
train_ch3 = _utils_2018.train_ch3
train_cpu = _utils_2018.train_ch3
try_all_gpus = _utils_2018.try_all_gpus
try_gpu = _utils_2018.try_gpu


def SGD(params, lr):  # noqa: N802 - the edition's name
    """Stochastic gradient descent: ``param -= lr * grad``. For a loss that is summed divide `lr` before."""
    for param in params:
        param[:] -= lr * param.grad


def semilogy(x_vals, y_vals, x_label, y_label, x2_vals=None, y2_vals=None, legend=None, figsize=(3.5, 2.5)):
    """As in edition 2018, but that `x2_vals` without `y2_vals` is the size of the figure."""
    if x2_vals is not None and y2_vals is None:
        figsize = x2_vals
    older.semilogy(x_vals, y_vals, x_label, y_label, x2_vals, y2_vals, legend, figsize)


__getattr__ = chapters_only("utils_2018", ND)
# fmt: off
__all__ = [
    "SGD", "History", "Timer", "accuracy", "autograd", "cpu", "data_iter", "evaluate_accuracy",
    "get_fashion_mnist_labels", "gluon", "init", "linreg", "load_data_fashion_mnist", "mx", "nd", "nn",
    "np", "num_gpus", "plt", "semilogy", "set_axes", "set_fig_size", "set_figsize", "set_seed", "sgd",
    "show_fashion_mnist", "show_images", "softmax_regression", "squared_loss", "train_ch3", "train_cpu",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
