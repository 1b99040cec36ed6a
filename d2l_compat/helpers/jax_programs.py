"""JAX's compiled functions: traced anew for every pass over the data, compiled only where that changed them.

Tracing runs the reader's code as it now is and takes a twentieth of the time that compiling takes. Two traced
functions are the same program if they do the same operations on the same constants, on arguments of the same
kind. What they hold beyond that, such as a callback to Python, is the same only if it compares equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

MOST = 32  # programs that are kept for later passes
DEBUGGING = ("jax_disable_jit", "jax_debug_nans", "jax_debug_infs")  # which run the Python code again

KIND = ("shape", "weak_type", "sharding", "_committed")  # of an argument, beside its type

_kept: dict[Any, Callable[..., Any]] = {}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function`, of pytrees of arrays, compiled as it is when arguments of a kind first come."""
    if any(getattr(jax.config, name) for name in DEBUGGING):
        return jax.jit(function)
    programs: dict[Any, Callable[..., Any]] = {}

    def call(*args: Any) -> Any:
        kind = _kind(args)
        if kind not in programs:
            programs[kind] = _compile(jax.jit(function).trace(*args), kind)
        return programs[kind](*args)

    return call


def _kind(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what of its arguments a program is compiled for."""
    leaves, tree = jax.tree.flatten(args)
    return tree, *[
        (getattr(leaf, "dtype", type(leaf)), *[getattr(leaf, name, None) for name in KIND]) for leaf in leaves
    ]


def _compile(traced: Any, kind: tuple[Any, ...]) -> Any:
    """Return the program that was kept, or a new one."""
    try:
        key = kind, tuple(jax.config.values.items()), _closed(traced.jaxpr)
        program = _kept.pop(key, None)
    except TypeError:  # what cannot be hashed is not compared
        return traced.lower().compile()
    _kept[key] = program = program or traced.lower().compile()
    if len(_kept) > MOST:
        _kept.pop(next(iter(_kept)), None)  # what was not used for longest
    return program


def _closed(closed: Any) -> tuple[Any, ...]:
    return _operations(closed.jaxpr), tuple(map(_constant, closed.consts))


def _operations(jaxpr: Any) -> tuple[Any, ...]:
    """Return what a jaxpr computes, equal for all that compute the same in the same order."""
    numbers: dict[Any, int] = {}  # of the variables, which have no names

    def read(var: Any) -> Any:
        return (var.aval, _constant(var.val)) if hasattr(var, "val") else numbers[var]

    def bind(variables: Any) -> tuple[Any, ...]:
        return tuple([(numbers.setdefault(var, len(numbers)), var.aval) for var in variables])

    return (
        bind(jaxpr.constvars),
        bind(jaxpr.invars),
        tuple([(*_operation(eqn), tuple(map(read, eqn.invars)), bind(eqn.outvars)) for eqn in jaxpr.eqns]),
        tuple(map(read, jaxpr.outvars)),
    )


def _operation(eqn: Any) -> tuple[Any, ...]:
    parameters = eqn.params.items()
    if eqn.primitive.name.startswith(("custom_jvp", "custom_vjp")):
        # Differentiated already: the rules, which are new objects in every trace, have been used.
        parameters = [(name, value) for name, value in parameters if hasattr(value, "jaxpr")]
    return eqn.primitive, repr(eqn.ctx), tuple([(name, _parameter(value)) for name, value in parameters])


def _parameter(value: Any) -> Any:
    if hasattr(value, "consts"):
        return _closed(value)
    if hasattr(value, "eqns"):
        return _operations(value)
    if isinstance(value, (tuple, list)):
        return tuple(map(_parameter, value))
    return (type(value), repr(value)) if isinstance(value, (int, float, np.generic)) else value


def _constant(value: Any) -> tuple[Any, ...]:
    """Return the type and the bits of an array or a number: 0.0 and -0.0 are equal and not the same."""
    dtype, weak = getattr(value, "dtype", type(value)), getattr(value, "weak_type", None)
    if jax.dtypes.issubdtype(dtype, jax.dtypes.prng_key):
        value = jax.random.key_data(value)
    array = np.asarray(value)
    return dtype, weak, array.shape, array.tobytes()
