"""Write what the code says of itself into the documents: the tables between markers, and the reference.

``python docs/generate.py`` rewrites them; a test compares them with what it would write.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import nbformat

from d2l_compat.commands import catalogue
from d2l_compat.editions import EDITIONS, FRAMEWORKS, NEWER, PLACED, WRITTEN, Edition
from d2l_compat.lessons.results import last_run

DOCS = Path(__file__).parent
ROOT = DOCS.parent
READMES = {
    ROOT / "README.md": ["test accuracy after 10 epochs (training loss)", "[from scratch]", "[concise]"],
    ROOT / "README.zh-CN.md": ["10 轮之后的测试精度（训练损失）", "[从零开始]", "[简洁实现]"],  # noqa: RUF001
}
SHARED = {  # the same in every face that has them
    "Accumulator": "d2l_compat.helpers.training",
    "Animator": "d2l_compat.helpers.plotting",
    "History": "d2l_compat.helpers.history",
    "Timer": "d2l_compat.helpers.timer",
}
ALIASES = PLACED - NEWER  # the book's names for functions of the framework, which documents them


def documents() -> dict[Path, str]:
    """Return the documents that have something generated, by path, as they should be."""
    pages = {path: _between("lessons", _lessons(*words), path) for path, words in READMES.items()}
    editions = DOCS / "editions.md"
    pages[editions] = _between("helpers", catalogue.table(), editions)
    environments = DOCS / "environments.md"
    pages[environments] = _between("tested", _tested(), environments)
    for edition in EDITIONS.values():
        pages[DOCS / "reference" / f"{edition.face}.md"] = _reference(edition)
    pages[DOCS / "reference" / "index.md"] = _index()
    pages[DOCS / "reference" / "shared.md"] = _shared()
    return pages


def _between(marker: str, table: str, path: Path) -> str:
    begin, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->"
    text = path.read_text(encoding="utf-8")
    return re.sub(f"({begin}).*({end})", lambda match: match[1] + table + match[2], text, flags=re.DOTALL)


def _lessons(title: str, scratch: str, concise: str) -> str:
    """Return the table of the figures that are stored in the lessons, PyTorch's first."""
    frameworks = FRAMEWORKS[::-1]
    lines = [[title, *(WRITTEN[name] for name in frameworks)], ["---"] * (1 + len(frameworks))]
    for label, lesson in ((scratch, "scratch"), (concise, "concise")):
        folder = ROOT / "notebooks" / f"softmax-regression-{lesson}"
        lines.append([label, *(_figures(folder / f"{name}.ipynb") for name in frameworks)])
    return _table(lines)


def _tested() -> str:
    """Return the table of what was run: a row for each Python and environment of ``tested.csv``."""
    frameworks = FRAMEWORKS[::-1]
    with open(DOCS / "tested.csv", encoding="utf-8", newline="") as file:
        _, *lines = csv.reader(file)
    runs = {(python, where, framework): what for python, where, framework, what in lines}
    rows = [["Python", "environment", *map(WRITTEN.get, frameworks)], ["---"] * (2 + len(frameworks))]
    for place in dict.fromkeys(run[:2] for run in runs):
        rows.append([*place, *(runs.get((*place, name), "not run") for name in frameworks)])
    return _table(rows)


def _table(lines: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _figures(path: Path) -> str:
    final = last_run(nbformat.read(path, as_version=4)).final
    return f"{final['test_acc']:.3f} ({final['train_loss']:.4f})"


def _reference(edition: Edition) -> str:
    helpers = ", ".join(
        sorted(edition.names - ALIASES - {"plt", *SHARED}, key=lambda name: (name.lower(), name))
    )
    shared = ", ".join(f"[`{name}`](shared.md)" for name in SHARED if name in edition.names)
    aliases = " ".join(f"`{name}`" for name in sorted(edition.names & ALIASES))
    modules = ", ".join(f"`{name}` ({module})" for name, module in sorted(edition.modules.items()))
    return "\n".join(
        [
            f"# d2l_compat.{edition.face}",
            "",
            f"```{{eval-rst}}\n.. automodule:: d2l_compat.{edition.face}\n   :members: {helpers}\n```",
            "",
            f"The same in every face: {shared}.",
            *(["", f"The framework's own functions, under the book's names: {aliases}."] if aliases else []),
            *(["", f"Modules that the edition's own module had imported: {modules}."] if modules else []),
            "",
        ]
    )


def _shared() -> str:
    classes = "\n\n".join(f".. autoclass:: {module}.{name}\n   :members:" for name, module in SHARED.items())
    return f"# The same in every face\n\n```{{eval-rst}}\n{classes}\n```\n"


def _index() -> str:
    return "\n".join(
        [
            "# Reference",
            "",
            "A page for each face: every helper with its arguments, shapes, errors and an example.",
            "",
            "```{toctree}",
            ":maxdepth: 1",
            "",
            "shared",
            *EDITIONS,
            "```",
            "",
        ]
    )


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
