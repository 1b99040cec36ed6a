"""Executed notebooks, read from files, and what became of each."""

from __future__ import annotations

import warnings
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from d2l_compat.gallery.discover import chosen_frameworks, discover
from d2l_compat.gallery.execute import Execution

BYTES = 64 * 2**20  # of a file: a notebook with many large figures has a few million
CELLS = 10_000  # of a notebook
UNEXECUTED = "not executed: none of its cells has an output; run all of its cells and save it"


def read(path: Path) -> NotebookNode:
    """Return the notebook in the file `path`, in format 4.

    Raises OSError if the file cannot be read, ValueError, in one line, if it does not hold a valid notebook
    of at most `BYTES` and `CELLS`.
    """
    size = Path(path).stat().st_size
    if size > BYTES:
        raise ValueError(
            f"expected at most {BYTES >> 20} MiB, received {size / 2**20:.0f} MiB: clear its outputs"
        )
    with warnings.catch_warnings():
        # Missing and repeated cell ids are repaired on reading; that is all that alignment needs.
        warnings.simplefilter("ignore")
        try:
            notebook = nbformat.reads(Path(path).read_text(encoding="utf-8"), as_version=4)
            nbformat.validate(notebook)
            nbformat.writes(notebook).encode("utf-8")  # half a character pair in a text could not be written
        except OSError:
            raise
        except Exception as error:  # what nbformat raises has no base class in common
            raise ValueError(f"not a notebook: {_first_line(error)}") from None
    if len(notebook.cells) > CELLS:
        raise ValueError(f"expected at most {CELLS} cells, received {len(notebook.cells)}")
    return notebook


def read_folder(folder: Path) -> list[Execution]:
    """Return what is known of each notebook below `folder` that FRAMEWORKS admits, without executing any.

    `error` says what is wrong with a file that is no notebook, was not executed or ended in an error;
    `seconds` is 0. Raises ValueError where FRAMEWORKS names what is not a framework.
    """
    return [_read_execution(folder, path) for path in discover(folder, chosen_frameworks())]


def error_of(notebook: NotebookNode) -> str | None:
    """Return the first error among the outputs of `notebook`, or that it has no outputs, or None."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                return f"cell {cell.get('id', cell.execution_count)!r}: {output.ename}: {output.evalue}"
    was_executed = any(cell.execution_count or cell.outputs for cell in code)
    return None if was_executed or not code else UNEXECUTED


def _read_execution(folder, path):
    try:
        notebook = read(path)
    except (OSError, ValueError) as error:
        return Execution(path.relative_to(folder), None, 0.0, str(error))
    return Execution(path.relative_to(folder), notebook, 0.0, error_of(notebook))


def _first_line(error):
    return (str(error).splitlines() or [type(error).__name__])[0]
