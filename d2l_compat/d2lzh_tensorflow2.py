"""The face of d2lzh_tensorflow2 (first Chinese edition), TensorFlow.

``from d2l_compat import d2lzh_tensorflow2 as d2l``
"""

from . import tensorflow
from .history import History
from .importing import TENSORFLOW, chapters_only
from .older import Older, semilogy
from .plotting import set_axes, set_figsize, use_svg_display
from .timer import Timer


class TensorFlowPort(Older, tensorflow.TensorFlow):
    """The port of the first Chinese edition to TensorFlow 2."""

    def data_iter(self, *args, **kwargs):
        """Yield minibatches as the other faces do, but of NumPy arrays."""
        return (tuple(map(self.to_numpy, batch)) for batch in super().data_iter(*args, **kwargs))


def sgd(params, lr, batch_size, grads):
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``."""
    tensorflow.sgd(params, grads, lr, batch_size)


_d2lzh_tensorflow2 = TensorFlowPort()

accuracy = _d2lzh_tensorflow2.accuracy
cpu = _d2lzh_tensorflow2.cpu
data_iter = _d2lzh_tensorflow2.data_iter
evaluate_accuracy = _d2lzh_tensorflow2.evaluate_accuracy
get_fashion_mnist_labels = _d2lzh_tensorflow2.get_fashion_mnist_labels
linreg = _d2lzh_tensorflow2.linreg
load_data_fashion_mnist = _d2lzh_tensorflow2.load_data_fashion_mnist
num_gpus = _d2lzh_tensorflow2.num_gpus
set_seed = _d2lzh_tensorflow2.set_seed
show_fashion_mnist = _d2lzh_tensorflow2.show_fashion_mnist
show_images = _d2lzh_tensorflow2.show_images
softmax_regression = _d2lzh_tensorflow2.softmax_regression
squared_loss = _d2lzh_tensorflow2.squared_loss
train_ch3 = _d2lzh_tensorflow2.train_ch3
try_all_gpus = _d2lzh_tensorflow2.try_all_gpus
try_gpu = _d2lzh_tensorflow2.try_gpu

__getattr__ = chapters_only("d2lzh_tensorflow2", TENSORFLOW)
# fmt: off
__all__ = [
    "History", "Timer", "accuracy", "cpu", "data_iter", "evaluate_accuracy", "get_fashion_mnist_labels",
    "keras", "linreg", "load_data_fashion_mnist", "np", "num_gpus", "plt", "semilogy", "set_axes",
    "set_figsize", "set_seed", "sgd", "show_fashion_mnist", "show_images", "softmax_regression",
    "squared_loss", "tf", "train_ch3", "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
