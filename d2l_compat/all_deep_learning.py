"""The face of d2l.AllDeepLearning (autumn 2019, on the index d2l 0.10), MXNet nd.

``from d2l_compat import all_deep_learning as d2l``. It has the helpers of d2l 0.7 and 0.8, on nd arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import FlatLabels
from d2l_compat.mxnet import NDArray
from d2l_compat.mxnet import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_newer import *  # noqa: F403 - what editors show; `export` binds it

backend = NDArray()
export(globals(), FlatLabels(backend, model=backend.softmax_model))
