"""The helpers of the softmax-regression chapter of *Dive into Deep Learning*, for today's frameworks.

The import line chooses the framework, and nothing else does::

    from d2l_compat import torch as d2l
    from d2l_compat import tensorflow as d2l
    from d2l_compat import mxnet as d2l
    from d2l_compat import jax as d2l

What this layer never does: import a framework you did not ask for, wrap tensors in types of its own,
patch a framework or the installed d2l (``%load_ext d2l_compat`` lends IPython a function that old notebooks
call, and takes it back), train on data it has not verified, or write outside its cache.
"""

from pathlib import Path

__version__ = "0.1.0"


def frameworks() -> tuple:
    """Names of the framework modules of this package, sorted: ``('jax', 'mxnet', 'tensorflow', 'torch')``.

    They are found by what they are, modules that subclass `Helpers`, so that adding a framework
    is adding its file. None of them is imported.
    """
    modules = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(m.stem for m in modules if "(Helpers):\n" in m.read_text(encoding="utf-8"))


def load_ipython_extension(ipython):
    """``%load_ext d2l_compat``: imports of d2l and its relatives give the faces of this package."""
    from . import extension

    extension.load(ipython)


def unload_ipython_extension(ipython):
    """``%unload_ext d2l_compat``: everything is again as it was before."""
    from . import extension

    extension.unload(ipython)
