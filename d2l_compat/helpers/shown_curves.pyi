"""What editors show of the faces that have these helpers for curves."""

from d2l_compat.helpers.plotting import Animator as Animator
from d2l_compat.helpers.training import Accumulator as Accumulator
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

evaluate_loss = _d2l.evaluate_loss
plot = _d2l.plot
