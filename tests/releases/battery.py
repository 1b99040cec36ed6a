"""How calls are made on a release and on its face; `cases` has the calls themselves.

A `Case` is data: a helper, and its arguments by the names that edition 2021 has for them, made afresh for
every call. A release that names an argument differently is asked by its own name; where it has no such
argument, or demands another, the case is left out. The first case with the same arguments is called in every
way to spell it: the first k arguments by position, the others by name. A `Script` is for what is no single
call: methods, attributes, calls that follow another.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

import numpy as np

OTHER_NAMES = {
    "y_hat": ("yhat", "output"),
    "y": ("label",),
    "data_iter": ("data_iterator",),
    "trainer": ("optimizer",),
    "ctx": ("device",),
    "num_rows": ("nrows",),
    "num_cols": ("ncols",),
    "features": ("X",),
    "labels": ("y",),
}


class Case(NamedTuple):
    """One call of `helper`; `look` makes of the world and the result what is compared.

    `arguments`: by name, each a value or a function that makes it in a world.
    """

    helper: str
    name: str
    arguments: dict[str, Any]
    look: Callable = lambda world, result: result


class Script(NamedTuple):
    """Anything else: ``run(world, d2l)`` returns what is compared."""

    helper: str
    name: str
    run: Callable


class Call(NamedTuple):
    """A call to be made: ``make(world, d2l)`` prepares it and returns the function that makes it.

    `named`: the parameters that are passed by name.
    """

    helper: str
    name: str
    make: Callable
    named: frozenset[str] = frozenset()


def calls(cases: list[Case | Script], release: Any) -> Iterator[Call]:
    """Yield every call that the cases stand for on the module `release`; none where they do not apply."""
    spelt = set()
    for case in cases:
        if not hasattr(release, case.helper):
            continue
        if isinstance(case, Script):
            yield Call(case.helper, case.name, functools.partial(_script, case))
            continue
        known = parameters(getattr(release, case.helper))
        names = {argument: _own_name(argument, known) for argument in case.arguments}
        if None in names.values() or not _required(getattr(release, case.helper)) <= set(names.values()):
            continue
        leading = next((i for i, name in enumerate(known) if name not in names.values()), len(known))
        kind = case.helper, frozenset(names)
        for count in range(leading, -1, -1) if kind not in spelt else [leading]:
            yield _call(case, names, known[:count])
        spelt.add(kind)


def _script(case, world, d2l):
    return lambda: case.run(world, d2l)


def parameters(helper: Callable) -> list[str]:
    """Return the names of the parameters of a function, or of the class that it is."""
    return list(inspect.signature(helper).parameters)


def _required(helper):
    values = inspect.signature(helper).parameters.values()
    return {p.name for p in values if p.default is p.empty and not p.kind.name.startswith("VAR")}


def _own_name(argument, known):
    return next((name for name in (argument, *OTHER_NAMES.get(argument, ())) if name in known), None)


def _call(case, names, by_position):
    def make(world, d2l):
        values = {
            names[argument]: value(world) if callable(value) else value
            for argument, value in case.arguments.items()
        }
        args = [values.pop(name) for name in by_position]
        return lambda: case.look(world, getattr(d2l, case.helper)(*args, **values))

    named = frozenset(names.values()) - set(by_position)
    return Call(case.helper, f"{case.name}, {len(by_position)} by position", make, named)


def tensor(array, dtype="float32"):
    """Return what makes a tensor of `array`."""
    return lambda world: world.tensor(np.asarray(array, dtype))


def labels(array):
    """Return what makes labels, of the dtype that the world's loaders give them."""
    return lambda world: world.tensor(np.asarray(array, world.labels))
