"""Python processes that a notebook or a script starts, whose imports are redirected as well."""

from __future__ import annotations

import os
from pathlib import Path

TOLD = "D2L_COMPAT_TOLD"  # JSON: faces of modules, for the process that starts: see `redirect.told`
_FOLDER = str(Path(__file__).with_name("start"))


def python_path() -> str:
    """Return the ``PYTHONPATH`` that redirects the imports of a child process."""
    return os.pathsep.join([_FOLDER, *_others()])


def install() -> None:
    """Redirect the imports of the processes that this one starts, until `uninstall`."""
    os.environ["PYTHONPATH"] = python_path()


def uninstall() -> None:
    """Undo `install`."""
    if _others():
        os.environ["PYTHONPATH"] = os.pathsep.join(_others())
    else:
        os.environ.pop("PYTHONPATH", None)


def _others():
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [entry for entry in entries if entry not in ("", _FOLDER)]
