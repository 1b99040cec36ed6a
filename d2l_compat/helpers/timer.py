"""How long things take: the book's `Timer`."""

from __future__ import annotations

import itertools
import time


class Timer:
    """A stopwatch that remembers its laps: ``times``, a list of seconds. It runs as soon as it is made.

    From edition 2021, section 3.1.

    >>> timer = d2l.Timer()
    >>> timer.stop() == timer.sum()
    True
    """

    def __init__(self) -> None:
        self.times: list[float] = []
        self.start()

    def start(self) -> None:
        """Start, or start again."""
        self._started = time.perf_counter()

    def stop(self) -> float:
        """Append the seconds since the last start to ``times``, and return them."""
        self.times.append(time.perf_counter() - self._started)
        return self.times[-1]

    def avg(self) -> float:
        """Return the mean of the laps, in seconds. Raises ZeroDivisionError before the first `stop`."""
        return self.sum() / len(self.times)

    def sum(self) -> float:
        """Return the sum of the laps, in seconds."""
        return sum(self.times)

    def cumsum(self) -> list[float]:
        """Return the list of sums up to each lap, in seconds."""
        return list(itertools.accumulate(self.times))
