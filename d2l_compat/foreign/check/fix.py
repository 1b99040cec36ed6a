"""Import lines rewritten in place: the statement changes, every other byte of the file stays."""

from __future__ import annotations

import difflib

from d2l_compat.data import files
from d2l_compat.foreign.check.code import split
from d2l_compat.foreign.check.findings import Findings


def fixed(findings: Findings) -> str:
    """Return the text of the notebook file with the changes of `findings` made."""
    text = findings.notebook.text
    cells = {cell.number: cell for cell in findings.notebook.cells}
    for change in reversed(findings.changes):  # from the end, so that earlier places stay where they are
        cell = cells[change.cell]
        begin, end = cell.place(text, *_span(cell, findings.program.codes[cell.number], change.node))
        text = text[:begin] + change.line + text[end:]
    return text


def diff(findings: Findings) -> list[str]:
    """Return the changes as the lines of a unified diff, cell by cell."""
    lines: list[str] = []
    for cell in findings.notebook.cells:
        new = cell.source
        for change in reversed([change for change in findings.changes if change.cell == cell.number]):
            begin, end = _span(cell, findings.program.codes[cell.number], change.node)
            new = new[:begin] + change.line + new[end:]
        name = f"{findings.notebook.path} [{cell.number}]"
        lines += difflib.unified_diff(split(cell.source), split(new), name, name, n=1, lineterm="")
    return lines


def write(findings: Findings) -> None:
    """Make the changes in the file. A symbolic link stays one: its target changes."""
    content = fixed(findings).encode(findings.notebook.encoding, "surrogatepass")
    files.write(findings.notebook.path.resolve(), content)


def _span(cell, code, node):
    """Return where in the source of `cell` the statement `node` begins and ends."""
    begin = code.position(cell.source, node.lineno, node.col_offset)
    return begin, code.position(cell.source, node.end_lineno, node.end_col_offset)
