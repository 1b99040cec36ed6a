"""The page: lessons, each with a summary of its training runs and its cells in rows."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain, count, groupby
from pathlib import Path

from markupsafe import Markup
from nbformat import NotebookNode

import d2l_compat
from d2l_compat.editions import WRITTEN
from d2l_compat.lessons.compare import summary
from d2l_compat.lessons.compare.rows import rows
from d2l_compat.lessons.discover import chosen_frameworks
from d2l_compat.lessons.execute import Execution
from d2l_compat.lessons.pages import title
from d2l_compat.lessons.reading import error_of
from d2l_compat.lessons.results import METRICS, Run, last_run
from d2l_compat.lessons.templating import SHARED, templates

OWN = Path(__file__).parent / "templates"
SYNTHETIC = "SYNTHETIC DATA: results on this page were trained on the stand-in, not on Fashion-MNIST"


@dataclass(frozen=True)
class Column:
    """A notebook on the page: its `name`, and the `key` for it in the address; `error` ended it.

    `index` is its colour and mark, the same in every lesson.
    """

    key: str
    name: str
    index: int
    notebook: NotebookNode
    error: str | None
    run: Run | None


@dataclass(frozen=True)
class Lesson:
    """Notebooks to be compared. `notes` are sentences on what is missing."""

    key: str
    title: str
    columns: list[Column]
    notes: list[str]


def notebooks_page(notebooks: Mapping[str, NotebookNode]) -> str:
    """Return a page that shows `notebooks`, by name, in one row per cell."""
    keys = _keys(notebooks)
    columns = [
        _column(key, key, index, notebook, error_of(notebook))
        for index, (key, notebook) in enumerate(zip(keys, notebooks.values()))
    ]
    names = " and ".join([", ".join(list(notebooks)[:-1]), list(notebooks)[-1]])
    return _render([Lesson("notebooks", names, columns, [])], names, is_gallery=False)


def gallery_page(executions: Sequence[Execution]) -> str:
    """Return a page of all lessons: the folders with notebooks named after frameworks, a column for each.

    The deviations from the float64 reference come from the notebook that has them. Raises
    ValueError if there is no lesson.
    """
    lessons = [
        _lesson(folder, {execution.path.stem: execution for execution in group})
        for folder, group in groupby(
            sorted(
                (e for e in executions if e.path.stem in d2l_compat.frameworks()), key=_from_scratch_first
            ),
            key=lambda execution: execution.path.parent,
        )
    ]
    if not lessons:
        raise ValueError(
            "expected executed notebooks named after frameworks and received none: make run writes them"
        )
    keys = _keys(lesson.key for lesson in lessons)
    lessons = [replace(lesson, key=key) for lesson, key in zip(lessons, keys)]
    others = [execution.notebook for execution in executions if execution.notebook]
    return _render(lessons, "Softmax regression, side by side", True, summary.deviations(others))


def _from_scratch_first(execution):
    return ("scratch" not in execution.path.parent.name, execution.path)


def _lesson(folder, executions):
    order = list(dict.fromkeys([*chosen_frameworks(), *d2l_compat.frameworks()]))
    shown = [executions[name] for name in order if name in executions and executions[name].notebook]
    columns = [
        _column(e.path.stem, WRITTEN[e.path.stem], order.index(e.path.stem), e.notebook, e.error)
        for e in shown
    ]
    notes = [
        f"{WRITTEN[e.path.stem]} cannot be shown: {e.error}" for e in executions.values() if not e.notebook
    ]
    missing = [WRITTEN[name] for name in d2l_compat.frameworks() if name not in executions]
    if missing:
        notes.append(
            f"Missing here: {' and '.join(missing)}. "
            "A framework that is installed and that FRAMEWORKS admits gets its column from make run."
        )
    name = title(shown[0]) if shown else folder.name
    return Lesson(_slug(folder.name), name, columns, notes)


def _column(key, name, index, notebook, error):
    return Column(key, name, index, notebook, error, last_run(notebook))


def _keys(names):
    """Return a unique key without spaces for each name, even if names are equal."""
    keys: list[str] = []
    for name in names:
        slug = _slug(name)
        candidates = chain([slug], (f"{slug}-{number}" for number in count(2)))
        keys.append(next(key for key in candidates if key not in keys))
    return keys


def _slug(name):
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "notebook"


def _render(lessons, heading, is_gallery, deviations=None):
    runs = [column.run for lesson in lessons for column in lesson.columns if column.run]
    style, script = _part(SHARED / "base.css") + _part(OWN / "page.css"), _part(OWN / "page.js")
    return (
        templates(OWN)
        .get_template("page.html.jinja")
        .render(
            heading=heading,
            lessons=[
                (lesson, rows(lesson.columns), _charts(lesson, runs), _spread(lesson)) for lesson in lessons
            ],
            notes=_notes(lessons),
            notice=SYNTHETIC if any(run.is_synthetic for run in runs) else None,
            deviations=deviations,
            is_gallery=is_gallery,
            has_runs=bool(runs),
            metrics=METRICS,
            style=style,
            script=script,
            policy=(
                f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
                f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
            ),
        )
    )


def _notes(lessons):
    """Return (title, note) for each note; a note that every lesson has comes once, without a title."""
    common = set.intersection(*(set(lesson.notes) for lesson in lessons))
    own = [(lesson.title, note) for lesson in lessons for note in lesson.notes if note not in common]
    return [(None, note) for note in sorted(common)] + own


def _part(path):
    return Markup(path.read_text(encoding="utf-8"))


def _hash(text):
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _charts(lesson, runs):
    own = [(column.key, column.name, column.index, column.run) for column in lesson.columns if column.run]
    return summary.charts(own, runs) if own else []


def _spread(lesson):
    runs = [column.run for column in lesson.columns if column.run]
    return summary.spread(runs) if len(runs) > 1 else None
