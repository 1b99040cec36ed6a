"""MXNet 1.9.1, its last release, on today's Python and NumPy.

Where d2l_compat is installed, ``import mxnet`` is enough. Elsewhere, before the first ``import mxnet``::

    from d2l_compat import mxnet_today
    mxnet_today.install()
    import mxnet

A finder, first in ``sys.meta_path``, runs the modules of the package mxnet, and no others, with an
``__import__`` of their own, which hands them a copy of NumPy's namespace. No file is changed, nor NumPy, nor
what any other package imports. With NumPy 1.23 or older, for which MXNet was made, it does nothing at all.
This file needs no other: copy it if you do not have d2l_compat.

========================================  ==============================================================
what MXNet meets                          what it gets
========================================  ==============================================================
names that NumPy dropped: `alltrue`,      the functions and numbers of today that they were; the dispatch
`in1d`, `Inf`, `PZERO`, `product`, ...    of ``numpy.any(a)`` knows ``sometrue`` as another function
``numpy.bool``, ``numpy.int``             Python's: NumPy 2 calls a type of its own ``bool``
``numpy.core``, ``numpy.compat``          what it used of them, without a warning
financial functions (`npv`, `pmt`, ...)   functions that raise RuntimeError, as they did in NumPy 1.20
``distutils.version``                     two functions that compare versions; Python 3.12 dropped it
``(np.int64(3),)`` as text                ``(3,)``, which the C library reads: NumPy 2 writes types
named tuples, from ``numpy.linalg``       plain ones, because MXNet rebuilds the tuples that it converts
``size == ()`` with a NumPy integer       a comparison that gives a bool: NumPy 2 compares elementwise
``ndarray.tostring()`` in recordio        ``tobytes()``
``scipy.sparse.csr.csr_matrix``           ``scipy.sparse.csr_matrix``, without a warning
``numpy.array(a)`` of MXNet's arrays      their values: it was an array of objects, and is an error now
========================================  ==============================================================
"""

from __future__ import annotations

import builtins
import functools
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.metadata import version
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

LIBRARIES = "apt-get install libgomp1 libquadmath0"
"""Installs what MXNet's library needs of a minimal Debian or Ubuntu."""

RANDOM = ("if size == ():", "if isinstance(size, tuple) and size == ():")
RECORDS = (".tostring()", ".tobytes()")
SPARSE = ("spsp.csr.csr_matrix", "spsp.csr_matrix")
REWRITTEN = {
    "mxnet.ndarray.numpy.random": RANDOM,
    "mxnet.ndarray.numpy_extension.random": RANDOM,
    "mxnet.symbol.numpy.random": RANDOM,
    "mxnet.symbol.numpy_extension.random": RANDOM,
    "mxnet.recordio": RECORDS,
    "mxnet.ndarray.sparse": SPARSE,
    "mxnet.ndarray.utils": SPARSE,
}
"""What is replaced in the source of modules, which are compiled at every import and never cached."""


class MXNetToday:
    """The finder: it finds mxnet where Python does, and runs it with what it needs."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Return how to load the module `name` of mxnet; None for any other, and where NumPy is old."""
        if name.partition(".")[0] != "mxnet" or _numpy_is_old():
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Let mxnet be imported from now on. This imports nothing; a second call changes nothing."""
    found = any(getattr(finder, "__name__", None) == MXNetToday.__name__ for finder in sys.meta_path)
    if not (found or "mxnet" in sys.modules or _numpy_is_old()):
        sys.meta_path.insert(0, MXNetToday)


@functools.cache
def _numpy_is_old() -> bool:
    return [int(part) for part in version("numpy").split(".")[:2]] < [1, 24]


class _Loader(SourceFileLoader):
    def get_code(self, name: str) -> CodeType | None:
        if name not in REWRITTEN:
            return super().get_code(name)
        source = str(self.get_source(name))
        return self.source_to_code(source.replace(*REWRITTEN[name]), self.path)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": _import}
        try:
            super().exec_module(module)
        except OSError as error:
            raise ImportError(f"MXNet's library does not load ({error}). On Debian: {LIBRARIES}") from error
        WRAPPED.get(module.__name__, lambda module: None)(module)


def _import(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> Any:
    if name == "distutils.version":
        return SimpleNamespace(LooseVersion=_numbers, StrictVersion=_numbers)
    module = builtins.__import__(name, globals, locals, fromlist, level)
    return _numpy() if level == 0 and module is sys.modules.get("numpy") else module


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


@functools.cache
def _numpy() -> ModuleType:
    import numpy

    np: Any = numpy
    old = ModuleType("numpy")
    vars(old).update(vars(np))
    vars(old).update(dict.fromkeys(["mirr", "npv", "pmt", "ppmt", "pv", "rate"], _gone))
    vars(old).update(PZERO=0.0, NZERO=-0.0, PINF=np.inf, NINF=-np.inf, Inf=np.inf, NaN=np.nan, NAN=np.nan)
    vars(old).update(bool=bool, int=int, compat=SimpleNamespace(basestring=str))
    vars(old).update(
        core=np._core if np.__version__ >= "2" else np.core,
        alltrue=np.all,
        in1d=lambda a, *args, **kwargs: np.isin(np.ravel(a), *args, **kwargs),
        msort=lambda a: np.sort(a, axis=0),
        trapz=np.trapezoid if np.__version__ >= "2" else np.trapz,
        # Functions of their own: MXNet keeps them as keys, beside np.any, np.prod and np.round.
        sometrue=lambda *args, **kwargs: np.any(*args, **kwargs),
        product=lambda *args, **kwargs: np.prod(*args, **kwargs),
        round_=lambda *args, **kwargs: np.round(*args, **kwargs),
    )
    return old


def _gone(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("NumPy 1.20 removed this function; it is in the package numpy_financial")


def _texts_without_types(base: Any) -> None:
    texts, scalar = base.c_str_array, re.compile(r"\bnp\.(?:\w+\(([^()]*)\)|(True|False)_)")
    base.c_str_array = lambda given: texts([scalar.sub(r"\1\2", t) if "np." in t else t for t in given])


def _plain_tuples(multiarray: Any) -> None:
    convert = multiarray._as_mx_np_array

    def as_mx_np_array(given: Any, ctx: Any = None) -> Any:
        return convert(tuple(given) if isinstance(given, tuple) else given, ctx=ctx)

    multiarray._as_mx_np_array = as_mx_np_array


def _arrays_for_numpy(ndarray: Any) -> None:
    def __array__(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:  # noqa: N807 - NumPy's
        if copy is False:
            raise ValueError("MXNet's arrays are copied into NumPy's: use numpy.asarray(a), not copy=False")
        return self.asnumpy().astype(dtype or self.dtype, copy=False)

    ndarray.NDArray.__array__ = __array__


WRAPPED = {
    "mxnet.base": _texts_without_types,
    "mxnet.numpy.multiarray": _plain_tuples,
    "mxnet.ndarray.ndarray": _arrays_for_numpy,
}
