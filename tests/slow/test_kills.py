"""Whatever file of ours a process is writing when it is killed, it is whole: the old one or the new one."""

import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from d2l_compat.data import files
from d2l_compat.foreign import run
from d2l_compat.foreign.check import command as check
from d2l_compat.lessons import execute, pages
from d2l_compat.lessons.compare import write_page
from d2l_compat.reproduce import distribution, results_page, store
from d2l_compat.reproduce.editions import GLUONBOOK, METRICS

KILLS = 50
TEXTS = [f"version {version}, in a line\n" * 20_000 for version in (0, 1)]  # so that a write takes a while


def notebook(version, source="1"):
    """A notebook with its output, which makes half a megabyte."""
    output = new_output("stream", name="stdout", text=TEXTS[version])
    code = new_code_cell(source, id="cell", execution_count=1, outputs=[output])
    return new_notebook(cells=[new_markdown_cell("# Lesson", id="title"), code])


def other_output(notebook, folder):
    """Stand in for a kernel that gives the output of the other version."""
    (output,) = notebook.cells[1].outputs
    output.text = TEXTS[output.text == TEXTS[0]]


def same_output(client, prepare):
    """Stand in for a kernel that gives the output that is there already."""


STAND_INS = [(execute, "execute", other_output), (run, "run_cells", same_output)]


# Each writes outputs of ours, as the command does, into the folder `out`, in one of two versions.


def make_run(out, version):
    execute.execute_file(out.parent / f"in-{version}", Path("one.ipynb"), out)


def make_notebooks(out, version):
    execute.execute_file(out, Path("one.ipynb"), out)


def run_command(out, version):
    source = out.parent / f"in-{version}" / "one.ipynb"
    run.run_notebook(source, out / "executed.ipynb")


def check_fix(out, version):
    path = out / "lesson.ipynb"
    files.write(path, nbformat.writes(notebook(0, f"from d2l import torch as d2l  # {version}")))
    check.check([path], fixing=True)


def make_pages(out, version):
    done = execute.Execution(Path("one.ipynb"), notebook(version), float(version), None)
    pages.write([done], out, None)


def compare_command(out, version):
    paths = [out.parent / f"in-{version}" / name for name in ("one.ipynb", "two.ipynb")]
    write_page(paths, out / "page.html")


def reproduce(out, version):
    environment = {"release": "2017-08-31", "version": TEXTS[version]}
    curves = {metric: [0.5 + version / 10] * GLUONBOOK.num_epochs for metric in METRICS}
    result = {"environment": environment, "source": "cache", "untrained_acc": 0.1, **curves}
    store.Store(out).write(store.spec(GLUONBOOK, 1, "2017-08-31"), result)
    results_page.write(out, [distribution.outcome(GLUONBOOK, [result], None)])


COMMANDS = {
    "make run": make_run,
    "make notebooks": make_notebooks,
    "run": run_command,
    "check --fix": check_fix,
    "pages": make_pages,
    "compare": compare_command,
    "reproduce": reproduce,
}


@pytest.fixture
def out(tmp_path):
    """The folder to write to, beside the notebooks to read."""
    for folder in ("in-0", "in-1", "out"):
        (tmp_path / folder).mkdir()
        for name in ("one.ipynb", "two.ipynb"):
            nbformat.write(notebook(int(folder == "in-1")), tmp_path / folder / name)
    (tmp_path / "out" / "two.ipynb").unlink()
    return tmp_path / "out"


@pytest.fixture
def whole(out, monkeypatch):
    """Return a function that gives, for each file that a command writes, all that it writes there."""
    for module, name, stand_in in STAND_INS:
        monkeypatch.setattr(module, name, stand_in)

    def whole(command):
        written, write = {out / "one.ipynb": {(out / "one.ipynb").read_text()}}, files.write

        def write_and_note(path, text):
            written.setdefault(path, set()).add(text)
            write(path, text)

        with monkeypatch.context() as patch:
            patch.setattr(files, "write", write_and_note)
            for version in (0, 1):
                command(out, version)
        return written

    return whole


def writers(name, out, pipe):
    """Be the parent of processes that write for ever: one for each message, which it is sent the pid of.

    Forked when all is imported and has been used once, they begin at once. First the seconds of one
    write are sent.
    """
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process lives
    for module, attribute, stand_in in STAND_INS:
        setattr(module, attribute, stand_in)
    COMMANDS[name](out, 0)
    begun = time.perf_counter()
    COMMANDS[name](out, 1)
    pipe.send(time.perf_counter() - begun)
    parent = os.getpid()
    while pipe.recv() == "begin":
        pid = os.fork()
        if pid == 0:
            while os.getppid() == parent:
                for version in (0, 1):
                    COMMANDS[name](out, version)
            os._exit(1)
        pipe.send(pid)
        os.waitpid(pid, 0)
        pipe.send("ended")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_writer_killed_at_any_of_50_moments_leaves_whole_files_only(name, out, whole):
    written = whole(COMMANDS[name])
    pipe, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    context.Process(target=writers, args=(name, out, theirs), daemon=True).start()
    seconds, moments = pipe.recv(), random.Random(0)
    for _ in range(KILLS):
        pipe.send("begin")
        pid = pipe.recv()
        time.sleep(moments.uniform(0, 2 * seconds))
        os.kill(pid, signal.SIGKILL)
        assert pipe.recv() == "ended"
        files = {path for path in out.iterdir() if path.suffix != ".tmp"}
        assert files == set(written)
        assert all(path.read_text() in written[path] for path in files)
    pipe.send("end")
    for left in out.glob(".*"):
        os.utime(left, (0, 0))
    COMMANDS[name](out, 0)
    assert set(out.iterdir()) == set(written)
