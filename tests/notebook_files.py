"""A notebook file, and every way in which one of its keys can be wrong; what each command says of them.

``PYTHONPATH=tests python tests/notebook_files.py`` writes the table of docs/notebook-files.md.
"""

import contextlib
import copy
import io
import json
import logging
import tempfile
import warnings
from pathlib import Path
from unittest import mock

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ExecutePreprocessor

from d2l_compat.commands import command_line
from d2l_compat.foreign import run
from d2l_compat.lessons import execute
from d2l_compat.lessons.compare import writing

PAGE = Path(__file__).parents[1] / "docs" / "notebook-files.md"

MISSING = object()
WRONG = {"missing": MISSING, "null": None, "a number": 7, "a text": "x", "a list": [7], "an object": {"x": 7}}
RIGHT = {"a text": str, "a list": list, "an object": dict, "a number": int}


def notebook():
    """Return a notebook of format 4.5 with all keys that the format knows."""
    html = {"text/html": "<b>1</b>", "text/plain": ["1"], "application/json": {"a": 1}}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "display_data", "data": html, "metadata": {}},
        {"output_type": "execute_result", "data": html, "metadata": {}, "execution_count": 1},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
    ]
    cell_metadata = {
        "collapsed": False,
        "scrolled": True,
        "tags": ["raises-exception"],
        "name": "n",
        "jupyter": {"source_hidden": False},
        "execution": {"iopub.status.busy": "2024-01-01T00:00:00Z"},
    }
    code = {"cell_type": "code", "execution_count": 1, "metadata": cell_metadata, "outputs": outputs}
    last = {"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": outputs[:1], "source": "2"}
    prose = {"metadata": {}, "attachments": {"a.png": {"image/png": "iVBORw0KGgo="}}}
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "codemirror_mode": "python", "file_extension": ".py"},
        "authors": [{"name": "a"}],
        "title": "t",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}},
    }
    cells = [
        {**code, "id": "code", "source": ["from d2l_compat import torch as d2l\n", "1"]},
        {**prose, "cell_type": "markdown", "id": "markdown", "source": ["# Title\n", "text"]},
        {**prose, "cell_type": "raw", "id": "raw", "source": "raw"},
        {**last, "id": "last"},
    ]
    return copy.deepcopy({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


PLACES = {
    "": (),
    "metadata.": ("metadata",),
    "metadata.kernelspec.": ("metadata", "kernelspec"),
    "metadata.language_info.": ("metadata", "language_info"),
    "metadata.widgets.*.": ("metadata", "widgets", "application/vnd.jupyter.widget-state+json"),
    "code.": ("cells", 0),
    "code.metadata.": ("cells", 0, "metadata"),
    "code.metadata.jupyter.": ("cells", 0, "metadata", "jupyter"),
    "code.metadata.execution.": ("cells", 0, "metadata", "execution"),
    "markdown.": ("cells", 1),
    "raw.": ("cells", 2),
    "stream.": ("cells", 0, "outputs", 0),
    "display_data.": ("cells", 0, "outputs", 1),
    "display_data.data.": ("cells", 0, "outputs", 1, "data"),
    "execute_result.": ("cells", 0, "outputs", 2),
    "error.": ("cells", 0, "outputs", 3),
}
"""What the keys are called below, and where they are."""


def at(document, place):
    """Return what is at a `place`, a tuple of keys, in `document`."""
    for key in place:
        document = document[key]
    return document


def variants():
    """Return the variants of each key, as documents by what is wrong: ``{'code.id': {'null': ...}}``."""
    found = {}
    for name, place in PLACES.items():
        for key, value in at(notebook(), place).items():
            wrong = {what: new for what, new in WRONG.items() if not isinstance(value, RIGHT.get(what, ()))}
            found[name + key] = {what: _changed(place, key, new) for what, new in wrong.items()}
        found[f"{name}(unknown)"] = {"an object": _changed(place, "unknown", {"x": 7})}
    found["markdown.outputs"] = {"a list": _changed(("cells", 1), "outputs", [])}
    found["markdown.execution_count"] = {"null": _changed(("cells", 1), "execution_count", None)}
    return found


def _changed(place, key, value):
    document = notebook()
    at(document, place).pop(key, None)
    if value is not MISSING:
        at(document, place)[key] = value
    return document


class _Executes(ExecutePreprocessor):
    """Stands in for the execution: it asks of the notebook what nbclient asks, without a kernel."""

    enabled = True

    def preprocess(self, nb, resources):
        self.nb = nb
        self.kernel_name = ""
        self.create_kernel_manager()
        self.reset_execution_trackers()
        nb.metadata["language_info"] = {"name": "python"}
        for cell in nb.cells:
            if cell.cell_type == "code" and cell.source.strip():
                self.skip_cells_with_tag in cell.metadata.get("tags", [])  # noqa: B015
                cell.execution_count, cell.outputs = 1, []
        return nb, resources


def nbconvert_takes(path):
    """Whether ``jupyter nbconvert --execute`` takes the file `path`."""
    try:
        exporter = NotebookExporter()
        exporter.register_preprocessor(_Executes, enabled=True)
        exporter.from_filename(str(path))
    except Exception:
        return False
    return True


def verdicts(path, good):
    """Return which of our commands take the file `path`: {command: bool}. `good`: a notebook beside it."""
    page, target = path.with_suffix(".html"), path.with_name("out.ipynb")
    commands = {
        "check": ["check", path],
        "compare": ["compare", path, good, "-o", page],
        "run": ["run", path, "-o", target],
    }
    taken = {name: _status(line) != 2 for name, line in commands.items()}
    with mock.patch.object(execute, "run_cells", return_value=None):
        executed = execute.execute_file(path.parent, path.relative_to(path.parent), path.parent / "executed")
    return {**taken, "execute": executed.notebook is not None}


def _status(line):
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(run, "run_cells", return_value=None))
        stack.enter_context(mock.patch.object(writing, "notebooks_page", return_value=""))  # which takes long
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        return command_line.main([str(word) for word in line])


def write(path, document):
    """Write `document` as JSON to `path`; return it."""
    path.write_text(json.dumps(document))
    return path


@contextlib.contextmanager
def silent():
    """Keep what nbformat and nbconvert say of invalid files off the terminal."""
    with mock.patch.object(logging.getLogger("traitlets"), "disabled", True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


OUTPUT = "put right, or left out; run drops outputs anyway"
REPAIRED = {
    "metadata": "no metadata",
    "nbformat": "format 4, told by the list of cells",
    "nbformat_minor": "4, or 5 where cells have ids",
    "metadata.kernelspec": "the kernel `python3`, and a line says so",
    "metadata.language_info": "run writes its own",
    "metadata.authors": "left out; a text is the name of one",
    "metadata.title": "left out",
    "code.execution_count": "run writes its own",
    "code.outputs": "none",
    "code.metadata.tags": "left out",
    **dict.fromkeys(("code.metadata", "markdown.metadata", "raw.metadata"), "none; a key in it is left out"),
    **dict.fromkeys(("code.id", "markdown.id", "raw.id"), "an id of its own"),
    **dict.fromkeys(("code.source", "markdown.source", "raw.source"), "an empty cell"),
    **dict.fromkeys(("markdown.attachments", "raw.attachments"), "none"),
    **dict.fromkeys(("stream", "display_data", "execute_result", "error"), OUTPUT),
}
"""What a wrong value is read as, by the longest beginning of the key's name that is here."""


def differences(folder):
    """Return where nbconvert and our commands differ: {key: {what: (nbconvert, {command: verdict})}}."""
    good = write(folder / "good.ipynb", notebook())
    found = {}
    for key, documents in variants().items():
        for what, document in documents.items():
            path = write(folder / "variant.ipynb", document)
            theirs, ours = nbconvert_takes(path), verdicts(path, good)
            if set(ours.values()) != {theirs}:
                found.setdefault(key, {})[what] = (theirs, ours)
    return found


def table(found):
    """Return the `differences` found as a Markdown table, keys that are alike in one row."""
    rows = {}
    for key, wrong in found.items():
        start = max((start for start in REPAIRED if f"{key}.".startswith(f"{start}.")), key=len)
        rows.setdefault((", ".join(wrong), REPAIRED[start]), []).append(f"`{key}`")
    lines = ["| key | value | read as |", "| --- | --- | --- |"]
    lines += [f"| {' '.join(keys)} | {values} | {repaired} |" for (values, repaired), keys in rows.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with silent(), tempfile.TemporaryDirectory() as folder:
        text = PAGE.read_text(encoding="utf-8")
        begin, end = text.index("| key |"), text.rindex("|\n") + 2
        PAGE.write_text(text[:begin] + table(differences(Path(folder))) + text[end:], encoding="utf-8")
