"""The rows of a lesson, ready to be written: prose across the columns, or a cell for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from d2l_compat.lessons.compare import outputs
from d2l_compat.lessons.compare.align import align
from d2l_compat.lessons.compare.prose import code_lines, language, prose


@dataclass(frozen=True)
class Cell:
    """What one column has in a row; `note` says what it lacks."""

    column: str
    prose: Markup | None = None
    code: list[Markup] | None = None
    outputs: list[tuple[str, Markup]] | None = None
    note: str | None = None


@dataclass(frozen=True)
class Row:
    """Cells that belong together. If all columns have the same `prose`, there are no `cells`."""

    name: str
    prose: Markup | None = None
    cells: list[Cell] | None = None
    has_code: bool = False
    differs: bool = False


def rows(columns: Sequence[Any]) -> list[Row]:
    """Return the aligned rows of `columns`, each with `key`, `name` and `notebook`, without empty cells."""
    aligned = align([column.notebook for column in columns])
    numbered = enumerate((row for row in aligned if any(cell and cell.source.strip() for cell in row)), 1)
    return [_row(number, row, columns) for number, row in numbered]


def _row(number, cells, columns):
    name = next((cell.id for cell in cells if cell and "id" in cell), f"cell-{number}")
    first = cells[0]
    if all(cell and cell.cell_type == "markdown" and _text(cell) == _text(first) for cell in cells):
        return Row(name, prose=prose(*_text(first)))
    blocks = [
        outputs.blocks(cell.get("outputs", ()), f"figure of {name}, {column.name}") if cell else []
        for cell, column in zip(cells, columns)
    ]
    executed = [i for i, cell in enumerate(cells) if cell and _was_executed(cell)]
    differing = dict(zip(executed, outputs.differences([blocks[i] for i in executed])))
    shown = []
    for i, (cell, column) in enumerate(zip(cells, columns)):
        lines = [[columns[executed[j]].key for j in sorted(others)] for others in differing.get(i, ())]
        shown.append(_cell(cell, column, blocks[i], lines))
    return Row(
        name,
        cells=shown,
        has_code=any(cell.code for cell in shown),
        differs=any(others for lines in differing.values() for others in lines),
    )


def _cell(cell, column, blocks, differing):
    if cell is None:
        return Cell(column.key, note="no such cell here")
    if cell.cell_type == "markdown":
        return Cell(column.key, prose=prose(*_text(cell)))
    if cell.cell_type == "raw":
        return Cell(column.key, prose=Markup("<pre>{}</pre>").format(cell.source))
    shown, remaining = [], iter(differing)
    for block in blocks:
        shown.append((block.kind, outputs.show(block, [next(remaining) for _ in block.lines])))
    return Cell(
        column.key,
        code=code_lines(cell.source, language(column.notebook)),
        outputs=shown,
        note=None if _was_executed(cell) or not cell.source.strip() else "not executed",
    )


def _was_executed(cell):
    return bool(cell.get("execution_count") or cell.get("outputs"))


def _text(cell):
    return cell.source, cell.get("attachments")
