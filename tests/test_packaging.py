"""The files that install the project agree with each other."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent


FILES = ["requirements.txt", "requirements-modern.txt"]


def pins(name):
    """The ``package==version`` lines of a requirements file, by lower-case name with hyphens."""
    lines = (ROOT / name).read_text().splitlines()
    pairs = [re.split("==|;", line)[:2] for line in lines if "==" in line and line[0] != "#"]
    return {package.lower().replace("_", "-"): version for package, version in pairs}


@pytest.mark.parametrize("name", FILES)
def test_the_lock_holds_every_direct_dependency_at_its_pin(name):
    lock = pins(name.replace(".txt", ".lock"))
    assert {package: lock.get(package) for package in pins(name)} == pins(name)


@pytest.mark.parametrize("name", FILES)
def test_direct_dependencies_are_pinned_exactly_and_each_group_has_its_reason(name):
    text = (ROOT / name).read_text()
    for group in text.strip().split("\n\n")[1:]:
        assert group.startswith("#"), group
        packages = [line for line in group.splitlines() if not line.startswith("#")]
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+(; sys_platform .+)?", line) for line in packages), group


@pytest.mark.parametrize(
    "package", ["torch", "tensorflow-cpu", "mxnet", "jax", "d2l", "jupyter", "matplotlib", "nbval"]
)
def test_the_environment_holds_what_the_project_promises(package):
    assert package in pins("requirements.txt")


def test_the_modern_environment_is_the_shared_one_without_mxnet_and_d2l_on_numpy_2_and_keras_3():
    modern, shared = pins("requirements-modern.txt"), pins("requirements.txt")
    assert {*modern} == {*shared, "keras"} - {"mxnet", "d2l", "atheris"}
    assert modern["numpy"].startswith("2.")
    assert modern["keras"].startswith("3.")
    assert not {"mxnet", "d2l"} & {*pins("requirements-modern.lock")}


def test_environment_yml_is_the_same_environment():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    assert "python=3.11" in environment["dependencies"]
    assert {"pip": ["-r requirements.txt", "-e ."]} in environment["dependencies"]
