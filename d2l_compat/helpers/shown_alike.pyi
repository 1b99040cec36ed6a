"""What editors show of the faces of all older editions."""

from d2l_compat.helpers.older import Older
from d2l_compat.helpers.shown_everywhere import *

_d2l: Older

accuracy = _d2l.accuracy
data_iter = _d2l.data_iter
evaluate_accuracy = _d2l.evaluate_accuracy
show_fashion_mnist = _d2l.show_fashion_mnist
softmax_regression = _d2l.softmax_regression
