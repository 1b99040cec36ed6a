"""The code of a whole notebook: its syntax trees, what its names stand for, and its calls of helpers."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from d2l_compat.editions import BRINGING
from d2l_compat.foreign.check import imports
from d2l_compat.foreign.check.code import parse
from d2l_compat.foreign.check.source import Cell
from d2l_compat.foreign.skipping import RUNNERS

PIN = re.compile(r"\b(gluonbook|d2l)\s*==\s*(\d+(?:\.\d+)*)", re.ASCII)


class Program:
    """What can be known of a notebook's code without running it. `cells`: those of a `source.Notebook`."""

    def __init__(self, cells: list[Cell]):
        self.codes = {cell.number: parse(cell.source) for cell in cells}
        self._nodes = [(cell, node) for cell, code in self.codes.items() for node in ast.walk(code.tree)]
        self._each: dict[Any, list[tuple[int, Any]]] = defaultdict(list)
        for at in self._nodes:
            self._each[type(at[1])].append(at)
        self.imports = list(imports.find(self.each((ast.Import, ast.ImportFrom))))
        self._modules: dict[str | None, list[imports.Import]] = {}
        self._names: dict[str, list[imports.Import]] = {}
        for i in self.imports:
            (self._modules if i.helper is None else self._names).setdefault(i.local, []).append(i)

    def each(self, kind: type | tuple[type, ...]) -> list[tuple[int, Any]]:
        """Return the nodes of one kind, or of several in their order, each with its cell's number."""
        if isinstance(kind, tuple) and kind not in self._each:
            self._each[kind] = [at for at in self._nodes if isinstance(at[1], kind)]
        return self._each[kind]

    @cached_property
    def packages(self) -> list[str]:
        """Top-level packages that the notebook imports, and the frameworks that they bring, in this order."""
        names = []
        for _, node in sorted(self.each((ast.Import, ast.ImportFrom)), key=lambda at: (at[0], at[1].lineno)):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif not node.level:
                names.append(node.module)
        packages = [name.partition(".")[0] for name in names]
        brought = ((package, BRINGING.get(package, package)) for package in packages)
        return list(dict.fromkeys(name for pair in brought for name in pair))

    @cached_property
    def has_np_semantics(self) -> bool:
        """Whether the notebook is written for MXNet's np interface."""
        from_mxnet = {a.name for _, n in self.each(ast.ImportFrom) if n.module == "mxnet" for a in n.names}
        calls_set_np = any(node.attr == "set_np" for _, node in self.each(ast.Attribute))
        return calls_set_np or bool(from_mxnet & {"np", "npx"})

    @cached_property
    def commands(self) -> list[tuple[int, ast.Call, str]]:
        """Commands and magics that the notebook runs: cell, node, text."""
        return [
            (cell, node, " ".join(_words(node.args)))
            for cell, node in self.each(ast.Call)
            if getattr(node.func, "attr", getattr(node.func, "id", "")) in {"run_line_magic", *RUNNERS}
        ]

    @cached_property
    def installed(self) -> dict[str, tuple[int, ...]]:
        """The releases that the notebook installs, by package: ``{'d2l': (0, 10, 3)}``."""
        pins = (pin for _, _, command in self.commands for pin in PIN.findall(command))
        return {package: tuple(map(int, version.split("."))) for package, version in pins}

    @cached_property
    def is_redirected(self) -> bool:
        """Whether the notebook loads the extension that makes its imports resolve to the faces."""
        return any(command == "load_ext d2l_compat" for _, _, command in self.commands)

    @cached_property
    def bound(self) -> set[str]:
        """Names that the notebook itself gives a meaning: assigned, defined, imported, parameters."""
        names = {node.id for _, node in self.each(ast.Name) if not isinstance(node.ctx, ast.Load)}
        names |= {node.name for _, node in self.each((ast.FunctionDef, ast.ClassDef))}
        return names | {node.arg for _, node in self.each(ast.arg)} | self._imported

    @cached_property
    def _imported(self):
        aliases = [alias for _, node in self.each((ast.Import, ast.ImportFrom)) for alias in node.names]
        return {alias.asname or alias.name.split(".")[0] for alias in aliases}

    @cached_property
    def values(self) -> dict[str, ast.expr]:
        """What each name was last assigned, also in ``num_epochs, lr = 5, 0.1``."""
        values: dict[str, ast.expr] = {}
        for _, node in self.each(ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    values.update(
                        (t.id, v) for t, v in zip(target.elts, node.value.elts) if isinstance(t, ast.Name)
                    )
                elif isinstance(target, ast.Name):
                    values[target.id] = node.value
        return values

    def value(self, node: Any) -> Any:
        """Return `node`, or what was assigned to it where it is a name."""
        return self.values.get(node.id, node) if isinstance(node, ast.Name) else node

    def helper(self, node: Any) -> tuple[list[imports.Import], str | None] | None:
        """Return what `node` takes from modules of helpers: the imports that may bring it in, and its name.

        There are several where a notebook tries one import after another. None for any other node.
        """
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            return None
        if isinstance(node, ast.Attribute):
            found = self._modules.get(dotted(node.value))
            return (found, node.attr) if found else None
        if isinstance(node, ast.Name) and node.id in self._names:
            found = self._names[node.id]
            return found, found[-1].helper
        is_free = isinstance(node, ast.Name) and "*" in self._names and node.id not in self.bound
        is_known = is_free and not hasattr(builtins, node.id) and node.id not in ("display", "get_ipython")
        return (self._names["*"], node.id) if is_known else None

    @cached_property
    def used(self) -> dict[str, Counter[str]]:
        """How often each helper is used, by the module that it comes from; 0: imported only."""
        used: dict[str, Counter[Any]] = {i.module: Counter() for i in self.imports}
        for i in self.imports:
            if i.helper not in (None, "*"):
                used[i.module][i.helper] = 0
        for _, node in self.each((ast.Attribute, ast.Name)):
            found, name = self.helper(node) or ([], None)
            for module in {i.module for i in found}:
                used[module][name] += 1
        return used

    def calls(self, *names: str) -> Iterator[tuple[int, ast.Call, str]]:
        """Yield the calls of the helpers `names`: cell, node, the module they come from."""
        return ((cell, node, module) for cell, node, module, name in self._calls if name in names)

    @cached_property
    def _calls(self):
        called = ((cell, node, self.helper(node.func)) for cell, node in self.each(ast.Call))
        return [(cell, node, helper[0][-1].module, helper[1]) for cell, node, helper in called if helper]


def _words(arguments):
    """Yield the words of a command that are written out; what is computed is a placeholder."""
    for argument in arguments:
        if isinstance(argument, ast.Constant):
            yield str(argument.value)
        elif isinstance(argument, ast.List):
            for word in argument.elts:
                yield str(word.value) if isinstance(word, ast.Constant) else "{}"


def dotted(node: ast.AST | None) -> str | None:
    """Return ``'a.b.c'`` for a node of that form, None for any other."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def argument(call: ast.Call, position: int | None, name: str) -> ast.expr | None:
    """Return the argument of `call` of the `name` or at the `position`, which may be None; None without."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is None or position >= len(call.args) or _is_starred(call):
        return None
    return call.args[position]


def _is_starred(call):
    return any(isinstance(value, ast.Starred) for value in call.args)
