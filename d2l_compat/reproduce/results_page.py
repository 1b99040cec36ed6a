"""The results, as JSON, as a Markdown table and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from d2l_compat import __version__
from d2l_compat.data import files
from d2l_compat.lessons.templating import templates
from d2l_compat.reproduce import charts, distribution
from d2l_compat.reproduce.distribution import Outcome
from d2l_compat.reproduce.editions import METRICS

SCHEMA = 2
TEMPLATES = Path(__file__).parent / "templates"
SYNTHETIC = "SYNTHETIC DATA: these runs trained on the stand-in, not on Fashion-MNIST, and give no verdict"


def write(folder: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write ``results.json``, ``table.md`` and ``index.html`` into `folder`; return the path of the page."""
    files.write(folder / "results.json", as_json(outcomes))
    files.write(folder / "table.md", table(outcomes))
    files.write(folder / "index.html", page(outcomes))
    return folder / "index.html"


def is_synthetic(outcomes: Sequence[Outcome]) -> bool:
    """Whether the runs trained on the stand-in."""
    return any(outcome.environment["release"] == "synthetic" for outcome in outcomes)


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Return everything: all runs, positions and verdicts. The same runs give the same text."""
    rows = [
        {
            **{
                key: value
                for key, value in asdict(outcome.row).items()
                if key not in ("published", "release")
            },
            "published_release": outcome.row.release,
            "environment": outcome.environment,
            "verdict": asdict(outcome.verdict),
            "published": [_position(position) for position in outcome.positions],
            "untrained": outcome.drawn,
            "bounds": [asdict(bound) for bound in outcome.bounds],
            "quartiles": {metric: distribution.quartiles(outcome.results, metric) for metric in METRICS},
            "runs": [
                {"seed": seed, **{key: result[key] for key in ("source", "untrained_acc", *METRICS)}}
                for seed, result in enumerate(outcome.results)
            ],
        }
        for outcome in outcomes
    ]
    results = {
        "schema": SCHEMA,
        "d2l_compat": __version__,
        "synthetic": is_synthetic(outcomes),
        "rows": rows,
    }
    return json.dumps(results, indent=1) + "\n"


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


def _line(outcome):
    last = outcome.row.num_epochs
    printed = {
        position.figure.metric: position for position in outcome.positions if position.figure.epoch == last
    }
    cells = [_cell(outcome, metric, printed.get(metric)) for metric in METRICS]
    return f"| {outcome.row.key}. {outcome.row.title} | {last} | {' | '.join(cells)} | {_verdict(outcome)} |"


def _verdict(outcome):
    """Return the verdict in a few words, with the measured distance, and whether there is a known reason."""
    parts = [outcome.verdict.status]
    if outcome.positions:
        parts.append(f"{outcome.inside} of {len(outcome.positions)} published in the range")
    for position in outcome.positions:
        if position.figure.is_untrained:
            name = f"untrained {position.figure.printed}"
            parts.append(f"{name} at percentile {position.percentile:.1f} of {position.among} draws")
    if outcome.furthest:
        parts.append(f"furthest out: {outcome.furthest.figure.name} by {outcome.furthest.distance:+.4f}")
    if outcome.verdict.reason:
        parts.append("published on other data")
    return "; ".join(parts)


def _cell(outcome, metric, position):
    digits = 4 if metric == "train_loss" else 3
    last = distribution.quartiles(outcome.results, metric)[-1]
    low, median, high = (f"{last[name]:.{digits}f}" for name in ("low", "median", "high"))
    published = f"{position.figure.printed} / " if position else ""
    return f"{published}{median} ({low} to {high})"


def page(outcomes: Sequence[Outcome]) -> str:
    """Return the page: a summary, then for each row the bands of its runs and its published figures."""
    return (
        templates(TEMPLATES)
        .get_template("index.html.jinja")
        .render(
            outcomes=outcomes,
            charts=charts,
            notice=SYNTHETIC if is_synthetic(outcomes) else None,
            metrics=METRICS,
            runs=len(outcomes[0].results),
            reproduced=sum(outcome.verdict.status == "reproduced" for outcome in outcomes),
            quartiles=distribution.quartiles,
            middle=distribution.MIDDLE,
            version=__version__,
        )
    )
