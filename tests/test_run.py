"""``python -m d2l_compat run`` executes a foreign notebook, keeps its outputs, refuses what it cannot run."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from d2l_compat.commands import command_line
from d2l_compat.foreign.check.edition import all_told
from d2l_compat.foreign.run import program_of

PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write(path, *sources, kernelspec=PYTHON):
    """Write a notebook with a line of prose and code cells; return its path."""
    cells = [new_markdown_cell("prose"), *map(new_code_cell, sources)]
    metadata = {"kernelspec": kernelspec} if kernelspec else {}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
    return path


def shown(path):
    """Return what each code cell of a notebook shows: a text, or the name of an error."""
    return [
        [output.get("text") or output.get("ename") or output.data["text/plain"] for output in cell.outputs]
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]


def run(*arguments):
    """Call the command in this process; return its exit status."""
    return command_line.main(["run", *map(str, arguments)])


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A notebook in the old manner, with a d2l of its own beside it, that fails in its last cell but one."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "d2l.py").write_text("raise AssertionError('not to be imported')")
    source = write(
        folder / "lesson.ipynb",
        "!pip install d2l==0.17.6",
        "%matplotlib inline\nimport os, sys\nsys.path.append('..')\nfrom IPython import display\n"
        "import warnings\nwarnings.simplefilter('ignore')",  # IPython 8 warns of what it was to lose
        "display.set_matplotlib_formats('svg')\nimport d2l\nd2l, os.path.basename(os.getcwd())",
        "sorted(name for name in globals() if name in ('spec', 'Path', 'importlib'))",
        "",
        "raise ValueError('nothing\\nand its details')",
        "'never reached'",
        kernelspec={"name": "conda-of-somebody", "display_name": "d2l", "language": "python"},
    )
    process = subprocess.run(
        [sys.executable, "-m", "d2l_compat", "run", source], capture_output=True, text=True, check=False
    )
    return process, source


def test_a_failing_cell_is_named_and_the_exit_status_is_1(foreign):
    process, source = foreign
    assert process.returncode == 1
    assert process.stderr.splitlines()[-1] == f"FAILED {source}: cell 5 of 6: ValueError: nothing"


def test_the_outputs_up_to_the_error_are_written_beside_the_notebook(foreign):
    source = foreign[1]
    assert shown(source.with_name("lesson.executed.ipynb")) == [
        ["d2l comes from d2l_compat: skipped `pip install d2l==0.17.6`\n"],
        [],
        [f"(<module 'd2l' (d2l_compat)>, {source.parent.name!r})"],
        ["[]"],
        [],
        ["ValueError"],
        [],
    ]
    assert len(list(source.parent.iterdir())) == 3


def test_the_notebook_itself_is_not_changed(foreign):
    assert shown(foreign[1]) == [[]] * 7


def test_progress_names_each_cell_and_the_kernel_that_replaces_a_missing_one(foreign):
    lines = foreign[0].stdout.splitlines()
    assert lines[0] == f"kernel 'conda-of-somebody' is not installed here: using python3 ({sys.executable})"
    assert [line.split(" ... ")[0] for line in lines[1:-1]] == [f"cell {n} of 6" for n in range(1, 6)]
    assert lines[-1] == f"written: {foreign[1].with_name('lesson.executed.ipynb')}"


def test_an_old_notebook_with_a_huge_output_succeeds(tmp_path, capsys):
    cell = {"cell_type": "code", "input": ["print('x' * 5_000_000)"], "outputs": [], "language": "python"}
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    assert run(tmp_path / "old.ipynb", "-o", tmp_path / "new.ipynb") == 0
    assert shown(tmp_path / "new.ipynb") == [["x" * 5_000_000 + "\n"]]
    written = nbformat.read(tmp_path / "new.ipynb", as_version=4)
    assert written.metadata.language_info.version == ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def other_kernel(tmp_path, monkeypatch):
    """Return a function that installs a kernel `other`, which runs `code` before it starts."""

    def install(code):
        folder = tmp_path / "jupyter/kernels/other"
        folder.mkdir(parents=True)
        start = f"{code}\nfrom ipykernel import kernelapp\nkernelapp.launch_new_instance()"
        argv = [sys.executable, "-c", start, "-f", "{connection_file}"]
        (folder / "kernel.json").write_text(json.dumps({**PYTHON, "argv": argv}))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))

    return install


# As in an environment that d2l_compat is not installed in: neither on the path nor linked to.
NOT_INSTALLED = """
import sys
sys.path = [p for p in sys.path if p and not __import__("pathlib").Path(p, "d2l_compat").exists()]
sys.meta_path = [f for f in sys.meta_path if "editable" not in repr(f)]
"""


def test_a_kernel_without_this_package_borrows_it_and_a_notebook_may_be_empty(tmp_path, other_kernel):
    other_kernel(NOT_INSTALLED)
    source = write(tmp_path / "empty.ipynb", kernelspec={"name": "other", "display_name": "other"})
    assert run(source) == 0
    assert shown(tmp_path / "empty.executed.ipynb") == []


def test_a_kernel_that_cannot_load_this_package_is_refused(tmp_path, other_kernel, capsys):
    other_kernel(f"{NOT_INSTALLED}\nsys.modules['pooch'] = None")
    source = write(tmp_path / "lesson.ipynb", "1")
    assert run(source, "--kernel", "other") == 2
    error = capsys.readouterr().err
    assert "does not load in the kernel 'other' (ModuleNotFoundError: import of pooch halted" in error
    assert not (tmp_path / "lesson.executed.ipynb").exists()


def test_a_kernel_that_does_not_start_is_an_error(tmp_path, other_kernel, capsys):
    other_kernel("raise SystemExit(1)")
    assert run(write(tmp_path / "lesson.ipynb", "1"), "--kernel", "other") == 2
    assert "kernel 'other' does not start" in capsys.readouterr().err


def test_a_cell_that_hangs_is_ended_after_the_timeout(tmp_path, capsys):
    source = write(tmp_path / "slow.ipynb", "print('begun', flush=True)\nimport time\ntime.sleep(600)")
    assert run(source, "--timeout", "1") == 1
    assert "cell 1 of 1: CellTimeoutError: still busy after 1 s" in capsys.readouterr().err
    assert shown(tmp_path / "slow.executed.ipynb") == [["begun\n", "CellTimeoutError"]]


def test_after_ctrl_c_no_kernel_is_left_and_the_outputs_are_written(tmp_path):
    source = write(tmp_path / "slow.ipynb", "import os\nprint(os.getpid())", "import time\ntime.sleep(600)")
    process = subprocess.Popen(
        [sys.executable, "-m", "d2l_compat", "run", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("cell 1 of 2")
    time.sleep(0.5)  # into the second cell
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, f"INTERRUPTED {source}: cell 2 of 2\n")
    ((kernel,), _) = shown(tmp_path / "slow.executed.ipynb")
    assert not Path("/proc", kernel.strip()).exists()


def test_what_the_code_tells_of_its_imports_is_what_check_says(tmp_path):
    sources = ["!pip install gluonbook==0.6", "import d2l, gluonbook", "import torch, d2l.data", "%%bash\nls"]
    notebook = nbformat.read(write(tmp_path / "lesson.ipynb", *sources), as_version=4)
    told = {"d2l": "d2l_pytorch", "d2l.data": "d2l_pytorch", "gluonbook": "utils_2018"}
    assert all_told(program_of(notebook)) == told
    assert all_told(program_of(new_notebook(cells=[new_code_cell("import d2l, d2lzh")]))) == {}


def refused(capsys, *arguments):
    """Check that the command ends with exit status 2; return its message."""
    assert run(*arguments) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no notebook", "not a notebook"),
        ("[]", "not a notebook"),
        ("{}", "not a notebook"),
        (None, "No such file"),
    ],
    ids=["text", "list", "empty", "missing"],
)
def test_input_that_is_no_notebook_is_refused(tmp_path, capsys, text, message):
    path = tmp_path / "lesson.ipynb"
    if text is not None:
        path.write_text(text)
    error = refused(capsys, path)
    assert message in error
    assert str(path) in error


@pytest.mark.parametrize(
    ("kernelspec", "message"),
    [
        (
            {"name": "ir", "display_name": "R", "language": "R"},
            "expected a Python notebook, received one in 'R'",
        ),
        ({"name": "python2", "display_name": "Python 2"}, "received one for Python 2; try --kernel python3"),
    ],
    ids=["R", "Python 2"],
)
def test_a_notebook_in_another_language_is_refused(tmp_path, capsys, kernelspec, message):
    assert message in refused(capsys, write(tmp_path / "lesson.ipynb", "1", kernelspec=kernelspec))


def test_an_unknown_kernel_is_refused_with_those_installed(tmp_path, capsys):
    error = refused(capsys, write(tmp_path / "lesson.ipynb", "1"), "--kernel", "none-such")
    assert "expected one of " in error
    assert "python3" in error


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (".", "received a folder"),
        ("lesson.ipynb", "received the input as the output"),
        ("link.ipynb", "received the input as the output"),
        ("no/such/folder.ipynb", "expected an existing folder"),
    ],
    ids=["folder", "input", "link to the input", "no folder"],
)
def test_an_output_that_must_not_be_written_is_refused(tmp_path, capsys, output, message):
    source = write(tmp_path / "lesson.ipynb", "1")
    os.symlink(source, tmp_path / "link.ipynb")
    before = source.read_text()
    assert message in refused(capsys, source, "-o", tmp_path / output)
    assert source.read_text() == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_timeout_is_a_number_of_seconds(tmp_path, seconds):
    with pytest.raises(SystemExit, match="2"):
        run("lesson.ipynb", f"--timeout={seconds}")
