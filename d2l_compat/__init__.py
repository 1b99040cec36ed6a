"""The helpers of the softmax-regression chapter of *Dive into Deep Learning*, for today's frameworks.

The import line chooses the framework, and nothing else does::

    from d2l_compat import torch as d2l
    from d2l_compat import tensorflow as d2l
    from d2l_compat import mxnet as d2l
    from d2l_compat import jax as d2l
    from d2l_compat import paddle as d2l

What this layer never does: import a framework you did not ask for, wrap tensors in types of its own,
patch a framework or the installed d2l (``%load_ext d2l_compat`` lends IPython a function that old notebooks
call, and takes it back), train on data it has not verified, or write outside its cache.
"""

from __future__ import annotations

from typing import Any

from d2l_compat.editions import FRAMEWORKS

__version__ = "0.2.0"


def frameworks() -> tuple[str, ...]:
    """Return the names of the frameworks, sorted: ``('jax', 'mxnet', 'paddle', 'tensorflow', 'torch')``.

    None of them is imported.
    """
    return FRAMEWORKS


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext d2l_compat``: imports of d2l and its relatives give the faces of this package."""
    from d2l_compat.foreign import extension

    extension.load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """``%unload_ext d2l_compat``: everything is as it was before."""
    from d2l_compat.foreign import extension

    extension.unload(ipython)
