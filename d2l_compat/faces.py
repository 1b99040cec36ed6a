"""Which import of a foreign notebook means which face of this package."""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import frameworks

EDITION_2019, PORT = "d2l_2019", "d2l_pytorch"

FACES = {
    **{f"d2l.{framework}": framework for framework in frameworks()},
    "d2l.AllDeepLearning": "all_deep_learning",
    "gluonbook": "gluonbook",
    "gluonbook.utils": "gluonbook",
    "d2lzh": "d2lzh",
    "d2lzh.utils": "d2lzh",
    "d2lzh_pytorch": "d2lzh_pytorch",
    "d2lzh_pytorch.utils": "d2lzh_pytorch",
    "d2lzh1981": "d2lzh_pytorch",  # a course's copy of it
    "d2ltorch": "d2ltorch",
    "d2lzh_tensorflow2": "d2lzh_tensorflow2",
}
"""The face of each module that one edition alone had, or that is d2l's for one framework."""

UNDATED = {
    "d2l": EDITION_2019,
    "d2l.d2l": EDITION_2019,
    "d2l.base": PORT,
    "d2l.data": PORT,
    "d2l.data.base": PORT,
    "d2l.data.fashion_mnist": PORT,
    "d2l.figure": PORT,
    "d2l.model": PORT,
    "d2l.train": PORT,
    "d2l.utils": PORT,
}
"""Modules that several editions had, with the face they mean as long as no framework tells (`face_of`)."""

LAST_RESORT = {"utils": "utils_2018"}
"""Modules of so common a name that anybody's own goes first."""

ELSEWHERE = ("d2l.paddle",)
"""Modules of d2l that this package has no face for; they are not names of helpers either."""

ROOTS = {name.partition(".")[0] for name in (*FACES, *UNDATED)}


def face_of(name: str) -> tuple[str | None, bool]:
    """Return the face that the module `name` means now, or None, and whether that is settled.

    The modules of `UNDATED` mean what the framework imported by then says: MXNet with NumPy semantics is
    d2l 0.7 and later, MXNet without is d2l 0.5 and 0.6, PyTorch is the port of these. Without any of them it
    may turn out differently once one is imported.
    """
    if name not in UNDATED:
        return {**FACES, **LAST_RESORT}.get(name), True
    face = dated(sys.modules, lambda: sys.modules["mxnet"].util.is_np_array())
    return face or UNDATED[name], face is not None


def dated(imported, has_np_semantics: Callable[[], bool]) -> str | None:
    """Return the face that a module of `UNDATED` means beside the `imported` ones; None where none tells."""
    if "mxnet" in imported:
        return "d2l_2020" if has_np_semantics() else EDITION_2019
    return PORT if "torch" in imported else None
