"""The frameworks' own loaders, and torchvision's, find the verified files of Fashion-MNIST, offline too.

A module that has one of them is changed as soon as it is imported: where it would download a file, it takes
the one that is here; where it can do neither, its error says how to get the files. The code that handles the
data is imported when a loader is called: that takes a while, and few notebooks call one.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from d2l_compat.data.fashion_mnist import Release

_changed: list[tuple[Any, str, Any]] = []  # the owner, the name, what it was


def install() -> None:
    """Change the loaders that are imported, and those that will be, until `uninstall`."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
        for name in CHANGES.keys() & sys.modules.keys():
            CHANGES[name](sys.modules[name])


def uninstall() -> None:
    """Undo `install`."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
        for owner, name, original in _changed:
            setattr(owner, name, original)
        _changed.clear()


class _Finder(MetaPathFinder):
    """Lets the other finders find a module, and changes what they load."""

    def find_spec(self, name, path=None, target=None):
        if name not in CHANGES:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec:
            loader: Any = spec.loader
            execute = loader.exec_module

            def exec_module(module):
                execute(module)
                CHANGES[name](module)

            loader.exec_module = exec_module
        return spec


_finder = _Finder()


def _change(owner: Any, name: str, change: Callable[[Any], Any]) -> None:
    original = getattr(owner, name, None)  # other versions may have the function elsewhere
    if original:
        _changed.append((owner, name, original))
        setattr(owner, name, functools.wraps(original)(change(original)))


def _keras(module):
    from d2l_compat.data.fashion_mnist import CURRENT

    def change(get_file):
        def found(fname, *args, **kwargs):
            with _saying("Keras's loader", "data --for keras"):
                return _verified(CURRENT, fname) or get_file(fname, *args, **kwargs)

        return found

    _change(module, "get_file", change)


def _gluon(module):
    from d2l_compat.data.fashion_mnist import FIRST

    def change(download):
        def found(url, *args, **kwargs):
            name = url.rpartition("/")[2]
            if kwargs.get("sha1_hash") != FIRST.digests.get(name, ""):
                return download(url, *args, **kwargs)
            how = f"data --release {FIRST.name}"
            with _saying(f"Gluon's loader, which wants the release {FIRST.name},", how):
                return _verified(FIRST, name) or download(url, *args, **kwargs)

        return found

    _change(module, "download", change)


def _torchvision(module):
    from d2l_compat.data import copies, fashion_mnist

    def change(download):
        def found(self):
            with suppress(OSError, ValueError):
                if not self._check_exists():
                    fashion_mnist.locate(copies.CURRENT, download=False)
                    copies.put("torchvision", str(self.root))
            with _saying("torchvision's loader", f"data --for torchvision {self.root}"):
                download(self)

        return found

    _change(module.FashionMNIST, "download", change)


def _paddle(module):
    from d2l_compat.data.fashion_mnist import CURRENT

    def change(download):
        def found(path, url, md5, data, *args):
            if data != module.FashionMNIST.NAME:
                return download(path, url, md5, data, *args)
            with _saying("PaddlePaddle's loader", "data"):
                return _verified(CURRENT, url.rpartition("/")[2]) or download(path, url, md5, data, *args)

        return found

    _change(module, "_check_exists_and_download", change)


CHANGES = {
    "keras.datasets.fashion_mnist": _keras,
    "keras.src.datasets.fashion_mnist": _keras,
    "tf_keras.src.datasets.fashion_mnist": _keras,
    "tensorflow.python.keras.datasets.fashion_mnist": _keras,
    "mxnet.gluon.data.vision.datasets": _gluon,
    "torchvision.datasets.mnist": _torchvision,
    "paddle.vision.datasets.mnist": _paddle,
}
"""What changes the loader in each module that has one."""


def _verified(release: Release, name: str) -> str | None:
    """Return the path of the verified, gzipped file `name` of `release`, or None where it is not here."""
    from d2l_compat.data import copies, fashion_mnist, files

    with suppress(OSError, ValueError):
        folder, _ = fashion_mnist.locate(release, download=False)
        if folder is not None:
            found = fashion_mnist.candidates(folder, release)
            original = fashion_mnist.verified(found[name], release, name)
            path = original.path
            if not original.packed:
                path = fashion_mnist.cache_of(release).with_name("packed") / name
                files.write(path, copies.content(found, name))
            return str(path)
    return None


@contextmanager
def _saying(loader: str, how: str) -> Iterator[None]:
    """Say in an error of downloading how the files come here."""
    try:
        yield
    except Exception as error:  # each loader has errors of its own
        raise OSError(
            f"{loader} found no copy of Fashion-MNIST here and could not download it ({error}). "
            f"With a network: python -m d2l_compat {how}. Or name the folder of its files in "
            "D2L_COMPAT_DATA, or load it with the book's load_data_fashion_mnist."
        ) from error
