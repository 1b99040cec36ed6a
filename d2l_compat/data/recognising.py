"""What a file is that is not the one asked for: for errors, which name what was found."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import Path

from d2l_compat.data.fashion_mnist import RELEASES, Release

LIMIT = 2**26
"""How much of a file is read, in bytes: more than the largest of the data sets."""

LIKE_DATA = re.compile(r"ubyte|mnist.*\.(csv|gz|zip)$|^archive.*\.zip$", re.IGNORECASE)
"""Names of files that are opened: those of the publisher and of Kaggle, and what becomes of them."""

MNIST = {
    "440fcabf73cc546f", "3552534a0a558bbe", "8d422c7b0a1c1c79", "f7ae60f92e00ec6d",
    "ba891046e6505d7a", "65a50cbbf4e906d7", "0fa7898d509279e4", "ff7bcfd416de3373",
}  # fmt: skip
"""How the SHA-256 checksums of MNIST's four files begin, gzipped and unpacked."""

SIGNS = {
    b"\x1f\x8b": "a gzip file with another checksum: damaged, or gzipped again (then unpack it)",
    b"\0\0\x08": "an IDX file with another checksum: not Fashion-MNIST of either release, or damaged",
    b"label,pixel1,": "a table of Kaggle's, which is not read (its archive has the four files too, unpacked)",
    b"PK\x03\x04": "an archive (unpack it)",
    b"<": "a web page that was saved in place of the file",
    b"version https://git-lfs": "a Git LFS pointer (git lfs pull fetches the file)",
    b"": "something else",
}
"""Beginnings of files, and what such a file is; the first that fits counts."""


def file(path: Path, release: Release) -> str:
    """Return what the file at `path` is, by its content; `release` is looked for beside `RELEASES`."""
    with open(path, "rb") as opened:
        content = opened.read(LIMIT)
    if not content:
        return "an empty file"
    for known in (release, *RELEASES.values()):
        received = hashlib.new(known.algorithm, content).hexdigest()
        if received in (*known.digests.values(), *known.unpacked.values()):
            return f"Fashion-MNIST {known.name}"
    if hashlib.sha256(content).hexdigest()[:16] in MNIST:
        return "MNIST, the digits"
    return next(meaning for sign, meaning in SIGNS.items() if content.startswith(sign))


def seen(place: Path, release: Release) -> str:
    """Return what `place`, or torchvision's folder in it, holds that could be data; ``''`` if nothing."""
    found = defaultdict(list)
    try:
        files = [place] if place.is_file() else [*place.glob("*"), *place.glob("*MNIST/raw/*")]
        for path in sorted(files):
            if path == place or (LIKE_DATA.search(path.name) and path.is_file()):
                found[file(path, release)].append(path.name)
    except OSError as error:
        return f"what cannot be read: {error}"
    return "; ".join(f"{what}, in {', '.join(names)}" for what, names in found.items())
