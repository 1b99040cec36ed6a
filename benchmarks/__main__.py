"""``python -m benchmarks OUT FRAMEWORK...``: measure, and write OUT/results.json and OUT/table.md.

Each framework is measured in a process of its own. This one stays small: the memory that a process has held
is passed on to its children.
"""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks import machine, table
from benchmarks.timing import REPETITIONS, paired, single
from d2l_compat.editions import EDITIONS


def fresh(mode, framework, face):
    """Return the figures of `REPETITIONS` fresh processes: by name, a list with one from each."""
    command = [sys.executable, "-m", "benchmarks.fresh", mode, framework, face]
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        for _ in range(REPETITIONS)
    ]
    print(f"{framework}: {mode} {face}", file=sys.stderr, flush=True)
    return {name: [run[name] for run in runs] for name in runs[0]}


def starting(framework):
    """Yield the rows of imports, of loading and of memory."""
    faces = [face for face, edition in EDITIONS.items() if edition.framework == framework]
    for face in faces:
        figures = fresh("import", framework, face)
        what, against = f"import of `{face}` once {framework} is imported", f"import {framework}"
        yield paired(what, against, figures["face"], figures["framework"])
    figures = fresh("load", framework, framework)
    yield single("`load_data_fashion_mnist`, the first call", figures["cold"])
    yield single("`load_data_fashion_mnist`, a later call", figures["warm"])
    yield single("`load_data_fashion_mnist`, peak memory", figures["memory"], "MB")
    ours, bare = (fresh(mode, framework, framework)["memory"] for mode in ("ours", "bare"))
    yield paired("peak memory of loading and an epoch", "the bare loop, batches in memory", ours, bare, "MB")


def measured(part, module, *arguments):
    """Return the rows that a `module`, in a process of its own, writes into the file `part`."""
    subprocess.run([sys.executable, "-m", module, *arguments, part], check=True)
    rows = json.loads(part.read_text(encoding="utf-8"))
    part.unlink()
    return rows


def main(out, *frameworks):
    """Measure, and write both files."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for framework in frameworks:
        rows += measured(out / f"{framework}.json", "benchmarks.framework", framework)
        rows += ({"framework": framework, **row._asdict()} for row in starting(framework))
    rows += measured(out / "commands.json", "benchmarks.commands", frameworks[0])
    results = {"machine": machine.describe(frameworks), "repetitions": REPETITIONS, "rows": rows}
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (out / "table.md").write_text(table.markdown(results), encoding="utf-8")
    print(out / "table.md")


if __name__ == "__main__":
    main(*sys.argv[1:])
