"""The face of d2l.AllDeepLearning (autumn 2019, on the index d2l 0.10), MXNet nd.

``from d2l_compat import all_deep_learning as d2l``. It has the helpers of d2l 0.7 and 0.8, on nd arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import FlatLabels
from d2l_compat.mxnet import NDArray, nd_softmax_regression
from d2l_compat.mxnet import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown import *  # noqa: F403 - what editors show; `export` binds it

softmax_regression = nd_softmax_regression
backend = NDArray()
export(globals(), FlatLabels(backend))
