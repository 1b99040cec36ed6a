"""Files are written whole, and what a killed process left is cleared away."""

import os

import pytest

from d2l_compat.data import files


@pytest.mark.parametrize(("age", "is_left"), [(0, True), (2 * files.ABANDONED, False)], ids=["new", "old"])
def test_what_a_killed_process_left_is_removed_once_nobody_can_be_writing_it(tmp_path, age, is_left):
    left = tmp_path / ".d2l_compat-1-1.tmp"
    left.write_text("half of a")
    os.utime(left, (left.stat().st_atime - age, left.stat().st_mtime - age))
    files.write(tmp_path / "page.html", "whole")
    assert left.exists() is is_left


def test_a_file_keeps_its_mode_and_its_line_ends(tmp_path):
    path = tmp_path / "new" / "page.html"
    files.write(path, b"old")
    path.chmod(0o640)
    files.write(path, "a\r\nb\né")
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o640, "a\r\nb\né".encode())


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")

    def full(file):
        raise OSError("no space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        files.write(path, "new")
    assert [(found, found.read_text()) for found in tmp_path.iterdir()] == [(path, "old")]
