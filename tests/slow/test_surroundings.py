"""Into an environment where people work the wheel installs without replacing anything, and works there."""

import json
import os
import subprocess
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from test_pythons import PYTHONS, ROOT

LESSON = ROOT / "notebooks/softmax-regression-scratch/tensorflow.ipynb"
FOREIGN = ROOT / "tests/fixtures/foreign/tensorflow/tensorflow-softmax-scratch.ipynb"


@pytest.fixture
def run(tmp_path):
    """Run a command of a fresh environment in a folder of its own; return what it prints."""

    def call(*command):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert not done.returncode, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    ours = {"PYTHONPATH", "FRAMEWORKS"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment["D2L_COMPAT_DATA"] = "synthetic"
    return call


def oldest(wheel, *extras):
    """The lowest bound of each dependency of a wheel with these extras, as a pin."""
    (folder,) = (path for path in zipfile.Path(wheel).iterdir() if path.name.endswith(".dist-info"))
    for needed in map(Requirement, PathDistribution(folder).requires):
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
            lowest = next((bound.version for bound in needed.specifier if bound.operator == ">="), None)
            if lowest:
                yield f"{needed.name}=={lowest}"


def extended(path, folder):
    """Write a notebook with ``%load_ext d2l_compat`` before it; return the new one."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%load_ext d2l_compat"))
    nbformat.write(notebook, folder / "extended.ipynb")
    return folder / "extended.ipynb"


def test_a_hosted_service_keeps_every_package_and_the_commands_work(tmp_path, wheel, run):
    run(PYTHONS["3.12"], "-m", "venv", tmp_path / "venv")
    bin_ = tmp_path / "venv/bin"
    install = [bin_ / "python", "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:"]
    run(*install, "-r", Path(__file__).parent / "hosted-service.txt")
    before = {*run(bin_ / "python", "-m", "pip", "freeze", "--all").splitlines()}
    run(*install, wheel)
    after = {*run(bin_ / "python", "-m", "pip", "freeze", "--all").splitlines()}
    assert before <= after

    run(*install, "nbclient", "nbformat", "nbconvert", "nh3", "latex2mathml", "jinja2")
    assert before <= {*run(bin_ / "python", "-m", "pip", "freeze", "--all").splitlines()}
    for path in (LESSON, FOREIGN):
        run(bin_ / "d2l-compat", "run", path, "-o", tmp_path / path.name)
    assert "tensorflow" in run(bin_ / "d2l-compat", "check", tmp_path / LESSON.name).lower()
    run(bin_ / "d2l-compat", "compare", tmp_path / LESSON.name, tmp_path / FOREIGN.name, "-o", "page.html")
    run(bin_ / "jupyter", "nbconvert", "--to", "notebook", "--execute", extended(FOREIGN, tmp_path))
    shown = json.loads((tmp_path / "extended.nbconvert.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in shown["cells"] for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert [output for output in outputs if {"image/png", "image/svg+xml"} & {*output.get("data", {})}]


def test_the_oldest_bounds_of_all_dependencies_work_on_the_oldest_python(tmp_path, wheel, run):
    """With MXNet and JAX, which both have wheels for it; JAX asks for NumPy 1.22."""
    run(PYTHONS["3.9"], "-m", "venv", tmp_path / "venv")
    bin_ = tmp_path / "venv/bin"
    install = [bin_ / "python", "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:"]
    pins = [*oldest(wheel, "notebooks", "jax", "mxnet")]
    run(*install, wheel, *(pin.replace("numpy==1.21", "numpy==1.22.0") for pin in pins), "jaxlib==0.4.30")
    lessons = [LESSON.with_stem(framework) for framework in ("jax", "mxnet")]
    for path in lessons:
        run(bin_ / "d2l-compat", "run", path, "-o", tmp_path / path.name)
    assert "nothing to change" in run(bin_ / "d2l-compat", "check", *lessons)
    run(bin_ / "d2l-compat", "compare", *(path.name for path in lessons), "-o", "page.html")
