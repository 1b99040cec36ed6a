"""The face of d2lzh (first Chinese edition), MXNet nd: ``from d2l_compat import d2lzh as d2l``.

Its helpers mean what those of edition 2019 mean.
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
export(globals(), Older(backend, model=backend.softmax_model))
