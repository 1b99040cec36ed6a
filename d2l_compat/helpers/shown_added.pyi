"""What editors show of the faces whose editions have these helpers too."""

from d2l_compat.helpers.plotting import Animator as Animator
from d2l_compat.helpers.training import Accumulator as Accumulator
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

evaluate_loss = _d2l.evaluate_loss
get_dataloader_workers = _d2l.get_dataloader_workers
load_array = _d2l.load_array
plot = _d2l.plot
predict_ch3 = _d2l.predict_ch3
synthetic_data = _d2l.synthetic_data
train_epoch_ch3 = _d2l.train_epoch_ch3
