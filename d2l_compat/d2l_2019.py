"""The face of edition 2019 (d2l 0.5 and 0.6, on the index 0.8.6 to 0.9), MXNet nd.

``from d2l_compat import d2l_2019 as d2l``. It serves an ``import d2l`` in a kernel whose later cells nobody
knows, and so has the helpers that d2l 0.10 added too. Where `accuracy` is to be a count, as there, the face
is `all_deep_learning`.
"""

from .helpers import Accumulator, get_dataloader_workers
from .history import History
from .importing import ND, chapters_only
from .mxnet import sgd
from .ndarray import NDArray
from .older import FlatLabels, Older, semilogy
from .plotting import Animator, set_axes, set_figsize, use_svg_display
from .timer import Timer


class D2L2019(FlatLabels, Older, NDArray):
    """Edition 2019: figures of an epoch are means over its examples."""


_d2l_2019 = D2L2019()

accuracy = _d2l_2019.accuracy
cpu = _d2l_2019.cpu
data_iter = _d2l_2019.data_iter
evaluate_accuracy = _d2l_2019.evaluate_accuracy
evaluate_loss = _d2l_2019.evaluate_loss
get_fashion_mnist_labels = _d2l_2019.get_fashion_mnist_labels
linreg = _d2l_2019.linreg
load_array = _d2l_2019.load_array
load_data_fashion_mnist = _d2l_2019.load_data_fashion_mnist
num_gpus = _d2l_2019.num_gpus
plot = _d2l_2019.plot
predict_ch3 = _d2l_2019.predict_ch3
set_seed = _d2l_2019.set_seed
show_fashion_mnist = _d2l_2019.show_fashion_mnist
show_images = _d2l_2019.show_images
softmax_regression = _d2l_2019.softmax_regression
squared_loss = _d2l_2019.squared_loss
synthetic_data = _d2l_2019.synthetic_data
train_ch3 = _d2l_2019.train_ch3
train_epoch_ch3 = _d2l_2019.train_epoch_ch3
try_all_gpus = _d2l_2019.try_all_gpus
try_gpu = _d2l_2019.try_gpu

__getattr__ = chapters_only("d2l_2019", ND)
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "accuracy", "autograd", "cpu", "data_iter",
    "evaluate_accuracy", "evaluate_loss", "get_dataloader_workers", "get_fashion_mnist_labels", "gluon",
    "init", "linreg", "load_array", "load_data_fashion_mnist", "mx", "nd", "nn", "np", "num_gpus", "plot",
    "plt", "predict_ch3", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd", "show_fashion_mnist",
    "show_images", "softmax_regression", "squared_loss", "synthetic_data", "train_ch3", "train_epoch_ch3",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
