"""The experiment: all runs of all rows, those that are kept and those still to be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tqdm import tqdm

from d2l_compat import fashion_mnist
from d2l_compat.reproduce import children, editions, report
from d2l_compat.reproduce.children import RunError
from d2l_compat.reproduce.editions import Row
from d2l_compat.reproduce.runs import Spec, Store, spec


def outcomes(
    rows: Sequence[Row], seeds: int, release: str, store: Store, each: Callable
) -> list[report.Outcome]:
    """Return the outcome of each of `rows`, from as many `seeds` on the data of `release`.

    `each` runs tasks (see `execution`). Runs that are in the `store` are read, the others made and put there
    one by one. Raises `RunError` where a run cannot be made, or not on the data that this process asks for.
    """
    efforts = {spec(row, seed, release): row.effort for row in rows for seed in range(seeds)}
    asked = dict.fromkeys((row.face, release) for row in rows)
    environments = {face: environment for (face, _), environment in each(children.environment, asked)}
    for face, environment in environments.items():
        _check_release(face, environment, release)
    results = {one: kept for one in efforts if (kept := _read(store, one, environments[one.face]))}
    with _Progress(efforts, results) as progress:
        for one, result in each(children.run, _in_order(efforts, results)):
            _check(one, result, environments[one.face])
            store.write(one, result)
            results[one] = result
            progress.advance(one)
    asked = {row: (row.face, editions.DRAWS, (row.release, release)) for row in rows if row.is_drawn}
    drawn = dict(each(children.untrained, asked.values()))
    runs = {row: [results[spec(row, seed, release)] for seed in range(seeds)] for row in rows}
    return [report.outcome(row, runs[row], drawn.get(asked.get(row))) for row in rows]


def _read(store, one, environment):
    try:
        return store.read(one, environment)
    except ValueError as error:
        tqdm.write(f"ignored {error}")
        return None


def _in_order(efforts, results):
    """Return the runs to be made: the long ones first, those of one face, which share processes, together."""
    slowest = {}
    for one, effort in efforts.items():
        slowest[one.face] = max(slowest.get(one.face, 0), effort)
    missing = [one for one in efforts if one not in results]
    return sorted(missing, key=lambda one: (-slowest[one.face], one.face, -efforts[one]))


def _check_release(face, environment, release):
    expected = "synthetic" if fashion_mnist.is_synthetic() else release
    if environment["release"] != expected:
        raise RunError(
            f"{face}: expected to train on the data of {expected}, received {environment['release']}. "
            "D2L_COMPAT_DATA must choose the same data for this command and for every worker."
        )


def _check(one: Spec, result, environment):
    """Raise `RunError` unless the run was made in the `environment` that the others of its face have."""
    received = result["environment"]
    unlike = sorted(key for key in {*environment, *received} if environment.get(key) != received.get(key))
    if unlike:
        key = unlike[0]
        raise RunError(
            f"{one.name}, on {result['host']}: expected one environment for all runs, with {key} "
            f"{environment.get(key)}, received {received.get(key)}. "
            "Make it the same for every worker, and start again."
        )


class _Progress:
    """A bar that fills with the effort of the runs, so that the time left is about right, and counts them."""

    def __init__(self, efforts, results):
        self.efforts, self.done = efforts, len(results)
        self.kept = sum(efforts[one] for one in results)

    def __enter__(self):
        total = sum(self.efforts.values())
        form = "{percentage:3.0f}% {bar} {desc}, {elapsed} gone, {remaining} left"
        self.bar = tqdm(total=total, initial=self.kept, bar_format=form, desc=self._count())
        return self

    def advance(self, one):
        self.done += 1
        self.bar.set_description_str(self._count(), refresh=False)
        self.bar.update(self.efforts[one])

    def _count(self):
        return f"{self.done} of {len(self.efforts)} runs"

    def __exit__(self, *error):
        self.bar.close()
