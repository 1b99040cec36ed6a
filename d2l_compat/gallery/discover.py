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
    """Whether `notebook` needs a framework that is not among the chosen ones.

    One that is named after a framework needs that one, compare.ipynb needs them all, any other none.
    """
    known = set(d2l_compat.frameworks())
    needed = known if notebook.stem == "compare" else known & {notebook.stem}
    return not needed <= set(chosen)


def discover(folder: Path, chosen: tuple[str, ...]) -> list[Path]:
    """Return the notebooks anywhere below `folder`, sorted, without those of other frameworks."""
    return sorted(
        path
        for path in Path(folder).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and not is_left_out(path, chosen)
    )
