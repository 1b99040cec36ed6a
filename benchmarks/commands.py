"""What the commands take, each in a fresh process: ``python -m benchmarks.commands torch OUT``."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.timing import Row, compare

LESSONS = Path("notebooks")
CHECKED = (1, 10, 100, 1000)
COLUMNS = (2, 12)


def d2l_compat(*arguments: str | Path) -> None:
    """Run our command line, and wait for its end."""
    subprocess.run([sys.executable, "-m", "d2l_compat", *arguments], check=True, capture_output=True)


def copies(lesson: Path, folder: Path, count: int) -> list[Path]:
    """Write `count` copies of a `lesson` into a new `folder`, and return their paths."""
    folder.mkdir()
    return [Path(shutil.copy(lesson, folder / f"{number}.ipynb")) for number in range(count)]


def checking(lesson: Path, folder: Path) -> Iterator[Row]:
    """`check` of more and more notebooks."""
    runs = {n: partial(d2l_compat, "check", *copies(lesson, folder / f"{n}", n)) for n in CHECKED}
    for few, many in zip(CHECKED, CHECKED[1:]):
        yield from compare(f"`check` of {many} notebooks", runs[many], {f"that of {few}": runs[few]})


def comparing(lesson: Path, folder: Path) -> Iterator[Row]:
    """`compare` of more columns; and of all lessons, as `make compare` does, beside a bare interpreter."""
    pages = {
        n: partial(d2l_compat, "compare", *copies(lesson, folder / f"{n}", n), "-o", folder / f"{n}.html")
        for n in COLUMNS
    }
    few, many = COLUMNS
    yield from compare(f"`compare` of {many} notebooks", pages[many], {f"that of {few}": pages[few]})
    page = partial(d2l_compat, "compare", LESSONS, "-o", folder / "lessons.html")
    yield from compare("`make compare`", page, {"`python -c pass`": python_of_nothing})


def running(lesson: Path, folder: Path) -> Iterator[Row]:
    """`run` of a notebook with one cell, beside Jupyter's own command."""
    notebook = folder / "one.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), notebook)
    ours = partial(d2l_compat, "run", notebook, "-o", folder / "ours.ipynb")
    jupyter = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook", notebook]
    theirs = partial(subprocess.run, jupyter, check=True, capture_output=True)
    yield from compare("`run` of one cell", ours, {"`jupyter nbconvert --execute`": theirs})


def plotting(lesson: Path, folder: Path) -> Iterator[Row]:
    """The live plot of a training, in a kernel."""
    cell = new_code_cell(f"from benchmarks import live_plot\nlive_plot.main({lesson.stem!r})")
    executed = NotebookClient(new_notebook(cells=[cell]), timeout=None).execute()
    printed = "".join(output.text for output in executed.cells[0].outputs if output.get("name") == "stdout")
    yield from itertools.starmap(Row, json.loads(printed.splitlines()[-1]))


def python_of_nothing() -> None:
    """Start an interpreter, and wait for its end."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def main(framework: str, out: str) -> None:
    """Write all rows, on the lesson of a `framework`, as JSON into the file `out`."""
    lesson, rows = LESSONS / "softmax-regression-scratch" / f"{framework}.ipynb", []
    for measured in (checking, comparing, running, plotting):
        with tempfile.TemporaryDirectory() as folder:
            for row in measured(lesson, Path(folder)):
                print(f"commands: {row.what} / {row.against}", file=sys.stderr, flush=True)
                rows.append({"framework": "", **row._asdict()})
    Path(out).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
