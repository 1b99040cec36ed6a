"""Numbers as places in a chart in SVG, whose origin is at the top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return the linear function that maps `low` to `start` and `high` to `end`."""
    span = (high - low) or 1
    return lambda value: round(start + (end - start) * (value - low) / span, 1)


def points(places: Iterable[tuple[float, float]]) -> str:
    """Return `places` as the points of an SVG polyline."""
    return " ".join(f"{x},{y}" for x, y in places)


def curve(values: Sequence[float], width: float, height: float) -> str:
    """Return `values` as the points of an SVG polyline that fills `width` by `height`, greatest on top."""
    x, y = scale(0, max(len(values) - 1, 1), 0, width), scale(min(values), max(values), height, 0)
    return points((x(i), y(value)) for i, value in enumerate(values))
