"""Write files so that nobody ever sees half of one."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

ABANDONED = 60  # seconds: a write takes a fraction of one
PATIENCE = 1.0  # seconds


def write(path: Path, content: str | bytes) -> None:
    """Write `content` to `path`, text in UTF-8; its folder is made where needed.

    Until the moment all of it is on the disk, `path` is what it was before, also when the process is killed
    or the power fails; a file that was there keeps its mode, a symbolic link is replaced. A killed process
    leaves a ``.d2l_compat-*.tmp`` in the folder, which the next write there removes once it is a minute old.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path.parent)
    temporary = path.with_name(f".d2l_compat-{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with open(temporary, "wb") as file:
            # In binary: no line end is translated.
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(path, temporary)
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _replace(temporary: Path, path: Path) -> None:
    """Move a file. Windows refuses while a program, such as an indexer, has the replaced file open."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return os.replace(temporary, path)
        except PermissionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PATIENCE / 20)


def _remove_abandoned(folder: Path) -> None:
    for temporary in folder.glob(".d2l_compat-*.tmp"):
        with suppress(OSError):  # another process removes it too
            if time.time() - temporary.stat().st_mtime > ABANDONED:
                temporary.unlink()
