"""What Jupyter tolerates in the JSON of a notebook, put right: a valid notebook of format 4.

Cells, their kinds and their sources decide whether it is a notebook; everything else is repaired.
"""

from __future__ import annotations

import itertools
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # imported where it is needed, because it is slow to import
    from nbformat import NotebookNode

KINDS = {"code": "code", "markdown": "markdown", "heading": "markdown", "html": "markdown"}
OLDER_OUTPUTS = {"pyout": "execute_result", "pyerr": "error"}
WIDGETS = "application/vnd.jupyter.widget-state+json"


class Cell(NamedTuple):
    """A cell: its kind in format 4, the texts that make up its source, and all that the file says of it."""

    kind: str
    pieces: list[str]
    found: dict[str, Any]


def cells(document: Any) -> list[Cell]:
    """Return the cells in `document`, the JSON of a notebook of format 2, 3 or 4.

    Raises ValueError, in one line, if there are none, or if the code of one of them cannot be told.
    """
    if not isinstance(document, dict):
        raise ValueError(f"expected a JSON object, received {type(document).__name__}")
    major = document.get("nbformat")
    if isinstance(major, (int, float)) and major > 4:
        raise ValueError(f"expected format 4 or older, received {major:g}: save it in format 4")
    found, sheets = document.get("cells"), document.get("worksheets")
    is_old = not isinstance(found, list)
    if isinstance(sheets, list) and is_old:
        found = list(itertools.chain(*(_list(dictionary(sheet).get("cells")) for sheet in sheets)))
    if not isinstance(found, list):
        raise ValueError("expected a list of cells, found none")
    return [_cell(number, cell, is_old) for number, cell in enumerate(found, 1)]


def _cell(number, cell, is_old):
    if not isinstance(cell, dict):
        raise ValueError(f"cell {number} of the file is not a JSON object")
    kind = cell.get("cell_type")
    if not isinstance(kind, str):
        raise ValueError(f"cell {number} of the file has no cell_type, such as 'code'")
    source = cell.get("input" if is_old and kind == "code" else "source")
    pieces = [] if source is None else source if isinstance(source, list) else [source]
    if not all(isinstance(piece, str) for piece in pieces):
        raise ValueError(f"the source of cell {number} of the file is not text")
    if is_old and pieces and not pieces[0].endswith(("\n", "\r")):  # lines without their ends
        pieces = [part for piece in pieces for part in (piece, "\n")][:-1]
    if kind == "heading":
        pieces = ["#" * next((n for n in range(1, 7) if cell.get("level") == n), 1) + " ", *pieces]
    return Cell(KINDS.get(kind, "raw"), pieces, cell)


def repaired(document: Any) -> NotebookNode:
    """Return the notebook in `document`, valid and in format 4. Raises what `cells` does."""
    from nbformat import from_dict
    from nbformat.validator import normalize

    found = [_repaired_cell(cell) for cell in cells(document)]
    minor = document.get("nbformat_minor")
    has_ids = any("id" in cell for cell in found) or (isinstance(minor, int) and minor >= 5)
    notebook = {
        "cells": found,
        "metadata": _notebook_metadata(dictionary(document.get("metadata"))),
        "nbformat": 4,
        "nbformat_minor": 5 if has_ids else 4,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it adds ids, and changes those that repeat
        return normalize(from_dict(notebook), strip_invalid_metadata=True)[1]


def _repaired_cell(cell):
    kept = {"cell_type": cell.kind, "source": "".join(cell.pieces), "metadata": _cell_metadata(cell.found)}
    name = cell.found.get("id")
    if isinstance(name, str) and re.fullmatch(r"[\w-]{1,64}", name, re.ASCII):
        kept["id"] = name
    if cell.kind == "code":
        count = cell.found.get("execution_count", cell.found.get("prompt_number"))
        outputs = (_output(output) for output in _list(cell.found.get("outputs")))
        kept.update(execution_count=_count(count), outputs=[output for output in outputs if output])
    elif "attachments" in cell.found:
        attachments = dictionary(cell.found["attachments"])
        kept["attachments"] = {name: _bundle(dictionary(bundle)) for name, bundle in attachments.items()}
    return kept


def _cell_metadata(cell):
    metadata = dictionary(cell.get("metadata"))
    if "tags" in metadata:
        tags = _list(metadata["tags"])
        kept = dict.fromkeys(tag for tag in tags if isinstance(tag, str) and re.fullmatch("[^,]+", tag))
        metadata = {**metadata, "tags": list(kept)}
    times = dictionary(metadata.get("execution"))
    if not all(isinstance(time, str) for time in times.values()):
        metadata = {**metadata, "execution": {}}
    return metadata


def _notebook_metadata(metadata):
    """Return the metadata, with empty texts for what a kernelspec lacks, so that its language is kept."""
    metadata = dict(metadata)
    if "kernelspec" in metadata:
        spec = dictionary(metadata["kernelspec"])
        metadata["kernelspec"] = {**spec, **{key: _text(spec.get(key)) for key in ("name", "display_name")}}
    if isinstance(metadata.get("authors"), str):
        metadata["authors"] = [{"name": metadata["authors"]}]
    state = dictionary(dictionary(metadata.get("widgets")).get(WIDGETS)).get("state")
    if not isinstance(state, dict):  # nbclient and nbconvert expect one wherever there are widgets
        metadata.pop("widgets", None)
    return metadata


def _output(output):
    """Return the `output`, valid; None where it is of no known kind."""
    output = dictionary(output)
    found = output.get("output_type")
    kind = OLDER_OUTPUTS.get(found, found) if isinstance(found, str) else None
    if kind == "stream":
        name = output.get("name", output.get("stream"))
        return {"output_type": kind, "name": _text(name) or "stdout", "text": _text(output.get("text"))}
    if kind == "error":
        traceback = [_text(line) for line in _list(output.get("traceback"))]
        named = {key: _text(output.get(key)) for key in ("ename", "evalue")}
        return {"output_type": kind, **named, "traceback": traceback}
    if kind not in ("execute_result", "display_data"):
        return None
    data = output.get("data", None if "data" in output else _older_data(output))
    shown = {
        "output_type": kind,
        "data": _bundle(dictionary(data)),
        "metadata": dictionary(output.get("metadata")),
    }
    if kind == "execute_result":
        shown["execution_count"] = _count(output.get("execution_count", output.get("prompt_number")))
    return shown


def _older_data(output):
    from nbformat.v4.convert import to_mime_key

    beside = ("output_type", "metadata", "prompt_number")
    return to_mime_key({key: value for key, value in output.items() if key not in beside})


def _bundle(data):
    """Return the entries of `data` that are text or JSON, by type."""
    is_json = re.compile(r"application/(.*\+)?json").fullmatch
    return {
        mime: value if is_json(mime) else _text(value)
        for mime, value in data.items()
        if is_json(mime) or isinstance(value, (str, list))
    }


def _text(value):
    pieces = value if isinstance(value, list) else [value]
    return "".join(piece for piece in pieces if isinstance(piece, str))


def _count(value):
    return value if type(value) is int and value >= 0 else None


def dictionary(value: Any) -> dict[str, Any]:
    """Return `value` where it is one, else an empty one."""
    return value if isinstance(value, dict) else {}


def _list(value):
    return value if isinstance(value, list) else []
