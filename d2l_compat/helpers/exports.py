"""What turns a module into a face: the names of its edition, and an answer for those that it lacks."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, MutableMapping
from typing import Any

from d2l_compat.editions import EDITIONS, FRAMEWORKS
from d2l_compat.helpers import importing, torchvision
from d2l_compat.helpers.training import Helpers


def export(module: MutableMapping[str, Any], helpers: Helpers) -> None:
    """Give the `module`, its ``globals()``, the names of its edition that it does not define itself.

    They are those of `helpers`. Further names are found when they are first used: ``plt``, the modules that
    the edition's own had imported, and in the face of a framework whatever the installed d2l has.
    """
    face = helpers.face = module["__name__"].rpartition(".")[2]
    names = sorted({*EDITIONS[face].names, *EDITIONS[face].modules})
    for name in names:
        if name not in module and name in EDITIONS[face].names - {"plt"}:
            module[name] = getattr(helpers, name)
    module["__all__"] = names
    module["__getattr__"] = answer(face)
    module["__dir__"] = lambda: names


def answer(face: str) -> Callable[[str], Any]:
    """Return the module ``__getattr__`` of a `face`."""
    modules = {"plt": "matplotlib.pyplot", **EDITIONS[face].modules}

    def __getattr__(name: str) -> Any:  # noqa: N807 - PEP 562 names it
        if name in modules:
            return pkgutil.resolve_name(modules[name])
        if name.startswith("_"):  # interpreters and inspectors probe modules for private names
            raise AttributeError(f"module 'd2l_compat.{face}' has no attribute {name!r}")
        if face in FRAMEWORKS:
            return _of_installed(face, name)
        raise AttributeError(
            f"module 'd2l_compat.{face}' has no attribute {name!r}. It holds the helpers of chapters 3 and "
            f"4: define {name} in the notebook that needs it"
        )

    return __getattr__


def _of_installed(framework: str, name: str) -> Any:
    """Return what ``d2l.<framework>`` calls `name`.

    d2l is imported when such a name is first used, not before: it is optional, slow to import, and on some
    machines broken by its own dependencies.
    """
    try:
        with importing.installed_d2l():
            d2l = importlib.import_module(f"d2l.{framework}")
    except Exception as error:  # a broken dependency of d2l can raise anything
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        remedy = f"If you need it: pip install {missing}" if missing else "Mend that installation"
        if "torchvision" in str(error):
            remedy = "; ".join(torchvision.advice(error))
        raise AttributeError(
            f"d2l_compat.{framework} does not define {name!r}, and d2l.{framework}, which might, "
            f"cannot be imported ({type(error).__name__}: {error}). {remedy}"
        ) from error
    try:
        return getattr(d2l, name)
    except AttributeError:
        raise AttributeError(
            f"neither d2l_compat.{framework} nor the installed d2l.{framework} defines {name!r}"
        ) from None
