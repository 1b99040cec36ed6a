"""Whether an expression is a net or data, judged by the notebook's code and not by its names."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import Any

from d2l_compat.foreign.check.program import Program, argument, dotted

DATA, NET = "data", "net"

# fmt: off
MAKES_DATA = {"DataLoader", "from_tensor_slices", "iter", "load_array", "load_data_fashion_mnist", "zip"}
MAKES_NET = re.compile(r"(.*\.)?((nn|layers|models|keras)\.[A-Z]\w*|(Hybrid)?Sequential|softmax_regression)")
BASES = {
    **dict.fromkeys(("Block", "HybridBlock", "Layer", "Model", "Module", "Sequential"), NET),
    **dict.fromkeys(("DataLoader", "Dataset", "IterableDataset"), DATA),
}
METHODS = {"__call__": NET, "call": NET, "forward": NET, "__getitem__": DATA, "__iter__": DATA}
GIVES_ITSELF = {
    "batch", "cache", "cpu", "cuda", "eval", "map", "prefetch", "repeat", "shuffle", "take", "to", "train",
}
ATTRIBUTES = {
    **dict.fromkeys(("collect_params", "initialize", "parameters", "state_dict", "trainable_variables"), NET),
    "dataset": DATA,
}
PLACES = {"train_ch3": (NET, DATA, DATA), "train_epoch_ch3": (NET, DATA), "predict_ch3": (NET, DATA)}
# fmt: on
"""What makes data or nets, what only these have, and the first arguments of helpers in all editions."""

DEPTH = 50  # how many bindings are followed, one after another
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
BINDING = (ast.FunctionDef, ast.ClassDef, ast.AnnAssign, ast.NamedExpr, ast.Assign, ast.For)
USING = (ast.Attribute, ast.For, ast.comprehension, ast.Call)


class Roles:
    """Tells whether expressions in a `program` are `DATA` or `NET`, by what names are bound to or used as."""

    def __init__(self, program: Program):
        self._program = program
        self._scopes: dict[ast.AST, ast.AST] = {}  # the innermost function around each node
        for _, function in program.each(FUNCTIONS):
            self._scopes.update(dict.fromkeys([*ast.walk(function)][1:], function))
        self._known: dict[ast.AST, str | None] = {}
        self._depth = 0
        self._bound: dict[Any, list[Any]] = defaultdict(list)
        for _, node in program.each(BINDING):
            for target, value in _bindings(node):
                self._bound[self._scopes.get(node), target].append(value)
        for _, function in program.each(FUNCTIONS):
            for parameter in function.args.args:
                self._bound[function, parameter.arg] += []
        for _, call in program.each(ast.Call):
            self._bind_parameters(call)
        self._used: dict[Any, set[str]] = defaultdict(set)
        for _, node in program.each(USING):
            for user, role in self._uses(node):
                self._used[self._key(user)].add(role)

    def of(self, node: ast.AST | None) -> str | None:
        """Return the role of the expression `node`, or None."""
        if node is None or self._depth > DEPTH:
            return None
        if node not in self._known:
            self._known[node] = None  # until it is known: a name may be bound to itself
            self._depth += 1
            self._known[node] = self._of(node)
            self._depth -= 1
        return self._known[node]

    def _of(self, node):
        if isinstance(node, ast.Call):
            return self._of_call(node)
        if dotted(node):
            key = self._key(node)
            return _only(map(self.of, self._bound[key])) or _only(self._used[key])
        if isinstance(node, ast.ClassDef):
            return self._of_class(node)
        if isinstance(node, (ast.Tuple, ast.List, ast.IfExp)):
            parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.elts
            pairs = isinstance(node, ast.List) and all(isinstance(part, ast.Tuple) for part in parts)
            return DATA if pairs else _only(map(self.of, parts))
        if isinstance(node, ast.Subscript):
            return self.of(node.value)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return DATA
        return NET if isinstance(node, FUNCTIONS) else None

    def _of_call(self, call):
        """Return the role of what a `call` returns."""
        _, helper = self._program.helper(call.func) or (None, None)
        name: Any = helper or dotted(call.func) or getattr(call.func, "attr", "")
        last = name.rpartition(".")[2]
        if last in MAKES_DATA or MAKES_NET.fullmatch(name):
            return DATA if last in MAKES_DATA else NET
        if isinstance(call.func, ast.Attribute) and last in GIVES_ITSELF:
            return self.of(call.func.value)
        return _only(map(self._of_returned, self._bound[self._key(call.func)]))

    def _of_returned(self, made):
        if isinstance(made, ast.ClassDef):
            return self.of(made)
        parts = [*ast.walk(made)] if isinstance(made, FUNCTIONS) else []
        if any(isinstance(part, ast.Yield) for part in parts):
            return DATA
        return _only(self.of(part.value) for part in parts if isinstance(part, ast.Return))

    def _of_class(self, node):
        bases = [(dotted(base) or "").rpartition(".")[2] for base in node.bases]
        methods = (METHODS.get(getattr(part, "name", "")) for part in node.body)
        return _only(map(BASES.get, bases)) or _only(map(self.of, node.bases)) or _only(methods)

    def _key(self, node):
        """Return the function in which the name `node` is bound, or None, and the name."""
        name, scope = dotted(node), self._scopes.get(node)
        while scope and (scope, name) not in self._bound:
            scope = self._scopes.get(scope)
        return scope, name

    def _bind_parameters(self, call):
        """Bind the parameters of a function of the notebook to the arguments of a `call`."""
        for function in self._bound[None, dotted(call.func)]:
            if isinstance(function, ast.FunctionDef):
                for place, parameter in enumerate(function.args.args):
                    value = argument(call, place, parameter.arg)
                    self._bound[function, parameter.arg].append(value)

    def _uses(self, node):
        """Yield the expressions that are used as a net or as data in `node`, each with its role."""
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield node.value, ATTRIBUTES[node.attr]
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Tuple):
            yield node.iter, DATA
        elif isinstance(node, ast.Call):
            yield node.func, NET
            _, helper = self._program.helper(node.func) or (None, None)
            yield from zip(node.args, PLACES.get(helper or "", ()))
            if dotted(node.func) == "iter":
                yield from ((value, DATA) for value in node.args[:1])


def _bindings(node):
    """Yield the names that `node` binds, each with the expression or definition that it is bound to."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name, node
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr, ast.Assign, ast.For)):
        value = _member(node) if isinstance(node, ast.For) else node.value
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else [value]
            named = zip(map(dotted, parts), values * len(parts) if len(values) == 1 else values)
            yield from ((name, value) for name, value in named if name)


def _member(loop):
    """Return the list over which a `loop` goes, if it is written out; it stands for each of its members."""
    is_written = isinstance(loop.target, ast.Name) and isinstance(loop.iter, (ast.List, ast.Tuple))
    return loop.iter if is_written else None


def _only(roles):
    """Return the one of `roles` that is not None, or None where there is none or they differ."""
    found = {*roles} - {None}
    return found.pop() if len(found) == 1 else None
