"""What a reader's editor and type checker see of the faces of the installed wheel."""

import ast
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import d2l_compat
from d2l_compat.editions import EDITIONS

PACKAGE = Path(d2l_compat.__file__).parent
SCRIPT = """
from typing import Any

from d2l_compat import {face} as d2l


def train(net: Any, loss: Any) -> float:
    train_iter, test_iter = d2l.load_data_fashion_mnist({root}256)
    accuracy: float = d2l.evaluate_accuracy({order})
    history = d2l.train_ch3(net, train_iter, test_iter, loss, 5, {updater})
    texts: list[str] = d2l.get_fashion_mnist_labels([len(train_iter), len(test_iter)])
    return history.train_loss[0] + 1.0 + accuracy + len(texts)


print({names})
"""
MISTAKES = """
from d2l_compat import {face} as d2l

d2l.load_data_fashion_mnist({root}"256")
d2l.train_ch3(print, [], [], print, 5, {updater}).no_such
d2l.no_such
"""
SETTINGS = """
[mypy]
strict = true
[mypy-matplotlib.*]
ignore_missing_imports = true
"""


def filled(template, face):
    """Return the `template` as a reader of the edition writes it."""
    is_older = "show_fashion_mnist" in EDITIONS[face].names
    return template.format(
        face=face,
        root="'../data', " if face == "d2ltorch" else "",
        order="test_iter, net" if is_older else "net, test_iter",
        updater="256, lr=0.1" if is_older else "object()",
        names=", ".join(f"d2l.{name}" for name in sorted(EDITIONS[face].names)),
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel in an environment of its own, beside this one's packages: its Python and its packages."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = folder / "source"
    shutil.copytree(PACKAGE, source / "d2l_compat", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "mxnet_today.pth"):
        shutil.copy(PACKAGE.parent / name, source)
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source], check=True)
    venv.create(folder / "venv", with_pip=False)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    install = ["install", "--no-deps", "--no-index", "--target", packages, *folder.glob("*.whl")]
    subprocess.run([*pip, *install], check=True)
    (packages / "beside.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))
    return folder / "venv" / "bin" / "python", packages


@pytest.fixture(scope="module")
def findings(installed, tmp_path_factory):
    """The lines that mypy finds fault with, by the name of the script."""
    folder = tmp_path_factory.mktemp("scripts")
    for face in EDITIONS:
        (folder / f"right_{face}.py").write_text(filled(SCRIPT, face))
        (folder / f"wrong_{face}.py").write_text(filled(MISTAKES, face))
    (folder / "mypy.ini").write_text(SETTINGS)
    kept = PACKAGE.parent / ".mypy_cache" / "readers"  # of the frameworks, which take most of the time
    command = [sys.executable, "-m", "mypy", "--cache-dir", kept, "--python-executable", installed[0], "."]
    process = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    found = {path.stem: [] for path in folder.glob("*.py")}
    for line in process.stdout.splitlines()[:-1]:
        path, _, rest = line.partition(":")
        found[Path(path).stem].append(rest.strip())
    assert not process.stderr
    return found


@pytest.mark.parametrize("face", EDITIONS)
def test_what_readers_write_has_types(findings, face):
    assert findings[f"right_{face}"] == []


@pytest.mark.parametrize("face", EDITIONS)
def test_mistakes_of_readers_are_found(findings, face):
    codes = {finding.partition(":")[0]: finding.rpartition("  ")[2] for finding in findings[f"wrong_{face}"]}
    assert codes == {"4": "[arg-type]", "5": "[attr-defined]", "6": "[attr-defined]"}


def files(package):
    return {path.relative_to(package) for path in package.rglob("*.*") if path.suffix != ".pyc"}


def test_the_wheel_has_all_files_of_the_package_and_no_others(installed):
    assert {path.suffix for path in files(PACKAGE)} >= {".pyi", ".jinja", ".css", ".js"}
    assert files(installed[1] / "d2l_compat") == files(PACKAGE)
    assert (installed[1] / "d2l_compat" / "py.typed").is_file()


def shown(path):
    """Return the public names that a stub or the block for type checkers in a face brings in."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    names |= shown(PACKAGE / "helpers" / f"{node.module.rpartition('.')[2]}.pyi")
                elif alias.asname == alias.name:
                    names.add(alias.name)
        elif isinstance(node, ast.Assign) and path.suffix == ".pyi":
            names |= {target.id for target in node.targets}
    return names


@pytest.mark.parametrize("face", EDITIONS)
def test_no_helper_is_shown_that_the_face_lacks(face):
    assert shown(PACKAGE / f"{face}.py") <= EDITIONS[face].names
