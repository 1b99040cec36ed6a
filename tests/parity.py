"""What counterpart notebooks, the same lesson in each framework, must have in common.

Cells are aligned by their ids, so ids and their order are the same in all. Prose is the same too, but
in cells tagged ``framework``; even there the headings are.
"""

from __future__ import annotations

from itertools import zip_longest

from nbformat import NotebookNode


def problems(counterparts: dict[str, NotebookNode]) -> list[str]:
    """Return the first difference of each notebook from the first one; none if they are parallel.

    `counterparts` maps the name of each framework to its notebook.
    """
    (reference, first), *others = sorted(counterparts.items())
    found = ((name, _first_difference(first, notebook)) for name, notebook in others)
    return [f"{name} differs from {reference} {difference}" for name, difference in found if difference]


def _first_difference(first, second):
    for position, (a, b) in enumerate(zip_longest(first.cells, second.cells), 1):
        if a is None or b is None or a.id != b.id:
            return f"at cell {position}: {_name(b)}, where the other has {_name(a)}"
        for what, aspect in ASPECTS.items():
            if aspect(a) != aspect(b):
                return f"in cell {a.id!r}: {what}\n  {aspect(b)!r}\nwhere the other has\n  {aspect(a)!r}"
    return None


def _name(cell):
    return "the end" if cell is None else repr(cell.id)


def _tags(cell):
    return sorted(cell.metadata.get("tags", ()))


def _headings(cell):
    lines = cell.source.splitlines() if cell.cell_type == "markdown" else ()
    return [line for line in lines if line.startswith("#")]


def _neutral_prose(cell):
    return cell.source if cell.cell_type == "markdown" and "framework" not in _tags(cell) else None


ASPECTS = {
    "the type": lambda cell: cell.cell_type,
    "the tags": _tags,
    "the headings": _headings,
    "the prose": _neutral_prose,
}
