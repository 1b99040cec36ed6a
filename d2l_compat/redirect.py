"""Foreign imports, such as ``from d2l import torch as d2l``, that resolve to the faces of this package.

`install` puts a finder first in ``sys.meta_path``; nothing on disk and no module of the installed d2l is
changed. The modules that it finds are empty ones under the foreign name: every name comes from their face.
"""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

from . import __version__
from .faces import ELSEWHERE, FACES, LAST_RESORT, ROOTS, UNDATED, face_of


class Foreign(ModuleType):
    """A module under its foreign name. Its attributes are those of its face, imported when first needed."""

    __version__ = f"{__version__}+d2l_compat"
    _settled = None  # the face, once it is certain which one it is

    def __getattr__(self, name):
        if name.startswith("_") and name != "__all__":  # inspectors probe modules for private names
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == "d2l":  # from d2l.torch import d2l
            return self
        submodule = f"{self.__name__}.{name}"
        if submodule in FACES or submodule in ELSEWHERE:
            return importlib.import_module(submodule)
        return getattr(self._face(name), name)

    def __dir__(self):
        return sorted({*super().__dir__(), *dir(self._face())})

    def _face(self, helper=None):
        if self._settled is not None:
            return self._settled
        face, settled = face_of(self.__name__, helper)
        module = _real(self.__name__) if face is None else importlib.import_module(f"{__package__}.{face}")
        if settled:
            self._settled = module
        return module


class _Loader(Loader):
    def create_module(self, spec):
        return Foreign(spec.name)

    def exec_module(self, module):
        if module.__name__ not in UNDATED and module.__name__ not in LAST_RESORT:
            module._face()  # so that a framework that is missing ends the import, not some later cell


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
    return name in LAST_RESORT and find_spec("mxnet") is not None


_first, _last = _Finder(_is_ours), _Finder(_is_last_resort)
_lock = threading.RLock()
_set_aside: dict[str, ModuleType] = {}


def install():
    """Make the imports of `faces` resolve to the faces, until `uninstall`.

    Modules of d2l and its relatives that were imported before are set aside.
    """
    with _lock:
        if _first in sys.meta_path:
            return
        _set_aside.update(_take(_is_ours))
        sys.meta_path.insert(0, _first)
        sys.meta_path.append(_last)


def uninstall():
    """Undo `install`: take finder and modules out again, and put back what was set aside."""
    with _lock:
        if _first not in sys.meta_path:
            return
        sys.meta_path.remove(_first)
        sys.meta_path.remove(_last)
        _take(lambda name: _is_ours(name) or isinstance(sys.modules[name], Foreign))
        sys.modules.update(_set_aside)
        _set_aside.clear()


@contextmanager
def suspended():
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
    """Return the module `name` of the installed d2l or of a relative of it, for which there is no face."""
    with suspended():
        try:
            return importlib.import_module(name)
        except Exception as error:  # a broken dependency of d2l can raise anything
            root = name.partition(".")[0]
            provided = sorted(face for face in FACES if face.partition(".")[0] == root)
            # Without its `name`, which would make `from d2l import ...` replace it by a message of its own.
            raise ImportError(
                f"d2l_compat provides {', '.join(provided)}; {name} is not among them, and importing "
                f"the installed one failed ({type(error).__name__}: {error})"
            ) from error
