"""The findings, in words for a person."""

from __future__ import annotations

from d2l_compat.editions import FRAMEWORKS
from d2l_compat.foreign.check.edition import is_1_0
from d2l_compat.foreign.check.findings import Findings


def lines(findings: Findings) -> list[str]:
    """Return the report on one notebook. Cells have the numbers that a run from top to bottom gives them."""
    report = [str(findings.notebook.path)]
    for use in findings.uses:
        report += _use(use, findings)
    for text, cells in findings.styles:
        report.append(f"  called as     {text} in {_cells(cells)}")
    for change in findings.changes:
        report.append(f"  change        [{change.cell}] line {change.node.lineno}: {change.line}")
    for module in findings.faceless:
        provided = ", ".join(f"d2l.{framework}" for framework in FRAMEWORKS)
        report.append(f"  unavailable   {module}; d2l_compat stands in for {provided}")
    if not findings.changes and not findings.faceless:
        report.append(f"  nothing to change{_reason(findings)}")
    for warned in findings.traps:
        places = ", ".join(f"[{cell}] line {line}" for cell, line in warned.places)
        report += [f"  mind          {places}: {warned.trap.what}", f"                {warned.trap.remedy}"]
    if findings.notebook.kernel == "python2":
        report.append("  mind          its kernel is of Python 2: run it with --kernel python3")
    for cell, code in findings.program.codes.items():
        if code.problem:
            report.append(f"  not read      [{cell}] {code.problem}")
    return report


def _reason(findings):
    if findings.program.is_redirected:
        return ": %load_ext d2l_compat resolves its imports"
    return "" if findings.uses else ": no helpers of the book in it"


def _use(use, findings):
    yield f"  written for   {use.edition}"
    yield f"  imported      {use.module} in {_cells(sorted({i.cell for i in use.imports}))}"
    if use.provided:
        yield f"  provided      {_counted(use.provided)}"
    if use.missing and not is_1_0(use.module, findings.program):
        yield f"  not provided  {_counted(use.missing)}"


def _counted(helpers):
    return ", ".join(f"{name} ({number})" for name, number in helpers.items())


def _cells(numbers):
    return ", ".join(f"[{number}]" for number in numbers)


def printable(text: str) -> str:
    """Return `text` with escapes for what could control a terminal, or cannot be encoded."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
