"""The face of edition 2019 (d2l 0.5 and 0.6, on the index 0.8.6 to 0.9), MXNet nd.

``from d2l_compat import d2l_2019 as d2l``. In a live kernel it also stands for a plain ``import d2l``, since
the later cells are unknown; so it has the helpers that d2l 0.10 added, too. Where `accuracy` has to be a
count, as in d2l 0.10, the face is `all_deep_learning`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import Older
from d2l_compat.mxnet import NDArray
from d2l_compat.mxnet import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_added import *  # noqa: F403 - what editors show; `export` binds it
    from d2l_compat.helpers.shown_older import *  # noqa: F403

backend = NDArray()
export(globals(), Older(backend, model=backend.softmax_model))
