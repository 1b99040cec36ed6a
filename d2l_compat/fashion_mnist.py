"""Fashion-MNIST: its releases, where their files are found, how they are verified and read.

``D2L_COMPAT_DATA`` chooses the data: a folder that holds the four files, or ``synthetic`` for the stand-in of
`d2l_compat.synthetic`. Without it the files are looked for in the per-user cache, then where torchvision and
Keras keep theirs, and are downloaded last. Files are verified each time they are read, and the bytes that
were verified are the bytes that are used.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import math
import os
import struct
import sys
import textwrap
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pooch

LABELS = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

MAX_BYTES = 2**27
"""The largest array `read_idx` makes, in bytes: nearly three times the training images."""


class DataNotFound(FileNotFoundError):  # noqa: N818 - says what has happened
    """There is no copy of the data on this machine, and no mirror gave one."""


@dataclass(frozen=True, eq=False)
class Release:
    """One release of the data: its `name`, the hex `digests` of its four files, and its `mirrors`.

    `algorithm` is that of the digests, ``'sha256'`` or ``'sha1'``. A mirror is a base URL ending in a slash.
    """

    name: str
    algorithm: str
    digests: dict[str, str]
    mirrors: tuple[str, ...]


CURRENT = Release(
    name="2017-08-31",
    algorithm="sha256",
    digests={
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
)
"""The release that replaced that of 2017-08-26, whose test set shared images with its training set."""


@dataclass(frozen=True, eq=False)
class FashionMNIST:
    """The data in memory, in read-only uint8 arrays, and where it came from.

    `train_images` (60000, 28, 28), `train_labels` (60000,), `test_images` (10000, 28, 28), `test_labels`
    (10000,); pixels from 0 to 255, labels from 0 to 9. `release` is the name of a `Release`, or
    ``'synthetic'``; `source` the kind of place: ``'data folder'``, ``'cache'``, ``'torchvision copy'``,
    ``'Keras copy'``, ``'download'`` or ``'generator'``.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    release: str
    source: str


def is_synthetic() -> bool:
    """Whether ``D2L_COMPAT_DATA`` asks for the synthetic stand-in."""
    return _setting() == "synthetic"


def load(release: Release = CURRENT) -> FashionMNIST:
    """Return the data, which stay in memory: a second call is free unless ``D2L_COMPAT_DATA`` has changed.

    With ``D2L_COMPAT_DATA=synthetic`` it is the stand-in, whatever the release. Raises what `locate` does,
    and ValueError where verified files do not hold what they should.
    """
    return _load(release, _setting())


def locate(release: Release = CURRENT, download: bool = True) -> tuple[Path | None, str]:
    """Return the folder that holds the verified files of `release`, and its source (see `FashionMNIST`).

    Files that are on this machine nowhere are downloaded into the per-user cache, if `download`. The
    stand-in has no folder: it is ``(None, 'generator')``.

    Raises `DataNotFound` if they are nowhere and no mirror gives them, OSError if the cache cannot be
    written. A folder that ``D2L_COMPAT_DATA`` names is used or refused, never passed over: FileNotFoundError
    if it lacks a file, ValueError if a checksum is wrong.
    """
    if is_synthetic():
        return None, "generator"
    folder, source, _ = _find(release, _setting(), download)
    return folder.absolute(), source


def read_idx(data: bytes, name: str | Path) -> np.ndarray:
    """Return the read-only uint8 array in `data`, a gzipped IDX file: (n,) or (n, rows, columns).

    `name` says in errors which file it is. Memory stays bounded by `MAX_BYTES`, whatever the file claims.
    Raises ValueError for anything but one whole array of that kind.
    """
    try:
        stream = gzip.GzipFile(fileobj=io.BytesIO(data))
        magic = stream.read(4)
        if magic not in (b"\0\0\x08\x01", b"\0\0\x08\x03"):
            raise _unusable(name, "an IDX header that begins 00000801 or 00000803", magic.hex() or "nothing")
        dimensions = magic[3]
        header = stream.read(4 * dimensions)
        if len(header) < 4 * dimensions:
            raise _unusable(name, f"an IDX header of {4 + 4 * dimensions} bytes", 4 + len(header))
        shape = struct.unpack(f">{dimensions}I", header)
        size = math.prod(shape)
        if not 0 < size <= MAX_BYTES:
            raise _unusable(name, f"an array of 1 to {MAX_BYTES} bytes", f"a header that says {shape}")
        content = stream.read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _unusable(name, "a whole gzip file", f"{len(data)} bytes ({error})") from error
    if len(content) != size:
        received = "more" if len(content) > size else len(content)
        raise _unusable(name, f"the {size} bytes that its header announces", received)
    return np.frombuffer(content, np.uint8).reshape(shape)


def _setting():
    return os.environ.get("D2L_COMPAT_DATA", "")


@functools.cache
def _load(release, setting):
    if setting == "synthetic":
        from . import synthetic  # here, because it builds on this module

        return synthetic.generate()
    folder, source, files = _find(release, setting)
    train, test = (_examples(folder, files, part) for part in ("train", "t10k"))
    return FashionMNIST(*train, *test, release=release.name, source=source)


def _examples(folder, files, part):
    """Return the images and labels of `part`, ``'train'`` or ``'t10k'``; raise ValueError unless they fit."""
    name = f"{part}-images-idx3-ubyte.gz"
    images = read_idx(files[name], folder / name)
    if images.shape[1:] != (28, 28):
        raise _unusable(folder / name, "images of 28 x 28 pixels", f"an array of the shape {images.shape}")
    name = f"{part}-labels-idx1-ubyte.gz"
    labels = read_idx(files[name], folder / name)
    if labels.shape != images.shape[:1]:
        raise _unusable(folder / name, f"{len(images)} labels", f"an array of the shape {labels.shape}")
    if labels.max() >= len(LABELS):
        raise _unusable(folder / name, "labels from 0 to 9", labels.max())
    return images, labels


def _find(release, setting, download=True):
    """Return a folder that holds `release`, its source, and its verified files: a dict of names and bytes."""
    if setting:
        folder = Path(setting).expanduser()
        return folder, "data folder", _verified(folder, release)
    cache = pooch.os_cache("d2l_compat") / "fashion-mnist" / release.name
    for folder, source in [(cache, "cache"), *_copies()]:
        try:
            return folder, source, _verified(folder, release)
        except (OSError, ValueError):
            continue
    if not download:
        raise DataNotFound(
            f"Fashion-MNIST {release.name}: expected a copy on this machine, received none. "
            f"To fetch it into {cache}: python -m d2l_compat data"
        )
    _download(release, cache)
    return cache, "download", _verified(cache, release)


def _copies():
    """Yield where torchvision, as the book calls it, and Keras keep the files that they download."""
    for root in ("data", "../data"):
        yield Path(root, "FashionMNIST", "raw"), "torchvision copy"
    keras = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    yield Path(keras, "datasets", "fashion-mnist"), "Keras copy"


def _verified(folder, release):
    """Return the files of `release` in `folder`, a dict of names and bytes, or raise as `locate` says."""
    missing = [name for name in release.digests if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"{folder}: expected the {len(release.digests)} files of Fashion-MNIST {release.name}, "
            f"received a folder without {', '.join(missing)}. Put them there, or unset D2L_COMPAT_DATA "
            "to have the data found or downloaded, or set it to synthetic for the stand-in."
        )
    files = {}
    for name, expected in release.digests.items():
        files[name] = (folder / name).read_bytes()
        received = hashlib.new(release.algorithm, files[name]).hexdigest()
        if received != expected:
            raise ValueError(
                f"{folder / name}: expected the {release.algorithm} checksum {expected} of Fashion-MNIST "
                f"{release.name}, received {received}. The file is damaged or of another release: "
                "replace it, or unset D2L_COMPAT_DATA to have the data found or downloaded."
            )
    return files


@contextmanager
def _quiet_pooch():
    """Keep pooch from reporting every file: one line for the data set says it all."""
    logger = pooch.get_logger()
    # setLevel would not do: this logger is not in logging's registry, so what it has cached stays.
    disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = disabled


@_quiet_pooch()
def _download(release, folder):
    """Fetch the files of `release` into `folder`; what one mirror does not give is asked of the next."""
    from requests import RequestException  # here, because it is slow to import

    print(f"downloading Fashion-MNIST {release.name} to {folder}", file=sys.stderr)
    downloader = pooch.HTTPDownloader(timeout=10)
    failures = []
    for mirror in release.mirrors:
        try:
            for name, digest in release.digests.items():
                known_hash = f"{release.algorithm}:{digest}"
                # Leaves a file that is there and right as it is; moves a new one here once it is verified.
                pooch.retrieve(mirror + name, known_hash, name, folder, downloader=downloader)
            return
        except (RequestException, ValueError) as error:
            failures.append(f"  {mirror}: {type(error).__name__}, {textwrap.shorten(str(error), 120)}")
        except OSError as error:
            raise OSError(
                f"{folder}: expected a folder to download Fashion-MNIST into, received: {error}. Make it "
                "writable, or set D2L_COMPAT_DATA to a folder that holds the four files, or to synthetic."
            ) from error
    raise DataNotFound(
        f"Fashion-MNIST {release.name}: expected a copy on this machine or an answering mirror, received:\n"
        + "\n".join(failures)
        + f"\nPut {', '.join(release.digests)} into {folder}, or into a folder that D2L_COMPAT_DATA names; "
        "or set D2L_COMPAT_DATA=synthetic to run on the synthetic stand-in."
    )


def _unusable(name, expected, received):
    """Return the ValueError for the contents of a file."""
    return ValueError(
        f"{name}: expected {expected}, received {received}. Replace the file by the publisher's: "
        "https://github.com/zalandoresearch/fashion-mnist"
    )
