"""The environment report: what a bug report needs to name."""

from __future__ import annotations

import importlib
import platform
from collections.abc import Iterator

from d2l_compat import __version__
from d2l_compat.data import fashion_mnist
from d2l_compat.editions import EDITIONS, FRAMEWORKS, WRITTEN

STAND_IN = "synthetic stand-in, not Fashion-MNIST, from the generator"


def lines() -> Iterator[str]:
    """Yield the report: versions, or why something is missing, editions, and where the data lie."""
    yield f"d2l_compat {__version__}"
    yield f"Python {platform.python_version()}, {platform.platform()}"
    for name in FRAMEWORKS:
        yield f"backend {WRITTEN.get(name, name):18} {_version(name)}"
    for edition in EDITIONS.values():
        yield f"edition {edition.face:18} {edition.words}"
    for release in fashion_mnist.RELEASES.values():
        yield f"data    {release.name:18} {_state(release)}"


def _version(framework):
    """Return the version of `framework`, or why it is not available."""
    try:
        return importlib.import_module(f"d2l_compat.{framework}").backend.version
    except Exception as error:  # a broken installation can raise anything, and that is what to report
        return f"not available: {error}"


def _state(release):
    """Say where verified files of `release` lie, or why there are none; nothing is downloaded."""
    try:
        folder, source = fashion_mnist.locate(release, download=False)
    except fashion_mnist.DataNotFound:
        return f"not on this machine; fetch: python -m d2l_compat data --release {release.name}"
    except (OSError, ValueError) as error:
        return f"not available: {error}"
    return STAND_IN if folder is None else f"verified ({release.algorithm}), {source} {folder}"
