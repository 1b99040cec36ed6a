"""Notebook files, read: their text, and the notebook in it.

All commands read notebook files by `document` or `parse`, so that they agree about every file.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from d2l_compat.lessons import mistaken, repairs

if TYPE_CHECKING:  # imported where it is needed, because it is slow to import
    from nbformat import NotebookNode

BYTES = 64 * 2**20  # of a file: a notebook with many large figures has a few million
CELLS = 10_000  # of a notebook
DEPTH = 100  # of nested lists and objects: far below the limit at which Python ends a program
UNEXECUTED = "not executed: none of its cells has an output; run all of its cells and save it"

_MARK = re.compile(rb"\A(\xef\xbb\xbf|\xff\xfe|\xfe\xff)")  # before a text in UTF-8 or UTF-16
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"(\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\[^u])|\\u[dD][89a-fA-F]..")


def read_bytes(path: Path) -> bytes:
    """Return the content of the file `path`.

    Raises OSError if it cannot be read, ValueError, in one line, if it is no file of at most `BYTES`.
    """
    if path.exists() and not path.is_file():
        raise ValueError("expected a notebook file, received something else, such as a folder")
    size = path.stat().st_size
    if size > BYTES:
        raise ValueError(
            f"expected at most {BYTES >> 20} MiB, received {size / 2**20:.0f} MiB: clear its outputs"
        )
    return path.read_bytes()


def encoding_of(data: bytes) -> str:
    """Return the encoding of the notebook file with the content `data`: UTF-8, 16 or 32, as JSON may be."""
    return json.detect_encoding(_MARK.sub(b"", data[:8]))


def decoded(data: bytes) -> str:
    """Return the text in the content `data` of a notebook file, its line ends and byte order mark kept.

    Raises ValueError, in one line, if it is in no encoding of Unicode.
    """
    try:
        return data.decode(encoding_of(data), "surrogatepass")
    except UnicodeDecodeError as error:
        told = mistaken.named(data) or f"its text is not in UTF-8 (byte {error.start + 1}): save it as UTF-8"
        raise ValueError(f"not a notebook: {told}") from None


def read_text(path: Path) -> str:
    """Return the text in the notebook file `path`. Raises what `read_bytes` and `decoded` do."""
    return decoded(read_bytes(path))


def document(text: str, decoder: json.JSONDecoder | None = None) -> Any:
    """Return the JSON in the `text` of a notebook file, whose strings keep their positions in `text`.

    Raises ValueError, in one line, where there is none, or where it does not hold a notebook of at most
    `CELLS`.
    """
    text = _whole(text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text)
    try:
        found = (decoder or json.JSONDecoder(parse_int=whole_number)).decode(text)
        _require_shallow(found)
        count = len(repairs.cells(found))
    except RecursionError:
        raise ValueError("not a notebook: its JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        told = mistaken.named(text.encode(errors="replace"))
        raise ValueError(f"not a notebook: {told or f'no JSON ({error})'}") from None
    except ValueError as error:
        raise ValueError(f"not a notebook: {error}") from None
    if count > CELLS:
        raise ValueError(f"expected at most {CELLS} cells, received {count}")
    return found


def whole_number(digits: str) -> float:
    """Return the number of JSON's `digits`; as a float where Python would take long to read it."""
    return int(digits) if len(digits) < 20 else float(digits)


def _whole(text):
    """Return `text` with U+FFFD for unpaired surrogates, written or escaped, which cannot be encoded."""
    if not (_HALF.search(text) or re.search(r"\\u[dD]", text)):
        return text
    return _ESCAPED.sub(lambda found: found[1] or r"\ufffd", _HALF.sub("\ufffd", text))


def _require_shallow(found):
    level: list[Any] = [[found]]
    for _ in range(DEPTH):
        inner = (value.values() if isinstance(value, dict) else value for value in level)
        level = [value for values in inner for value in values if isinstance(value, (dict, list))]
        if not level:
            return
    raise RecursionError


def parse(text: str) -> NotebookNode:
    """Return the notebook in `text`, valid and in format 4. Raises what `document` does."""
    return repairs.repaired(document(text))


def read(path: Path) -> NotebookNode:
    """Return the notebook in the file `path`, in format 4. Raises what `read_text` and `parse` do."""
    return parse(read_text(path))


def require_python(metadata: Any) -> None:
    """Raise ValueError where the `metadata` of a notebook say that it is in another language."""
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        language = repairs.dictionary(repairs.dictionary(metadata).get(key)).get(name)
        if isinstance(language, str) and language.strip():
            if language.lower() not in ("python", "ipython"):
                raise ValueError(f"expected a Python notebook, received one in {language!r}")
            return


def named(cell: NotebookNode, notebook: NotebookNode) -> str:
    """Return the id of a code cell, or else its number in a run from top to bottom and its first line."""
    if "id" in cell:
        return f"cell {cell.id!r}"
    before = itertools.takewhile(lambda other: other is not cell, notebook.cells)
    number = 1 + sum(other.cell_type == "code" and bool(other.source.strip()) for other in before)
    first, *_ = cell.source.strip().split("\n")
    return f"cell {number} ({first})"


def error_of(notebook: NotebookNode) -> str | None:
    """Return the first error among the outputs of `notebook`, or that it has no outputs, or None."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                return f"{named(cell, notebook)}: {output.ename}: {output.evalue}"
    was_executed = any(cell.execution_count or cell.outputs for cell in code)
    return None if was_executed or not code else UNEXECUTED
