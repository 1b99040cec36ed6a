"""The functions of chapter 2 that d2l gives other names, with what people pass them."""

from __future__ import annotations

import numpy as np
from battery import Script, tensor
from worlds import WEIGHTS

MATRIX, POSITIVE = (
    np.arange(6, dtype="float32").reshape(2, 3) - 2,
    np.arange(1, 7, dtype="float32").reshape(2, 3),
)
FUNCTIONS = ["abs", "cos", "cosh", "exp", "log", "sin", "sinh", "tanh", "sigmoid", "ones_like", "zeros_like"]
RANDOM = ["normal", "rand", "randn"]


def _shape_only(world, value):
    return [str(tuple(value.shape)), str(value.dtype)]


def _alias(name, what, *args, **options):
    """Return a script that calls an alias; arguments that are functions are made in the world."""

    def run(world, d2l):
        made = {key: value(world) if callable(value) else value for key, value in options.items()}
        made = {getattr(world, key) if key in ("axis", "keep") else key: value for key, value in made.items()}
        return getattr(d2l, name)(*(arg(world) if callable(arg) else arg for arg in args), **made)

    return Script(name, what, run)


def _numpy_matrix(world):
    return POSITIVE.copy()


def _dtype(name):
    return lambda world: world.dtype(name)


M, P = tensor(MATRIX), tensor(POSITIVE)
CASES = [
    *(_alias(name, "of a matrix", P) for name in FUNCTIONS),
    *(_alias(name, "of a number in a tensor", tensor(0.5)) for name in FUNCTIONS),
    *(_alias(name, "of a number", 0.5) for name in FUNCTIONS),
    *(_alias(name, "of a NumPy array", _numpy_matrix) for name in FUNCTIONS),
    *(
        _alias(name, what, *args)
        for name in ("ones", "zeros")
        for what, args in {
            "a tuple": ((2, 3),),
            "a number": (4,),
            "numbers": (2, 3),
            "a list": ([2, 3],),
        }.items()
    ),
    *(_alias(name, "dtype", (2, 3), dtype=_dtype("int32")) for name in ("ones", "zeros")),
    *(
        _alias("arange", what, *args)
        for what, args in {
            "a stop": (5,),
            "start and stop": (2, 5),
            "a step": (0, 3, 0.5),
            "floats": (3.0,),
        }.items()
    ),
    _alias("arange", "dtype", 5, dtype=_dtype("float32")),
    _alias("linspace", "five", 0, 1, 5),
    _alias("linspace", "floats", -1.0, 1.0, 4),
    _alias("eye", "three", 3),
    _alias("eye", "three by two", 3, 2),
    *(
        _alias("tensor", what, value)
        for what, value in {
            "lists": [[1.0, 2], [3, 4]],
            "integers": [1, 2],
            "a number": 1.5,
            "a truth": True,
        }.items()
    ),
    _alias("tensor", "NumPy", _numpy_matrix),
    _alias("tensor", "dtype", [1, 2], dtype=_dtype("float32")),
    *(_alias(name, "two", lambda w: [w.tensor(MATRIX), w.tensor(POSITIVE)]) for name in ("stack", "concat")),
    *(
        _alias(name, "axis 1 by position", lambda w: (w.tensor(MATRIX), w.tensor(POSITIVE)), 1)
        for name in ("stack", "concat")
    ),
    *(
        _alias(name, "axis 1 by name", lambda w: (w.tensor(MATRIX), w.tensor(POSITIVE)), axis=1)
        for name in ("stack", "concat")
    ),
    _alias("meshgrid", "two", tensor([1, 2, 3]), tensor([4, 5])),
    _alias("matmul", "matrices", M, tensor(POSITIVE.T)),
    _alias("matmul", "a vector", M, tensor([1, 2, 3])),
    _alias("matmul", "wrong shapes", M, P),
    _alias("batch_matmul", "two", tensor(np.stack([MATRIX, POSITIVE])), tensor(np.ones((2, 3, 2)))),
    *(_alias(name, "numbers", 2, 3) for name in ("rand", "randn")),
    _alias("rand", "a tuple", (2, 3)),
    *(
        _alias("normal", what, *args)
        for what, args in {"as in chapter 3": (0, 1, (2, 3)), "shape": ((2, 3),)}.items()
    ),
    _alias("normal", "named", mean=0.0, std=1.0, size=(2, 3)),
    *(
        _alias("reshape", what, value, *args)
        for what, args in {
            "a tuple": ((3, 2),),
            "numbers": (3, 2),
            "-1": (-1,),
            "a tuple with -1": ((-1, 2),),
        }.items()
        for value in (M,)
    ),
    _alias("reshape", "a list", M, [3, 2]),
    _alias("reshape", "impossible", M, (4, 2)),
    _alias("reshape", "shape by name", M, shape=(3, 2)),
    *(_alias(name, "all", P) for name in ("reduce_sum", "reduce_mean")),
    *(_alias(name, "axis by position", P, 0) for name in ("reduce_sum", "reduce_mean", "argmax")),
    *(_alias(name, "axis by name", P, axis=1) for name in ("reduce_sum", "reduce_mean", "argmax")),
    *(_alias(name, "axis kept", P, axis=1, keep=True) for name in ("reduce_sum", "reduce_mean")),
    _alias("argmax", "all", P),
    *(_alias("astype", what, M, _dtype(what)) for what in ("int32", "float32", "int64")),
    _alias("astype", "by name", M, dtype=_dtype("int32")),
    _alias("transpose", "a matrix", M),
    _alias("transpose", "three axes", tensor(np.ones((2, 3, 4)))),
    _alias("swapaxes", "two", M, 0, 1),
    _alias("repeat", "one number", M, 2),
    _alias("repeat", "numbers", M, 2, 1),
    _alias("repeat", "axis", M, 2, axis=0),
    *(_alias("expand_dims", what, M, value) for what, value in {"first": 0, "last": -1}.items()),
    *(
        _alias("expand_dims", f"{what} by name", M, axis=value)
        for what, value in {"first": 0, "last": -1}.items()
    ),
    _alias("size", "a matrix", M),
    _alias("numpy", "a matrix", M),
    _alias("numpy", "a parameter", lambda world: world.param(WEIGHTS)),
    _alias("to", "a device", M, lambda world: world.ctx()),
    _alias("to", "a module to a device", lambda world: world.module()[0], lambda world: world.ctx()),
    *(
        _alias(name, "of a NumPy array", _numpy_matrix, *args)
        for name, args in {
            "reshape": ((3, 2),),
            "reduce_sum": (),
            "reduce_mean": (),
            "argmax": (1,),
            "astype": ("int32",),
            "transpose": (),
            "swapaxes": (0, 1),
            "repeat": (2,),
            "expand_dims": (0,),
            "size": (),
            "numpy": (),
        }.items()
    ),
]
