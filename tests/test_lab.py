"""`make lab`: the workspace it writes, and what it starts."""

import json
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from traitlets.utils.importstring import import_item

from d2l_compat.commands.command_line import main
from d2l_compat.lessons import lab
from d2l_compat.lessons.execute import KERNELSPEC, LANGUAGE_INFO


class Started(Exception):  # noqa: N818
    """Instead of JupyterLab."""


@pytest.fixture
def start(monkeypatch):
    """Call ``d2l-compat lab`` with arguments and FRAMEWORKS; return the command it becomes."""

    def execv(executable, command):
        assert executable == command[0] == sys.executable
        raise Started(command)

    def start(*arguments, frameworks=""):
        monkeypatch.setenv("FRAMEWORKS", frameworks)
        with pytest.raises(Started) as started:
            main(["lab", *map(str, arguments)])
        return started.value.args[0]

    monkeypatch.setattr(lab.os, "execv", execv)
    monkeypatch.setattr(lab.os, "environ", dict(lab.os.environ))
    return start


def needs(*frameworks):
    """Return the metadata of a notebook that needs the `frameworks`."""
    return {"d2l_compat": {"frameworks": frameworks}}


@pytest.fixture
def lesson(tmp_path):
    folder = tmp_path / "notebooks/lesson one"
    folder.mkdir(parents=True)
    for framework in ("torch", "tensorflow", "mxnet"):
        (folder / f"{framework}.ipynb").write_text(json.dumps({"metadata": needs(framework)}))
    return folder


def opened(folder):
    """Return the paths that the only workspace in `folder` opens, column by column."""
    (path,) = folder.iterdir()
    data = json.loads(path.read_text())["data"]
    columns = data["layout-restorer:data"]["main"]["dock"]["children"]
    return [data[widget]["data"]["path"] for column in columns for widget in column["widgets"]]


@pytest.mark.parametrize("names", [["a"], ["a", "b"], ["a", "b", "c"]], ids=len)
def test_workspace_has_equal_columns(names):
    workspace = lab.workspace("lesson", [f"lesson/{name}.ipynb" for name in names])
    assert workspace["metadata"] == {"id": "lesson"}
    data = workspace["data"]
    main = data.pop("layout-restorer:data")["main"]
    assert main == {
        "current": "notebook:lesson/a.ipynb",
        "dock": {
            "type": "split-area",
            "orientation": "horizontal",
            "sizes": [1 / len(names)] * len(names),
            "children": [
                {"type": "tab-area", "currentIndex": 0, "widgets": [f"notebook:lesson/{name}.ipynb"]}
                for name in names
            ],
        },
    }
    assert data == {
        f"notebook:lesson/{name}.ipynb": {"data": {"path": f"lesson/{name}.ipynb", "factory": "Notebook"}}
        for name in names
    }


@pytest.mark.parametrize(
    ("frameworks", "columns"),
    [
        ("", ["mxnet", "tensorflow", "torch"]),
        ("torch mxnet", ["mxnet", "torch"]),
        ("tensorflow", ["tensorflow"]),
    ],
    ids=["all", "two", "one"],
)
def test_workspace_opens_the_notebooks_found(start, lesson, tmp_path, frameworks, columns):
    start(lesson, tmp_path / "build/lab", frameworks=frameworks)
    assert opened(tmp_path / "build/lab") == [f"lesson one/{column}.ipynb" for column in columns]


def test_workspace_is_made_anew_each_time(start, lesson, tmp_path):
    start(lesson, tmp_path / "lab")
    start(lesson, tmp_path / "lab", frameworks="torch")
    assert opened(tmp_path / "lab") == ["lesson one/torch.ipynb"]


def test_jupyterlab_serves_the_notebooks_and_shows_the_workspace(start, lesson, tmp_path):
    command = start(lesson, tmp_path / "lab", "--no-browser", "--port", "9999")
    assert command[1:4] == ["-m", "jupyterlab", str(lesson.parent)]
    assert f"--LabApp.workspaces_dir={tmp_path / 'lab'}" in command
    assert "--LabApp.default_url=/lab/workspaces/lesson%20one" in command
    assert command[-3:] == ["--no-browser", "--port", "9999"]


def test_jupyterlab_does_not_ask_about_news(start, lesson, tmp_path):
    (option,) = (part for part in start(lesson, tmp_path / "lab") if "app_settings_dir" in part)
    overrides = json.loads((Path(option.partition("=")[2]) / "overrides.json").read_text())
    assert overrides == {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}


def test_kernels_are_told_to_keep_tensorflow_quiet_unless_the_reader_decided(start, lesson, tmp_path):
    lab.os.environ.pop("TF_ENABLE_ONEDNN_OPTS", None)
    lab.os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"
    start(lesson, tmp_path / "lab")
    assert lab.os.environ["TF_ENABLE_ONEDNN_OPTS"] == "0"
    assert lab.os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"


def test_relative_folders_are_those_seen_from_here(start, lesson, tmp_path, monkeypatch):
    monkeypatch.chdir(lesson)
    command = start(".", "../../lab")
    assert command[3] == str(lesson.parent)
    assert opened(tmp_path / "lab")[0] == "lesson one/mxnet.ipynb"


def test_saving_keeps_versions_and_times_out_of_a_notebook(start, lesson, tmp_path):
    (option,) = (part for part in start(lesson, tmp_path / "lab") if "pre_save_hook" in part)
    hook = import_item(option.partition("=")[2])
    output = new_output("stream", name="stdout", text="2")
    cell = new_code_cell("print(2)", id="print", execution_count=1, outputs=[output])
    notebook = new_notebook(cells=[cell], metadata={"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    sent = json.loads(json.dumps(notebook))
    sent["metadata"]["language_info"]["version"] = "3.11.7"
    sent["cells"][0]["metadata"]["execution"] = {"shell.execute_reply": "2020-01-01T00:00:00Z"}
    model = {"type": "notebook", "content": sent}
    hook(model=model, path="lesson/torch.ipynb", contents_manager=None)
    assert model == {"type": "notebook", "content": notebook}


def test_saving_leaves_other_files_alone():
    model = {"type": "file", "content": "text"}
    lab.normalise_on_save(model=model, path="notes.txt", contents_manager=None)
    assert model == {"type": "file", "content": "text"}


@pytest.mark.parametrize(
    ("folder", "frameworks", "message"),
    [
        ("nowhere", "", "nowhere and found none"),
        ("notebooks", "pytorch", "received pytorch"),
    ],
    ids=["no notebooks", "unknown framework"],
)
def test_nothing_to_open_is_refused(lesson, tmp_path, monkeypatch, capsys, folder, frameworks, message):
    monkeypatch.setenv("FRAMEWORKS", frameworks)
    assert main(["lab", str(tmp_path / folder), str(tmp_path / "lab")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "lab").exists()


def test_a_workspace_that_cannot_be_written_is_refused(lesson, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FRAMEWORKS", "")
    (tmp_path / "file").touch()
    assert main(["lab", str(lesson), str(tmp_path / "file/lab")]) == 2
    assert str(Path("file/lab")) in capsys.readouterr().err
