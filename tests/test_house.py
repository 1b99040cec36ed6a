"""The package knows itself by its table: it reads none of its own files, and works where it has none."""

import ast
import py_compile
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import d2l_compat
from conftest import CHOSEN
from d2l_compat.editions import EDITIONS, FRAMEWORKS

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


def test_the_top_of_the_package_is_what_one_imports_in_a_notebook():
    assert {path.stem for path in PACKAGE.glob("*.py")} == {*EDITIONS, "__init__", "__main__", "editions"}


def test_no_module_asks_for_the_source_of_the_package():
    """`__file__` serves only to find templates, and the package for a kernel of another environment."""
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
    }
