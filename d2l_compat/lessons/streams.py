"""What a cell printed, as Jupyter shows it: in one piece, overwritten, without TensorFlow's start-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from nbformat import NotebookNode
from nbformat.v4 import new_output

from d2l_compat.lessons.start_up import START_UP


def tidy(cell: NotebookNode) -> None:
    """Store what `cell` printed, in place, as it is shown."""
    cell.outputs = joined(cell.outputs)
    for output in cell.outputs:
        if _stream(output) == "stderr":
            output.text = START_UP.sub("", output.text)
    cell.outputs = joined([output for output in cell.outputs if not _stream(output) or output.text])
    for output in cell.outputs:
        if _stream(output):
            output.text = "\n".join(map(_overwritten, output.text.split("\n")))


def joined(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return `outputs` with consecutive writes to one stream joined into one."""
    found: list[NotebookNode] = []
    for stream, group in groupby(outputs, key=_stream):
        if stream:
            found.append(new_output("stream", name=stream, text="".join(output.text for output in group)))
        else:
            found += group
    return found


def _stream(output):
    """Return the name of the stream to which `output` belongs, or None."""
    return output.name if output.output_type == "stream" else None


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
