"""Notebooks written for Keras 2 get it from tf_keras, where that is installed."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from d2l_compat.commands import command_line
from d2l_compat.foreign import keras_2
from d2l_compat.foreign.check.program import Program
from d2l_compat.foreign.check.source import Cell

SAID = "d2l_compat: this is written for Keras 2, and TensorFlow takes it from tf_keras\n"
# They look the helpers up, but not here, where TensorFlow is none.
NEEDING = "import tensorflow as tf\nif not tf.keras: from d2l import tensorflow as d2l\nprint(tf.keras)"
NOT_NEEDING = "import tensorflow as tf\nprint(tf.keras)"


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("from d2l import tensorflow as d2l", True),
        ("import tensorflow as tf\nimport d2lzh as d2l", True),
        ("import d2lzh_tensorflow2 as d2l", True),
        ("from tensorflow import keras\nfrom d2l import tensorflow as d2l", True),
        ("import keras\nfrom d2l import tensorflow as d2l", False),
        ("from d2l import torch as d2l", False),
        ("from d2l_compat import tensorflow as d2l", False),
        ("import tensorflow as tf", False),
        ("from d2l import mindspore as d2l", False),
    ],
)
def test_it_is_needed_beside_the_helpers_of_an_edition(code, needs):
    assert keras_2.needs(Program([Cell(1, code, [])])) is needs


@pytest.fixture
def folder(tmp_path):
    """A folder with a TensorFlow that says which Keras it takes, and with tf_keras."""
    (tmp_path / "tensorflow.py").write_text("import os\nkeras = os.environ.get('TF_USE_LEGACY_KERAS')")
    (tmp_path / "tf_keras.py").touch()
    return tmp_path


def shown(path, *sources):
    """Write a notebook, run it, and return what its cells print."""
    nbformat.write(new_notebook(cells=list(map(new_code_cell, sources))), path)
    assert command_line.main(["run", str(path), "-o", str(path.with_name("executed.ipynb"))]) == 0
    cells = nbformat.read(path.with_name("executed.ipynb"), as_version=4).cells
    return ["".join(output.text for output in cell.outputs) for cell in cells]


@pytest.mark.parametrize(
    ("sources", "texts"),
    [
        ([NEEDING], [f"{SAID}1\n"]),
        ([NOT_NEEDING, NEEDING], [f"{SAID}1\n", "1\n"]),
        ([NOT_NEEDING], ["None\n"]),
    ],
    ids=["needed", "needed later", "not needed"],
)
def test_run_brings_it_before_the_first_cell(folder, sources, texts):
    assert shown(folder / "lesson.ipynb", *sources) == texts


@pytest.mark.parametrize("reason", ["no tf_keras", "tensorflow imported", "chosen"])
def test_nothing_is_done_or_said_where_it_cannot_be_brought(monkeypatch, capsys, reason):
    monkeypatch.setitem(sys.modules, "tensorflow", sys)
    if reason != "tensorflow imported":
        monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.setenv(keras_2.SWITCH, "0")
    if reason != "chosen":
        monkeypatch.delenv(keras_2.SWITCH)
    monkeypatch.setattr(keras_2, "find_spec", lambda name: reason != "no tf_keras")
    keras_2.bring()
    assert os.environ.get(keras_2.SWITCH, "0") == "0"
    assert capsys.readouterr().out == ""


def test_the_extension_brings_it_before_the_cell_that_needs_it(folder):
    code = f"""
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
for cell in ["%load_ext d2l_compat", "", {NEEDING!r}, "%unload_ext d2l_compat", "import os"]:
    shell.run_cell(cell)
print("TF_USE_LEGACY_KERAS" in shell.user_ns["os"].environ)
"""
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert process.stdout == f"{SAID}1\nFalse\n", process.stderr


def test_scripts_get_it_too(folder, capfd, monkeypatch):
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setitem(os.environ, keras_2.SWITCH, "")  # so that it is as before afterwards
    del os.environ[keras_2.SWITCH]
    (folder / "train.py").write_text(NEEDING)
    assert command_line.main(["run", str(folder / "train.py")]) == 0
    assert capfd.readouterr().out == f"{SAID}1\n"


@pytest.mark.framework("tensorflow")
def test_tensorflow_itself_has_keras_2(tmp_path):
    cell = "import tensorflow as tf\nfrom d2l import tensorflow as d2l\nprint(tf.keras.Model.__module__)"
    assert shown(tmp_path / "lesson.ipynb", cell)[0].endswith("keras.src.engine.training\n")
