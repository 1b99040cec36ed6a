"""Files as editors, services and beginners write them, each handled as it should be."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import notebook_files
import pytest

from conftest import marked
from d2l_compat.commands import command_line

CASES = Path(__file__).parent / "fixtures/cases"
DONE = "d2l comes from d2l_compat: skipped"

TAKEN = [
    "authors_string", "colab_widgets_no_state", "collapsed_null", "duplicate_tags",
    "ids_with_minor2", "ids_with_minor4", "kernelspec_empty", "kernelspec_no_display_name",
    "kernelspec_no_name", "markdown_with_outputs", "metadata_missing", "nbformat_missing",
    "no_execution_count", "no_outputs_key",
]  # fmt: skip
RUN = {
    "01-plain": (0, ["30"]),
    "02-noname": (0, ["train_ch3"]),
    "41-subprocess": (0, ["helper sees train_ch3\nrc=0", r"stdout='helper sees train_ch3\n'"]),
    "43-colab": (0, [f"{DONE} `git clone", f"{DONE} `cd", f"{DONE} `pip install -e .`", "train_ch3"]),
    "44d-slider": (0, ["application/vnd.jupyter.widget-view+json", "interactive("]),
    "45-animator": (0, ["<Figure size 500x500 with 2 Axes>", "[[0.333"]),
    "45-animator-d2l-attrs": (0, ["<Figure size", "False"]),
    "46-torch-dataset": (0, ["60000 10000"]),
    "48-mindspore": (1, ["ImportError", "d2l.mindspore is not among them"]),
    "61-install": (0, [f"{DONE} `pip install d2l", "CPU times", "m pip install d2l==0.17.6"]),
}
"""The exit status of ``run``, and what is then in the outputs."""


@pytest.fixture
def work_in(tmp_path, monkeypatch):
    """Return a function that copies a folder of the cases and makes the copy the working directory."""

    def work_in(folder):
        shutil.copytree(CASES / folder, tmp_path / "cases")
        monkeypatch.chdir(tmp_path / "cases")

    return work_in


needs_torch = pytest.mark.framework("torch")


def test_every_notebook_has_its_test(work_in):
    work_in("notebooks")
    assert {path.stem for path in Path().glob("*.ipynb")} == {*TAKEN, *RUN, "01-gbk"}


@pytest.mark.parametrize("name", TAKEN)
def test_every_command_takes_what_jupyter_takes(work_in, name):
    work_in("notebooks")
    good = notebook_files.write(Path("good.ipynb"), notebook_files.notebook())
    taken = notebook_files.verdicts(Path.cwd() / f"{name}.ipynb", good)
    assert set(taken.values()) == {True}


def test_another_encoding_is_named(work_in, capsys):
    work_in("notebooks")
    for command in (["check"], ["run"], ["compare", "-o", "page.html", "no_outputs_key.ipynb"]):
        assert command_line.main([*command, "01-gbk.ipynb"]) == 2
        assert "01-gbk.ipynb: not a notebook: its text is not in UTF-8" in capsys.readouterr().err


@needs_torch
@pytest.mark.parametrize("name", RUN)
def test_a_notebook_runs(work_in, name):
    work_in("notebooks")
    status, expected = RUN[name]
    assert command_line.main(["run", f"{name}.ipynb"]) == status
    executed = nbformat.read(f"{name}.executed.ipynb", as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    shown = "\n".join(text for output in outputs for text in texts(output))
    assert [text for text in expected if text not in shown] == []


def texts(output):
    """Return what an output shows as text, and the types of what it shows otherwise."""
    if output.output_type == "error":
        return [f"{output.ename}: {output.evalue}"]
    return [output.text] if "text" in output else [*output.data, output.data["text/plain"]]


def test_mindspore_has_no_face(work_in, capsys):
    work_in("notebooks")
    assert command_line.main(["check", "48-mindspore.ipynb"]) == 1
    assert "d2l.mindspore, for which d2l_compat has no module" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "differ"), [("img", True), ("split", False)])
def test_only_what_looks_different_is_marked(work_in, name, differ):
    work_in("compare")
    assert command_line.main(["compare", f"{name}_a.ipynb", f"{name}_b.ipynb", "-o", "page.html"]) == 0
    assert ("output differs" in Path("page.html").read_text(encoding="utf-8")) == differ


SLIPS = {"torch": ("torch", 15, 0), "tensorflow": ("tf", 5, 1), "mxnet": ("mxnet", 2, 0)}
"""How many slips the script makes in a framework; of how many Keras itself warns and does what was meant."""


@pytest.mark.parametrize("framework", marked(SLIPS))
def test_slips_are_refused_in_a_line(work_in, framework):
    work_in("scripts")
    argument, count, meant = SLIPS[framework]
    tried = re.findall("^--- .* : (.*)", run("25-forgot.py", argument), re.MULTILINE)
    refused = [
        line for line in tried if re.match(r"(\w+Error) (batch 1: )?\w+.*: expected|\w+Error expected", line)
    ]
    assert (len(tried), len(tried) - len(refused)) == (count, meant)


@needs_torch
def test_in_a_script_pyplot_has_the_curves(work_in):
    work_in("scripts")
    said = run("30-script.py")
    assert "figures open after train_ch3: [1]" in said
    assert "lines in the saved figure: 3" in said
    assert "figures open after an own Animator loop: [1]" in said


def run(*command):
    """Return what a script prints."""
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True).stdout
