"""Fashion-MNIST: its releases, where their files are found, how they are verified and read.

``D2L_COMPAT_DATA`` chooses the data: a folder that holds the four files, or ``synthetic`` for the stand-in of
`data.synthetic`. Such a folder may hold both releases, each in a sub-folder of its name. Without the
setting the files are looked for in the per-user cache, then where the loaders of frameworks keep theirs,
and are downloaded last. Files are verified each time before they are read, and summed up again as they are
read: the bytes that are used are the bytes that were verified. Files are recognised by their checksums, not
by their names: they may have any name, and those of the current release may be unpacked.
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
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

LABELS = (
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip

MAX_BYTES = 2**27
"""The largest array `read_idx` makes, in bytes: nearly three times the training images."""

MAX_FILE = 2**25
"""The largest file that is read or downloaded, in bytes, where a `Release` does not know its size."""

PIECE = 2**18
"""In how many bytes at a time files are read."""


class DataNotFound(FileNotFoundError):  # noqa: N818 - says what has happened
    """There is no copy of the data on this machine, and no mirror gave one."""


@dataclass(frozen=True, eq=False)
class Release:
    """One release of the data: its `name`, the hex `digests` of its four gzipped files, and its `mirrors`.

    `algorithm`: of the digests, ``'sha256'`` or ``'sha1'``. `mirrors`: base URLs ending in a slash.
    `unpacked`: the digests of the unpacked files, by their names without ``.gz``; where there are none,
    unpacked files are not accepted. `sizes`: of all these files in bytes, where they are known.
    """

    name: str
    algorithm: str
    digests: dict[str, str]
    mirrors: tuple[str, ...]
    sizes: dict[str, int] = field(default_factory=dict)
    unpacked: dict[str, str] = field(default_factory=dict)

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
        "train-images-idx3-ubyte": 47040016,
        "train-labels-idx1-ubyte": 60008,
        "t10k-images-idx3-ubyte": 7840016,
        "t10k-labels-idx1-ubyte": 10008,
    },
    unpacked={
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
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
"""The release that MXNet's Gluon ships to this day; its checksums and its mirror are Gluon's.

Gluon has none of the unpacked files, so that these cannot be verified.
"""

RELEASES = {release.name: release for release in (CURRENT, FIRST)}
"""The releases by name."""

if TYPE_CHECKING:  # imported where it is needed: `check` starts without it
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
Found = dict[str, "list[Path]"]
"""For the name of each file of a release, the paths where it may be."""

Use = Callable[[Path, Release], None]
"""A function that verifies the files of a release in a folder; it may keep what it has read."""


@dataclass(frozen=True, eq=False)
class FashionMNIST:
    """The data in memory, in read-only uint8 arrays, and where it came from.

    `train_images` (60000, 28, 28), `train_labels` (60000,), `test_images` (10000, 28, 28), `test_labels`
    (10000,); pixels from 0 to 255, labels from 0 to 9. `release` is the name of a `Release`, or
    ``'synthetic'``; `source` the kind of place: ``'root'``, ``'data folder'``, ``'cache'``,
    ``'torchvision copy'``, ``'Keras copy'``, ``'MXNet copy'``, ``'download'`` or ``'generator'``.
    """

    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    release: str
    source: str


def setting() -> str:
    """Return ``D2L_COMPAT_DATA``: ``''``, ``'synthetic'`` or the absolute path of a folder.

    A relative path becomes absolute in the environment too, so that it means the same folder after a change
    of the working directory, and in processes that are started in another one, as kernels are.
    """
    value = os.environ.get("D2L_COMPAT_DATA", "")
    if value in ("", "synthetic"):
        return value
    folder = str(absolute(value))
    if folder != value:
        os.environ["D2L_COMPAT_DATA"] = folder
    return folder


def is_synthetic() -> bool:
    """Whether ``D2L_COMPAT_DATA`` asks for the synthetic stand-in."""
    return os.environ.get("D2L_COMPAT_DATA") == "synthetic"


def is_stand_in(image: NDArray[Any]) -> bool:
    """Whether `image`, of uint8 or of floats in [0, 1], is one of the synthetic stand-in, which is in use."""
    if not is_synthetic() or image.size != 28 * 28:
        return False
    import numpy as np

    pixels = image if image.dtype == np.uint8 else np.rint(image * np.float32(255))
    dataset = load()
    return any(
        (images == pixels.reshape(28, 28)).all(axis=(1, 2)).any()
        for images in (dataset.test_images, dataset.train_images)
    )


def named(name: str) -> Release:
    """Return the release of that `name`. Raises ValueError, which lists the names, if there is none."""
    if name not in RELEASES:
        raise ValueError(f"release: expected one of {', '.join(RELEASES)}, received {name!r}")
    return RELEASES[name]


def load(release: Release = CURRENT, root: str | Path | None = None) -> FashionMNIST:
    """Return the data, which stay in memory: a second call is free unless ``D2L_COMPAT_DATA`` has changed.

    They are in memory once, in however many folders their files are found: what was verified by the same
    checksums is the same. With ``D2L_COMPAT_DATA=synthetic`` it is the stand-in, whatever the release.
    `root` as in `locate`, looked into at every call; a line on stderr tells of one that holds other data.
    Raises what `locate` does, and ValueError where verified files do not hold what they should.
    """
    root = _checked(root)
    if root is None or is_synthetic():
        return _load(release, setting())
    with suppress(OSError, ValueError):
        _within(root, release, _read)
        return _dataset(release, "root")
    with _mentioning(root, release):
        dataset = _load(release, setting())
    if seen := _recognising().seen(root, release):
        print(
            f"{root} does not hold the {len(release.digests)} files of Fashion-MNIST {release.name}, "
            f"which were taken from the {dataset.source}. It holds {seen}.",
            file=sys.stderr,
        )
    return dataset


def locate(
    release: Release = CURRENT, download: bool = True, root: str | Path | None = None
) -> tuple[Path | None, str]:
    """Return the folder that holds the verified files of `release`, and its source (see `FashionMNIST`).

    A `root` comes first, if it holds them: in itself, in a sub-folder with the name of the release, or in
    ``FashionMNIST/raw`` as torchvision has it; so may a folder that ``D2L_COMPAT_DATA`` names. A `root` that
    does not is passed over, and never changed. Files that are nowhere on this machine are downloaded into
    the per-user cache, if `download`. The stand-in has no folder: it is ``(None, 'generator')``.

    Raises `DataNotFound` if they are nowhere and no mirror gives them, OSError if the cache cannot be
    written, TypeError for a `root` that is no path. A folder that ``D2L_COMPAT_DATA`` names is used or
    refused, never passed over: FileNotFoundError if it lacks a file, ValueError if a checksum is wrong.
    """
    root = _checked(root)
    if is_synthetic():
        return None, "generator"
    if root is not None:
        with suppress(OSError, ValueError):
            return _within(root, release, _verify), "root"
    with _mentioning(root, release):
        folder, source = _find(release, setting(), _verify, download)
    return folder.absolute(), source


def read_idx(file: BinaryIO, name: str | Path, packed: bool = True) -> Bytes:
    """Return the read-only uint8 array in `file`, an IDX file that is open: (n,) or (n, rows, columns).

    It is gzipped, unless `packed` is false. `name` says in errors which file it is. Whatever the file claims,
    the memory needed is at most `MAX_BYTES` and 4 MB.

    Raises ValueError for anything but one whole array of that kind.
    """
    import numpy as np

    try:
        stream: Any = gzip.GzipFile(fileobj=file) if packed else file
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
        # In pieces: read at once, the gzip module could need the memory twice.
        pieces = (content.data[start : start + PIECE] for start in range(0, size, PIECE))
        received = sum(stream.readinto(piece) for piece in pieces)
        more = stream.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise _unusable(name, "a whole gzip file", error) from error
    if more or received < size:
        raise _unusable(name, f"the {size} bytes that its header announces", "more" if more else received)
    content.flags.writeable = False
    return content.reshape(shape)


def _verify(folder: Path, release: Release) -> None:
    """Raise unless `folder` holds the files of `release`."""
    for name, paths in candidates(folder, release).items():
        verified(paths, release, name)


def absolute(folder: str | os.PathLike[str]) -> Path:
    """Return the absolute path of `folder`, which may begin with ``~``."""
    return Path(os.path.abspath(os.path.expanduser(folder)))


def _checked(root: str | os.PathLike[str] | None) -> Path | None:
    """Return `root` as an absolute path, or None; raise TypeError for anything else."""
    if root is not None and not isinstance(root, (str, os.PathLike)):
        raise TypeError(
            f"root: expected a folder, as text or as a path, received {root!r}. "
            "Name one, or leave it out to have the data found or downloaded."
        )
    return root if root is None else absolute(root)


_memory: dict[Release, tuple[Bytes, Bytes, Bytes, Bytes]] = {}
"""The four arrays of each release that was read, in the order of the fields of `FashionMNIST`."""


@functools.cache
def _load(release: Release, setting: str) -> FashionMNIST:
    if setting == "synthetic":
        from d2l_compat.data import synthetic  # here, because it builds on this module

        return synthetic.generate()
    _, source = _find(release, setting, _read)
    return _dataset(release, source)


@functools.cache
def _dataset(release: Release, source: str) -> FashionMNIST:
    return FashionMNIST(*_memory[release], release.name, source)


def _find(release: Release, setting: str, use: Use, download: bool = True) -> tuple[Path, str]:
    """Return the first folder that `use` accepts, and its source; raise as `locate` does."""
    if setting:
        return _within(Path(setting), release, use), "data folder"
    cache = cache_of(release)
    for folder, source in (cache, "cache"), *_copies():
        with suppress(OSError, ValueError):
            use(folder, release)
            return folder, source
    if not download:
        raise DataNotFound(
            f"Fashion-MNIST {release.name}: expected a copy on this machine, received none. "
            f"To fetch it into {cache}: python -m d2l_compat data --release {release.name}"
        )
    _download(release, cache)
    use(cache, release)
    return cache, "download"


def _within(place: Path, release: Release, use: Use) -> Path:
    """Return the folder that `use` accepts, `place` or one in it; raise the most telling error."""
    errors: list[Exception] = []
    for folder in (*filter(Path.is_dir, (place / release.name, place / "FashionMNIST" / "raw")), place):
        try:
            use(folder, release)
            return folder
        except (OSError, ValueError) as error:
            errors.append(error)
    # A wrong file tells more than a missing one, and a folder with the right name more than another.
    raise min(errors, key=lambda error: isinstance(error, OSError))


@contextmanager
def _mentioning(root: Path | None, release: Release) -> Iterator[None]:
    """Say in an error what `root`, if there is one, holds instead of the data."""
    try:
        yield
    except (OSError, ValueError) as error:
        if root is None:
            raise
        seen = _recognising().seen(root, release) or "nothing that looks like the data"
        raise type(error)(f"{error} The root {root}, which comes first, holds {seen}.") from None


def _recognising() -> ModuleType:
    from d2l_compat.data import recognising  # here: it builds on this module, and only errors need it

    return recognising


def cache_of(release: Release) -> Path:
    """Return the folder of the per-user cache for `release`."""
    import pooch  # here, because it is slow to import

    return Path(pooch.os_cache("d2l_compat"), "fashion-mnist", release.name)


def _copies() -> Iterator[tuple[Path, str]]:
    """Yield where torchvision, as the book calls it, and the frameworks keep the files that they download."""
    for root in ("data", "../data"):
        yield Path(root, "FashionMNIST", "raw"), "torchvision copy"
    for home in filter(None, (os.environ.get("KERAS_HOME"), "~/.keras")):  # Keras 2 knows only the second
        yield Path(os.path.expanduser(home), "datasets", "fashion-mnist"), "Keras copy"
    mxnet = os.environ.get("MXNET_HOME") or os.path.expanduser("~/.mxnet")
    yield Path(mxnet, "datasets", "fashion-mnist"), "MXNet copy"
    yield Path(os.path.expanduser("~/.cache/paddle/dataset/fashion-mnist")), "PaddlePaddle copy"


def _read(folder: Path, release: Release) -> None:
    """Put the arrays of `release` into `_memory`, in the order of the fields of `FashionMNIST`."""
    if release in _memory:
        _verify(folder, release)
        return
    from concurrent.futures import ThreadPoolExecutor  # here: `check` starts without it

    found = candidates(folder, release)
    with ThreadPoolExecutor() as pool:  # inflating, which is most of the work, runs on several cores
        train, test = pool.map(functools.partial(_examples, found, release), ("train", "t10k"))
    _memory[release] = (*train, *test)


def _examples(found: Found, release: Release, part: str) -> tuple[Bytes, Bytes]:
    """Return the images and labels of `part`, ``'train'`` or ``'t10k'``; raise ValueError unless they fit."""
    path, images = _array(found, release, f"{part}-images-idx3-ubyte.gz")
    if images.shape[1:] != (28, 28):
        raise _unusable(path, "images of 28 x 28 pixels", f"an array of the shape {images.shape}")
    path, labels = _array(found, release, f"{part}-labels-idx1-ubyte.gz")
    if labels.shape != images.shape[:1]:
        raise _unusable(path, f"{len(images)} labels", f"an array of the shape {labels.shape}")
    if labels.max() >= len(LABELS):
        raise _unusable(path, "labels from 0 to 9", labels.max())
    return images, labels


def _array(found: Found, release: Release, name: str) -> tuple[Path, Bytes]:
    original = verified(found[name], release, name)
    with original.open() as file:
        return original.path, read_idx(file, original.path, original.packed)


def candidates(folder: Path, release: Release) -> Found:
    """Return where in `folder` each file of `release` may be: the paths with its name, or with its size.

    Raises FileNotFoundError, which says what is there instead, for a file that has no candidate.
    """
    # Some programs unpack a file into a folder of its name.
    entries = [*folder.iterdir(), *folder.glob("*-ubyte*/*")] if folder.is_dir() else []
    found: Found = {name: [] for name in release.digests}
    for path in sorted(filter(Path.is_file, entries)):
        if path.name.startswith(tempfile.gettempprefix()):
            continue  # a download in progress, or one whose process was killed before it named the file
        size = path.stat().st_size
        for name, paths in found.items():
            if path.name == name:
                paths.insert(0, path)
            elif size in (release.sizes.get(name), release.sizes.get(name[:-3])):
                paths.append(path)
    missing = [name for name, paths in found.items() if not paths]
    if missing:
        raise FileNotFoundError(_what_is_missing(folder, release, missing))
    return found


def _what_is_missing(folder: Path, release: Release, missing: list[str]) -> str:
    files = f"the {len(release.digests)} files of Fashion-MNIST {release.name}"
    if folder.is_file():
        what = _recognising().file(folder, release)
        return f"{folder}: expected the folder of {files}, received a file: {what}. Name its folder."
    received = f"a folder without {', '.join(missing)}." if folder.is_dir() else "no such folder."
    if seen := _recognising().seen(folder, release):
        received += f" It holds {seen}."
    how = "gzipped or unpacked" if release.unpacked else "gzipped: for unpacked ones no checksum is known"
    return (
        f"{folder}: expected {files}, received {received} Put them there, {how}; or unset D2L_COMPAT_DATA "
        "to have the data found or downloaded, or set it to synthetic for the stand-in."
    )


class _Summed(io.RawIOBase):
    """Reads the bytes of a `file`, and has the `checksum` of those that were read."""

    def __init__(self, file: io.FileIO, algorithm: str):
        self.file = file
        self.checksum = hashlib.new(algorithm)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self.file.readinto(buffer)
        self.checksum.update(buffer[:size])
        return size


class Verified(NamedTuple):
    """A file with the right `checksum`, of the `algorithm`; `packed`: whether it is gzipped."""

    path: Path
    algorithm: str
    checksum: str
    packed: bool

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it, to be read to its end. Raises ValueError if that is no longer what was verified."""
        with open(self.path, "rb", buffering=0) as file:
            summed = _Summed(file, self.algorithm)
            yield cast("BinaryIO", io.BufferedReader(summed, PIECE))
        if summed.checksum.hexdigest() != self.checksum:
            raise ValueError(
                f"{self.path}: expected a file that stays as it is while it is read, received a change. "
                "Wait until what writes it has ended, and start again."
            )


def _checksum(path: Path, algorithm: str, limit: int) -> tuple[str, int]:
    """Return the checksum of the first `limit` bytes of a file, and how many bytes these are."""
    size, buffer = 0, memoryview(bytearray(PIECE))
    with open(path, "rb", buffering=0) as file:
        summed = _Summed(file, algorithm)
        while received := summed.readinto(buffer[: limit - size]):
            size += received
    return summed.checksum.hexdigest(), size


def verified(paths: list[Path], release: Release, name: str) -> Verified:
    """Return which of `paths` is the file `name` of `release`.

    Raises ValueError, which names the first path, where none has the right checksum.
    """
    plain = name[: -len(".gz")]
    limit = max(release.max_bytes(name), release.sizes.get(plain, 0))
    packed = {release.digests[name]: True, release.unpacked.get(plain): False}
    for path in (*paths, paths[0]):  # the first once more, so that the error is about it
        received, size = _checksum(path, release.algorithm, limit + 1)
        if received in packed:
            return Verified(path, release.algorithm, received, packed[received])
    expected = (path.suffix != ".gz" and release.unpacked.get(plain)) or release.digests[name]
    if size > limit:
        received = f"a file of more than {limit} bytes"
    raise ValueError(
        f"{path}: expected the {release.algorithm} checksum {expected} of Fashion-MNIST {release.name}, "
        f"received {received} ({_recognising().file(path, release)}): "
        "replace it, or unset D2L_COMPAT_DATA to have the data found or downloaded. "
        f"A data folder may hold two releases, this one in a sub-folder {release.name}."
    )


def _download(release: Release, folder: Path) -> None:
    """Fetch the files of `release` into `folder`."""
    from d2l_compat.data import download  # here, because it is slow to import

    print(f"downloading Fashion-MNIST {release.name} to {folder}", file=sys.stderr)
    files = {
        name: (f"{release.algorithm}:{digest}", release.max_bytes(name))
        for name, digest in release.digests.items()
    }
    try:
        download.fetch(files, _mirrors(release), folder)
    except download.NoMirror as error:
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


def _mirrors(release: Release) -> tuple[str, ...]:
    """Return the mirrors of `release`; for Gluon's the one that MXNET_GLUON_REPO names comes first."""
    repository = os.environ.get("MXNET_GLUON_REPO")
    own = (f"{repository.rstrip('/')}/{_GLUON}",) if repository and release.name == FIRST.name else ()
    return own + release.mirrors


def _unusable(name: object, expected: str, received: object) -> ValueError:
    """Return the ValueError for the contents of a file."""
    return ValueError(
        f"{name}: expected {expected}, received {received}. Replace the file by the publisher's: "
        "https://github.com/zalandoresearch/fashion-mnist"
    )
