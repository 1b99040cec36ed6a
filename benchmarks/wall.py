"""Where ``make run`` and ``make test`` spend their time: ``python -m benchmarks.wall OUT [NOTEBOOK...]``.

Each notebook, by default every one, is executed as ``make run`` does it and then compared as ``make test``
does it, alone; without names, both commands follow as the Makefile calls them. Writes OUT/wall.json and
OUT/wall.md. It takes minutes.
"""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import nbformat

from benchmarks import machine
from benchmarks.timing import seconds
from d2l_compat.lessons.discover import chosen_frameworks, discover
from d2l_compat.lessons.execute import CELL_TIMEOUT, client_for, run_cells

KERNEL, IMPORTS, TRAINING, OTHER = "kernel start and end", "imports", "training", "other cells"
COMPARING = "pytest and comparing"


class Stopwatch:
    """Adds up wall time under the name that it was last switched to."""

    def __init__(self, name):
        self.totals, self.name, self.since = Counter(), name, time.perf_counter()

    def switch(self, name):
        """Time what follows under `name`."""
        now = time.perf_counter()
        self.totals[self.name] += now - self.since
        self.name, self.since = name, now


def executing(path):
    """Execute the notebook at `path` in a kernel of its own; return the seconds of each of its parts."""
    watch, notebook = Stopwatch(KERNEL), nbformat.read(path, 4)
    client = client_for(
        notebook,
        path.parent,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        on_cell_execute=lambda cell, **_: watch.switch(part(cell)),
        on_cell_executed=lambda cell, **_: watch.switch(KERNEL),
    )
    failure = run_cells(client)
    watch.switch("")
    if failure:
        raise RuntimeError(f"{path}: cell {failure.cell.id!r}: {failure.ename}: {failure.evalue}")
    return dict(watch.totals)


def part(cell):
    """Return what the code `cell` counts as."""
    if cell.id == "imports":
        return IMPORTS
    return TRAINING if re.search(r"\btrain\w*\(", cell.source) else OTHER


def command(*words):
    """Return a function that runs ``python -m`` with `words`."""
    return partial(subprocess.run, [sys.executable, "-m", *words], check=True, stdout=subprocess.DEVNULL)


def main(out, *names):
    """Measure, and write both files."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in [*map(Path, names)] or discover(Path("notebooks"), chosen_frameworks()):
        parts = executing(path)
        parts[COMPARING] = seconds(command("pytest", "-q", str(path))) - sum(parts.values())
        rows.append({"what": str(path), **parts})
        print(rows[-1], file=sys.stderr, flush=True)
    commands = {}
    if not names:
        commands["make run"] = seconds(command("d2l_compat.lessons", "run", "notebooks", str(out / "run")))
        commands["make test, notebooks"] = seconds(command("pytest", "-q", "-n", "2", "notebooks"))
        commands["make test"] = seconds(command("pytest", "-q", "-n", "2"))
    results = {"machine": machine.describe(chosen_frameworks()), "notebooks": rows, "commands": commands}
    (out / "wall.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (out / "wall.md").write_text(markdown(results), encoding="utf-8")
    print(out / "wall.md")


def markdown(results):
    """Return two tables: the parts of each notebook, and the commands altogether, in seconds."""
    parts = (KERNEL, IMPORTS, TRAINING, OTHER, COMPARING)
    lines = [f"| seconds | {' | '.join(parts)} |", "| --- " * (1 + len(parts)) + "|"]
    for row in results["notebooks"]:
        figures = (f"{row.get(name, 0):.1f}" for name in parts)
        lines.append(f"| {row['what']} | {' | '.join(figures)} |")
    if results["commands"]:
        lines += ["", "| seconds | altogether |", "| --- | --- |"]
        lines += [f"| `{name}` | {taken:.0f} |" for name, taken in results["commands"].items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
