"""Which cells of several notebooks belong in one row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nbformat import NotebookNode


def align(notebooks: Sequence[NotebookNode]) -> list[list[NotebookNode | None]]:
    """Return rows of cells, one entry per notebook, None where it has no counterpart.

    Cells with the same id share a row. A cell whose id occurs nowhere else goes to the row of the cell
    with the same position below the same heading, and otherwise to a row of its own, after the cell
    that precedes it. Every cell is in exactly one row; the first notebook gives the order.
    """
    rows: list[list[NotebookNode | None]] = []
    places = [_places(notebook) for notebook in notebooks]
    for column, notebook in enumerate(notebooks):
        taken = _matches(rows, places, column, notebook)
        previous = None
        for cell in notebook.cells:
            row = taken.get(id(cell))
            if row is None:
                row = [None] * len(notebooks)
                rows.insert(0 if previous is None else _index(rows, previous) + 1, row)
            row[column] = cell
            previous = row
    return rows


def _matches(rows, places, column, notebook):
    by_id = {cell.id: row for row in reversed(rows) for cell in row if cell and "id" in cell}
    # If a notebook repeats an id, it belongs to the first cell.
    first = {cell.get("id"): cell for cell in reversed(notebook.cells)}
    taken = {id(cell): by_id[name] for name, cell in first.items() if name in by_id}
    used = {id(row) for row in taken.values()}
    by_place = {
        places[i][id(cell)]: row
        for row in reversed(rows)
        if id(row) not in used
        for i, cell in enumerate(row)
        if cell
    }
    for cell in notebook.cells:
        row = by_place.get(places[column][id(cell)])
        if id(cell) not in taken and row is not None and id(row) not in used:
            taken[id(cell)] = row
            used.add(id(row))
    return taken


def _places(notebook):
    """Return for each cell the heading above it, which one of that name, its type, its number below it."""
    places = {}
    headings: Counter[str] = Counter()
    counts: Counter[tuple] = Counter()
    section = ("", 0)
    for cell in notebook.cells:
        heading = cell.cell_type == "markdown" and re.match(r"\s*#{1,6}\s+(.+)", cell.source)
        if heading:
            name = " ".join(heading[1].lower().split())
            section = (name, headings[name])
            headings[name] += 1
        place = (*section, cell.cell_type)
        places[id(cell)] = (*place, counts[place])
        counts[place] += 1
    return places


def _index(rows, row):
    # From the end, where the rows of the first notebook are all added.
    return next(i for i in range(len(rows) - 1, -1, -1) if rows[i] is row)
