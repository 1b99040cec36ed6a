"""The faces of this package, read from their source: none of them, and no framework, is imported."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from . import frameworks


@cache
def faces() -> dict[str, str]:
    """Return the framework of every face, by the face's name, sorted.

    A face is a module that answers for the names it lacks. Its framework is the one of
    `d2l_compat.frameworks` that it is, or that its imports lead to.
    """
    modules = sorted(Path(__file__).parent.glob("*.py"))
    return {m.stem: _framework(m.stem) for m in modules if "\n__getattr__ = " in _source(m.stem)}


@cache
def edition(face: str) -> str:
    """Return the edition and framework of `face`, as its docstring begins: ``'edition 2018, MXNet nd'``."""
    first = ast.get_docstring(ast.parse(_source(face))).splitlines()[0]
    return first.removeprefix("The face of ").partition(": ``")[0].rstrip(".")


@cache
def helpers(face: str) -> frozenset[str]:
    """Return the names that `face` defines: its ``__all__``, a literal list."""
    for node in ast.parse(_source(face)).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    raise ValueError(f"{face}: expected a module with a literal __all__, received one without")


def table() -> str:
    """Return the Markdown table of all helpers: a row for those that the same faces have."""
    owners = defaultdict(set)
    for face in faces():
        for name in helpers(face):
            owners[name].add(face)
    rows = defaultdict(list)
    for name, having in sorted(owners.items(), key=lambda item: item[0].lower()):
        rows[frozenset(having)].append(f"`{name}`")
    lines = [["helpers", *frameworks()], ["---"] * (1 + len(frameworks()))]
    for having, names in sorted(rows.items(), key=lambda row: (-len(row[0]), row[1])):
        cells = [", ".join(f for f in sorted(having) if faces()[f] == own) for own in frameworks()]
        lines.append([" ".join(names), *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


@cache
def _source(module):
    path = Path(__file__).with_name(f"{module}.py")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _framework(module):
    """Return the first framework that is found by following the imports of `module`."""
    if module in frameworks():
        return module
    imported = re.findall(r"^from \. import (\w+)$|^from \.(\w+) import", _source(module), re.MULTILINE)
    below = (_framework(name) for pair in imported for name in pair if name)
    return next((framework for framework in below if framework), None)
