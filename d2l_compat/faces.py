"""Which import of a foreign notebook means which face of this package."""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import frameworks

EDITION_2019, AUTUMN_2019, PORT = "d2l_2019", "all_deep_learning", "d2l_pytorch"

FACES = {
    **{f"d2l.{framework}": framework for framework in frameworks()},
    "d2l.AllDeepLearning": AUTUMN_2019,
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

RELEASES = [
    ("gluonbook", (0, 6), "utils_2018"),
    ("gluonbook", (0, 8, 8), "gluonbook"),
    ("gluonbook", (0, 8, 10), EDITION_2019),
    ("d2l", (0, 8, 5), "gluonbook"),
    ("d2l", (0, 9, 2), EDITION_2019),
    ("d2l", (0, 10, 3), AUTUMN_2019),
    ("d2l", (0, 13, 2), "d2l_2020"),
]
"""Releases on the package index, up to a version, with the face that fits where the import does not tell."""

NEWER = {
    *("Accumulator", "Animator", "evaluate_loss", "get_dataloader_workers", "load_array", "plot"),
    *("predict_ch3", "synthetic_data", "train_epoch_ch3"),
}
"""What d2l 0.10 has on MXNet nd, and no d2l before it."""

KNOWN = {}
"""The faces of modules in the notebook that is executed, where its code is known beforehand: see `run`."""

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


def face_of(name: str, helper: str | None = None) -> tuple[str | None, bool]:
    """Return the face that the module `name` means now, or None, and whether that is settled.

    The modules of `UNDATED` mean what the framework imported by then says: MXNet with NumPy semantics is
    d2l 0.7 and later, PyTorch is the port of d2l 0.5 and 0.6, MXNet without is these, until a `helper` is
    asked for by its name that only d2l 0.10 had. Without any of them it may turn out differently once one is
    imported.
    """
    if name in KNOWN:
        return KNOWN[name], True
    if name not in UNDATED:
        return {**FACES, **LAST_RESORT}.get(name), True
    face = dated(sys.modules, lambda: sys.modules["mxnet"].util.is_np_array(), lambda: helper in NEWER)
    settled = face is not None and (face != EDITION_2019 or helper == "__all__")
    return face or UNDATED[name], settled


def dated(imported, has_np_semantics: Callable[[], bool], is_newer: Callable[[], bool]) -> str | None:
    """Return the face that a module of `UNDATED` means beside the `imported` ones; None where none tells."""
    if "mxnet" in imported:
        if has_np_semantics():
            return "d2l_2020"
        return AUTUMN_2019 if is_newer() else EDITION_2019
    return PORT if "torch" in imported else None


def of_release(package: str, version: tuple[int, ...] | None) -> str | None:
    """Return the face for the `version` of a `package`, such as (0, 10, 3); None where its imports tell."""
    known = (face for name, last, face in RELEASES if version and name == package and version <= last)
    return next(known, None)
