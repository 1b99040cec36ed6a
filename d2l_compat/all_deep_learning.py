"""The face of d2l.AllDeepLearning (autumn 2019, on the index d2l 0.10), MXNet nd.

``from d2l_compat import all_deep_learning as d2l``
"""

from .helpers import Accumulator, get_dataloader_workers
from .history import History
from .importing import ND, chapters_only
from .mxnet import sgd
from .ndarray import NDArray
from .older import FlatLabels
from .plotting import Animator, semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer


class AllDeepLearning(FlatLabels, NDArray):
    """The helpers of d2l 0.7 and 0.8, on nd arrays."""


_all_deep_learning = AllDeepLearning()

accuracy = _all_deep_learning.accuracy
cpu = _all_deep_learning.cpu
data_iter = _all_deep_learning.data_iter
evaluate_accuracy = _all_deep_learning.evaluate_accuracy
evaluate_loss = _all_deep_learning.evaluate_loss
get_fashion_mnist_labels = _all_deep_learning.get_fashion_mnist_labels
linreg = _all_deep_learning.linreg
load_array = _all_deep_learning.load_array
load_data_fashion_mnist = _all_deep_learning.load_data_fashion_mnist
num_gpus = _all_deep_learning.num_gpus
plot = _all_deep_learning.plot
predict_ch3 = _all_deep_learning.predict_ch3
set_seed = _all_deep_learning.set_seed
show_images = _all_deep_learning.show_images
softmax_regression = _all_deep_learning.softmax_regression
squared_loss = _all_deep_learning.squared_loss
synthetic_data = _all_deep_learning.synthetic_data
train_ch3 = _all_deep_learning.train_ch3
train_epoch_ch3 = _all_deep_learning.train_epoch_ch3
try_all_gpus = _all_deep_learning.try_all_gpus
try_gpu = _all_deep_learning.try_gpu

__getattr__ = chapters_only("all_deep_learning", ND)
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "accuracy", "autograd", "cpu", "data_iter",
    "evaluate_accuracy", "evaluate_loss", "get_dataloader_workers", "get_fashion_mnist_labels", "gluon",
    "init", "linreg", "load_array", "load_data_fashion_mnist", "mx", "nd", "nn", "np", "num_gpus", "plot",
    "plt", "predict_ch3", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd", "show_images",
    "softmax_regression", "squared_loss", "synthetic_data", "train_ch3", "train_epoch_ch3",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
