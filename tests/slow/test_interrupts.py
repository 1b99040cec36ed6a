"""Kernels that die or hang fail quickly and by name, and after Ctrl-C no process is left."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]
NBVAL = ["-m", "pytest", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
MARK = "D2L_COMPAT_TEST_PROCESS"  # inherited by every process that a command starts


def write(path, *sources):
    """Write a notebook of cells named cell-1, cell-2, ..., which have not been executed."""
    cells = [new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources, 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function that starts Python on `arguments` in `tmp_path`, as the leader of a process group."""
    shutil.copy(ROOT / "conftest.py", tmp_path)
    monkeypatch.setenv(MARK, uuid.uuid4().hex)
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    return start


def processes():
    """Return {pid: command line} of all that carry the mark of this test."""
    mark = f"{MARK}={os.environ[MARK]}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has just ended, or is somebody else's
            continue
    return found


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s; running: {processes()}"
        time.sleep(0.05)


# Kernels


def test_a_cell_that_ends_its_kernel_fails_by_name_long_before_the_timeout(start, tmp_path):
    write(tmp_path / "lesson.ipynb", "1", "import os; os._exit(1)", "2")
    begun = time.monotonic()
    printed, _ = start(*NBVAL, "--nbval-cell-timeout=300").communicate(timeout=200)
    assert "lesson.ipynb::Cell 1" in printed
    assert "the kernel died in the cell 'cell-2'" in printed
    assert "2 failed, 1 passed" in printed
    assert time.monotonic() - begun < 60  # of a timeout of 300


@pytest.mark.parametrize(
    "hang", ["while True: pass", "import signal, time; signal.signal(2, lambda *_: 0); time.sleep(600)"],
    ids=["ends when interrupted", "goes on"],
)  # fmt: skip
def test_a_cell_that_hangs_costs_one_timeout_and_is_named(start, tmp_path, hang):
    write(tmp_path / "lesson.ipynb", "1", hang, "while True: pass", "while True: pass")
    printed, _ = start(*NBVAL, "--nbval-cell-timeout=3").communicate(timeout=200)
    assert "Timeout of 3 seconds exceeded" in printed
    assert "lesson.ipynb::Cell 1" in printed
    assert "1 failed, 1 passed, 2 xfailed" in printed


# Ctrl-C


HANG = "from pathlib import Path; Path('begun').touch(); import time; time.sleep(600)"


def begin_test(start, folder):
    for name in ("one", "two"):
        write(folder / name / "lesson.ipynb", "1", HANG)
    running = start(*NBVAL, "-n", "2", "--dist=loadscope")
    wait_until(lambda: all((folder / name / "begun").exists() for name in ("one", "two")))
    return running


def begin_make_run(start, folder):
    for name in ("one", "two"):
        write(folder / "in" / name / "lesson.ipynb", "1", HANG)
    running = start("-m", "d2l_compat", "execute", "in", "-o", "out")
    wait_until(lambda: all((folder / "in" / name / "begun").exists() for name in ("one", "two")))
    return running


def begin_run(start, folder):
    write(folder / "lesson.ipynb", "1", HANG)
    running = start("-m", "d2l_compat", "run", "lesson.ipynb")
    wait_until((folder / "begun").exists)
    return running


def begin_reproduce(start, folder):
    running = start("-m", "d2l_compat", "reproduce", "--seeds", "20", "--rows", "C-torch", "--workers", "2")
    wait_until(lambda: sum("reproduce.child" in line for line in processes().values()) == 2)
    return running


COMMANDS = {
    "make test": begin_test,
    "make run": begin_make_run,
    "run": begin_run,
    "reproduce": begin_reproduce,
}
HOW = {"to all, as a terminal does": os.killpg, "to the command alone": os.kill}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("command", COMMANDS)
def test_after_ctrl_c_no_process_is_left(start, tmp_path, command, how):
    running = COMMANDS[command](start, tmp_path)
    assert len(processes()) > 1
    HOW[how](running.pid, signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode != 0
    wait_until(lambda: not processes(), 10)
