"""JupyterLab, as `make lab` opens it: notebooks in columns, each of which runs to its end and saves."""

import os
import shutil
import socket
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest

import d2l_compat
from d2l_compat.data import fashion_mnist
from d2l_compat.lessons.discover import chosen_frameworks, discover
from d2l_compat.lessons.results import last_run

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build/screenshots"
NOTEBOOKS = [
    path for path in discover(ROOT / "notebooks", chosen_frameworks()) if path.stem in d2l_compat.frameworks()
]
LESSONS = {folder.name: list(paths) for folder, paths in groupby(NOTEBOOKS, key=lambda path: path.parent)}

# The longest that one step may take, on a machine that is busy with other things too.
START, OPEN, RUN = 60, 90, 300  # seconds

# A second thread of the kernel would only wait for the core that the browser and the server need.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", **os.environ}

NOTEBOOKS_ARE_READY = """count => {
    const notebooks = [...(window.jupyterapp?.shell.widgets("main") ?? [])];
    const kernels = notebooks.map(notebook => notebook.context?.sessionContext.session?.kernel);
    return kernels.length === count && kernels.every(
        kernel => kernel?.connectionStatus === "connected" && kernel.status === "idle"
    );
}"""
CHANGED_WHEN_THE_KERNEL_HAS_SAID_WHAT_IT_IS = """async () => {
    const notebooks = [...jupyterapp.shell.widgets("main")];
    await Promise.all(notebooks.map(notebook => notebook.sessionContext.session.kernel.info));
    await new Promise(resolve => setTimeout(resolve, 1000));  // until it is written into the notebook
    return notebooks.filter(notebook => notebook.context.model.dirty).map(notebook => notebook.title.label);
}"""
# `figures` gets, at each change of the cell `train`, the figures that its output shows at that moment.
RUN_ALL = """() => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const outputs = cells.find(cell => cell.model.id === "train").model.outputs;
    window.figures = [];
    outputs.changed.connect(() => {
        const data = Array.from({length: outputs.length}, (_, i) => outputs.get(i).data);
        figures.push(data.map(bundle => bundle["image/png"]).filter(Boolean));
    });
    window.succeeded = null;
    jupyterapp.commands.execute("notebook:run-all-cells").then(result => { window.succeeded = result; });
}"""


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in LESSONS]
)
def lesson(request, tmp_path_factory):
    """A folder with a copy of one lesson."""
    folder = tmp_path_factory.mktemp("notebooks") / request.param
    folder.mkdir()
    for path in LESSONS[request.param]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def url(lesson):
    """The address of a JupyterLab that shows `lesson`, with settings and workspaces of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, own = f"http://127.0.0.1:{port}", lesson.parent / "jupyter"
    # Otherwise a question whether to fetch news covers a part of the last column.
    settings = own / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"fetchNews": "false"}')
    environment = {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
    }
    command = [sys.executable, "-m", "d2l_compat", "lab", lesson, own / "workspaces"]
    command += ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", "--allow-root", "--LabApp.expose_app_in_browser=True"]
    log = lesson.parent / "jupyter.log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            command, env={**ENVIRONMENT, **environment}, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        assert answers(f"{url}/api", server), log.read_text()
        yield url
    finally:
        server.terminate()  # which ends its kernels too
        try:
            server.wait(START)
        finally:
            server.kill()


def answers(url, server):
    """Whether `server` comes to answer at `url` before its time is over."""
    deadline = time.monotonic() + START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url):
                return True
        except OSError:
            time.sleep(0.2)
    return False


@pytest.fixture
def page(browser, url):
    """A page of a wide window; the kernels that it starts end with it."""
    page = browser.new_page(viewport={"width": 1800, "height": 1000})
    yield page
    page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
    page.close()


def test_a_lesson_opens_in_columns(page, url, lesson):
    page.goto(url)
    count = len(LESSONS[lesson.name])
    page.wait_for_function(NOTEBOOKS_ARE_READY, arg=count, timeout=OPEN * 1000)
    panels = page.locator(".jp-NotebookPanel")
    boxes = sorted((panel.bounding_box() for panel in panels.all()), key=lambda box: box["x"])
    assert page.url.split("?")[0] == f"{url}/lab/workspaces/{lesson.name}"
    assert all(panel.is_visible() for panel in panels.all())
    assert len(boxes) == count
    assert len({(box["y"], box["height"]) for box in boxes}) == 1
    assert all(left["x"] + left["width"] <= right["x"] for left, right in zip(boxes, boxes[1:]))
    assert max(box["width"] for box in boxes) - min(box["width"] for box in boxes) < 1
    titles = page.locator("#jp-main-dock-panel .lm-TabBar-tabLabel").all_inner_texts()
    assert sorted(titles) == [path.name for path in LESSONS[lesson.name]]
    page.screenshot(path=SCREENSHOTS / f"lab-columns-{lesson.name}.png")


def test_a_notebook_that_was_only_opened_is_not_marked_as_changed(page, url, lesson):
    before = {path: path.read_bytes() for path in lesson.glob("*.ipynb")}
    page.goto(url)
    page.wait_for_function(NOTEBOOKS_ARE_READY, arg=len(LESSONS[lesson.name]), timeout=OPEN * 1000)
    assert page.evaluate(CHANGED_WHEN_THE_KERNEL_HAS_SAID_WHAT_IT_IS) == []
    assert {path: path.read_bytes() for path in lesson.glob("*.ipynb")} == before


@pytest.mark.parametrize("framework", chosen_frameworks())
def test_a_notebook_runs_is_saved_and_runs_again(page, url, lesson, framework):
    path = lesson / f"{framework}.ipynb"
    before = without_outputs(path)
    nbformat.write(before, path)
    page.goto(f"{url}/lab/tree/{lesson.name}/{path.name}?reset")
    # What is sent to a kernel earlier is dropped silently.
    page.wait_for_function(NOTEBOOKS_ARE_READY, arg=1, timeout=OPEN * 1000)
    page.evaluate(RUN_ALL)
    page.wait_for_function("succeeded !== null", timeout=RUN * 1000)
    assert page.evaluate("succeeded")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")

    figures = page.evaluate("figures")
    assert max(map(len, figures)) == 1
    assert figures[-1] != []
    # The first drawing comes after two seconds; ten fast epochs are over by then.
    is_live = last_run(nbformat.read(path, as_version=4)).seconds > 0.4
    assert len({tuple(shown) for shown in figures if shown}) >= (2 if is_live else 1)
    assert without_outputs(path) == before
    assert strict_nbval(path) == 0


def without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def strict_nbval(path):
    """Run pytest over a notebook, as `make test` does; return its exit status."""
    # Stored outputs of the stand-in are compared with nothing, here as anywhere.
    mode = "--nbval-lax" if fashion_mnist.is_synthetic() else "--nbval"
    command = [sys.executable, "-m", "pytest", mode, "--nbval-current-env", "--nbval-cell-timeout=300", path]
    return subprocess.run(command, cwd=path.parent, env=ENVIRONMENT, check=False).returncode
