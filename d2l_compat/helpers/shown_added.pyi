"""What editors show of the faces whose editions have these helpers too."""

from d2l_compat.helpers.shown_curves import *
from d2l_compat.helpers.training import Helpers

_d2l: Helpers

get_dataloader_workers = _d2l.get_dataloader_workers
load_array = _d2l.load_array
predict_ch3 = _d2l.predict_ch3
synthetic_data = _d2l.synthetic_data
train_epoch_ch3 = _d2l.train_epoch_ch3
