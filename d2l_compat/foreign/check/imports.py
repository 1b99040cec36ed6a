"""The import statements that bring the book's helpers into a notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from d2l_compat.editions import FACELESS, MODULES

ROOTS = {module.partition(".")[0] for module in MODULES} | {"d2l_compat"}


class Import(NamedTuple):
    """One name that a statement brings in, such as ``Timer as T`` of ``from d2l.torch import Timer as T``."""

    cell: int
    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    local: str  # what the code calls it: 'T'; 'd2l.torch' after `import d2l.torch`; '*' for all names
    module: str  # 'd2l.torch'
    helper: str | None  # 'Timer'; '*' for all; None where it is the module itself


def find(nodes: Iterable[tuple[int, ast.AST]]) -> Iterator[Import]:
    """Yield the imports of helpers among `nodes`, pairs of a cell's number and a node of its tree."""
    for cell, node in nodes:
        if isinstance(node, ast.Import):
            found = ((alias, alias.asname or alias.name, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found = (
                (alias, alias.asname or alias.name, *_origin(node.module, alias)) for alias in node.names
            )
        else:
            continue
        for alias, local, module, helper in found:
            if module.partition(".")[0] in ROOTS:
                yield Import(cell, node, alias, local, module, helper)


def _origin(module, alias):
    """Return the module that ``from module import alias`` takes from, and the name there or None."""
    name = alias.name
    is_module = f"{module}.{name}" in MODULES.union(FACELESS) or (module, alias.asname) == ("d2l", "d2l")
    if is_module or module == "d2l_compat":
        return f"{module}.{name}", None
    if name == "d2l":  # d2l.torch and its like give themselves this name
        return module, None
    return module, name
