"""The code cells of a notebook file, and where in the file each character of them stands.

The standard library's JSON parser is used, not nbformat: only what keeps the positions can change an import
line and leave every other byte as it was.
"""

from __future__ import annotations

import itertools
import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # which typeshed does not list
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, NamedTuple

from d2l_compat.lessons.reading import read_text

# One character of a JSON string, as it is written: a surrogate pair is one.
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)


class Cell(NamedTuple):
    """A code cell that is not blank, with the number it has in a run from top to bottom: ``In [number]``."""

    number: int
    source: str
    pieces: list[Any]  # the JSON strings that, joined, are the source

    def place(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Return where ``source[start:end]`` begins and ends in `text`, the file."""
        return self._place(text, start), self._place(text, end - 1, after=True)

    def _place(self, text, index, after=False):
        for piece in self.pieces:
            if index < len(piece):
                break
            index -= len(piece)
        written = _CHARACTER.finditer(text, piece.begin + 1, piece.end - 1)
        character = next(itertools.islice(written, index, None))
        return character.end() if after else character.start()


class Notebook(NamedTuple):
    """A notebook file: its whole text, and its code cells."""

    path: Path
    text: str
    cells: list[Cell]


def read(path: Path) -> Notebook:
    """Return the notebook in the file `path`, of format 4 and up to so many bytes as `lessons.reading` takes.

    Raises OSError if the file cannot be read, ValueError, in one line, if it is no notebook of Python code.
    """
    text = read_text(path)
    try:
        document = _Decoder().decode(text)
    except RecursionError:
        raise ValueError("not a notebook: its JSON is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"not a notebook: {error}") from None
    _require_python(document)
    return Notebook(path, text, list(_code_cells(document["cells"])))


def _require_python(document):
    if not isinstance(document, dict):
        raise ValueError(f"not a notebook: expected a JSON object, received {type(document).__name__}")
    if isinstance(document.get("worksheets"), list):
        raise ValueError(
            "expected notebook format 4, received an older one: "
            "convert it with jupyter nbconvert --to notebook --inplace"
        )
    if not isinstance(document.get("cells"), list):
        raise ValueError("not a notebook: expected a list of cells, found none")
    language: Any = document
    for key in ("metadata", "kernelspec", "language"):
        language = language.get(key) if isinstance(language, dict) else None
    if isinstance(language, str) and language.lower() not in ("", "python"):
        raise ValueError(f"expected a notebook in Python, received one in {str(language)!r}")


def _code_cells(cells):
    numbers = itertools.count(1)
    for position, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            raise ValueError(f"not a notebook: cell {position} of the file is not a JSON object")
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        pieces = [source] if isinstance(source, str) else source
        if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
            raise ValueError(f"not a notebook: the source of cell {position} of the file is not text")
        source = "".join(pieces)
        if source.strip():
            yield Cell(next(numbers), source, pieces)


class _Located(str):
    """A JSON string that knows where in the file its quotes are."""

    begin: int
    end: int  # after the closing quote


def _located_string(text, begin, strict):
    value, end = scanstring(text, begin, strict)
    located = _Located(value)
    located.begin, located.end = begin - 1, end
    return located, end


class _Decoder(json.JSONDecoder):
    def __init__(self):
        # Numbers do not matter here, and an integer of a million digits would take minutes.
        super().__init__(parse_int=float)
        self.parse_string = _located_string
        self.scan_once = py_make_scanner(self)
