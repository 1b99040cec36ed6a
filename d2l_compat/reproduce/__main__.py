"""Train every edition's rows from many seeds, and say where the published figures lie among the runs."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from d2l_compat import fashion_mnist
from d2l_compat.importing import requires
from d2l_compat.reproduce import execution
from d2l_compat.reproduce.children import RunError
from d2l_compat.reproduce.editions import rows
from d2l_compat.reproduce.runs import Store

with requires("tqdm and Jinja2", 'pip install "d2l_compat[reproduce]"'):
    from d2l_compat.reproduce import experiment, report


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return 0, 2 where it cannot be done, 130 where it was interrupted."""
    options = _parser().parse_args(arguments)
    start = time.perf_counter()
    try:
        outcomes = _experiment(options)
    except (OSError, ValueError, ImportError, RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: finished runs are kept, the same command goes on from there", file=sys.stderr)
        return 130
    if report.is_synthetic(outcomes):
        print(report.SYNTHETIC)
    for one in outcomes:
        print(f"{one.verdict.status:15} {one.row.key:13} {one.verdict.sentence}")
    print(f"results: {report.write(options.output, outcomes)}, after {time.perf_counter() - start:.0f} s")
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m d2l_compat.reproduce", description=__doc__)
    parser.add_argument("--seeds", type=_count, default=20, metavar="K", help="runs of each row (default 20)")
    parser.add_argument(
        "--rows",
        default="",
        metavar="A,B,...",
        help="keys of rows, C and D being all of theirs (default: every row)",
    )
    parser.add_argument(
        "--release", default=fashion_mnist.CURRENT.name, help="of the data (default %(default)s)"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("build/reproduce"), metavar="FOLDER")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=_count,
        default=os.cpu_count(),
        help="processes here (default: as many as processors)",
    )
    where.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="run on this Dask cluster instead")
    return parser


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, received {text}")
    return number


def _choose(keys):
    """Return the rows that the comma-separated `keys` name. Raises ValueError for one that names none."""
    every, wanted = rows(), [key.strip() for key in keys.split(",") if key.strip()]
    for key in wanted:
        if not any(key in (row.key, row.key[0]) for row in every):
            raise ValueError(
                f"--rows: expected keys out of {', '.join(row.key for row in every)}, received {key}"
            )
    return [row for row in every if not wanted or {row.key, row.key[0]} & set(wanted)]


def _experiment(options):
    """Return the outcome of each row that `options` choose; what is kept from earlier is not run again."""
    chosen, release = _choose(options.rows), fashion_mnist.named(options.release)
    if options.scheduler:
        place = execution.cluster(options.scheduler)
    else:
        fashion_mnist.locate(release)  # a download, once, before the processes look for the data
        place = execution.local(options.workers)
    store = Store(options.output / "runs")
    with place as each:
        return experiment.outcomes(chosen, options.seeds, release.name, store, each)


if __name__ == "__main__":
    sys.exit(main())
