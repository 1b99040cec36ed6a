"""Whatever happens while `run` executes a notebook, what there is is written, and the cell is named."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from test_run import run, shown, write

SEND = (
    "kernel = get_ipython().kernel\nkernel.session.send(kernel.iopub_socket, {}, parent=kernel.get_parent())"
)
OPEN = "from comm import create_comm\ncomm = create_comm(target_name={!r}, data={})\ncomm.send({{}})"
NEVER = "\nimport time\ntime.sleep(600)"

RAW = "get_ipython().kernel.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', b'y', *[b'{}'] * 4])"
THREAD = "import threading\nthread = threading.Thread(target=lambda: 1 / 0)\nthread.start()\nthread.join()"
MALFORMED = {
    "comm message without data": SEND.format("'comm_msg', {}"),
    "figure without data": SEND.format("'display_data', {}"),
    "stream without a name": SEND.format("'stream', {'text': 3, 'name': None}"),
    "status without a state": SEND.format("'status', {}"),
    "widget without a model": OPEN.format("jupyter.widget", "{'state': {}}"),
    "wrong signature": RAW,
}
HARMLESS = {
    "comm that nobody knows": OPEN.format("nobody's", "{}"),
    "message that nobody knows": SEND.format("'nonsense', {}"),
    "thread that fails": THREAD,
}
STORED = {
    "hook of matplotlib's": "%matplotlib inline\nfrom pylab import text\ntext(0, 0, r'$\\frac{$')",
    "hook of one's own": "get_ipython().events.register('post_execute', lambda: int('x'))",
    "traceback that is shown": "try:\n    int('x')\nexcept ValueError:\n    get_ipython().showtraceback()",
    "widget": "from ipywidgets import interact\n@interact(x=(0, 3))\ndef f(x):\n    int('x')",
}


def check_failure(tmp_path, capsys, code, message):
    """Check what becomes of a notebook whose second cell is `code`; return what its cells show."""
    source = write(tmp_path / "lesson.ipynb", "print('begun')", code, "'never reached'")
    assert run(source) == 1
    assert f"FAILED {source}: cell 2 of 3: {message}" in capsys.readouterr().err
    first, second, third = shown(tmp_path / "lesson.executed.ipynb")
    assert (first, third) == (["begun\n"], [])
    return second


@pytest.mark.parametrize("code", MALFORMED.values(), ids=MALFORMED)
def test_a_message_that_cannot_be_handled_ends_the_cell_at_once(tmp_path, capsys, code):
    assert check_failure(tmp_path, capsys, code + NEVER, "")[-1].endswith("Error")


@pytest.mark.parametrize("method", ["process_message", "output", "handle_comm_msg"])
def test_a_handler_that_raises_ends_the_cell_at_once(tmp_path, capsys, monkeypatch, method):
    def raises(self, *arguments):
        if "begun" not in str(arguments):
            raise LookupError("out of order")
        return handler(self, *arguments)

    handler = getattr(NotebookClient, method)
    code = "print('x', flush=True)\n" + OPEN.format("x", "{}") + NEVER
    monkeypatch.setattr(NotebookClient, method, raises)
    message = "LookupError: a message of the kernel could not be handled: out of order"
    if method == "process_message":  # of every cell
        assert run(write(tmp_path / "lesson.ipynb", code)) == 1
        assert f"cell 1 of 1: {message}" in capsys.readouterr().err
    else:
        assert check_failure(tmp_path, capsys, code, message)[-1] == "LookupError"


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_what_jupyter_passes_over_ends_nothing(tmp_path, code):
    assert run(write(tmp_path / "lesson.ipynb", code, "1")) == 0
    assert shown(tmp_path / "lesson.executed.ipynb")[1] == ["1"]


@pytest.mark.parametrize("code", STORED.values(), ids=STORED)
def test_an_error_that_is_shown_without_being_raised_fails_the_cell(tmp_path, capsys, code):
    check_failure(tmp_path, capsys, code, "ValueError: ")


def test_an_error_that_a_cell_is_tagged_for_fails_nothing(tmp_path):
    source = write(tmp_path / "lesson.ipynb", STORED["traceback that is shown"])
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[1].metadata.tags = ["raises-exception"]
    nbformat.write(notebook, source)
    assert run(source) == 0


def test_an_error_between_cells_loses_nothing(tmp_path, capsys, monkeypatch):
    def raises(self):
        stop(self)
        raise RuntimeError("no kernel to stop")

    stop = NotebookClient._cleanup_kernel
    monkeypatch.setattr(NotebookClient, "_cleanup_kernel", raises)
    source = write(tmp_path / "lesson.ipynb", "print(1)")
    assert run(source) == 1
    assert f"FAILED {source}: cell 1 of 1: RuntimeError: no kernel to stop" in capsys.readouterr().err
    assert shown(tmp_path / "lesson.executed.ipynb") == [["1\n"]]


WIDGETS = (
    "import ipywidgets\nslider = ipywidgets.IntSlider(3)\nslider",
    "out = ipywidgets.Output()\nwith out:\n    print('inside')\nout",
    "@ipywidgets.interact(x=(0, 9))\ndef f(x=3):\n    print('x is', x)",
    "slider.value = 7\nbutton = ipywidgets.Button()\nbutton.on_click(print)\nbutton.click()\nbutton",
)


def states(path):
    """Return the widgets stored in a notebook: their kinds, values and outputs, sorted."""
    stored = nbformat.read(path, as_version=4).metadata.widgets["application/vnd.jupyter.widget-state+json"]
    assert (stored.version_major, stored.version_minor) == (2, 0)
    kept = [
        (state.model_module, state.model_name, state.state.get("value"), state.state.get("outputs"))
        for state in stored.state.values()
    ]
    return sorted(kept, key=repr)


def test_widgets_are_stored_as_nbconvert_stores_them(tmp_path):
    source = write(tmp_path / "lesson.ipynb", *WIDGETS)
    assert run(source) == 0
    convert = [
        sys.executable,
        "-m",
        "nbconvert",
        "--execute",
        "--to",
        "notebook",
        "--output",
        "theirs",
        source,
    ]
    subprocess.run(convert, check=True, capture_output=True)
    ours = states(tmp_path / "lesson.executed.ipynb")
    assert ours == states(tmp_path / "theirs.ipynb")
    assert ("@jupyter-widgets/controls", "IntSliderModel", 7, None) in ours
    assert "x is 3" in json.dumps(ours)
    assert "inside" in json.dumps(ours)
