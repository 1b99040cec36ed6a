"""Write files so that nobody ever sees half of one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write `text` to `path` in UTF-8; its folder is made where needed.

    Until the moment all of it is written, `path` is what it was before, also after a crash; a file
    that was there keeps its mode.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode("utf-8"))  # no line end is translated
        with suppress(FileNotFoundError):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
