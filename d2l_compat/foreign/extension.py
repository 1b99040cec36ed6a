"""What ``%load_ext d2l_compat`` does to a notebook, and ``%unload_ext d2l_compat`` undoes."""

from __future__ import annotations

import sys
from typing import Any

from IPython import display

from d2l_compat import mxnet_today
from d2l_compat.foreign import children, keras_2, loaders, redirect
from d2l_compat.foreign.skipping import Skip
from d2l_compat.helpers import torchvision

_skip = Skip()
_lent: list[str] = []  # what was added to IPython


def load(ipython: Any) -> None:
    """Redirect foreign imports to the faces, and skip the commands that install or download d2l.

    Other loaders of Fashion-MNIST find the verified files; TensorFlow has Keras 2 where a cell needs that.
    All this holds in child processes too.
    """
    redirect.install()
    loaders.install()
    children.install()
    mxnet_today.install()
    if _skip not in ipython.ast_transformers:
        ipython.ast_transformers.append(_skip)
        ipython.events.register("post_run_cell", _advise)
        ipython.events.register("pre_run_cell", keras_2.before_cell)
    _lend_set_matplotlib_formats()


def unload(ipython: Any) -> None:
    """Undo `load`."""
    redirect.uninstall()
    loaders.uninstall()
    children.uninstall()
    keras_2.take_back()
    if _skip in ipython.ast_transformers:
        ipython.ast_transformers.remove(_skip)
        ipython.events.unregister("post_run_cell", _advise)
        ipython.events.unregister("pre_run_cell", keras_2.before_cell)
    for name in _lent:
        delattr(display, name)
    _lent.clear()


def _advise(result):
    """Say below the traceback, if torchvision cannot be imported, which version can."""
    error = result.error_in_exec
    if isinstance(error, (ImportError, RuntimeError)) and "torchvision" in str(error):
        print(f"d2l_compat: {'; '.join(torchvision.advice(error))}", file=sys.stderr)


def _lend_set_matplotlib_formats():
    # Notebooks from before IPython 8 call it there; IPython has since moved it to a package of its own.
    if not hasattr(display, "set_matplotlib_formats"):
        display.set_matplotlib_formats = _set_matplotlib_formats
        _lent.append("set_matplotlib_formats")


def _set_matplotlib_formats(*formats, **options):
    from matplotlib_inline import backend_inline  # here, because it imports matplotlib

    backend_inline.set_matplotlib_formats(*formats, **options)
