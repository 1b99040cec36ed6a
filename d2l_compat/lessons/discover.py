"""Which notebooks there are, and which of them FRAMEWORKS leaves out.

A notebook says in its metadata which frameworks it needs: ``"d2l_compat": {"frameworks": ["torch"]}``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import d2l_compat


def chosen_frameworks() -> tuple[str, ...]:
    """Return the names listed in the environment variable FRAMEWORKS; all there are if it is unset or empty.

    Raises ValueError for a name that is not a framework of this package.
    """
    chosen = os.environ.get("FRAMEWORKS", "").split()
    return known(chosen, "FRAMEWORKS, separated by spaces") or d2l_compat.frameworks()


def known(names: Sequence[str], where: str) -> tuple[str, ...]:
    """Return the `names` that are given in `where`.

    Raises ValueError for one that is not a framework of this package.
    """
    expected = d2l_compat.frameworks()
    unknown = ", ".join(str(name) for name in names if name not in expected)
    if unknown:
        raise ValueError(f"{where}: expected names out of {', '.join(expected)}, and received {unknown}")
    return tuple(names)


def needed_frameworks(notebook: Path) -> tuple[str, ...]:
    """Return the frameworks that the metadata of `notebook` name; none if they name none.

    A file that is no notebook needs none either: its execution will say what is wrong. Raises ValueError for
    a name that is not a framework of this package.
    """
    try:
        names = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["d2l_compat"]["frameworks"]
    except (ValueError, KeyError, TypeError):
        return ()
    return known(names, f"{notebook}, metadata d2l_compat.frameworks")


def discover(folder: Path, chosen: tuple[str, ...]) -> list[Path]:
    """Return the notebooks anywhere below `folder`, sorted, without those that need what is not chosen.

    Raises ValueError as `needed_frameworks` does.
    """
    return sorted(
        path
        for path in Path(folder).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and {*needed_frameworks(path)} <= {*chosen}
    )
