"""What editors show of the faces of all older editions."""

from matplotlib import pyplot

from d2l_compat.helpers.history import History as History
from d2l_compat.helpers.older import Older
from d2l_compat.helpers.timer import Timer as Timer

_d2l: Older

plt = pyplot
accuracy = _d2l.accuracy
cpu = _d2l.cpu
data_iter = _d2l.data_iter
evaluate_accuracy = _d2l.evaluate_accuracy
get_fashion_mnist_labels = _d2l.get_fashion_mnist_labels
linreg = _d2l.linreg
num_gpus = _d2l.num_gpus
semilogy = _d2l.semilogy
set_axes = _d2l.set_axes
set_figsize = _d2l.set_figsize
set_seed = _d2l.set_seed
show_fashion_mnist = _d2l.show_fashion_mnist
softmax_regression = _d2l.softmax_regression
squared_loss = _d2l.squared_loss
try_gpu = _d2l.try_gpu
use_svg_display = _d2l.use_svg_display
