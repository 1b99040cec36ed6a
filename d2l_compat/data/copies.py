"""Copies of the data for other loaders: ``python -m d2l_compat data --for keras|torchvision``."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from pathlib import Path

from d2l_compat.data import fashion_mnist, files
from d2l_compat.data.fashion_mnist import CURRENT

LOADERS = ("keras", "torchvision")


def put(loader: str, home: str | None) -> str:
    """Put the verified files of the current release where `loader` looks; return a line on what to do next.

    `home` is torchvision's root, or Keras's folder for everything, by default the one that Keras takes. A
    file that is there and right is kept. Raises ValueError, having written nothing, for one that is wrong,
    and for the stand-in; OSError where the folder cannot be written; and what `fashion_mnist.locate` does.
    """
    if loader == "torchvision" and not home:
        raise ValueError(
            "--for torchvision: expected the folder that notebooks pass as root, received none. Name it, "
            "for the book's notebooks: --for torchvision ../data"
        )
    base = fashion_mnist.absolute(home or os.environ.get("KERAS_HOME") or "~/.keras")
    if loader == "keras":
        folder, names, then = base / "datasets" / "fashion-mnist", [*CURRENT.digests], _for_keras(base)
    else:
        folder, names = base / "FashionMNIST" / "raw", [*CURRENT.unpacked, *CURRENT.digests]
        then = (
            f"torchvision.datasets.FashionMNIST(root={str(base)!r}, download=True) reads them there, offline"
        )
    source, _ = fashion_mnist.locate(CURRENT)
    if source is None:
        raise ValueError(
            "--for: expected the real data, received D2L_COMPAT_DATA=synthetic, and the stand-in must not "
            "lie where they are looked for. Unset it, or set it to the folder of the four files."
        )
    lacking = [name for name in names if not _is_there(folder / name)]
    found = fashion_mnist.candidates(source, CURRENT)
    try:
        for name in lacking:
            files.write(folder / name, content(found, name))
    except OSError as error:
        raise OSError(
            f"{folder}: expected a folder to put Fashion-MNIST into, received: {error}. Make it writable, "
            "with 90 MB free, or name another one."
        ) from error
    return f"Fashion-MNIST {CURRENT.name}, verified, {folder}: {then}"


def _for_keras(home: Path) -> str:
    """Say how to tell Keras of `home`: version 3 takes a variable, version 2 cannot be told."""
    then = "keras.datasets.fashion_mnist.load_data() reads them there, offline"
    if home != fashion_mnist.absolute(os.environ.get("KERAS_HOME") or "~/.keras"):
        then += f", with KERAS_HOME={home}"
    if home != fashion_mnist.absolute("~/.keras"):
        then += "; Keras 2 (TensorFlow before 2.16) looks in ~/.keras only"
    return then


def _is_there(path: Path) -> bool:
    """Whether `path` is the file that its name says; raise ValueError where it is anything else."""
    if not os.path.lexists(path):
        return False
    known, opened = path.name.removesuffix(".gz"), gzip.open if path.suffix else open
    try:
        with opened(path, "rb") as file:
            content = file.read(CURRENT.sizes[known] + 1)
    except (OSError, EOFError, zlib.error) as error:
        received = str(error)
    else:
        if hashlib.sha256(content).hexdigest() == CURRENT.unpacked[known]:
            return True
        received = "another file"
    raise ValueError(
        f"{path}: expected nothing, or that file of Fashion-MNIST {CURRENT.name}, received {received}. "
        "It is left as it is: move it away, or name another folder."
    )


def content(found: fashion_mnist.Found, name: str) -> bytes:
    """Return what to write as the file `name`, from a verified one; gzipped if need be."""
    packed = name.endswith(".gz")
    gzipped = name if packed else f"{name}.gz"
    verified = fashion_mnist.verified(found[gzipped], CURRENT, gzipped)
    with verified.open() as file:
        original = file.read()
    if packed == verified.packed:
        return original
    return gzip.compress(original, compresslevel=6, mtime=0) if packed else gzip.decompress(original)
