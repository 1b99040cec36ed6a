"""Which notebooks there are, and which of them FRAMEWORKS leaves out."""

from __future__ import annotations

import os
import re
from pathlib import Path

import d2l_compat


def chosen_frameworks() -> tuple[str, ...]:
    """Return the names listed in the environment variable FRAMEWORKS; all there are if it is unset or empty.

    Raises ValueError for a name that is not a framework of this package.
    """
    known = d2l_compat.frameworks()
    chosen = tuple(os.environ.get("FRAMEWORKS", "").split())
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        raise ValueError(
            f"FRAMEWORKS: expected names out of {', '.join(known)}, separated by spaces, "
            f"and received {', '.join(unknown)}"
        )
    return chosen or known


def is_left_out(notebook: Path, chosen: tuple[str, ...]) -> bool:
    """Whether `notebook`, or a module of tests, needs a framework that is not among the chosen ones.

    It needs those that it imports and the one that it is named after; compare.ipynb needs them all.
    """
    known = set(d2l_compat.frameworks())
    needed = known if notebook.stem == "compare" else known & {notebook.stem, *_imported(notebook)}
    return not needed <= set(chosen)


def _imported(path):
    """Names of the modules that the lines of a Python file or of a notebook import."""
    # In a notebook, which is read as it lies there, a line begins after a quotation mark.
    return set(re.findall(r'^(?: *")?(?:import|from) (\w+)', path.read_text(encoding="utf-8"), re.MULTILINE))


def discover(folder: Path, chosen: tuple[str, ...]) -> list[Path]:
    """Return the notebooks anywhere below `folder`, sorted, without those of other frameworks."""
    return sorted(
        path
        for path in Path(folder).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and not is_left_out(path, chosen)
    )
