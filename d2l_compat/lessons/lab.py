"""JupyterLab with the notebooks of one lesson side by side, a column for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import nbformat
from ipykernel.ipkernel import IPythonKernel
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyterlab_server.workspaces_handler import WorkspacesManager

from d2l_compat.data import fashion_mnist, files
from d2l_compat.lessons.discover import chosen_frameworks, discover
from d2l_compat.lessons.execute import normalise
from d2l_compat.lessons.start_up import quieten_tensorflow

# Otherwise the question whether to fetch news covers part of the last column.
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}


def workspace(name: str, notebooks: list[str]) -> dict:
    """Return the JupyterLab workspace `name`: equally wide columns, the first one active.

    `notebooks` are paths with forward slashes, relative to the folder that JupyterLab serves.
    """
    widgets = [f"notebook:{path}" for path in notebooks]
    columns = {
        "type": "split-area",
        "orientation": "horizontal",
        "sizes": [1 / len(widgets)] * len(widgets),
        "children": [{"type": "tab-area", "currentIndex": 0, "widgets": [widget]} for widget in widgets],
    }
    layout = {
        "main": {"dock": columns, "current": widgets[0]},
        # The file browser leaves its room to the columns; a click brings it back.
        "left": {"collapsed": True, "widgets": []},
        "right": {"collapsed": True, "widgets": []},
    }
    opened = {
        widget: {"data": {"path": path, "factory": "Notebook"}} for widget, path in zip(widgets, notebooks)
    }
    return {"data": {"layout-restorer:data": layout, **opened}, "metadata": {"id": name}}


class Lessons(AsyncLargeFileManager):
    """Jupyter's contents manager, whose notebooks say which Python their kernel will be.

    JupyterLab writes that into a notebook when its kernel has started, and if it was not there, marks the
    notebook as changed.
    """

    async def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """Return what Jupyter asks for at `path`."""
        model = await super().get(path, *args, **kwargs)
        if model["type"] == "notebook" and model["content"]:
            model["content"].metadata.language_info = IPythonKernel.language_info
        return model


def normalise_on_save(model: dict, **_: object) -> None:
    """Jupyter's hook before saving: remove from a notebook what differs between machines and runs.

    `model` is what Jupyter's contents manager is about to write; its "content" is replaced.
    """
    if model["type"] == "notebook":
        model["content"] = nbformat.from_dict(model["content"])
        normalise(model["content"])


def become_lab(lesson: Path, workspaces: Path, for_jupyter: Sequence[str] = ()) -> NoReturn:
    """Write the workspace of the folder `lesson` into `workspaces`, and become JupyterLab showing it.

    `for_jupyter`: further options of ``jupyter lab``. Raises ValueError if there are no notebooks, OSError if
    the workspace cannot be written.
    """
    lesson, workspaces = lesson.resolve(), workspaces.resolve()
    notebooks = discover(lesson, chosen_frameworks())
    if not notebooks:
        raise ValueError(f"expected notebooks in {lesson} and found none, or none that FRAMEWORKS admits")
    paths = [path.relative_to(lesson.parent).as_posix() for path in notebooks]
    WorkspacesManager(str(workspaces)).save(lesson.name, json.dumps(workspace(lesson.name, paths)))
    settings = workspaces.with_name(f"{workspaces.name}-settings")
    files.write(settings / "overrides.json", json.dumps(OVERRIDES))
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        str(lesson.parent),
        f"--LabApp.workspaces_dir={workspaces}",
        f"--LabApp.app_settings_dir={settings}",
        f"--LabApp.default_url=/lab/workspaces/{quote(lesson.name)}",
        "--ServerApp.contents_manager_class=d2l_compat.lessons.lab.Lessons",
        "--ContentsManager.pre_save_hook=d2l_compat.lessons.lab.normalise_on_save",
        *for_jupyter,
    ]
    quieten_tensorflow()
    fashion_mnist.setting()  # absolute from here on, for kernels work in other folders
    if sys.platform == "win32":  # its exec returns to the shell at once, and splits paths at spaces
        sys.exit(subprocess.call(command))
    # Not a child process: Ctrl-C and the exit status are JupyterLab's own.
    os.execv(sys.executable, command)
