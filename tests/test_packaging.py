"""The files that install the project agree with each other."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent


def pins(name):
    """The ``package==version`` lines of a requirements file, by lower-case name."""
    lines = (ROOT / name).read_text().splitlines()
    return {
        line.split("==")[0].lower(): line.split("==")[1] for line in lines if "==" in line and line[0] != "#"
    }


def test_the_lock_holds_every_direct_dependency_at_its_pin():
    lock = pins("requirements.lock")
    assert {name: lock.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


def test_direct_dependencies_are_pinned_exactly_and_each_group_has_its_reason():
    text = (ROOT / "requirements.txt").read_text()
    for group in text.strip().split("\n\n")[1:]:
        assert group.startswith("#"), group
        packages = [line for line in group.splitlines() if not line.startswith("#")]
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in packages), group


@pytest.mark.parametrize(
    "package", ["torch", "tensorflow-cpu", "mxnet", "d2l", "jupyter", "matplotlib", "nbval"]
)
def test_the_environment_holds_what_the_project_promises(package):
    assert package in pins("requirements.txt")


def test_environment_yml_is_the_same_environment():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    assert "python=3.11" in environment["dependencies"]
    assert {"pip": ["-r requirements.txt", "-e ."]} in environment["dependencies"]
