"""JAX's compiled steps: the reader's code is traced again for every pass, and recompiled if it changed.

Tracing runs the Python code as it now is and takes a thirtieth of the time that compiling takes. Two traced
functions are the same program if they do the same operations on the same constants, for arguments of the same
kind. Anything else in an operation, such as a callback to Python, is the same only if it compares equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax.extend.core import jaxpr_as_fun

Function = Callable[..., Any]

MAX_PROGRAMS = 32  # kept for later passes
DEBUGGING = ("jax_disable_jit", "jax_debug_nans", "jax_debug_infs")  # settings that run the Python code again

_kept: dict[Any, Function] = {}


def value_and_grad(objective: Function, update: Function | None = None) -> Function:
    """Return the compiled `jax.value_and_grad` of `objective`: (params, ...) -> (number, (array, ...)).

    With an `update`, a function (params, grads, rate), the program is called as ``(rate, params, ...)``, and
    returns the updated parameters in the place of the gradients.

    The code of `objective` runs once for each kind of arguments, when they first come, and is compiled as it
    is then.
    """
    if any(getattr(jax.config, name) for name in DEBUGGING):
        return jax.jit(_stepping(objective, update))
    programs: dict[Any, Function] = {}

    def call(*args: Any) -> Any:
        kind = _kind(args)
        if kind not in programs:
            programs[kind] = _program(objective, update, args, kind)
        return programs[kind](*args)

    return call


def _stepping(objective: Function, update: Function | None) -> Function:
    gradients = jax.value_and_grad(objective, has_aux=True)
    if update is None:
        return gradients

    def step(rate: Any, params: Any, *batch: Any) -> Any:
        value, grads = gradients(params, *batch)
        return value, update(params, grads, rate)

    return step


def _kind(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the kind of arguments for which a program is compiled."""
    leaves, tree = jax.tree.flatten(args)
    return tree, *map(_kind_of_leaf, leaves)


def _kind_of_leaf(leaf: Any) -> tuple[Any, ...]:
    if not isinstance(leaf, jax.Array):
        return type(leaf), getattr(leaf, "dtype", None), getattr(leaf, "shape", None)
    aval = leaf.aval
    return aval.shape, aval.dtype, aval.weak_type, leaf.sharding, getattr(leaf, "_committed", None)


def _program(
    objective: Function, update: Function | None, args: tuple[Any, ...], kind: tuple[Any, ...]
) -> Any:
    """Return a program that was kept, or else a new one."""
    forward = jax.jit(objective).trace(*(args[1:] if update else args)).jaxpr

    def operations(*args: Any) -> tuple[Any, ...]:
        value, *arrays = jaxpr_as_fun(forward)(*jax.tree.leaves(args))
        return value, tuple(arrays)

    step = jax.jit(_stepping(operations, update))
    reading = Reading()
    try:
        key: Any = reading.closed(forward)
        if reading.rules:  # new objects in every trace: only the result of applying them can be compared
            key = reading.closed(step.trace(*args).jaxpr)
        key = update, kind, tuple(jax.config.values.items()), key
        hash(key)  # here: a look-up in an empty dict hashes nothing
    except TypeError:  # what cannot be hashed is not kept
        return step
    _kept[key] = program = _kept.pop(key, None) or step
    if len(_kept) > MAX_PROGRAMS:
        _kept.pop(next(iter(_kept)), None)  # the one that was not used for longest
    return program


class Reading:
    """What traced functions compute, as tuples that are equal if they compute the same in the same order.

    ``rules``: whether there were rules of differentiation, which are no part of them.
    """

    rules = False

    def closed(self, closed: Any) -> tuple[Any, ...]:
        """Return the operations and the constants of a closed jaxpr."""
        return self.operations(closed.jaxpr), tuple(map(_constant, closed.consts))

    def operations(self, jaxpr: Any) -> tuple[Any, ...]:
        """Return the operations of a jaxpr, its variables, which have no names, numbered."""
        numbers: dict[Any, int] = {}

        def read(var: Any) -> Any:
            return (var.aval, _constant(var.val)) if hasattr(var, "val") else numbers[var]

        def bind(variables: Any) -> tuple[Any, ...]:
            return tuple([(numbers.setdefault(var, len(numbers)), var.aval) for var in variables])

        return (
            bind([*jaxpr.constvars, *jaxpr.invars]),
            tuple([(*self.operation(eqn), *map(read, eqn.invars), bind(eqn.outvars)) for eqn in jaxpr.eqns]),
            tuple(map(read, jaxpr.outvars)),
        )

    def operation(self, eqn: Any) -> tuple[Any, ...]:
        """Return what an equation does, without its arguments."""
        parameters = eqn.params.items()
        if eqn.primitive.name.startswith(("custom_jvp", "custom_vjp")):
            self.rules = True
            parameters = [(name, value) for name, value in parameters if hasattr(value, "jaxpr")]
        return (
            eqn.primitive,
            repr(eqn.ctx),
            tuple([(name, self.parameter(value)) for name, value in parameters]),
        )

    def parameter(self, value: Any) -> Any:
        """Return a parameter of an equation, a jaxpr by its operations."""
        if hasattr(value, "consts"):
            return self.closed(value)
        if hasattr(value, "eqns"):
            return self.operations(value)
        if isinstance(value, (tuple, list)):
            return tuple(map(self.parameter, value))
        return (type(value), repr(value)) if isinstance(value, (int, float, np.generic)) else value


def _constant(value: Any) -> tuple[Any, ...]:
    """Return the type and the bits of an array or a number: 0.0 and -0.0 are equal, but not the same."""
    dtype, weak = getattr(value, "dtype", type(value)), getattr(value, "weak_type", None)
    if jax.dtypes.issubdtype(dtype, jax.dtypes.prng_key):
        value = jax.random.key_data(value)
    array = np.asarray(value)
    return dtype, weak, array.shape, array.tobytes()
