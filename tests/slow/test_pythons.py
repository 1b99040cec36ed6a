"""Without any framework the package installs, imports and does its work on every Python found here."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OLDEST = 9  # of 3.x, as pyproject.toml says

# What needs nothing but the dependencies of the package: data, figures, results, the reading of notebooks.
MODULES = (
    *("accumulator", "accuracy", "call_styles", "check", "copies", "data_iter", "fashion_mnist", "history"),
    *("imports", "plotting", "recognising", "redirect", "reference", "releases", "skipping", "synthetic"),
    "trials",
)

# matplotlib 3.9, the last for Python 3.9, still calls pyparsing by the names that this has given up.
OLD_NAMES = [f"matplotlib.{name}" for name in ("_fontconfig_pattern", "fontconfig_pattern", "_mathtext")]


def candidates():
    """Paths of the commands python3.9, python3.10, ... on the path, and among the Pythons of pyenv."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep) if folder]
    folders += Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin")
    for folder in folders:
        for path in sorted(folder.glob("python3.*")):
            name = re.fullmatch(r"python3\.(\d+)", path.name)
            if name and int(name[1]) >= OLDEST:
                yield path


def pythons():
    """One interpreter a version, as ``{"3.9": path}``: the first that runs and can make an environment.

    A command that only stands for an interpreter, and runs none, is no Python.
    """
    found = {}
    for path in candidates():
        code = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
        run = subprocess.run([path, "-c", code], capture_output=True, text=True)
        if run.returncode == 0:
            found.setdefault(run.stdout.strip(), path)
    return found


PYTHONS = pythons()


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_the_framework_free_part_installs_and_passes(python, wheel, tmp_path):
    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert not done.returncode, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    environment = {name: value for name, value in os.environ.items() if name != "FRAMEWORKS"}
    environment["PYTHONPATH"] = str(Path(__file__).parent)  # for the plugin
    here = tmp_path / "venv/bin/python"
    run(python, "-m", "venv", tmp_path / "venv")
    run(here, "-m", "pip", "install", "--quiet", wheel, "pytest", "hypothesis")
    assert str(tmp_path / "venv") in run(here, "-c", "import d2l_compat; print(d2l_compat.__file__)")

    ignored = [f"-Wignore::DeprecationWarning:{module}" for module in OLD_NAMES]
    modules = [ROOT / f"tests/test_{name}.py" for name in MODULES]
    settings = ["-c", ROOT / "pyproject.toml", "-o", "addopts=", f"--confcutdir={ROOT / 'tests'}"]
    plugins = ["-p", "framework_free", "-p", "no:cacheprovider"]
    print(run(here, "-m", "pytest", "-q", *plugins, *settings, *ignored, *modules))
