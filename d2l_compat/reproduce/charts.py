"""Where outcomes lie in the charts of the page: bands of the runs, and published figures on them.

Positions are in the charts' own units, from the left and from the top. All rows share their scales, so
that their charts can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from d2l_compat.lessons.scales import points, scale
from d2l_compat.reproduce.distribution import Outcome, quartiles
from d2l_compat.reproduce.editions import METRICS

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 360, 50, 10, 8, 22
CURVES, DISTANCES, STRIP = 190, 150, 64  # heights


@dataclass(frozen=True)
class Mark:
    """A published figure in a chart."""

    x: float
    y: float
    text: str
    is_inside: bool


@dataclass(frozen=True)
class Chart:
    """What is drawn of one metric.

    `whole`, `middle`, `median`: SVG points of the band of all runs, of their middle half, and of the median.
    `text` describes the chart.
    """

    metric: str
    height: int
    text: str
    whole: str
    middle: str
    median: str
    marks: list[Mark]
    x_ticks: list[tuple[float, int]]
    y_ticks: list[tuple[float, str]]


@dataclass(frozen=True)
class Strip:
    """The test accuracies of the untrained nets: a dot for each run, stacked where they coincide.

    `drawn` is the SVG outline of a histogram of the other initialisations, empty where none were drawn.
    """

    text: str
    drawn: str
    dots: list[tuple[float, float, str]]
    marks: list[Mark]
    x_ticks: list[tuple[float, str]]


def charts(outcome: Outcome, outcomes: Sequence[Outcome]) -> list[tuple[Chart, Chart]]:
    """Return for each metric the curves of `outcome` and, below, distances from the runs' median."""
    return [
        (
            _chart(outcome, metric, outcomes, CURVES, is_distance=False),
            _chart(outcome, metric, outcomes, DISTANCES, is_distance=True),
        )
        for metric in METRICS
    ]


def _chart(outcome, metric, outcomes, height, is_distance):
    levels, published = _values(outcome, metric, is_distance)
    ticks = _ticks([_values(other, metric, is_distance) for other in outcomes])
    x = scale(1, max(outcome.row.num_epochs, 2), LEFT + 9, WIDTH - RIGHT - 6)  # room for a mark at either end
    y = scale(ticks[0], ticks[-1], height - BOTTOM, TOP)

    def line(name, epochs):
        return points((x(epoch), y(levels[epoch - 1][name])) for epoch in epochs)

    forth = range(1, len(levels) + 1)
    back = forth[::-1]
    return Chart(
        metric=metric,
        height=height,
        text=_text(outcome, metric, published, is_distance),
        whole=f"{line('low', forth)} {line('high', back)}",
        middle=f"{line('lower', forth)} {line('upper', back)}",
        median=line("median", forth),
        marks=[
            Mark(x(position.figure.epoch), y(shown), _tell(position), position.is_inside)
            for position, shown in published
        ],
        x_ticks=[(x(epoch), epoch) for epoch in forth],
        y_ticks=[(y(tick), label) for tick, label in zip(ticks, _labels(ticks, is_distance))],
    )


def _values(outcome, metric, is_distance):
    """Return the levels by epoch, and the published positions with their values, as a chart shows them."""
    levels = quartiles(outcome.results, metric)
    zero = [level["median"] if is_distance else 0.0 for level in levels]
    shifted = [{name: level[name] - base for name in level} for level, base in zip(levels, zero)]
    published = [
        (position, float(position.figure.printed) - zero[position.figure.epoch - 1])
        for position in outcome.positions
        if position.figure.metric == metric and position.figure.epoch
    ]
    return shifted, published


def _ticks(shown):
    values = [number for levels, _ in shown for level in levels for number in level.values()]
    values += [number for _, published in shown for _, number in published]
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3)
    low, high = locator.nonsingular(min(values), max(values))
    return [round(float(tick), 10) for tick in locator.tick_values(low, high)]


def _labels(ticks, is_distance):
    digits = max(len(f"{tick:g}".partition(".")[2]) for tick in ticks)
    sign = "+" if is_distance else ""
    return [f"{tick:{sign}.{digits}f}".replace("-", "−") if tick else "0" for tick in ticks]  # noqa: RUF001


def _text(outcome, metric, published, is_distance):
    name, last = METRICS[metric], quartiles(outcome.results, metric)[-1]
    what = (
        f"{name}, distance from the median of the runs at each epoch" if is_distance else f"{name} by epoch"
    )
    text = (
        f"{outcome.row.title}: {what}. After the last epoch the {len(outcome.results)} runs are between "
        f"{last['low']:.4f} and {last['high']:.4f}."
    )
    if published:
        inside = sum(position.is_inside for position, _ in published)
        text += f" {inside} of {len(published)} published figures lie within the range of the runs."
    return text


def _tell(position):
    others = f"{position.among} initialisations" if position.figure.is_untrained else "runs"
    return (
        f"{position.figure.name}: published {position.figure.printed}, {others} {position.low:.4f} to "
        f"{position.high:.4f}"
    )


def strip(outcome: Outcome, outcomes: Sequence[Outcome]) -> Strip:
    """Return the untrained nets of `outcome`, on a scale that all rows share."""
    accuracies = [result["untrained_acc"] for result in outcome.results]
    positions = [position for position in outcome.positions if position.figure.is_untrained]
    ticks = [tick / 20 for tick in range(int(_highest(outcomes) * 20) + 2)]
    x = scale(0, ticks[-1], LEFT, 3 * WIDTH - 2 * RIGHT)
    floor = STRIP - BOTTOM - 7
    heights: dict[int, int] = {}
    dots: list[tuple[float, float, str]] = []
    for accuracy in sorted(accuracies):
        place = round(x(accuracy) / 9)
        heights[place] = heights.get(place, 0) + 1
        dots.append((x(accuracy), max(floor - 9 * (heights[place] - 1), TOP), f"{accuracy:.4f}"))
    text = (
        f"{outcome.row.title}: test accuracy of the untrained net in {len(accuracies)} runs, "
        f"between {min(accuracies):.4f} and {max(accuracies):.4f}."
    )
    return Strip(
        text=text + "".join(map(_place, positions)),
        drawn=_histogram(outcome.drawn["accuracies"], x, floor) if outcome.drawn else "",
        dots=dots,
        marks=[Mark(x(float(p.figure.printed)), floor, _tell(p), p.is_inside) for p in positions],
        x_ticks=[(x(tick), f"{tick:g}") for tick in ticks],
    )


def _place(position):
    return (
        f" Published: {position.figure.printed}, at percentile {position.percentile:.1f} of {position.among} "
        "fresh initialisations."
    )


def _histogram(values, x, floor):
    """Return the outline of how many `values` there are in each hundredth, up from the `floor`."""
    counts = np.bincount([int(value * 100) for value in values])
    heights = floor + 7 - (floor + 7 - TOP) * counts / counts.max()
    steps = [f"{x(i / 100 + side)},{y:.1f}" for i, y in enumerate(heights) for side in (0, 0.01)]
    return " ".join([f"{x(0)},{floor + 7}", *steps, f"{x(len(counts) / 100)},{floor + 7}"])


def _highest(outcomes):
    untrained = [result["untrained_acc"] for outcome in outcomes for result in outcome.results]
    positions = [p for outcome in outcomes for p in outcome.positions if p.figure.is_untrained]
    return max(untrained + [max(p.high, float(p.figure.printed)) for p in positions])
