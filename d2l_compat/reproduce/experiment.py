"""The experiment: all runs of all rows, those that are kept and those that are still to be made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from d2l_compat.data import fashion_mnist
from d2l_compat.reproduce import children, distribution, editions, results_page, spreading
from d2l_compat.reproduce.children import RunError
from d2l_compat.reproduce.editions import Row, rows
from d2l_compat.reproduce.store import Store, spec


def reproduce(
    keys: str, seeds: int, release: str, folder: Path, workers: int, scheduler: str | None = None
) -> Iterator[str]:
    """Make the runs that are not kept in `folder` yet, write the results there, and yield the verdicts.

    `keys`: those of the rows, separated by commas; ``"C"`` means all that begin with it, no key every row.
    `seeds`: how many runs of each. `release`: of the data. `workers`: how many processes on this machine,
    unless there is the address of a Dask `scheduler`. Raises ValueError or OSError for what cannot be done.
    """
    start = time.perf_counter()
    chosen = _choose(keys)
    if scheduler:
        place = spreading.cluster(scheduler)
    else:
        fashion_mnist.locate(fashion_mnist.named(release))  # a download comes before the processes look
        place = spreading.local(workers)
    with place as each:
        found = outcomes(chosen, seeds, release, Store(folder / "runs"), each)
    if results_page.is_synthetic(found):
        yield results_page.SYNTHETIC
    for outcome in found:
        yield f"{outcome.verdict.status:15} {outcome.row.key:13} {outcome.verdict.sentence}"
    yield f"results: {results_page.write(folder, found)}, after {time.perf_counter() - start:.0f} s"


def _choose(keys):
    """Return the rows that the comma-separated `keys` name. Raises ValueError for one that names none."""
    known, wanted = rows(), [key.strip() for key in keys.split(",") if key.strip()]
    for key in wanted:
        if not any(key in (row.key, row.key[0]) for row in known):
            expected = ", ".join(row.key for row in known)
            raise ValueError(f"--rows: expected keys out of {expected}, received {key}")
    return [row for row in known if not wanted or {row.key, row.key[0]} & set(wanted)]


def outcomes(
    rows: Sequence[Row], seeds: int, release: str, store: Store, each: Callable
) -> list[distribution.Outcome]:
    """Return the outcome of each of `rows`, from as many `seeds` on the data of `release`.

    `each` runs tasks (see `spreading`). Runs that are in the `store` are read, the others made and put there
    one by one. Raises `RunError` where a run cannot be made, or not on the data that this process asks for.
    """
    efforts = {spec(row, seed, release): row.effort for row in rows for seed in range(seeds)}
    asked = dict.fromkeys((row.face, release) for row in rows)
    environments = {face: environment for (face, _), environment in each(children.environment, asked)}
    for face, environment in environments.items():
        _check_release(face, environment, release)
    results = {run: kept for run in efforts if (kept := _read(store, run, environments[run.face]))}
    with _progress(efforts, results) as progress:
        for run, result in each(children.run, _in_order(efforts, results)):
            _check(run, result, environments[run.face])
            store.write(run, result)
            results[run] = result
            progress.set_description_str(_count(efforts, results), refresh=False)
            progress.update(efforts[run])
    draws = {row: (row.face, editions.DRAWS, (row.release, release)) for row in rows if row.is_drawn}
    drawn = dict(each(children.untrained, draws.values()))
    runs = {row: [results[spec(row, seed, release)] for seed in range(seeds)] for row in rows}
    return [distribution.outcome(row, runs[row], drawn.get(draws.get(row))) for row in rows]


def _progress(efforts, results):
    """Return a progress bar that counts the effort of the runs, so that the time left is about right."""
    return tqdm(
        total=sum(efforts.values()),
        initial=sum(efforts[run] for run in results),
        desc=_count(efforts, results),
        bar_format="{percentage:3.0f}% {bar} {desc}, {elapsed} gone, {remaining} left",
    )


def _count(efforts, results):
    return f"{len(results)} of {len(efforts)} runs"


def _read(store, run, environment):
    try:
        return store.read(run, environment)
    except ValueError as error:
        tqdm.write(f"ignored {error}")
        return None


def _in_order(efforts, results):
    """Return the runs to be made: long ones first, and those of one face, which share processes, together."""
    slowest: dict[str, float] = {}
    for run, effort in efforts.items():
        slowest[run.face] = max(slowest.get(run.face, 0), effort)
    missing = [run for run in efforts if run not in results]
    return sorted(missing, key=lambda run: (-slowest[run.face], run.face, -efforts[run]))


def _check_release(face, environment, release):
    expected = "synthetic" if fashion_mnist.is_synthetic() else release
    if environment["release"] != expected:
        raise RunError(
            f"{face}: expected to train on the data of {expected}, received {environment['release']}. "
            "D2L_COMPAT_DATA must choose the same data for this command and for every worker."
        )


def _check(run, result, environment):
    """Raise `RunError` unless the run was made in the `environment` that the others of its face have."""
    received = result["environment"]
    unlike = sorted(key for key in {*environment, *received} if environment.get(key) != received.get(key))
    if unlike:
        key = unlike[0]
        raise RunError(
            f"{run.name}, on {result['host']}: expected one environment for all runs, with {key} "
            f"{environment.get(key)}, received {received.get(key)}. "
            "Make it the same for every worker, and start again."
        )
