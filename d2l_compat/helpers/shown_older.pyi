"""What editors show of the faces of older editions; `exports` binds it to their backends."""

from d2l_compat.helpers.history import History as History
from d2l_compat.helpers.older import Older
from d2l_compat.helpers.plotting import Animator as Animator
from d2l_compat.helpers.timer import Timer as Timer
from d2l_compat.helpers.training import Accumulator as Accumulator

_d2l: Older

accuracy = _d2l.accuracy
cpu = _d2l.cpu
data_iter = _d2l.data_iter
evaluate_accuracy = _d2l.evaluate_accuracy
evaluate_loss = _d2l.evaluate_loss
get_dataloader_workers = _d2l.get_dataloader_workers
get_fashion_mnist_labels = _d2l.get_fashion_mnist_labels
linreg = _d2l.linreg
load_array = _d2l.load_array
load_data_fashion_mnist = _d2l.load_data_fashion_mnist
num_gpus = _d2l.num_gpus
plot = _d2l.plot
predict_ch3 = _d2l.predict_ch3
semilogy = _d2l.semilogy
set_axes = _d2l.set_axes
set_fig_size = _d2l.set_fig_size
set_figsize = _d2l.set_figsize
set_seed = _d2l.set_seed
show_fashion_mnist = _d2l.show_fashion_mnist
show_images = _d2l.show_images
squared_loss = _d2l.squared_loss
synthetic_data = _d2l.synthetic_data
train_ch3 = _d2l.train_ch3
train_cpu = _d2l.train_cpu
train_epoch_ch3 = _d2l.train_epoch_ch3
try_all_gpus = _d2l.try_all_gpus
try_gpu = _d2l.try_gpu
use_svg_display = _d2l.use_svg_display
