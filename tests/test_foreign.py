"""Notebooks in the manner of every edition and port run as they are: their import lines, calls and habits."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import CHOSEN, FACES, marked
from d2l_compat import frameworks

HERE = Path(__file__).parent
FOLDER = HERE / "fixtures/foreign"
NOTEBOOKS = [path for framework in CHOSEN for path in sorted(FOLDER.glob(f"{framework}/*.ipynb"))]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What went wrong in each notebook, by path. The frameworks run at the same time, in a kernel each."""
    processes = [start(framework, tmp_path_factory.mktemp(framework)) for framework in CHOSEN]
    found = {}
    for process in processes:
        output, _ = process.communicate()
        assert process.returncode == 0
        found.update(json.loads(output))
    return found


def start(framework, folder):
    """Start the notebooks of `framework` in `folder`."""
    notebooks = [path for path in NOTEBOOKS if path.parent.name == framework]
    command = [sys.executable, HERE / "foreign.py", framework, *notebooks]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_unmodified_and_without_a_warning_of_ours(complaints, path):
    assert complaints[str(path)] == ""


def test_every_face_has_its_notebooks():
    written_for = {path.stem.partition("-")[0] for path in NOTEBOOKS} - {"d2lzh1981"}
    assert written_for == set(FACES)
    assert len(NOTEBOOKS) >= 70 or set(CHOSEN) < set(frameworks())


PUBLISHED = "epoch 1, loss 0."
THROUGH_THE_COMMAND = {
    "torch": ("d2l_pytorch-mlp", PUBLISHED),
    "tensorflow": ("tensorflow-softmax-concise", "image/png"),
    "mxnet": ("gluonbook-softmax-concise", PUBLISHED),
    "jax": ("jax-mlp", "image/png"),
}


@pytest.mark.parametrize("framework", marked(CHOSEN))
def test_the_command_runs_it_in_a_kernel_of_its_own(framework, tmp_path):
    stem, shown = THROUGH_THE_COMMAND.get(framework, (f"{framework}-softmax-scratch", "image/png"))
    source, target = FOLDER / framework / f"{stem}.ipynb", tmp_path / "executed.ipynb"
    command = [sys.executable, "-m", "d2l_compat", "run", source, "-o", target]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert shown in target.read_text(encoding="utf-8")


@pytest.mark.framework("mxnet")
def test_the_command_reads_in_the_cells_to_come_which_d2l_is_meant(tmp_path):
    cells = [
        "from mxnet import nd\nimport d2l",
        "d2l.accuracy(nd.array([[0, 1], [1, 0]]), nd.array([1, 0]))",  # a count in d2l 0.10, else a fraction
        "d2l.predict_ch3",  # which no older d2l had
    ]
    source, target = tmp_path / "lesson.ipynb", tmp_path / "executed.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), source)
    command = [sys.executable, "-m", "d2l_compat", "run", source, "-o", target]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert nbformat.read(target, as_version=4).cells[1].outputs[0].data["text/plain"] == "2.0"
