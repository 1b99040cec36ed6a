"""What came out, as JSON, as a Markdown table and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from d2l_compat import __version__
from d2l_compat.data import files
from d2l_compat.lessons.templating import templates
from d2l_compat.reproduce import charts, distribution
from d2l_compat.reproduce.distribution import Bound, Position, Verdict
from d2l_compat.reproduce.editions import METRICS, Row

SCHEMA = 2
TEMPLATES = Path(__file__).parent / "templates"
SYNTHETIC = "SYNTHETIC DATA: these runs trained on the stand-in, not on Fashion-MNIST, and give no verdict"


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
        """How many published figures lie within the range of the runs, or in the middle of what was drawn."""
        return sum(position.is_inside for position in self.positions)

    @property
    def furthest(self) -> Position | None:
        """The published figure that lies furthest outside the range of the runs, None where none does."""
        return distribution.furthest(self.positions)


def outcome(row: Row, results: Sequence[dict], drawn: dict | None) -> Outcome:
    """Return what the `results`, at least one, and the untrained nets that were `drawn` say about `row`."""
    positions, bounds = distribution.positions(row, results, drawn), distribution.bounds(row, results)
    release = results[0]["environment"]["release"]
    verdict = distribution.verdict(row, positions, bounds, len(results), release)
    return Outcome(row, results, drawn, positions, bounds, verdict)


def write(folder: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write ``results.json``, ``table.md`` and ``index.html`` into `folder`; return the path of the page."""
    files.write(folder / "results.json", as_json(outcomes))
    files.write(folder / "table.md", table(outcomes))
    files.write(folder / "index.html", page(outcomes))
    return folder / "index.html"


def is_synthetic(outcomes: Sequence[Outcome]) -> bool:
    """Whether the runs trained on the stand-in."""
    return any(one.environment["release"] == "synthetic" for one in outcomes)


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Return everything: all runs, positions and verdicts. The same runs give the same text."""
    rows = [
        {
            **{key: value for key, value in asdict(one.row).items() if key not in ("published", "release")},
            "published_release": one.row.release,
            "environment": one.environment,
            "verdict": asdict(one.verdict),
            "published": [_position(position) for position in one.positions],
            "untrained": one.drawn,
            "bounds": [asdict(bound) for bound in one.bounds],
            "quartiles": {metric: distribution.quartiles(one.results, metric) for metric in METRICS},
            "runs": [
                {"seed": seed, **{key: result[key] for key in ("source", "untrained_acc", *METRICS)}}
                for seed, result in enumerate(one.results)
            ],
        }
        for one in outcomes
    ]
    everything = {
        "schema": SCHEMA,
        "d2l_compat": __version__,
        "synthetic": is_synthetic(outcomes),
        "rows": rows,
    }
    return json.dumps(everything, indent=1) + "\n"


def _position(position):
    derived = {
        "inside": position.is_inside,
        "distance": position.distance,
        "percentile": position.percentile,
    }
    return {**asdict(position.figure), **asdict(position), **derived, "figure": position.figure.name}


def table(outcomes: Sequence[Outcome]) -> str:
    """Return a Markdown table: a line for each row, its last epoch published and run, and the verdict."""
    lines = [f"**{SYNTHETIC}.**\n"] if is_synthetic(outcomes) else []
    lines += [
        "| published / median (least to greatest) of runs | epoch | loss | train acc | test acc | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *map(_line, outcomes)]) + "\n"


def _line(one):
    last = one.row.num_epochs
    printed = {
        position.figure.metric: position for position in one.positions if position.figure.epoch == last
    }
    cells = [_cell(one, metric, printed.get(metric)) for metric in METRICS]
    return f"| {one.row.key}. {one.row.title} | {last} | {' | '.join(cells)} | {_verdict(one)} |"


def _verdict(one):
    """Return the verdict in a few words, with the measured distance, and whether there is a known reason."""
    parts = [one.verdict.status]
    if one.positions:
        parts.append(f"{one.inside} of {len(one.positions)} published in the range")
    for position in one.positions:
        if position.figure.is_untrained:
            name = f"untrained {position.figure.printed}"
            parts.append(f"{name} at percentile {position.percentile:.1f} of {position.among} draws")
    if one.furthest:
        parts.append(f"furthest out: {one.furthest.figure.name} by {one.furthest.distance:+.4f}")
    if one.verdict.reason:
        parts.append("published on other data")
    return "; ".join(parts)


def _cell(one, metric, position):
    digits = 4 if metric == "train_loss" else 3
    last = distribution.quartiles(one.results, metric)[-1]
    low, median, high = (f"{last[name]:.{digits}f}" for name in ("low", "median", "high"))
    published = f"{position.figure.printed} / " if position else ""
    return f"{published}{median} ({low} to {high})"


def page(outcomes: Sequence[Outcome]) -> str:
    """Return the page: a summary, then for each row the bands of its runs and its published figures."""
    return (
        templates(TEMPLATES)
        .get_template("index.html.jinja")
        .render(
            rows=[(one, charts.charts(one, outcomes), charts.strip(one, outcomes)) for one in outcomes],
            notice=SYNTHETIC if is_synthetic(outcomes) else None,
            metrics=METRICS,
            runs=len(outcomes[0].results),
            reproduced=sum(one.verdict.status == "reproduced" for one in outcomes),
            quartiles=distribution.quartiles,
            middle=distribution.MIDDLE,
            version=__version__,
        )
    )
