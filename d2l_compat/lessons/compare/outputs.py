"""The outputs of a cell as safe HTML, and which of their lines differ between columns."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup
from nbconvert.filters import ansi2html
from nbformat import NotebookNode

from d2l_compat.lessons.compare.prose import LONG, prose
from d2l_compat.lessons.sanitise import sanitise

PREFERRED = (
    "text/html", "text/latex", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "image/gif",
    "text/plain",
)  # fmt: skip
EMPTY = Markup()
EFFORT = 20_000_000  # comparisons of lines, a few seconds


@dataclass(frozen=True)
class Block:
    """One output: `lines`, which are compared between columns, or where it has none, `html`.

    `kind` is "text", "stderr", "error", "table" (lines of safe HTML), "rich" or "figure".
    """

    kind: str
    lines: tuple[str, ...] = ()
    html: Markup = EMPTY


def block(output: NotebookNode, name: str) -> Block:
    """Return an output in the richest form that is safe to show; `name` describes a figure.

    Markup of more than `LONG` characters is passed over, and text cut there.
    """
    if output.output_type == "stream":
        return _text("stderr" if output.name == "stderr" else "text", output.text)
    if output.output_type == "error":
        return _text("error", "\n".join(output.traceback) or f"{output.ename}: {output.evalue}")
    if output.output_type not in ("display_data", "execute_result"):
        return _text("text", f"({output.output_type} output, not shown)")
    mime = next((mime for mime in PREFERRED if _can_show(mime, output.data)), None)
    if mime is None:
        return _text("text", f"({', '.join(output.data) or 'empty'} output, not shown)")
    content = output.data[mime]
    if mime == "text/plain":
        return _text("text", content)
    if mime == "text/html":
        return Block("table", tuple(re.split(r"(?=<tr>)", sanitise(content))))
    if mime.startswith("image/"):
        # As an image even SVG is inert, wherever it comes from.
        data = b64encode(content.encode()).decode() if mime == "image/svg+xml" else "".join(content.split())
        return Block("figure", html=Markup('<img src="data:{};base64,{}" alt="{}">').format(mime, data, name))
    return Block("rich", html=prose(content))


def differences(columns: Sequence[Sequence[Block]]) -> list[list[set[int]]]:
    """Return for each column, for each line of its blocks in turn, the columns that lack that line there."""
    texts = [[line for block in blocks for line in block.lines] for blocks in columns]
    found: list[list[set[int]]] = [[set() for _ in text] for text in texts]
    for i, mine in enumerate(texts):
        for j, other in enumerate(texts):
            if mine != other:
                for k in set(range(len(mine))) - _common(mine, other):
                    found[i][k].add(j)
    return found


def _common(mine, other):
    """Return the numbers of the lines of `mine` that `other` has in the same order.

    That takes time with the number of lines and with how often they repeat. Where it would take too much, the
    lines that both have at the same place are meant.
    """
    here, there = Counter(mine), Counter(other)
    pairs = sum(count * there[line] for line, count in here.items())
    if (pairs + len(mine) + len(other)) * min(len(mine), len(other)) > EFFORT:
        return {k for k, (line, another) in enumerate(zip(mine, other)) if line == another}
    matching = SequenceMatcher(None, mine, other, autojunk=False).get_matching_blocks()
    return {k for match in matching for k in range(match.a, match.a + match.size)}


def show(block: Block, differs: Sequence[Sequence[str]]) -> Markup:
    """Return the HTML of `block`; `differs` names for each of its lines the columns that lack it."""
    if not block.lines:
        return block.html
    marks = [Markup(' data-differs="{}"').format(" ".join(names)) if names else "" for names in differs]
    if block.kind == "table":
        rows = [line.replace("<tr>", f"<tr{mark}>", 1) for line, mark in zip(block.lines, marks)]
        return Markup("".join(rows))
    lines = [
        f'<span class="line"{mark}>{ansi2html(_as_printed(line))}\n</span>'
        for line, mark in zip(block.lines, marks)
    ]
    return Markup(f"<pre>{''.join(lines)}</pre>")


def _as_printed(line):
    # A progress line returns to its beginning; only what it ended with stays to be seen.
    return line.rstrip("\r").rsplit("\r", 1)[-1]


def _can_show(mime, data):
    is_short = mime in data and len(data[mime]) <= LONG
    return is_short or (mime in data and (mime.startswith("image/") or mime == "text/plain"))


def _text(kind, text):
    if len(text) > LONG:
        text = f"{text[:LONG]}\n({len(text) - LONG} more characters, not shown)"
    return Block(kind, tuple(text.rstrip("\n").split("\n")))
