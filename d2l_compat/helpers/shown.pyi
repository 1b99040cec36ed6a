"""What editors show of all faces of edition 2021, and of those soon before it."""

from d2l_compat.helpers.shown_added import *
from d2l_compat.helpers.shown_everywhere import *
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

accuracy = _d2l.accuracy
data_iter = _d2l.data_iter
evaluate_accuracy = _d2l.evaluate_accuracy
load_data_fashion_mnist = _d2l.load_data_fashion_mnist
show_images = _d2l.show_images
train_ch3 = _d2l.train_ch3
try_all_gpus = _d2l.try_all_gpus
