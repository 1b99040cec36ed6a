"""What the training runs of several notebooks reached, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator
from nbformat import NotebookNode

from d2l_compat.lessons.results import MALFORMED, METRICS, Run, outputs
from d2l_compat.lessons.scales import points, scale
from d2l_compat.lessons.trials import BOUNDS
from d2l_compat.lessons.trials import MIME as DEVIATIONS

WIDTH, HEIGHT = 360, 190  # of a chart, in units of its own
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 26
FIGURES = {"framework": str, "style": str, "train_loss": float, "correct": int}  # of a run's deviations


@dataclass(frozen=True)
class Line:
    """The curve of a column: `points` for SVG, `marks` as (x, y, description)."""

    key: str
    index: int
    points: str
    marks: list[tuple[float, float, str]]


@dataclass(frozen=True)
class Chart:
    """One metric, a line for each run. Positions are in a box of `WIDTH` by `HEIGHT`, from its top."""

    metric: str
    lines: list[Line]
    x_ticks: list[tuple[float, int]]
    y_ticks: list[tuple[float, str]]


def deviations(notebooks: Iterable[NotebookNode]) -> dict | None:
    """Return the first deviations from the float64 reference that one of `notebooks` holds, or None.

    `bounds` is {"train_loss", "correct"}, `runs` a list of {"framework", "style", "train_loss", "correct"}.
    """
    for notebook in notebooks:
        for output in outputs(notebook, DEVIATIONS):
            try:
                bounds = {key: float(output.data[DEVIATIONS]["bounds"][key]) for key in BOUNDS}
                runs = [
                    {key: kind(run[key]) for key, kind in FIGURES.items()}
                    for run in output.metadata[DEVIATIONS]["runs"]
                ]
            except MALFORMED:
                continue
            return {"bounds": bounds, "runs": runs}
    return None


def spread(runs: Sequence[Run]) -> dict[str, float]:
    """Return for each metric the largest difference between any two runs after the same epoch."""
    return {
        metric: max(max(values) - min(values) for values in zip(*(run.curves[metric] for run in runs)))
        for metric in METRICS
    }


def charts(runs: Sequence[tuple[str, str, int, Run]], all_runs: Sequence[Run]) -> list[Chart]:
    """Return a chart for each metric of `runs`, each with the key, the name and the index of its column.

    The scales fit `all_runs`, so that charts of several lessons can be compared.
    """
    return [_chart(metric, runs, all_runs) for metric in METRICS]


def _chart(metric, runs, all_runs):
    values = [value for run in all_runs for value in run.curves[metric]]
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(min(values), max(values))
    epochs = max(len(run.curves[metric]) for run in all_runs)
    x = scale(1, max(epochs, 2), LEFT, WIDTH - RIGHT)
    y = scale(ticks[0], ticks[-1], HEIGHT - BOTTOM, TOP)
    lines = []
    for key, name, index, run in runs:
        marks = [
            (x(epoch), y(value), f"{name}, epoch {epoch}: {value:.4f}")
            for epoch, value in enumerate(run.curves[metric], 1)
        ]
        lines.append(Line(key, index, points(mark[:2] for mark in marks), marks))
    interval = max(epochs // 10, 1)
    return Chart(
        metric=metric,
        lines=lines,
        x_ticks=[(x(epoch), epoch) for epoch in range(interval, epochs + 1, interval)],
        y_ticks=[(y(value), f"{value:g}") for value in ticks],
    )
