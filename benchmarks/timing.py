"""Two ways to do the same work, timed in turn, so that a machine that becomes slower slows both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

REPETITIONS = 7


class Row(NamedTuple):
    """One line of the table. `ours` and `theirs` in `unit`; `ratio` None where there is nothing to divide by.

    `why` says, in a row without figures, why there are none.
    """

    what: str
    against: str = ""
    ratio: float | None = None
    ours: float | None = None
    theirs: float | None = None
    unit: str = "s"
    why: str = ""


def seconds(function: Callable) -> float:
    """Return the wall time of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def compare(what: str, ours: Callable, rivals: Mapping[str, Callable]) -> list[Row]:
    """Return a row for each of `rivals`, by name, from `REPETITIONS` rounds after one to warm up."""
    functions = [ours, *rivals.values()]
    for function in functions:
        function()
    rounds = [[seconds(function) for function in functions] for _ in range(REPETITIONS)]
    first, *others = zip(*rounds)
    return [paired(what, name, first, other) for name, other in zip(rivals, others)]


def paired(what: str, against: str, ours: Sequence[float], theirs: Sequence[float], unit: str = "s") -> Row:
    """Return the row of figures taken in pairs: their medians, and the median of the ratios of the pairs."""
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    return Row(what, against, ratio, statistics.median(ours), statistics.median(theirs), unit)


def single(what: str, figures: Sequence[float], unit: str = "s") -> Row:
    """Return the row of figures that are compared with nothing: their median."""
    return Row(what, ours=statistics.median(figures), unit=unit)
