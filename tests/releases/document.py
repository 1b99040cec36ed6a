"""Write docs/releases.md and docs/differences.md from the results of the last complete run.

``python tests/releases/document.py``
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from fetch import CACHE
from manifest import HELPERS, PUBLISHED
from table import rows

from d2l_compat import frameworks
from d2l_compat.editions import WRITTEN

DOCS = Path(__file__).parents[2] / "docs"
RESULTS = CACHE / "results"
GROUPS = {"mxnet.ND": "MXNet nd", "mxnet": "MXNet np"}
GROUPS.update((name, WRITTEN[name]) for name in reversed(frameworks()) if name not in GROUPS)  # PyTorch first


def results() -> dict[str, dict]:
    """Return the results of the last run by the name of the module."""
    texts = {p.name: (RESULTS / f"{p.name}.json").read_text(encoding="utf-8") for p in PUBLISHED}
    return {name: json.loads(text) for name, text in texts.items()}


def pages(found: dict[str, dict]) -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    return {"releases.md": _summary(found), "differences.md": _differences()}


def _summary(found):
    calls, seen = (sum(result[key] for result in found.values()) for key in ("calls", "facts"))
    parts = [
        "# The published releases, and the faces that stand for them",
        "`make test-releases` makes the same calls on a published helper module and on its face, in one "
        "process, and compares\nwhat is returned, printed, drawn and left behind, numbers to 10⁻⁵. "
        f"The last run made {calls:,} calls and compared {seen:,} facts\nabout them. In the tables "
        "*same* means that nothing differs. A number says how many of the\n[differences on purpose]"
        "(differences.md) concern that helper. An empty cell: the release does not have it.",
    ]
    for group, title in GROUPS.items():
        modules = [p for p in PUBLISHED if p.kit in (group, f"{group}2018")]
        parts += [f"## {title}", _table(modules, found)]
    return "\n\n".join(parts) + "\n"


def _table(modules, found):
    merged = defaultdict(list)
    for helper in HELPERS:
        cells = tuple(_cell(found[p.name], helper) for p in modules)
        if any(cells):
            merged[cells].append(f"`{helper}`")
    lines = [
        ["release", *(p.name for p in modules)],
        ["---"] * (1 + len(modules)),
        ["face", *(f"`{p.face}`" for p in modules)],
        ["calls", *(f"{found[p.name]['calls']:,}" for p in modules)],
        *([" ".join(helpers), *cells] for cells, helpers in merged.items()),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(result, helper):
    differences = [difference for difference in result["differences"] if difference["helper"] == helper]
    if helper not in result["helpers"] and not differences:
        return ""
    meant = sum(any(row.explains(result["module"], d) for d in differences) for row in rows())
    return str(meant or "same")


def _differences():
    parts = [
        "# Where a face differs from its release on purpose",
        "Printed from [`tests/releases/differences.toml`](../tests/releases/differences.toml). "
        "`make test-releases` fails\non a difference that is not in this table, and on a row that is not "
        "needed; [releases.md](releases.md) has the number of\nrows for each helper of each release.",
        "\n".join(f"| {' | '.join(line)} |" for line in _rows()),
    ]
    return "\n\n".join(parts) + "\n"


def _rows():
    yield "helpers", "releases", "the face and the release", "why", "where it is said"
    yield ("---",) * 5
    for row in rows():
        yield _code(row.helpers), _code(row.releases), row.what, row.why, _link(row.told[0])


def _code(patterns):
    return "all" if patterns == ("*",) else " ".join(f"`{pattern}`" for pattern in patterns)


def _link(file):
    return "here" if file == "docs/differences.md" else f"[{file}](../{file})"


def main():
    """Write the pages."""
    for name, text in pages(results()).items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
