"""Fetch files whose checksums are known, from the first mirror that gives them.

A mirror is trusted with nothing: it is asked once, the bytes and the time are limited, and what it sends
becomes a file of the folder only by an atomic move, once its checksum is right.
"""

from __future__ import annotations

import functools
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pooch
import requests
import urllib3
from filelock import FileLock

SILENCE = 10
"""Seconds without a byte after which a mirror is given up."""

DURATION = 1800
"""Seconds that one file may take: the slowest line that is served has 15 kB/s."""


class NoMirror(Exception):  # noqa: N818 - says what has happened
    """No mirror gave every file; the text has a line for each mirror, which says what happened."""


def fetch(files: dict[str, tuple[str, int]], mirrors: tuple[str, ...], folder: Path) -> None:
    """Make `folder` hold `files`: names, each with its checksum, ``'sha256:...'``, and its limit in bytes.

    The `mirrors`, base URLs ending in a slash, are asked in order, each once, and only for what the folder
    still lacks. One process fetches at a time, others wait and find the files there: the lock, beside the
    folder, is the operating system's, so that it ends with its process.

    Raises `NoMirror`, or OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    failures = []
    with FileLock(f"{folder}.lock"), _quiet_pooch():
        for left_by_a_killed_process in folder.glob(f"{tempfile.gettempprefix()}*"):
            left_by_a_killed_process.unlink()
        for mirror in mirrors:
            try:
                for name, (known_hash, max_bytes) in files.items():
                    download = functools.partial(_download, max_bytes=max_bytes)
                    # Leaves a file that is there and right; moves a new one here once it is verified.
                    pooch.retrieve(mirror + name, known_hash, name, folder, downloader=download)
                return
            except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
                failures.append(f"  {mirror}: {type(error).__name__}, {textwrap.shorten(str(error), 120)}")
    raise NoMirror("\n".join(failures))


def _download(url: str, path: str, _: object, max_bytes: int) -> None:
    """Write to `path` what `url` answers with; raise ValueError where that is too long or takes too long."""
    deadline = time.monotonic() + DURATION
    received = 0
    plain = {"Accept-Encoding": "identity"}
    with requests.get(url, headers=plain, stream=True, timeout=SILENCE) as response, open(path, "wb") as file:
        response.raise_for_status()
        # read1 returns what has arrived, so a slow trickle cannot delay the checks. Nothing is decoded.
        while chunk := response.raw.read1(2**16):
            received += len(chunk)
            if received > max_bytes:
                raise ValueError(f"expected at most {max_bytes} bytes, received more")
            if time.monotonic() > deadline:
                raise ValueError(f"expected the file within {DURATION} s, received {received} bytes")
            file.write(chunk)


@contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Keep pooch from reporting every file: one line for the data set says it all."""
    logger = pooch.get_logger()
    # setLevel is not enough: this logger is not in logging's registry, so its cache would stay.
    disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = disabled
