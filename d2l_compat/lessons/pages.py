"""Pages for a browser: one per executed notebook, and the index that compares their results.

They ask the network for nothing: formulas are MathML, which browsers draw themselves, and styles
and figures are inside the page. They have no script, and what a notebook shows cannot run in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from nbconvert import HTMLExporter

from d2l_compat.data import files
from d2l_compat.lessons.execute import Execution
from d2l_compat.lessons.markdown import markdown2html
from d2l_compat.lessons.results import last_run
from d2l_compat.lessons.sanitise import sanitise
from d2l_compat.lessons.scales import curve
from d2l_compat.lessons.templating import SHARED, templates

COMPARISON = Path("compare/index.html")


def write(
    executions: Sequence[Execution],
    out: Path,
    notice: str | None,
    waiting: Callable[[list[Path]], None] = lambda paths: None,
) -> Path:
    """Write the page of each notebook and the index of all into the folder `out`.

    `notice` is the line that says the data are the stand-in, None for the real data. The index links
    the page `COMPARISON` if `out` has it. `waiting` is called with the pages that are still to be written,
    before each. Returns the path of the index.
    """
    written = {e.path.with_suffix(".html"): e for e in executions if e.notebook}
    for number, (path, execution) in enumerate(written.items()):
        waiting([*written][number:])
        files.write(out / path, page(execution, notice))
    target = out / "index.html"
    comparison = COMPARISON if (out / COMPARISON).exists() else None
    files.write(target, index(executions, notice, comparison))
    return target


def page(execution: Execution, notice: str | None) -> str:
    """Return the HTML of one executed notebook."""
    exporter = HTMLExporter(
        template_file=str(SHARED / "page.html.jinja"),
        filters={"markdown2html": markdown2html, "sanitise": sanitise},
    )
    resources = {
        "metadata": {"name": title(execution)},
        "index": "../" * (len(execution.path.parts) - 1) + "index.html",
        "notice": notice,
        "error": execution.error,
    }
    return exporter.from_notebook_node(execution.notebook, resources)[0]


def index(executions: Sequence[Execution], notice: str | None, comparison: Path | None = None) -> str:
    """Return the HTML of the index: a table per folder, a row per notebook with its last History."""
    rows = [(execution, last_run(execution.notebook)) for execution in executions]
    return (
        templates()
        .get_template("index.html.jinja")
        .render(
            curve=curve,
            groups=[list(group) for _, group in groupby(rows, key=lambda row: row[0].path.parent)],
            failed=sum(execution.error is not None for execution, _ in rows),
            count=len(rows),
            comparison=comparison,
            notice=notice or next((SYNTHETIC for _, r in rows if r and r.is_synthetic), None),
            title=title,
            href=lambda path: quote(path.as_posix()),
        )
    )


SYNTHETIC = "SYNTHETIC DATA: results below were trained on the stand-in, not on Fashion-MNIST"


def title(execution: Execution) -> str:
    """Return the first heading of the notebook, or its path where it has none."""
    cells = execution.notebook.cells if execution.notebook else ()
    lines = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), str(execution.path))
