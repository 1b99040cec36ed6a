"""Notebook files as editors and services write them: all commands read them, or say what they are instead."""

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import notebook_files
import pytest

from d2l_compat.commands import command_line
from d2l_compat.lessons import execute, reading


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Where nbconvert and our commands differ, of all variants of a notebook."""
    with notebook_files.silent():
        return notebook_files.differences(tmp_path_factory.mktemp("variants"))


def test_there_are_enough_variants():
    assert sum(map(len, notebook_files.variants().values())) >= 150


def test_our_commands_agree_about_every_variant(found):
    assert [
        (key, what)
        for key, all in found.items()
        for what, (_, ours) in all.items()
        if len(set(ours.values())) > 1
    ] == []


def test_what_nbconvert_takes_we_take(found):
    assert [(key, what) for key, all in found.items() for what, (theirs, _) in all.items() if theirs] == []


def test_the_document_has_what_nbconvert_refuses_and_we_take(found):
    assert notebook_files.table(found) in notebook_files.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", notebook_files.variants())
def test_what_is_read_is_a_valid_notebook_of_format_4(key):
    for document in notebook_files.variants()[key].values():
        with contextlib.suppress(ValueError):  # of what is refused
            nbformat.validate(reading.parse(json.dumps(document)), version=4)


def code(notebook):
    """Return the sources of the code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("nbformat", "missing"),
        ("nbformat_minor", "missing"),
        ("metadata", "null"),
        ("code.outputs", "missing"),
        ("code.metadata.tags", "a number"),
        ("markdown.outputs", "a list"),
        ("display_data.(unknown)", "an object"),
    ],
)
def test_no_code_is_lost_by_a_repair(key, wrong):
    document = notebook_files.variants()[key][wrong]
    assert code(reading.parse(json.dumps(document))) == ["from d2l_compat import torch as d2l\n1", "2"]


def changed(change):
    """Return the text of a notebook after ``change(notebook)``."""
    notebook = notebook_files.notebook()
    change(notebook)
    return json.dumps(notebook)


@pytest.mark.parametrize("minor", [0, 2, 4, 5, 6, 99, "5"])
def test_ids_are_kept_whatever_the_minor_number(minor):
    notebook = reading.parse(changed(lambda notebook: notebook.update(nbformat_minor=minor)))
    assert [cell.id for cell in notebook.cells] == ["code", "markdown", "raw", "last"]


@pytest.mark.parametrize("ids", [["a", "a"], ["a b", "ok"], ["x" * 65, "é"], [None, ""]])
def test_ids_that_repeat_or_are_odd_are_replaced(ids):
    def change(notebook):
        for cell, name in zip(notebook["cells"], ids):
            cell["id"] = name

    notebook = reading.parse(changed(change))
    assert len({cell.id for cell in notebook.cells}) == 4
    nbformat.validate(notebook)


def test_a_tag_that_is_there_twice_still_counts():
    tags = ["raises-exception", "raises-exception", 7]
    notebook = reading.parse(changed(lambda n: n["cells"][0]["metadata"].update(tags=tags)))
    assert notebook.cells[0].metadata.tags == ["raises-exception"]


def test_an_author_given_as_text_is_kept():
    notebook = reading.parse(changed(lambda notebook: notebook["metadata"].update(authors="me")))
    assert notebook.metadata.authors == [{"name": "me"}]


def test_half_a_character_is_read_as_the_character_for_what_cannot_be_read():
    texts = ["\ud800", "\\ud800", "😀\udc00"]
    notebook = reading.parse(changed(lambda n: [c.update(source=t) for c, t in zip(n["cells"], texts)]))
    assert [cell.source for cell in notebook.cells[:3]] == ["\ufffd", "\\ud800", "😀\ufffd"]
    raw = changed(lambda n: n["cells"][0].update(source="?")).replace("?", "\ud800")
    assert reading.parse(raw).cells[0].source == "\ufffd"


OLD = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": "", "signature": "sha256:0"},
    "worksheets": [
        {
            "metadata": {},
            "cells": [
                {"cell_type": "heading", "level": 2, "source": ["Title"], "metadata": {}},
                {
                    "cell_type": "code",
                    "collapsed": False,
                    "input": ["from d2l import torch as d2l\n", "1"],
                    "language": "python",
                    "outputs": [
                        {"output_type": "pyout", "prompt_number": 3, "text": ["1"], "html": "<b>1</b>"},
                        {"output_type": "stream", "stream": "stderr", "text": "a"},
                        {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["t"]},
                    ],
                    "prompt_number": 3,
                },
                {"cell_type": "code", "input": ["import gluonbook as gb", "gb.sgd"], "outputs": []},
            ],
        }
    ],
}


def test_an_old_notebook_is_read_with_its_outputs():
    notebook = reading.parse(json.dumps(OLD))
    nbformat.validate(notebook)
    heading, cell, lines = notebook.cells
    assert heading.source == "## Title"
    assert (cell.execution_count, [output.output_type for output in cell.outputs]) == (
        3,
        ["execute_result", "stream", "error"],
    )
    assert cell.outputs[0].data == {"text/plain": "1", "text/html": "<b>1</b>"}
    assert cell.outputs[1].name == "stderr"
    assert lines.source == "import gluonbook as gb\ngb.sgd"


NEW = json.loads(json.dumps(notebook_files.notebook()).replace("from d2l_compat", "from d2l"))
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("document", [NEW, OLD], ids=["format 4", "format 3"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_fix_changes_the_import_in_any_encoding_and_format(tmp_path, encoding, document):
    text = json.dumps(document, indent=1).replace("from d2l import torch as d2l", "import gluonbook as gb")
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(text.encode(encoding))
    assert command_line.main(["check", "--fix", str(path)]) == 0
    fixed = text.replace("import gluonbook as gb", "from d2l_compat import gluonbook as gb")
    assert path.read_bytes() == fixed.encode(encoding)
    assert code(reading.read(path))[0] == "from d2l_compat import gluonbook as gb\n1"


SIDES = '{"cells": [\n<<<<<<< HEAD\n 1\n=======\n 2\n>>>>>>> theirs\n]}'
REFUSED = {
    "GBK": ('{"cells": "读取"}'.encode("gbk"), "save it as UTF-8"),
    "a script": (b"# a\nfrom d2l import torch as d2l\nprint(1)", "a Python script: .*d2l-compat run"),
    "HTML": (b"\n<!DOCTYPE html><html></html>", "a web page: download the raw file"),
    "empty": (b"", "an empty file: save"),
    "blank": (b" \n", "an empty file: save"),
    "LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull"),
    "conflict": (SIDES.encode(), "a notebook with a merge conflict: resolve it"),
    "zip": (b"PK\x03\x04\xff\xfe\x00", "an archive, an image or a PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n\xff", "an archive, an image or a PDF"),
    "format 5": (b'{"cells": [], "nbformat": 5}', "expected format 4 or older, received 5"),
    "other JSON": (b'{"a": 1}', "expected a list of cells, found none"),
    "cut off": (b'{"cells": [{"source": "a', "no JSON"),
}


@pytest.mark.parametrize("command", ["check", "run", "compare"])
@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_notebook_is_named_with_what_to_do(tmp_path, capsys, content, said, command):
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(content)
    good = notebook_files.write(tmp_path / "good.ipynb", notebook_files.notebook())
    others = [good, "-o", tmp_path / "page.html"] if command == "compare" else []
    assert command_line.main([command, *map(str, [path, *others])]) == 2
    assert re.search(said, capsys.readouterr().err)


def test_execute_says_the_same(tmp_path):
    for name, (content, said) in REFUSED.items():
        (tmp_path / "lesson.ipynb").write_bytes(content)
        execution = execute.execute_file(tmp_path, Path("lesson.ipynb"), tmp_path / "out")
        assert execution.notebook is None, name
        assert re.search(said, execution.error), name


SPECS = {
    "null": (None, True),
    "empty": ({}, True),
    "no name": ({"display_name": "Python 3", "language": "python"}, True),
    "no display_name": ({"name": "python3", "language": "python"}, True),
    "complete": ({"name": "python3", "display_name": "Python 3"}, False),
}


@pytest.mark.parametrize(("spec", "is_said"), SPECS.values(), ids=SPECS)
def test_an_incomplete_kernelspec_means_our_own_kernel_and_a_line_says_so(tmp_path, capsys, spec, is_said):
    def change(notebook):
        notebook["metadata"] = {"kernelspec": spec}
        notebook["cells"] = [notebook["cells"][3]]

    path = tmp_path / "lesson.ipynb"
    path.write_text(changed(change))
    assert command_line.main(["run", str(path)]) == 0
    line = f"the notebook does not say which kernel it is for: using python3 ({sys.executable})"
    assert (line in capsys.readouterr().out.splitlines()) == is_said
    written = nbformat.read(tmp_path / "lesson.executed.ipynb", as_version=4)
    nbformat.validate(written)
    assert written.cells[0].outputs[0].data["text/plain"] == "2"
    assert written.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(
    ("key", "wrong", "theirs"), [("stream.(unknown)", "an object", 0), ("code.outputs", "null", 1)]
)
def test_the_comparison_stands_for_what_nbconvert_does(tmp_path, key, wrong, theirs):
    document = notebook_files.variants()[key][wrong]
    document["cells"][0]["source"] = "1"
    path = notebook_files.write(tmp_path / "lesson.ipynb", document)
    nbconvert = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", path]
    assert subprocess.run(nbconvert, capture_output=True, check=False).returncode == theirs
    assert command_line.main(["run", str(path)]) == 0
