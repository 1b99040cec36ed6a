"""What `run` writes is the file that it is told to, whatever the notebook and its name are."""

import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from d2l_compat.commands import command_line
from d2l_compat.foreign import run

HOSTILE = "../../../elsewhere"


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch):
    """Execute nothing: what a notebook's own code writes is its own affair."""
    monkeypatch.setattr(run, "run_cells", lambda client, prepare: None)


@pytest.fixture
def folder(tmp_path):
    """Return the folder of the notebook, two levels below the one that is watched."""
    (tmp_path / "watched" / "here").mkdir(parents=True)
    return tmp_path / "watched" / "here"


def write(path):
    """Write a notebook that gives itself other names in all its metadata."""
    names = dict.fromkeys(("name", "title", "path", "filename", "output"), HOSTILE)
    notebook = new_notebook(cells=[new_code_cell("1", id="a", metadata=names)], metadata=names)
    notebook.metadata.kernelspec = {"name": HOSTILE, "display_name": HOSTILE, "language": "python"}
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize(
    "name", ["-o", "--kernel=x", "<img src=x>", "a\nb", "..", "$(touch x)", "%s%n", "é 动 😀", "a.executed"]
)
def test_the_executed_notebook_lies_beside_its_source(folder, name, capsys):
    source = write(folder / f"{name}.ipynb")
    assert command_line.main(["run", "--", str(source)]) == 0
    written = {path.relative_to(folder).as_posix() for path in folder.parents[1].rglob("*") if path.is_file()}
    assert written == {source.name, f"{name}.executed.ipynb"}


def test_a_name_that_is_too_long_is_an_error(folder, capsys):
    source = write(folder / f"{'x' * 245}.ipynb")
    assert command_line.main(["run", str(source)]) == 2
    assert "File name too long" in capsys.readouterr().err
    assert list(folder.iterdir()) == [source]


@pytest.mark.parametrize("target", ["file", "nothing"])
def test_a_link_as_the_output_is_replaced_and_its_target_left_alone(folder, target, capsys):
    source, elsewhere, link = write(folder / "a.ipynb"), folder.parent / "elsewhere", folder / "out.ipynb"
    if target == "file":
        elsewhere.write_text("somebody's")
    os.symlink(elsewhere, link)
    assert command_line.main(["run", str(source), "-o", str(link)]) == 0
    assert not link.is_symlink()
    assert nbformat.read(link, as_version=4).cells
    assert elsewhere.exists() == (target == "file")
    assert not elsewhere.exists() or elsewhere.read_text() == "somebody's"
