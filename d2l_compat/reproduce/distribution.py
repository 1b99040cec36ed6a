"""Where published figures lie among the runs, and what that says about each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Any

import numpy as np

from d2l_compat.reproduce.editions import BOUNDS, METRICS, Figure, Row

MIDDLE = 99
"""Percent: the untrained net of an edition is like ours if it is among so many of them in the middle."""


@dataclass(frozen=True)
class Position:
    """Where a published `figure` lies among the values of the runs, or of fresh initialisations.

    `below`, `equal`, `above`: how many of the values are, rounded to as many digits as the figure. `low`,
    `median`, `high`: of the values; `nearest`: the value nearest to the figure. `deviation`: from the mean
    of the values to the figure, in standard deviations (n - 1); None where all values are equal. `release`:
    of the data that the values were measured on.
    """

    figure: Figure
    below: int
    equal: int
    above: int
    low: float
    median: float
    high: float
    nearest: float
    deviation: float | None
    release: str

    @property
    def among(self) -> int:
        """How many runs or initialisations there are."""
        return self.below + self.equal + self.above

    @property
    def percentile(self) -> float:
        """How many percent of them are below the figure; equal ones count half."""
        return 100 * (self.below + self.equal / 2) / self.among

    @property
    def is_inside(self) -> bool:
        """Whether the figure is in the range of the runs, printed with its number of digits.

        The range of so many initialisations holds nearly everything: there it must be in their `MIDDLE`.
        """
        if self.figure.is_untrained:
            return abs(self.percentile - 50) <= MIDDLE / 2
        return bool(self.equal or (self.below and self.above))

    @property
    def distance(self) -> float:
        """The distance from the nearest of them to the figure; negative where the figure is lower."""
        return float(self.figure.printed) - self.nearest


@dataclass(frozen=True)
class Bound:
    """How many of `runs` ended `within` what the edition's own `train_ch3` demanded of `metric`."""

    metric: str
    demand: str
    within: int
    runs: int


@dataclass(frozen=True)
class Verdict:
    """`status`: ``'reproduced'``, ``'not reproduced'`` or ``'no verdict'``, why, and the known reason.

    `reason` is None where there is nothing to explain, or no reason is known.
    """

    status: str
    sentence: str
    reason: str | None = None


def position(figure: Figure, values: Sequence[float], release: str) -> Position:
    """Return where `figure` lies among `values`, one of each run on the data of `release`."""
    published, digits = float(figure.printed), len(figure.printed.partition(".")[2])
    printed = [float(f"{value:.{digits}f}") for value in values]
    spread = stdev(values) if len(values) > 1 else 0.0
    return Position(
        figure=figure,
        below=sum(value < published for value in printed),
        equal=printed.count(published),
        above=sum(value > published for value in printed),
        low=min(values),
        median=float(np.median(values)),
        high=max(values),
        nearest=min(values, key=lambda value: abs(value - published)),
        deviation=(published - mean(values)) / spread if spread else None,
        release=release,
    )


def positions(row: Row, results: Sequence[dict], drawn: Any) -> list[Position]:
    """Return the position of each published figure of `row` among the `results` of its runs.

    That of the untrained net is placed among the accuracies `drawn`, see `child.untrained`.
    """
    return [
        position(figure, drawn["accuracies"], drawn["release"])
        if figure.is_untrained
        else position(figure, _values(figure, results), results[0]["environment"]["release"])
        for figure in row.published
    ]


def _values(figure, results):
    return [result[figure.metric][figure.epoch - 1] for result in results]


def furthest(positions: Sequence[Position]) -> Position | None:
    """Return which of `positions` is furthest outside the range, in standard deviations; None if none is.

    That of the untrained net does not count: its percentile says enough.
    """
    outside = [place for place in positions if not (place.is_inside or place.figure.is_untrained)]
    return max(outside, key=lambda place: (abs(place.deviation or 0), abs(place.distance)), default=None)


def bounds(row: Row, results: Sequence[dict]) -> list[Bound]:
    """Return for each metric how many of `results` keep the edition's bounds after the last epoch."""
    if not row.is_bounded:
        return []
    return [_bound(metric, [result[metric][-1] for result in results]) for metric in METRICS]


def _bound(metric, values):
    low, high = BOUNDS[metric]
    if metric == "train_loss":
        return Bound(metric, f"below {high:g}", sum(value < high for value in values), len(values))
    within = sum(low < value <= high for value in values)
    return Bound(metric, f"above {low:g}, up to {high:g}", within, len(values))


def verdict(
    row: Row, positions: Sequence[Position], bounds: Sequence[Bound], runs: int, release: str
) -> Verdict:
    """Return the verdict on `row` after so many `runs` on the data of `release`.

    *Reproduced* means that every published figure lies within the range of the runs, that of the untrained
    net in the middle of the initialisations, and that every run keeps the edition's bounds. There is no
    verdict on runs with the stand-in.
    """
    if release == "synthetic":
        return Verdict("no verdict", "Synthetic data: these runs say nothing about the published figures.")
    outside = [position for position in positions if not position.is_inside]
    broken = [bound for bound in bounds if bound.within < bound.runs]
    trained = [position for position in positions if not position.figure.is_untrained]
    sentences = [_outside(trained, runs)] if furthest(positions) else []
    sentences += map(_broken, broken)
    if not sentences:
        sentences.append(_agreement(trained, bounds, runs, is_published=bool(positions)))
    untrained = [position for position in positions if position.figure.is_untrained]
    text = " ".join([*sentences, *map(_percentile, untrained)])
    if outside or broken:
        return Verdict("not reproduced", text, _reason(row, outside))
    return Verdict("reproduced", text)


def _agreement(positions, bounds, runs, is_published):
    parts = [f"{_figures(len(positions))} within the range of {_runs(runs)}"] if positions else []
    if bounds:
        kept = f"{runs} of {_runs(runs)} within the edition's bounds"
        parts.append(kept if is_published else f"no figure published, {kept}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _figures(inside, count=None):
    if count is None:
        return "the published figure lies" if inside == 1 else f"all {inside} published figures lie"
    if count == 1:
        return "The published figure lies"
    return f"{inside} of {count} published figures {'lies' if inside == 1 else 'lie'}"


def _runs(count):
    return "1 run" if count == 1 else f"{count} runs"


def _outside(positions, runs):
    outside = [position for position in positions if not position.is_inside]
    worst: Any = furthest(positions)
    side = "above the highest run" if worst.distance > 0 else "below the lowest run"
    digits = len(worst.figure.printed.partition(".")[2])
    far = "" if worst.deviation is None else f", {abs(worst.deviation):.1f} standard deviations from the mean"
    gap = f"{abs(worst.distance):.{digits}f}"
    return (
        f"{_figures(len(outside), len(positions))} outside the range of {_runs(runs)}. Furthest out: "
        f"{worst.figure.name}, published as {worst.figure.printed}, {gap} {side}{far}."
    )


def _broken(bound):
    return (
        f"{bound.runs - bound.within} of {_runs(bound.runs)} ended outside the edition's bound for the "
        f"{METRICS[bound.metric]} ({bound.demand})."
    )


def _percentile(position):
    figure = position.figure
    middle = "" if position.is_inside else f", outside the middle {MIDDLE} percent"
    return (
        f"The {figure.name}, published as {figure.printed}, is at percentile {position.percentile:.1f} of "
        f"{position.among} fresh initialisations on the release of {position.release}{middle}."
    )


def _reason(row, outside):
    """Return why published figures may lie outside, where that is known: they come from other data."""
    others = [position.release for position in outside if row.release not in (None, position.release)]
    if not others:
        return None
    return (
        f"The published figures come from the Fashion-MNIST release of {row.release}, these runs from that "
        f"of {others[0]}; the publisher replaced the former, which held duplicates."
    )


def quartiles(results: Sequence[dict], metric: str) -> list[dict[str, float]]:
    """Return for each epoch of `metric` the least, the quartiles and the greatest of the runs."""
    curves = np.array([result[metric] for result in results])
    names = ("low", "lower", "median", "upper", "high")
    levels = np.quantile(curves, [0, 0.25, 0.5, 0.75, 1], axis=0)
    return [dict(zip(names, map(float, epoch))) for epoch in levels.T]


@dataclass(frozen=True)
class Outcome:
    """A row with the `results` of its runs, by seed, and what they say about its published figures.

    `drawn` is what `child.untrained` returns, None where no figure of an untrained net was published.
    """

    row: Row
    results: Sequence[dict]
    drawn: dict | None
    positions: list[Position]
    bounds: list[Bound]
    verdict: Verdict

    @property
    def environment(self) -> dict[str, str]:
        """What determined the runs, see `child.environment`."""
        return self.results[0]["environment"]

    @property
    def inside(self) -> int:
        """How many published figures are in the range of the runs, or the middle of the initialisations."""
        return sum(position.is_inside for position in self.positions)

    @property
    def furthest(self) -> Position | None:
        """The published figure that lies furthest outside the range of the runs, None where none does."""
        return furthest(self.positions)


def outcome(row: Row, results: Sequence[dict], drawn: dict | None) -> Outcome:
    """Return what the `results`, at least one, and the untrained nets that were `drawn` say about `row`."""
    placed, kept = positions(row, results, drawn), bounds(row, results)
    release = results[0]["environment"]["release"]
    return Outcome(row, results, drawn, placed, kept, verdict(row, placed, kept, len(results), release))
