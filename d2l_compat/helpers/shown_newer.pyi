"""What editors show of the faces in `shown`, but for that of JAX, which defines the model itself."""

from d2l_compat.helpers.shown import *
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

softmax_regression = _d2l.softmax_regression
