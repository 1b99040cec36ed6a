"""The outputs of a cell as safe HTML, and which of their lines differ between columns."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup
from nbconvert.filters import ansi2html, strip_ansi
from nbformat import NotebookNode

from d2l_compat.lessons.compare import images
from d2l_compat.lessons.compare.prose import MAX_CHARACTERS, prose
from d2l_compat.lessons.sanitise import sanitise
from d2l_compat.lessons.streams import joined

PREFERRED = (
    "text/html", "text/latex", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "image/gif",
    "text/plain",
)  # fmt: skip
VARYING = re.compile(r"\bat 0x[0-9a-fA-F]+|(?<!\S)\S*\bipykernel_\d+[/\\]\d+")  # addresses, files of cells
MARKED = {
    "table": "<tr",
    "figure": "<img",
    "rich": "<div",
}  # the tag that gets the mark of a line that differs
MAX_COMPARISONS = 20_000_000  # of lines: a few seconds


@dataclass(frozen=True)
class Block:
    """One output: its `lines`, and what of each is `compared` between columns.

    `kind` is "text", "stderr", "error", or where the lines are safe HTML "table", "rich" or "figure".
    """

    kind: str
    lines: tuple[str, ...]
    compared: tuple[str, ...]


def blocks(outputs: Sequence[NotebookNode], name: str) -> list[Block]:
    """Return the `outputs` of a cell as blocks; consecutive parts of a stream are one block."""
    return [block(output, name) for output in joined(outputs)]


def block(output: NotebookNode, name: str) -> Block:
    """Return an output in the richest form that is safe to show; `name` describes a figure.

    Markup of more than `MAX_CHARACTERS` characters is ignored, and text is cut there.
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
        lines = re.split(r"(?=<tr>)", sanitise(content))
        return _block("table", lines) if len(lines) > 1 else _block("rich", [f"<div>{lines[0]}</div>"])
    if mime.startswith("image/"):
        # Shown as an image, even an SVG runs nothing.
        data = b64encode(content.encode()).decode() if mime == "image/svg+xml" else "".join(content.split())
        image = Markup('<img src="data:{};base64,{}" alt="{}">').format(mime, data, name)
        return Block("figure", (image,), (images.compared(mime, content),))
    return _block("rich", [f"<div>{prose(content)}</div>"])


def differences(columns: Sequence[Sequence[Block]]) -> list[list[set[int]]]:
    """Return for each column and each line of its blocks the columns that lack that line at that place."""
    texts = [[line for block in blocks for line in block.compared] for blocks in columns]
    found: list[list[set[int]]] = [[set() for _ in text] for text in texts]
    for i, mine in enumerate(texts):
        for j, other in enumerate(texts):
            if mine != other:
                for k in set(range(len(mine))) - _common(mine, other):
                    found[i][k].add(j)
    return found


def _common(mine, other):
    """Return the numbers of the lines of `mine` that `other` has in the same order.

    The time for that grows with the number of lines and of repetitions. Where it would take too long, it
    returns the lines that both have at the same place.
    """
    here, there = Counter(mine), Counter(other)
    pairs = sum(count * there[line] for line, count in here.items())
    if (pairs + len(mine) + len(other)) * min(len(mine), len(other)) > MAX_COMPARISONS:
        return {k for k, (line, another) in enumerate(zip(mine, other)) if line == another}
    matching = SequenceMatcher(None, mine, other, autojunk=False).get_matching_blocks()
    return {k for match in matching for k in range(match.a, match.a + match.size)}


def show(block: Block, differs: Sequence[Sequence[str]]) -> Markup:
    """Return the HTML of `block`; `differs` names for each of its lines the columns that lack it."""
    marks = [Markup(' data-differs="{}"').format(" ".join(names)) if names else "" for names in differs]
    if block.kind in MARKED:
        tag = MARKED[block.kind]
        return Markup(
            "".join(str(line).replace(tag, f"{tag}{mark}", 1) for line, mark in zip(block.lines, marks))
        )
    lines = [f'<span class="line"{mark}>{ansi2html(line)}\n</span>' for line, mark in zip(block.lines, marks)]
    return Markup(f"<pre>{''.join(lines)}</pre>")


def _can_show(mime, data):
    is_short = mime in data and len(data[mime]) <= MAX_CHARACTERS
    return is_short or (mime in data and (mime.startswith("image/") or mime == "text/plain"))


def _text(kind, text):
    # A progress line starts over again and again; only its last state is seen.
    text = "\n".join([line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")])
    if len(text) > MAX_CHARACTERS:
        text = f"{text[:MAX_CHARACTERS]}\n({len(text) - MAX_CHARACTERS} more characters, not shown)"
    return _block(kind, text.rstrip("\n").split("\n"))


def _block(kind, lines):
    return Block(kind, tuple(lines), tuple(VARYING.sub("", strip_ansi(line)) for line in lines))
