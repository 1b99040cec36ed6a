"""Which import statements are to change, and into what."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from d2l_compat.foreign.check.edition import CURRENT, REMOVED
from d2l_compat.foreign.check.program import Program

if TYPE_CHECKING:
    from d2l_compat.foreign.check.findings import Use  # which builds on this module


class Change(NamedTuple):
    """An import statement and the statement to put in its place."""

    cell: int
    node: ast.Import | ast.ImportFrom
    line: str


def changes(program: Program, uses: list[Use]) -> list[Change]:
    """Return the changes that make the notebook `program`, with its `uses` of helpers, import the faces."""
    if program.is_redirected:
        return []
    moved = {id(i.alias): (i, use) for use in uses for i in use.imports if _moves(i, use, program)}
    statements = {id(i.node): (i.cell, i.node) for i, _ in moved.values()}
    found = [Change(cell, node, _rewritten(node, moved)) for cell, node in statements.values()]
    return sorted(found, key=lambda change: (change.cell, change.node.lineno, change.node.col_offset))


def _moves(i, use, program):
    """Whether the import `i` is to come from the face."""
    if use.face is None or i.module.startswith("d2l_compat") or not _is_needed(use):
        return False
    if i.helper is None:
        return "." not in i.local or i.local == f"d2l.{use.face}"
    if i.helper == "*":
        stars = (other.module for other in program.imports if other.helper == "*")
        return not any(module.startswith("d2l_compat") for module in stars)
    return i.helper in use.provided


def _is_needed(use):
    """Whether `use` fails today, or needs d2l for nothing but what the face has too."""
    if use.module not in CURRENT or REMOVED & set(use.provided):
        return True
    return bool(use.provided) and not use.missing


def _rewritten(node, moved):
    """Return the statement `node` with the imports in `moved`, by the id of their alias, from their faces."""
    kept, modules = [], []
    helpers: dict[str, list[str]] = {}
    for alias in node.names:
        i, use = moved.get(id(alias), (None, None))
        if i is None or (i.helper == "*" and use.missing and use.module in CURRENT):
            kept.append(_renamed(alias.name, alias.asname))
        if i is not None and i.helper is not None:
            helpers.setdefault(use.face, []).append(_renamed(i.helper, i.local))
        elif i is not None:
            modules.append(_module(i, use))
    source = f"from {node.module} import" if isinstance(node, ast.ImportFrom) else "import"
    statements = [f"{source} {', '.join(kept)}"] if kept else []
    statements += modules
    statements += [f"from d2l_compat.{face} import {', '.join(names)}" for face, names in helpers.items()]
    return "; ".join(statements)


def _module(i, use):
    """Return the statement that imports the face itself under the name it had."""
    if "." in i.local:  # import d2l.torch
        return f"import d2l_compat.{use.face}, d2l_compat as d2l"
    return f"from d2l_compat import {_renamed(use.face, i.local)}"


def _renamed(name, local):
    return name if local in (None, name) else f"{name} as {local}"
