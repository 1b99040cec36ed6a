"""The face of edition 2018 (gluonbook to 0.8.8), MXNet nd: ``from d2l_compat import gluonbook as gb``.

d2l 0.8.2 to 0.8.5 on the package index are the same. gluonbook 0.8.9 and 0.8.10 average training figures over
examples: their face is `d2l_2019`; that of gluonbook 0.6, with SGD and float labels, is `utils_2018`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import Older
from d2l_compat.mxnet import NDArray
from d2l_compat.mxnet import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_older import *  # noqa: F403 - what editors show; `export` binds it

backend = NDArray()
helpers = Older(backend, model=backend.softmax_model, averages_batches=True)
set_fig_size, train_cpu = helpers.set_fig_size, helpers.train_cpu
export(globals(), helpers)
