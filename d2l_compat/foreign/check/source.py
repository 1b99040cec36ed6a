"""The code cells of a notebook file or script, and where in the file each character of them stands.

The standard library's JSON parser is used, not nbformat: it keeps the positions, without which an import line
cannot be changed and every other byte left as it was.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import tokenize
from json.decoder import scanstring  # type: ignore[attr-defined]  # which typeshed does not list
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, NamedTuple

from d2l_compat.lessons import reading, repairs

# One character of a JSON string, as it is written; a surrogate pair is one character.
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


class Script(Cell):
    """The whole of a script, which stands in the file as it is."""

    def place(self, text: str, start: int, end: int) -> tuple[int, int]:
        return start, end


class Notebook(NamedTuple):
    """A notebook file, or a script: its whole text, and its code cells."""

    path: Path
    text: str
    encoding: str
    cells: list[Cell]
    kernel: str = ""  # its name, if the file says it


def is_script(path: Path) -> bool:
    """Whether the file `path` is a script of Python, judged by its name."""
    return path.suffix == ".py"


def read(path: Path) -> Notebook:
    """Return the notebook in the file `path`, or the script, which is one cell.

    Raises OSError if the file cannot be read, ValueError, in one line, if it is no notebook of Python code,
    as `lessons.reading` decides, or no text in the encoding that the script declares.
    """
    if is_script(path):
        return _script(path)
    data = reading.read_bytes(path)
    text = reading.decoded(data)
    document = reading.document(text, _Decoder())
    reading.require_python(document.get("metadata"))
    sources = [("".join(cell.pieces), cell.pieces) for cell in repairs.cells(document) if cell.kind == "code"]
    written = (pair for pair in sources if pair[0].strip())
    cells = [Cell(number, *pair) for number, pair in enumerate(written, 1)]
    spec = repairs.dictionary(repairs.dictionary(document.get("metadata")).get("kernelspec"))
    return Notebook(path, text, reading.encoding_of(data), cells, str(spec.get("name", "")))


def _script(path):
    data = reading.read_bytes(path)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ValueError(f"expected a script in UTF-8 ({error}): save it as UTF-8") from None
    return Notebook(path, text, encoding, [Script(1, text, [])] if text.strip() else [])


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
        super().__init__(parse_int=reading.whole_number)
        self.parse_string = _located_string
        self.scan_once = py_make_scanner(self)
