"""What ``%load_ext d2l_compat`` does to a notebook, and ``%unload_ext d2l_compat`` undoes."""

from __future__ import annotations

from typing import Any

from IPython import display

from d2l_compat.foreign import redirect
from d2l_compat.foreign.skipping import Skip

_skip = Skip()
_lent: list[str] = []  # what was added to IPython


def load(ipython: Any) -> None:
    """Redirect foreign imports to the faces, and skip the commands that install or download d2l."""
    redirect.install()
    if _skip not in ipython.ast_transformers:
        ipython.ast_transformers.append(_skip)
    _lend_set_matplotlib_formats()


def unload(ipython: Any) -> None:
    """Undo `load`."""
    redirect.uninstall()
    if _skip in ipython.ast_transformers:
        ipython.ast_transformers.remove(_skip)
    for name in _lent:
        delattr(display, name)
    _lent.clear()


def _lend_set_matplotlib_formats():
    # Notebooks older than IPython 8 call it there. IPython has moved it to a package of its own.
    if not hasattr(display, "set_matplotlib_formats"):
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        display.set_matplotlib_formats = set_matplotlib_formats
        _lent.append("set_matplotlib_formats")
