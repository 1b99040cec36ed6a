"""Notebook files, read: their text, and the notebook in it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is needed, because it is slow to import
    from nbformat import NotebookNode

BYTES = 64 * 2**20  # of a file: a notebook with many large figures has a few million
CELLS = 10_000  # of a notebook
UNEXECUTED = "not executed: none of its cells has an output; run all of its cells and save it"


def read_text(path: Path) -> str:
    """Return the text in the notebook file `path`, its line ends as they are.

    Raises OSError if the file cannot be read, ValueError, in one line, if it is no file of at most `BYTES` in
    UTF-8.
    """
    if path.exists() and not path.is_file():
        raise ValueError("expected a notebook file, received something else, such as a folder")
    size = path.stat().st_size
    if size > BYTES:
        raise ValueError(
            f"expected at most {BYTES >> 20} MiB, received {size / 2**20:.0f} MiB: clear its outputs"
        )
    try:
        return path.read_bytes().decode("utf-8")
    except ValueError as error:
        raise ValueError(f"not a notebook: {error}") from None


def parse(text: str) -> NotebookNode:
    """Return the notebook in `text`, in format 4.

    Raises ValueError, in one line, if it does not hold a valid notebook of at most `CELLS`.
    """
    import nbformat

    with warnings.catch_warnings():
        # Missing and repeated cell ids are repaired on reading; that is all that alignment needs.
        warnings.simplefilter("ignore")
        try:
            notebook = nbformat.reads(text, as_version=4)
            nbformat.validate(notebook)
            nbformat.writes(notebook).encode("utf-8")  # half a character pair in a text could not be written
        except Exception as error:  # what nbformat raises has no base class in common
            raise ValueError(f"not a notebook: {_first_line(error)}") from None
    if len(notebook.cells) > CELLS:
        raise ValueError(f"expected at most {CELLS} cells, received {len(notebook.cells)}")
    return notebook


def read(path: Path) -> NotebookNode:
    """Return the notebook in the file `path`, in format 4. Raises what `read_text` and `parse` do."""
    return parse(read_text(path))


def error_of(notebook: NotebookNode) -> str | None:
    """Return the first error among the outputs of `notebook`, or that it has no outputs, or None."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                return f"cell {cell.get('id', cell.execution_count)!r}: {output.ename}: {output.evalue}"
    was_executed = any(cell.execution_count or cell.outputs for cell in code)
    return None if was_executed or not code else UNEXECUTED


def _first_line(error):
    return (str(error).splitlines() or [type(error).__name__])[0]
