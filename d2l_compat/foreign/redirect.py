"""Foreign imports, such as ``from d2l import torch as d2l``, that resolve to the faces of this package.

`install` puts a finder first in ``sys.meta_path``; nothing on disk and no module of the installed d2l is
changed. The modules that it finds are empty ones under the foreign name: every name comes from their face.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import FunctionType, ModuleType

from d2l_compat import __version__
from d2l_compat.editions import (
    ADDED,
    ANYBODYS,
    BRINGING,
    FACELESS,
    FRAMEWORKS,
    LOST,
    MODULES,
    PARTS,
    beside,
    editions_of,
)
from d2l_compat.helpers import importing

ROOTS = {module.partition(".")[0] for module in MODULES.difference(ANYBODYS)}

told: dict[str, str] = {}
"""The faces of modules in the notebook that is executed, where its code is known beforehand: see `run`."""


class Foreign(ModuleType):
    """A module under its foreign name. Its attributes are those of its face, imported when first needed."""

    __version__ = f"{__version__}+d2l_compat"
    _settled = None  # the face, once it is certain

    def __getattr__(self, name):
        if name.startswith("_") and name != "__all__":  # inspectors probe modules for private names
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == "d2l":  # from d2l.torch import d2l
            return self
        submodule = f"{self.__name__}.{name}"
        if submodule in FACELESS or len(editions_of(submodule)) == 1:
            return importlib.import_module(submodule)
        if self._settled is None and not _is_told(self.__name__) and name not in _names(self.__name__):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self._face(name), name)

    def __dir__(self):
        return sorted({*super().__dir__(), *dir(self._face())})

    def _face(self, helper=None):
        if self._settled is not None:
            return self._settled
        face, settled = face_of(self.__name__, helper)
        module = _real(self.__name__) if face is None else importlib.import_module(f"d2l_compat.{face}")
        if settled:
            self._settled = module
        return module


def face_of(name: str, helper: str | None = None) -> tuple[str | None, bool]:
    """Return the face that the module `name` means now, or None, and whether that is settled.

    A module that several editions had means that of the framework which is imported by then; if several are
    left, it means the likeliest, until a `helper` is asked for whose name tells. Without a framework the
    answer may change once one is imported.
    """
    if name in told:
        return told[name], True
    likeliest = editions_of(name)
    if len(likeliest) < 2:
        return likeliest[0].face if likeliest else None, True
    newer = True if helper in ADDED else False if helper in LOST else None
    edition = _beside(name, newer)
    if edition is None:
        return likeliest[0].face, False
    is_alone = _beside(name, True) is _beside(name, False)
    return edition.face, is_alone or newer is not None or helper == "__all__"


def _beside(name, newer):
    return beside(name, _imported(), lambda: sys.modules["mxnet"].util.is_np_array(), lambda: newer)


def _imported():
    """Return the modules that are imported, those first that the notebook has brought into its own names.

    TensorFlow imports JAX if it finds it: where the notebook has a name for neither, TensorFlow comes first.
    """
    values = list(vars(sys.modules["__main__"]).values())
    named = [value.__name__ for value in values if isinstance(value, ModuleType)]
    named += [value.__module__ for value in values if isinstance(value, (type, FunctionType))]
    packages = [name.partition(".")[0] for name in named if name]
    return [
        *(BRINGING.get(name, name) for name in packages),
        *filter(sys.modules.get, reversed(FRAMEWORKS)),
        *sys.modules,
    ]


def _is_told(name):
    """Whether it is known which face the module `name` means, by its name or by what was imported."""
    return name in told or len(editions_of(name)) < 2 or _beside(name, None) is not None


def _names(name):
    """Return the names that the module `name` had in any of its editions."""
    known = ((*edition.names, *edition.modules) for edition in editions_of(name))
    return {"__all__"}.union(*known)


class _Loader(Loader):
    def create_module(self, spec):
        return Foreign(spec.name)

    def exec_module(self, module):
        if len(editions_of(module.__name__)) < 2 and module.__name__ not in ANYBODYS:
            module._face()  # so that a missing framework fails at the import, not in some later cell


class _Finder(MetaPathFinder):
    def __init__(self, finds):
        self._finds = finds

    def find_spec(self, name, path=None, target=None):
        if not self._finds(name):
            return None
        return ModuleSpec(name, _Loader(), origin="d2l_compat", is_package=True)


def _is_ours(name):
    return name.partition(".")[0] in ROOTS


def _is_last_resort(name):
    return name in ANYBODYS and find_spec("mxnet") is not None


_first, _last = _Finder(_is_ours), _Finder(_is_last_resort)
_lock = threading.RLock()
_set_aside: dict[str, ModuleType] = {}


def install() -> None:
    """Make the imports of `faces` resolve to the faces, until `uninstall`.

    Modules of d2l and its relatives that were imported before are set aside.
    """
    with _lock:
        if _first in sys.meta_path:
            return
        _set_aside.update(_take(_is_ours))
        sys.meta_path.insert(0, _first)
        sys.meta_path.append(_last)
        importing.installed_d2l = suspended


def uninstall() -> None:
    """Undo `install`: remove the finder and its modules, and put back what was set aside."""
    with _lock:
        if _first not in sys.meta_path:
            return
        sys.meta_path.remove(_first)
        sys.meta_path.remove(_last)
        importing.installed_d2l = nullcontext
        _take(lambda name: _is_ours(name) or isinstance(sys.modules[name], Foreign))
        sys.modules.update(_set_aside)
        _set_aside.clear()


@contextmanager
def suspended() -> Iterator[None]:
    """Make the installed d2l importable in this block, whether the redirection is installed or not."""
    with _lock:
        if _first not in sys.meta_path:
            yield
            return
        position = sys.meta_path.index(_first)
        sys.meta_path.remove(_first)
        foreign = _take(_is_ours)
        sys.modules.update(_set_aside)
        try:
            yield
        finally:
            _set_aside.update(_take(_is_ours))
            sys.modules.update(foreign)
            sys.meta_path.insert(position, _first)


def _take(wanted):
    """Take the modules with a `wanted` name out of ``sys.modules``; return them by name."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if wanted(name)}


def _real(name):
    """Return the module `name`, for which there is no face, of the installed d2l or a relative of it."""
    with suspended():
        try:
            return importlib.import_module(name)
        except Exception as error:  # a broken dependency of d2l can raise anything
            root = name.partition(".")[0]
            provided = sorted(m for m in MODULES.difference(PARTS) if m.partition(".")[0] == root)
            # Without its `name`, for which `from d2l import ...` would replace the message by one of its own.
            raise ImportError(
                f"d2l_compat provides {', '.join(provided)}; {name} is not among them, and importing "
                f"the installed one failed ({type(error).__name__}: {error})"
            ) from error
