"""A torchvision that is missing, or for another torch: said beforehand, with the command that mends it."""

import json
import os
import subprocess
import sys

import pytest
from test_check import as_notebook

from d2l_compat.helpers import torchvision

PYTORCH = "https://download.pytorch.org/whl/"
FITTING = {
    ("2.13.0+cpu", None): f"torchvision==0.28.0 --index-url {PYTORCH}cpu",
    ("2.5.1+cu124", "12.4"): f"torchvision==0.20.1 --index-url {PYTORCH}cu124",
    ("2.5.1", "11.8"): f"torchvision==0.20.1 --index-url {PYTORCH}cu118",
    ("2.9.0", None): f"torchvision==0.24.0 --index-url {PYTORCH}cpu",
    ("2.6.0+rocm6.2.4", None): f"torchvision==0.21.0 --index-url {PYTORCH}rocm6.2.4",
    ("2.8.0+xpu", None): f"torchvision==0.23.0 --index-url {PYTORCH}xpu",
    ("2.0.1+cpu", None): f"torchvision==0.15.2 --index-url {PYTORCH}cpu",
    ("2.4.0+of.a.cluster", "12.1"): "torchvision==0.19.0",
    ("2.14.0.dev20260101+cpu", None): "--upgrade torch torchvision",
    ("1.13.1", "11.7"): "--upgrade torch torchvision",
}


@pytest.mark.parametrize(("torch", "command"), FITTING.items(), ids=[version for version, _ in FITTING])
def test_the_version_and_the_build_follow_torch(torch, command):
    assert torchvision.fitting(*torch) == f"pip install {command}"


BROKEN = "raise RuntimeError('operator torchvision::nms does not exist')"
CPU = f"pip install torchvision==0.28.0 --index-url {PYTORCH}cpu"
HERE = {
    "missing": (
        "2.13.0+cpu",
        None,
        ("torchvision is not installed", f"get the one for torch 2.13.0+cpu: {CPU}"),
    ),
    "for another torch": (
        "2.13.0+cpu",
        BROKEN,
        (
            "torchvision is installed, but cannot be imported "
            "(RuntimeError: operator torchvision::nms does not exist)",
            f"get the one for torch 2.13.0+cpu: {CPU} --force-reinstall --no-deps",
        ),
    ),
    "torch is missing too": (
        None,
        None,
        (
            "torchvision is not installed, nor is torch",
            "get two that fit: pip install torch torchvision "
            f"(without an Nvidia GPU with --index-url {PYTORCH}cpu)",
        ),
    ),
    "as it should be": ("2.13.0+cpu", "", None),
}


@pytest.fixture
def environment(tmp_path):
    """Make an environment in which other packages are torch and torchvision; return its variables."""

    def make(torch, vision):
        missing = [name for name, content in (("torch", torch), ("torchvision", vision)) if content is None]
        (tmp_path / "sitecustomize.py").write_text(
            f"import sys\nsys.modules.update(dict.fromkeys({missing}))"
        )
        (tmp_path / "torch").mkdir()
        (tmp_path / "torch/__init__.py").write_text("raise AssertionError('slow')")
        (tmp_path / "torch/version.py").write_text(f"__version__, cuda = {torch!r}, None")
        (tmp_path / "torchvision.py").write_text(vision or "")
        return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])}

    return make


def checked(folder, environment, *cells):
    """Return the lines of the report on a notebook of these cells, and the exit status."""
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps(as_notebook(*cells)))
    process = subprocess.run(
        [sys.executable, "-m", "d2l_compat", "check", path],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [line.strip() for line in process.stdout.splitlines()], process.returncode


@pytest.mark.parametrize(("torch", "vision", "said"), HERE.values(), ids=HERE)
def test_check_says_what_is_amiss_and_the_command(tmp_path, environment, torch, vision, said):
    lines, status = checked(tmp_path, environment(torch, vision), "x = 1\nfrom torchvision import transforms")
    found = [line.partition("[1] line 2: ")[2] for line in lines if "[1] line 2" in line]
    assert found == ([said[0]] if said else [])
    assert said is None or said[1] in lines
    assert status == 0


NEEDING = {
    "import torch\nimport torchvision.datasets as sets": True,
    "from d2l import torch as d2l\nd2l.resnet18(10)": True,
    "from d2l import torch as d2l\nd2l.accuracy(a, b)": False,
    "from d2l import tensorflow as d2l\nd2l.train_ch6(net)": False,
}


@pytest.mark.parametrize(("cell", "is_needed"), NEEDING.items())
def test_it_is_needed_where_it_is_imported_or_d2l_imports_it(monkeypatch, tmp_path, cell, is_needed):
    from d2l_compat.foreign.check import torchvision as checks
    from d2l_compat.foreign.check.findings import examine
    from d2l_compat.foreign.check.source import read

    monkeypatch.setattr(checks, "lack", lambda: ("it lacks", "get it"))
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(as_notebook(cell)))
    assert [warned.places for warned in examine(read(path)).traps if warned.trap.what == "it lacks"] == (
        [[(1, 2)]] if is_needed else []
    )


def test_a_notebook_that_stops_for_it_says_so_below_the_traceback(tmp_path, environment):
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_line_magic("load_ext", "d2l_compat")
shell.run_cell("import torchvision")
shell.run_cell("1 / 0")
"""
    process = subprocess.run(
        [sys.executable, "-c", code],
        env=environment("2.13.0+cpu", BROKEN), capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = [line for line in process.stderr.splitlines() if line.startswith("d2l_compat: ")]
    assert said == [f"d2l_compat: {'; '.join(HERE['for another torch'][2])}"]


@pytest.mark.framework("torch")
def test_a_name_that_only_d2l_has_names_the_command_too(monkeypatch):
    from d2l_compat import torch as d2l

    monkeypatch.setattr(d2l.torch, "__version__", "2.13.0+cpu")
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.delitem(sys.modules, "d2l.torch", raising=False)
    with pytest.raises(AttributeError, match=r"pip install torchvision==0\.28\.0 --index-url .*/whl/cpu"):
        d2l.resnet18  # noqa: B018
