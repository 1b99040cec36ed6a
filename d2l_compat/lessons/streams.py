"""What a cell printed, as Jupyter shows it: in one piece, overwritten, without TensorFlow's start-up."""

from __future__ import annotations

import re
from itertools import groupby

from nbformat import NotebookNode

from d2l_compat.lessons.start_up import START_UP


def tidy(cell: NotebookNode) -> None:
    """Store what `cell` printed, in place, as it is shown."""
    _join(cell)
    for output in cell.outputs:
        if _stream(output) == "stderr":
            output.text = START_UP.sub("", output.text)
    cell.outputs = [output for output in cell.outputs if not _stream(output) or output.text]
    _join(cell)
    for output in cell.outputs:
        if _stream(output):
            output.text = "\n".join(map(_overwritten, output.text.split("\n")))


def _stream(output):
    """Return the name of the stream to which `output` belongs, or None."""
    return output.name if output.output_type == "stream" else None


def _join(cell):
    """Join consecutive writes to one stream into one output."""
    joined = []
    for stream, outputs in groupby(cell.outputs, key=_stream):
        first, *others = outputs
        if stream:
            first.text = "".join([first.text, *(other.text for other in others)])
        joined += [first] if stream else [first, *others]
    cell.outputs = joined


def _overwritten(line):
    """Return what is seen of a `line` after its carriage returns and backspaces moved the cursor back."""
    seen, column = "", 0
    for piece in re.split(r"([\r\b])", line):
        if piece in ("\r", "\b"):
            column = max(0, column - 1) if piece == "\b" else 0
        else:
            seen = seen[:column] + piece + seen[column + len(piece) :]
            column += len(piece)
    return seen
