"""What editors show of all faces of edition 2021; `exports` binds it to their backends."""

from matplotlib import pyplot

from d2l_compat.helpers.history import History as History
from d2l_compat.helpers.shown_added import *
from d2l_compat.helpers.timer import Timer as Timer
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

plt = pyplot
accuracy = _d2l.accuracy
cpu = _d2l.cpu
data_iter = _d2l.data_iter
evaluate_accuracy = _d2l.evaluate_accuracy
get_fashion_mnist_labels = _d2l.get_fashion_mnist_labels
linreg = _d2l.linreg
load_data_fashion_mnist = _d2l.load_data_fashion_mnist
num_gpus = _d2l.num_gpus
semilogy = _d2l.semilogy
set_axes = _d2l.set_axes
set_figsize = _d2l.set_figsize
set_seed = _d2l.set_seed
show_images = _d2l.show_images
squared_loss = _d2l.squared_loss
train_ch3 = _d2l.train_ch3
try_all_gpus = _d2l.try_all_gpus
try_gpu = _d2l.try_gpu
use_svg_display = _d2l.use_svg_display
