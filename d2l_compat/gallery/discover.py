"""Which notebooks there are, and which of them FRAMEWORKS leaves out."""

from __future__ import annotations

import os
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
    """Whether the file is named after a framework that is not among the chosen ones."""
    return notebook.stem in d2l_compat.frameworks() and notebook.stem not in chosen


def discover(folder: Path, chosen: tuple[str, ...]) -> list[Path]:
    """Return the notebooks anywhere below `folder`, sorted, without those of other frameworks."""
    return sorted(
        path
        for path in Path(folder).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and not is_left_out(path, chosen)
    )
