"""What editors show of every face; `exports` binds it to their backends."""

from matplotlib import pyplot

from d2l_compat.helpers.history import History as History
from d2l_compat.helpers.timer import Timer as Timer
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

plt = pyplot
cpu = _d2l.cpu
get_fashion_mnist_labels = _d2l.get_fashion_mnist_labels
linreg = _d2l.linreg
num_gpus = _d2l.num_gpus
semilogy = _d2l.semilogy
set_axes = _d2l.set_axes
set_figsize = _d2l.set_figsize
set_seed = _d2l.set_seed
squared_loss = _d2l.squared_loss
try_gpu = _d2l.try_gpu
use_svg_display = _d2l.use_svg_display
