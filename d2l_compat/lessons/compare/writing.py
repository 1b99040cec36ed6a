"""Notebooks, or the lessons of a folder, written as one page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from d2l_compat.data import files
from d2l_compat.lessons.compare.page import gallery_page, notebooks_page
from d2l_compat.lessons.execute import executed
from d2l_compat.lessons.reading import UNEXECUTED, error_of, read


def write_page(paths: Sequence[Path], output: Path) -> str:
    """Write the page `output` on the notebooks in `paths`, or the one folder there; return what was written.

    Raises ValueError or OSError, having written nothing, for what cannot be compared.
    """
    page = _page(paths, output)
    files.write(output, page)
    return f"{output}: {len(page.encode()) / 1e6:.1f} MB"


def _page(paths, output):
    if len(paths) == 1 and paths[0].is_dir():
        return gallery_page(executed(paths[0]))
    if len(paths) == 1:
        raise ValueError(f"expected two or more notebooks, or a folder, and received only {paths[0]}")
    resolved = [path.resolve() for path in paths]
    for path, target in zip(paths, resolved):
        if resolved.count(target) > 1:
            raise ValueError(f"expected different notebooks, and received {path} more than once")
        if target == output.resolve():
            raise ValueError(
                f"expected a new page, and received one of the notebooks as the output: {output}"
            )
    return notebooks_page(dict(zip(_names(resolved), map(_executed, paths))))


def _executed(path):
    try:
        notebook = read(path)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if error_of(notebook) == UNEXECUTED:
        raise ValueError(f"{path}: {UNEXECUTED}")
    return notebook


def _names(paths):
    """Return the names of the files, with as many of their folders as are needed to tell them apart."""
    stems = [path.stem for path in paths]
    if len(set(stems)) == len(stems):
        return stems
    common = os.path.commonpath([path.parent for path in paths])
    names = [path.relative_to(common) for path in paths]
    unlike = len({name.with_suffix("") for name in names}) == len(names)
    return [(name.with_suffix("") if unlike else name).as_posix() for name in names]
