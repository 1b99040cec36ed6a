"""Fashion-MNIST: its releases, where their files are found, how they are verified and read.

``D2L_COMPAT_DATA`` chooses the data: a folder that holds the four files, or ``synthetic`` for the stand-in of
`d2l_compat.synthetic`. Such a folder may hold both releases, each in a sub-folder of its name. Without the
setting the files are looked for in the per-user cache, then where torchvision, Keras and MXNet keep theirs,
and are downloaded last. Files are verified each time they are read, and the bytes that were verified are the
bytes that are used: nothing else is ever parsed.
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
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

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

MAX_FILE = 2**25
"""The largest file that is read or downloaded, in bytes, where a `Release` does not know its size."""


class DataNotFound(FileNotFoundError):  # noqa: N818 - says what has happened
    """There is no copy of the data on this machine, and no mirror gave one."""


@dataclass(frozen=True, eq=False)
class Release:
    """One release of the data: its `name`, the hex `digests` of its four files, and its `mirrors`.

    `algorithm` is that of the digests, ``'sha256'`` or ``'sha1'``. A mirror is a base URL ending in a slash.
    `sizes` are those of the files, in bytes, where they are known.
    """

    name: str
    algorithm: str
    digests: dict[str, str]
    mirrors: tuple[str, ...]
    sizes: dict[str, int] = field(default_factory=dict)

    def max_bytes(self, name: str) -> int:
        """Return how large the file `name` may be: its size where that is known, else `MAX_FILE`."""
        return self.sizes.get(name, MAX_FILE)


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
    sizes={
        "train-images-idx3-ubyte.gz": 26421880,
        "train-labels-idx1-ubyte.gz": 29515,
        "t10k-images-idx3-ubyte.gz": 4422102,
        "t10k-labels-idx1-ubyte.gz": 5148,
    },
)
"""The release that replaced that of 2017-08-26, whose test set shared images with its training set."""

_GLUON = "gluon/dataset/fashion-mnist/"

FIRST = Release(
    name="2017-08-26",
    algorithm="sha1",
    digests={
        "train-images-idx3-ubyte.gz": "0cf37b0d40ed5169c6b3aba31069a9770ac9043d",
        "train-labels-idx1-ubyte.gz": "236021d52f1e40852b06a4c3008d8de8aef1e40b",
        "t10k-images-idx3-ubyte.gz": "626ed6a7c06dd17c0eec72fa3be1740f146a2863",
        "t10k-labels-idx1-ubyte.gz": "17f9ab60e7257a1620f4ad76bbbaf857c3920701",
    },
    mirrors=("https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/" + _GLUON,),
)
"""The release that MXNet's Gluon ships to this day; its checksums and its mirror are Gluon's."""

RELEASES = {release.name: release for release in (CURRENT, FIRST)}
"""The releases by name."""


@dataclass(frozen=True, eq=False)
class FashionMNIST:
    """The data in memory, in read-only uint8 arrays, and where it came from.

    `train_images` (60000, 28, 28), `train_labels` (60000,), `test_images` (10000, 28, 28), `test_labels`
    (10000,); pixels from 0 to 255, labels from 0 to 9. `release` is the name of a `Release`, or
    ``'synthetic'``; `source` the kind of place: ``'root'``, ``'data folder'``, ``'cache'``,
    ``'torchvision copy'``, ``'Keras copy'``, ``'MXNet copy'``, ``'download'`` or ``'generator'``.
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


def named(name: str) -> Release:
    """Return the release of that `name`. Raises ValueError, which lists the names, if there is none."""
    if name not in RELEASES:
        raise ValueError(f"release: expected one of {', '.join(RELEASES)}, received {name!r}")
    return RELEASES[name]


def load(release: Release = CURRENT, root: str | Path | None = None) -> FashionMNIST:
    """Return the data, which stay in memory: a second call is free unless ``D2L_COMPAT_DATA`` has changed.

    With ``D2L_COMPAT_DATA=synthetic`` it is the stand-in, whatever the release. `root` as in `locate`.
    Raises what `locate` does, and ValueError where verified files do not hold what they should.
    """
    return _load(release, _setting(), root)


def locate(
    release: Release = CURRENT, download: bool = True, root: str | Path | None = None
) -> tuple[Path | None, str]:
    """Return the folder that holds the verified files of `release`, and its source (see `FashionMNIST`).

    A `root` comes first, if it holds them, in itself or in ``FashionMNIST/raw`` as torchvision has it; one
    that does not is passed over, and never changed. Files that are on this machine nowhere are downloaded
    into the per-user cache, if `download`. The stand-in has no folder: it is ``(None, 'generator')``.

    Raises `DataNotFound` if they are nowhere and no mirror gives them, OSError if the cache cannot be
    written. A folder that ``D2L_COMPAT_DATA`` names is used or refused, never passed over: FileNotFoundError
    if it lacks a file, ValueError if a checksum is wrong.
    """
    if is_synthetic():
        return None, "generator"
    folder, source, _ = _find(release, _setting(), root, _verify, download)
    return folder.absolute(), source


def read_idx(data: bytes, name: str | Path) -> np.ndarray:
    """Return the read-only uint8 array in `data`, a gzipped IDX file: (n,) or (n, rows, columns).

    `name` says in errors which file it is. Memory stays bounded by `MAX_BYTES`, and 4 MB to work in, whatever
    the file claims.
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
        content = np.empty(size, np.uint8)
        # In pieces, for at once the gzip module could need the memory twice.
        pieces = (memoryview(content)[start : start + 2**20] for start in range(0, size, 2**20))
        received = sum(stream.readinto(piece) for piece in pieces)
        more = stream.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise _unusable(name, "a whole gzip file", f"{len(data)} bytes ({error})") from error
    if more or received < size:
        raise _unusable(name, f"the {size} bytes that its header announces", "more" if more else received)
    content.flags.writeable = False
    return content.reshape(shape)


def _setting():
    return os.environ.get("D2L_COMPAT_DATA", "")


@functools.cache
def _load(release, setting, root):
    if setting == "synthetic":
        from . import synthetic  # here, because it builds on this module

        return synthetic.generate()
    _, source, arrays = _find(release, setting, root, _arrays)
    return FashionMNIST(*arrays, release=release.name, source=source)


def _find(release, setting, root, use, download=True):
    """Return the folder that holds `release`, its source, and what `use` makes of the folder and the release.

    `use` verifies what it reads, and raises as `locate` says.
    """
    places = [] if root is None else list(_roots(root))
    if not setting:
        cache = _cache(release)
        places += [(cache, "cache"), *_copies()]
    for folder, source in places:
        try:
            return folder, source, use(folder, release)
        except (OSError, ValueError):
            continue
    if setting:
        folder = _chosen(setting, release)
        return folder, "data folder", use(folder, release)
    if not download:
        raise DataNotFound(
            f"Fashion-MNIST {release.name}: expected a copy on this machine, received none. "
            f"To fetch it into {cache}: python -m d2l_compat data --release {release.name}"
        )
    _download(release, cache)
    return cache, "download", use(cache, release)


def _cache(release):
    import pooch  # here, because it is slow to import

    return pooch.os_cache("d2l_compat") / "fashion-mnist" / release.name


def _roots(root):
    """Yield where a loader that was given `root` keeps the files: MXNet's and torchvision's."""
    folder = Path(root).expanduser()
    yield folder, "root"
    yield folder / "FashionMNIST" / "raw", "root"


def _chosen(setting, release):
    """Return the folder that D2L_COMPAT_DATA means: a sub-folder with the name of `release`, or itself."""
    folder = Path(setting).expanduser()
    own = folder / release.name
    return own if own.is_dir() else folder


def _copies():
    """Yield where torchvision, as the book calls it, Keras and MXNet keep the files that they download."""
    for root in ("data", "../data"):
        yield Path(root, "FashionMNIST", "raw"), "torchvision copy"
    keras = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    yield Path(keras, "datasets", "fashion-mnist"), "Keras copy"
    mxnet = os.environ.get("MXNET_HOME") or os.path.expanduser("~/.mxnet")
    yield Path(mxnet, "datasets", "fashion-mnist"), "MXNet copy"


def _verify(folder, release):
    """Raise unless `folder` holds the files of `release`."""
    _require_files(folder, release)
    for name in release.digests:
        _verified(folder / name, release)


def _arrays(folder, release):
    """Return the four arrays of `release` from `folder`, in the order of the fields of `FashionMNIST`."""
    _require_files(folder, release)
    return [array for part in ("train", "t10k") for array in _examples(folder, release, part)]


def _examples(folder, release, part):
    """Return the images and labels of `part`, ``'train'`` or ``'t10k'``; raise ValueError unless they fit."""
    path = folder / f"{part}-images-idx3-ubyte.gz"
    # One file at a time: its compressed bytes are gone before the next one is read.
    images = read_idx(_verified(path, release), path)
    if images.shape[1:] != (28, 28):
        raise _unusable(path, "images of 28 x 28 pixels", f"an array of the shape {images.shape}")
    path = folder / f"{part}-labels-idx1-ubyte.gz"
    labels = read_idx(_verified(path, release), path)
    if labels.shape != images.shape[:1]:
        raise _unusable(path, f"{len(images)} labels", f"an array of the shape {labels.shape}")
    if labels.max() >= len(LABELS):
        raise _unusable(path, "labels from 0 to 9", labels.max())
    return images, labels


def _require_files(folder, release):
    missing = [name for name in release.digests if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"{folder}: expected the {len(release.digests)} files of Fashion-MNIST {release.name}, "
            f"received a folder without {', '.join(missing)}. Put them there, or unset D2L_COMPAT_DATA "
            "to have the data found or downloaded, or set it to synthetic for the stand-in."
        )


def _verified(path, release):
    """Return the bytes of a file of `release`; raise ValueError unless its checksum is right."""
    limit = release.max_bytes(path.name)
    with open(path, "rb") as file:
        content = file.read(limit + 1)
    expected, received = release.digests[path.name], hashlib.new(release.algorithm, content).hexdigest()
    if len(content) > limit:
        received = f"a file of more than {limit} bytes"
    if received != expected:
        raise ValueError(
            f"{path}: expected the {release.algorithm} checksum {expected} of Fashion-MNIST {release.name}, "
            f"received {received}. The file is damaged or of another release: "
            "replace it, or unset D2L_COMPAT_DATA to have the data found or downloaded. "
            f"A data folder may hold two releases, this one in a sub-folder {release.name}."
        )
    return content


def _download(release, folder):
    """Fetch the files of `release` into `folder`."""
    from . import mirrors  # here, because it is slow to import

    print(f"downloading Fashion-MNIST {release.name} to {folder}", file=sys.stderr)
    files = {
        name: (f"{release.algorithm}:{digest}", release.max_bytes(name))
        for name, digest in release.digests.items()
    }
    try:
        mirrors.fetch(files, _mirrors(release), folder)
    except mirrors.NoMirror as error:
        raise DataNotFound(
            f"Fashion-MNIST {release.name}: expected a copy on this machine or an answering mirror, "
            f"received:\n{error}\nPut {', '.join(release.digests)} into {folder}, or into a folder that "
            "D2L_COMPAT_DATA names; or set D2L_COMPAT_DATA=synthetic to run on the synthetic stand-in."
        ) from None
    except OSError as error:
        raise OSError(
            f"{folder}: expected a folder to download Fashion-MNIST into, received: {error}. Make it "
            "writable, with 32 MB free, or set D2L_COMPAT_DATA to a folder that holds the four files, "
            "or to synthetic."
        ) from error


def _mirrors(release):
    """Return the mirrors of `release`; for Gluon's the one that MXNET_GLUON_REPO names comes first."""
    repository = os.environ.get("MXNET_GLUON_REPO")
    own = (f"{repository.rstrip('/')}/{_GLUON}",) if repository and release.name == FIRST.name else ()
    return own + release.mirrors


def _unusable(name, expected, received):
    """Return the ValueError for the contents of a file."""
    return ValueError(
        f"{name}: expected {expected}, received {received}. Replace the file by the publisher's: "
        "https://github.com/zalandoresearch/fashion-mnist"
    )
