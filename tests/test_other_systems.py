"""What Windows and macOS do otherwise, imitated here: encodings, open files, names of folders, long paths."""

import errno
import io
import math
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import nbformat
import pytest

from benchmarks import fresh
from d2l_compat.commands.command_line import main
from d2l_compat.data import files
from d2l_compat.lessons import execute, lab
from d2l_compat.lessons.compare import outputs
from d2l_compat.reproduce import children

EINVAL = OSError(errno.EINVAL, "Invalid argument")
ROOT = Path(__file__).parent.parent


def write(path, *sources, executed=False):
    """Write a notebook of code cells; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for number, cell in enumerate(cells, 1):
        cell.execution_count = number if executed else None
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.mark.parametrize(
    "command",
    [["check"], ["check", "--fix"], ["run"], ["compare", "-o", "动手学/page.html"]],
    ids=lambda command: " ".join(command[:2]),
)
def test_what_a_code_page_cannot_write_is_escaped(tmp_path, monkeypatch, command):
    """Here that of a Western Windows."""
    monkeypatch.chdir(tmp_path)
    source = write(Path("动手学/lesson.ipynb"), "# 动手学", "import d2lzh as d2l")
    if command[0] == "compare":
        command = [*command, str(write(Path("动手学/torch.ipynb"), "print(1)", executed=True))]
        write(source, "print(1)", executed=True)
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", stdout)
    assert main([*command, str(source)]) in (0, 1)
    stdout.flush()
    assert "\\u52a8\\u624b\\u5b66" in stdout.buffer.getvalue().decode("cp1252")


def test_a_file_that_another_program_has_open_is_written_when_it_is_closed(tmp_path, monkeypatch):
    """Windows refuses to replace it."""
    path, refusals = tmp_path / "page.html", iter(range(3))

    def replace(source, target):
        if next(refusals, None) is not None:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        Path(source).rename(target)

    monkeypatch.setattr(files.os, "replace", replace)
    files.write(path, "new")
    assert path.read_text() == "new"


def test_a_file_that_stays_open_is_an_error_and_leaves_it(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")

    def replace(source, target):
        raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))

    monkeypatch.setattr(files.os, "replace", replace)
    monkeypatch.setattr(files, "PATIENCE", 0.1)
    with pytest.raises(PermissionError, match="cannot access"):
        files.write(path, "new")
    assert [(found, found.read_text()) for found in tmp_path.iterdir()] == [(path, "old")]


def test_a_training_process_that_has_ended_is_noticed_by_any_error_of_its_pipe():
    """EINVAL instead of EPIPE on Windows."""
    child = children.Child("torch")
    child.end()
    child.process.stdin.close()
    child.process.stdin = Mock(**dict.fromkeys(["write.side_effect", "close.side_effect"], EINVAL))
    with pytest.raises(children.ChildDied):
        child.ask("environment")
    child.close()


def test_the_lab_is_a_process_of_its_own_where_exec_would_not_wait_for_it(tmp_path, monkeypatch):
    """On Windows os.execv returns to the shell at once, and splits paths at their spaces."""
    write(tmp_path / "a lesson/one.ipynb", "1")
    started = []
    monkeypatch.setattr(lab.sys, "platform", "win32")
    monkeypatch.setattr(lab.subprocess, "call", lambda command: started.append(command) or 3)
    with pytest.raises(SystemExit, match="3"):
        lab.become_lab(tmp_path / "a lesson", tmp_path / "lab")
    assert started[0][:3] == [sys.executable, "-m", "jupyterlab"]


def test_a_folder_by_another_name_is_the_same_folder(tmp_path):
    """Lessons and lessons are one, where case does not count."""
    path = write(tmp_path / "lessons/one.ipynb", "open('one.ipynb', 'a').write(' ')")
    (tmp_path / "Lessons").symlink_to(tmp_path / "lessons")
    before = path.read_text()
    executed = execute.execute_file(tmp_path / "lessons", Path("one.ipynb"), tmp_path / "Lessons")
    assert "changed on disk" in executed.error
    assert path.read_text() == before + " "


@pytest.mark.parametrize(
    "path",
    [r"C:\Users\me\AppData\Local\Temp\ipykernel_11\22.py", "/var/folders/x_/T/ipykernel_1/2.py"],
    ids=["Windows", "macOS"],
)
def test_the_names_of_files_of_cells_do_not_differ(path):
    here, there = (
        outputs.VARYING.sub("", f"{name}:3: UserWarning") for name in (path, "/tmp/ipykernel_3/4.py")
    )
    assert here == there


def test_peak_memory_is_no_number_where_the_system_does_not_say(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    assert math.isnan(fresh.peak())


def test_no_more_processes_than_windows_can_wait_for(monkeypatch):
    monkeypatch.setattr(execute.os, "cpu_count", lambda: 128)
    assert execute._workers(100) == 61


def test_folders_may_be_deeper_than_260_characters(tmp_path, capsys):
    folder = tmp_path.joinpath(*["a folder with a long name"] * 12)
    source = write(folder / "lesson.ipynb", "import gluonbook as gb")
    assert main(["check", "--fix", str(source)]) == 0
    write(source, "print(1)", executed=True)
    assert main(["run", str(source)]) == 0
    compared = [str(source), str(folder / "lesson.executed.ipynb")]
    assert main(["compare", *compared, "-o", str(folder / "page.html")]) == 0


def test_a_name_that_is_too_long_for_a_file_is_one_line(tmp_path, capsys):
    source = write(tmp_path / f"{'long' * 62}.ipynb", "1")
    assert main(["run", str(source)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_is_tracked_can_be_checked_out_anywhere():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = listed.stdout.splitlines()
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if re.search(r'[<>:"\\|?*]|[ .](/|$)', name) or len(name) > 150] == []
    reserved = re.compile(r"(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)", re.IGNORECASE)
    assert [name for name in names if reserved.search(name)] == []
    attributes = subprocess.run(
        ["git", "check-attr", "text", *names], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {line.rpartition(" ")[2] for line in attributes.stdout.splitlines()} == {"unset"}  # no CRLF
