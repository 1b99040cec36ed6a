"""Fetch the published releases by version and SHA-256, and unpack them without installing anything."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from manifest import File

CACHE = Path(__file__).parents[2] / "build" / "releases"


class NotFetchedError(Exception):
    """A release that is neither in the cache nor to be had from the index; the message is one line."""


def unpacked(file: File) -> Path:
    """Return the folder with the Python files of a release, fetched and verified if need be.

    The archive is verified on every call, and unpacked anew: what lies there is what the checksum stands for.
    """
    archive = CACHE / "archives" / file.name
    if not (archive.is_file() and _is_right(archive, file)):
        _download(file, archive)
    folder = CACHE / "unpacked" / f"{file.project}-{file.version}"
    for path, content in _python_files(archive):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def _download(file, archive):
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(
            f"{file.project}=={file.version} --hash=sha256:{file.sha256}\n", encoding="utf-8"
        )
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        options = ["--no-deps", "--require-hashes", "--dest", folder, "--requirement", str(requirements)]
        result = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        fetched = Path(folder, file.name)
        if not (fetched.is_file() and _is_right(fetched, file)):
            reason = (result.stderr.strip().splitlines() or ["no such file came"])[-1]
            raise NotFetchedError(
                f"THE RELEASES WERE NOT COMPARED: expected {file.name} in {archive.parent} or from the "
                f"package index, received neither ({reason}). Connect to a network; later runs need none."
            )
        fetched.replace(archive)


def _is_right(path, file):
    return hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256


def _python_files(archive):
    """Yield (path, bytes) of each Python file below a package, nothing else: no links, no way out."""
    for path, content in (_of_wheel if archive.suffix == ".whl" else _of_sdist)(archive):
        if path.suffix == ".py" and len(path.parts) > 1:
            if path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{archive.name}: expected paths inside the archive, received {path}")
            yield path, content


def _of_wheel(archive):
    with zipfile.ZipFile(archive) as content:
        for name in content.namelist():
            yield PurePosixPath(name), content.read(name)


def _of_sdist(archive):
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as content:
        for member in content:
            if member.isfile():
                inside = PurePosixPath(*PurePosixPath(member.name).parts[1:])  # without PROJECT-VERSION
                yield inside, content.extractfile(member).read()
