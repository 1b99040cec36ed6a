"""The face of edition 2019 (d2l 0.5 and 0.6, on the index 0.8.6 to 0.9), MXNet nd.

``from d2l_compat import d2l_2019 as d2l``. It serves an ``import d2l`` in a kernel whose later cells nobody
knows, and so has the helpers that d2l 0.10 added too. Where `accuracy` is to be a count, as there, the face
is `all_deep_learning`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import Older
from d2l_compat.mxnet import NDArray, sgd  # noqa: F401 - a name of the face
from d2l_compat.mxnet import nd_softmax_regression as softmax_regression  # noqa: F401

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_older import *  # noqa: F403 - what editors show; `export` binds it

backend = NDArray()
export(globals(), Older(backend))
