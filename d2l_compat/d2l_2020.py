"""The face of d2l 0.7 and 0.8 (on the index 0.11 to 0.13), MXNet np.

``from d2l_compat import d2l_2020 as d2l``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import FlatLabels
from d2l_compat.mxnet import backend
from d2l_compat.mxnet import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_newer import *  # noqa: F403 - what editors show; `export` binds it

export(globals(), FlatLabels(backend, model=backend.softmax_model))
