"""What editors show of the faces of older editions but for two ports, which define these themselves."""

from d2l_compat.helpers.older import Older
from d2l_compat.helpers.shown_alike import *

_d2l: Older

load_data_fashion_mnist = _d2l.load_data_fashion_mnist
show_images = _d2l.show_images
train_ch3 = _d2l.train_ch3
try_all_gpus = _d2l.try_all_gpus
