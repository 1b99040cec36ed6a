"""A cell's code as a syntax tree: magics and shell lines become the calls that IPython makes of them."""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from typing import NamedTuple

LIMIT = 200_000  # characters of a cell
MAGICS = 100  # magics and shell lines of a cell: each takes as long as the cell

_NEWLINE = re.compile(r"\r\n|\r|\n")
_PYTHON_MAGIC = re.compile(r"%%(time|timeit|capture|prun|tab)\b")
_PROMPT = re.compile(r"^(>>> ?|\.\.\. ?|In \[\d+\]: )")
_TIME = re.compile(r"^(\s*)%time\s+")
_AUTOMAGIC = re.compile(r"^(\s*)(?=(pip|conda)\s+install\b)")


class Code(NamedTuple):
    """The code of a cell. `problem` says why there is no more than an empty `tree`."""

    tree: ast.Module
    problem: str | None
    removed: list[int]  # per line, how many characters at its beginning are not part of the tree

    def position(self, source: str, line: int, column: int) -> int:
        """Return where in `source` the tree's position is: `line` from 1, `column` in bytes of UTF-8."""
        starts = [0, *(newline.end() for newline in _NEWLINE.finditer(source))]
        start = starts[line - 1] + self.removed[line - 1]
        return start + len(source[start:].encode()[:column].decode())


def parse(source: str) -> Code:
    """Return the code of `source`. Lines of the tree are lines of `source`."""
    lines = split(source)
    if len(source) > LIMIT:
        return Code(ast.Module([], []), f"longer than {LIMIT} characters", [0] * len(lines))
    python = _python_lines(lines)
    removed = [len(old) - len(new) for old, new in zip(lines, python)]
    try:
        return Code(_tree(python), None, removed)
    except SyntaxError as error:
        problem = f"line {error.lineno}: {error.msg}"
    except ValueError as error:  # null bytes, lone surrogates
        problem = str(error)
    except (MemoryError, RecursionError):
        problem = "nested too deeply"
    return Code(ast.Module([], []), problem, removed)


def split(source: str) -> list[str]:
    """Return the lines of `source`, without their ends, as Python counts lines."""
    return _NEWLINE.split(source)


def _python_lines(lines):
    """Blank the first line of a cell magic around Python, all lines of others; take prompts away."""
    first = next(index for index, line in enumerate(lines) if line.strip())
    if lines[first].startswith("%%"):
        kept = lines[first + 1 :] if _PYTHON_MAGIC.match(lines[first]) else [""] * (len(lines) - first - 1)
        lines = [""] * (first + 1) + kept
    if _PROMPT.match(lines[first]):
        lines = [_PROMPT.sub("", line) for line in lines]
    indent = re.split(r"\S", lines[first], maxsplit=1)[0]
    lines = [line[len(indent) :] if line.startswith(indent) else line for line in lines]
    return [_TIME.sub(r"\1", line) for line in lines]


def _tree(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes and the like are the notebook's own affair
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError:
            return ast.parse("".join(_without_magics([f"{_AUTOMAGIC.sub(r'%', line)}\n" for line in lines])))


def _without_magics(lines):
    """Let IPython turn magics into calls, one at a time, so that every line keeps its number."""
    from IPython.core.inputtransformer2 import TransformerManager  # takes long, and most cells have no magics

    transformer = TransformerManager()
    for _ in range(MAGICS):
        changed, transformed = transformer.do_one_token_transform(lines)
        if not changed:
            break
        same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(lines, transformed)))
        joined = len(lines) - len(transformed)  # continuation lines
        lines = [*transformed[: same + 1], *["\n"] * joined, *transformed[same + 1 :]]
    return lines
