"""A relative D2L_COMPAT_DATA means the same folder for the kernels that are started, which work elsewhere."""

import os

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from small_data import move_home

from d2l_compat.lessons import data_choice, lab
from d2l_compat.lessons.execute import execute


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    home = move_home(tmp_path, monkeypatch)
    home.mkdir()  # for the kernel's own files
    return home


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, home):
    """What D2L_COMPAT_DATA means, which is set to a relative path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("D2L_COMPAT_DATA", "data")
    (tmp_path / "data").mkdir()
    return str(tmp_path / "data")


def test_a_kernel_sees_the_absolute_path(tmp_path, folder):
    notebook = new_notebook(cells=[new_code_cell("import os\nprint(os.environ['D2L_COMPAT_DATA'])")])
    assert execute(notebook, tmp_path / "work") is None
    assert notebook.cells[0].outputs[0].text == f"{folder}\n"


def test_jupyterlab_sees_the_absolute_path(tmp_path, monkeypatch, folder):
    (tmp_path / "lesson").mkdir()
    (tmp_path / "lesson/any.ipynb").touch()
    seen = []
    monkeypatch.setattr(os, "execv", lambda *_: seen.append(os.environ["D2L_COMPAT_DATA"]))
    lab.become_lab(tmp_path / "lesson", tmp_path / "workspaces")
    assert seen == [folder]


def test_the_gallery_and_the_tests_hand_on_the_absolute_path(folder):
    with pytest.raises(FileNotFoundError, match=folder):  # it is empty
        data_choice.choose()
    assert os.environ["D2L_COMPAT_DATA"] == folder
