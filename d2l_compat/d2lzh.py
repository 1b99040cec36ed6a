"""The face of d2lzh (first Chinese edition), MXNet nd: ``from d2l_compat import d2lzh as d2l``.

Its helpers mean what those of edition 2019 mean, and are the same.
"""

# fmt: off
# isort: off
from .d2l_2019 import (
    accuracy, cpu, data_iter, evaluate_accuracy, get_fashion_mnist_labels, linreg,
    load_data_fashion_mnist, num_gpus, semilogy, set_seed, sgd, show_fashion_mnist, show_images,
    softmax_regression, squared_loss, train_ch3, try_all_gpus, try_gpu,
)
# isort: on
# fmt: on
from .history import History
from .importing import ND, chapters_only
from .plotting import set_axes, set_figsize, use_svg_display
from .timer import Timer

__getattr__ = chapters_only("d2lzh", ND)
# fmt: off
__all__ = [
    "History", "Timer", "accuracy", "autograd", "cpu", "data_iter", "evaluate_accuracy",
    "get_fashion_mnist_labels", "gluon", "init", "linreg", "load_data_fashion_mnist", "mx", "nd", "nn",
    "np", "num_gpus", "plt", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd",
    "show_fashion_mnist", "show_images", "softmax_regression", "squared_loss", "train_ch3",
    "try_all_gpus", "try_gpu", "use_svg_display",
]
# fmt: on
