"""No test vanishes: what a choice of frameworks leaves out is marked for a framework that is not chosen."""

import ast
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CHOSEN
from d2l_compat import frameworks

ROOT = Path(__file__).parents[1]
ALL = " ".join(CHOSEN)
# One framework alone, and all but MXNet.
CHOICES = {name: name for name in CHOSEN}
CHOICES["without MXNet"] = " ".join(name for name in CHOSEN if name != "mxnet") or ALL


@pytest.fixture(scope="module")
def collected():
    """Map each choice, and that of all frameworks, to the ids of its tests with what each says it needs."""
    command = [sys.executable, ROOT / "tests/collected.py", ALL, *CHOICES.values()]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return dict(zip([ALL, *CHOICES.values()], json.loads(process.stdout)))


def functions(ids):
    """Return the `ids` without parameters: a test may have others where others are chosen."""
    return {name.partition("[")[0] for name in ids}


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_a_choice_of_frameworks_leaves_out_only_what_needs_others(collected, choice):
    admitted = {name for name, needed in collected[ALL].items() if {*needed} <= {*choice.split()}}
    assert functions(admitted) - functions(collected[choice]) == set()


def test_what_needs_one_framework_or_none_is_collected_where_that_one_alone_is_chosen(collected):
    needs_one = {name for name, needed in collected[ALL].items() if len({*needed}) <= 1}
    assert needs_one - {*itertools.chain(*(collected[name] for name in CHOSEN))} == set()


@pytest.mark.framework(*frameworks())
def test_every_test_that_is_written_is_collected_here_or_by_a_target_of_its_own(collected):
    folders = re.findall(r"/pytest .*?(tests/\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    paths = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "tests").rglob("*.py")}
    written = {
        f"{name}::{node.name}"
        for name, path in paths.items()
        if not name.startswith(tuple(folders))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    }
    assert written - functions(collected[ALL]) == set()


@pytest.mark.framework(*frameworks())
def test_every_notebook_is_collected(collected):
    found = {name.partition("::")[0] for name in collected[ALL]}
    assert {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").rglob("*.ipynb")
    } - found == set()


IMPORTS = """import pytest
import nosuchmodule
pytestmark = {}
def test_it(): ...
"""
MARKED = """import pytest
@pytest.mark.framework("mxnet", "torch")
def test_needs_two(): ...
@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.framework("mxnet"))])
def test_some_of_it_needs_one(x): ...
@pytest.mark.framework("torch")
def test_needs_what_is_chosen(): ...
def test_needs_none(): ...
"""


@pytest.fixture
def run(tmp_path):
    """Run pytest on modules of tests where FRAMEWORKS is torch; return the status, and what it says."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)

    def run(*modules):
        for number, text in enumerate(modules):
            (tmp_path / f"test_{number}.py").write_text(text)
        environment = {**os.environ, "FRAMEWORKS": "torch", "D2L_COMPAT_DATA": "synthetic"}
        command = [sys.executable, "-m", "pytest", "-v", "."]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_what_is_marked_for_other_frameworks_is_neither_imported_nor_run(run):
    modules = [
        IMPORTS.format('pytest.mark.framework("mxnet")'),
        IMPORTS.format('[pytest.mark.usefixtures("tmp_path"), pytest.mark.framework("torch", "mxnet")]'),
        MARKED,
    ]
    status, said = run(*modules)
    assert status == 0, said
    assert re.findall(r"::(\S+) PASSED", said) == [
        "test_some_of_it_needs_one[1]",
        "test_needs_what_is_chosen",
        "test_needs_none",
    ]
    assert "3 passed, 2 deselected" in said


def test_a_module_that_is_not_marked_and_cannot_be_imported_is_an_error(run):
    status, said = run(IMPORTS.format('pytest.mark.framework("torch")'))
    assert status == pytest.ExitCode.INTERRUPTED
    assert "No module named 'nosuchmodule'" in said


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (IMPORTS.format('pytest.mark.framework("mxnt")'), "its pytestmark"),
        (MARKED.replace("mxnet", "mxnt"), "its marks"),
    ],
    ids=["of a module", "of a test"],
)
def test_a_mark_for_a_framework_that_does_not_exist_is_an_error(run, text, where):
    status, said = run(text)
    assert status in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED)
    assert re.search(rf"test_0.py.*, {where}: expected names out of .*, and received mxnt", said)
