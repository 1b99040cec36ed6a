"""The package knows itself by its table: it reads none of its own files, and works where it has none."""

import ast
import importlib
import inspect
import py_compile
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

import d2l_compat
from conftest import CHOSEN
from d2l_compat.editions import EDITIONS, FRAMEWORKS
from d2l_compat.helpers.backend import Backend
from d2l_compat.helpers.chapters import Chapters
from d2l_compat.helpers.training import Helpers

PACKAGE = Path(d2l_compat.__file__).parent
USES = """
import d2l_compat
from d2l_compat.foreign import redirect
redirect.install()
from d2l import {framework} as d2l
print(*d2l_compat.frameworks(), d2l.train_ch3.__name__, d2l_compat.__file__)
"""


def zipped(folder):
    """Write the package into a zip file; return its path."""
    with zipfile.ZipFile(folder / "package.zip", "w") as archive:
        for path in PACKAGE.rglob("*.py"):
            archive.write(path, path.relative_to(PACKAGE.parent))
    return folder / "package.zip"


def compiled(folder):
    """Write the package as bytecode alone; return the folder to import it from."""
    target = folder / "bytecode" / "d2l_compat"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    for path in target.rglob("*.py"):
        py_compile.compile(path, path.with_suffix(".pyc"), doraise=True)
        path.unlink()
    return target.parent


@pytest.mark.parametrize("installation", [zipped, compiled])
@pytest.mark.parametrize("framework", CHOSEN)
def test_frameworks_and_redirection_need_no_source_file(tmp_path, installation, framework):
    place = installation(tmp_path)
    process = subprocess.run(
        [sys.executable, "-c", USES.format(framework=framework)],
        env={"PYTHONPATH": str(place), "PATH": "", "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    *names, helper, file = process.stdout.split() or [process.stderr]
    assert (tuple(names), helper) == (FRAMEWORKS, "train_ch3")
    assert file.startswith(str(place))


@pytest.mark.parametrize("face", EDITIONS)
def test_every_face_is_a_module_of_the_package_and_names_its_framework(face):
    assert (PACKAGE / f"{face}.py").is_file()
    assert EDITIONS[face].framework in FRAMEWORKS


@pytest.mark.parametrize("face", EDITIONS)
def test_every_face_has_its_layer_and_is_typed_like_the_others(face):
    project = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    layers, types = project.partition("[tool.importlinter]")[2].split("[tool.mypy]")
    assert all(re.search(rf"d2l_compat\.{face}\b", part) for part in (layers, types))


def test_the_top_of_the_package_is_what_one_imports_in_a_notebook():
    assert {path.stem for path in PACKAGE.glob("*.py")} == {
        *EDITIONS,
        "__init__",
        "__main__",
        "editions",
        "mxnet_today",
    }


def test_no_module_asks_for_the_source_of_the_package():
    """`__file__` serves only to find templates, and the package for processes that have not imported it."""
    asking = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "__file__")
        or (
            isinstance(node, ast.Attribute)
            and node.attr in ("__file__", "getsource", "getsourcelines", "get_data")
        )
    }
    assert asking == {
        "lessons/templating.py",
        "lessons/compare/page.py",
        "reproduce/results_page.py",
        "foreign/run.py",
        "foreign/children.py",
        "foreign/start/sitecustomize.py",
    }


PRIMITIVES = [name for name, value in vars(Backend).items() if inspect.isfunction(value) and name[0] != "_"]
DERIVED = PRIMITIVES[PRIMITIVES.index("is_tensor") :]


def test_the_contract_is_small_and_fits_two_screens():
    """A helper calls what a backend supplies, but for `prepare`, which processes of ours call."""
    assert DERIVED == ["is_tensor", "as_array", "as_numbers"]
    assert len({*PRIMITIVES} - {*DERIVED, "prepare"}) <= 14
    assert len(inspect.getsource(Backend).splitlines()) <= 150


@pytest.mark.parametrize("framework", CHOSEN)
def test_a_backend_names_no_helper(framework):
    face = importlib.import_module(f"d2l_compat.{framework}")
    assert isinstance(face.backend, Backend)
    assert not isinstance(face.backend, Chapters)
    helpers = {name for cls in Helpers.__mro__[:-1] for name in vars(cls)} - {*vars(Backend), *dir(object)}
    code = ast.parse(textwrap.dedent(inspect.getsource(type(face.backend))))
    named = {ast.unparse(node) for node in ast.walk(code) if isinstance(node, (ast.Name, ast.Attribute))}
    assert named & {*helpers, *(f"self.{name}" for name in helpers)} == set()
