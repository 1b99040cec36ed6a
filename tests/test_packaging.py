"""The files that install the project agree with each other, with what has wheels, and with the messages."""

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

from d2l_compat import frameworks
from d2l_compat.commands.command_line import NOTEBOOK_TOOLS

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import set_up  # noqa: E402

FILES = ["requirements.txt", "requirements-2023.txt"]
PYTHONS = [(3, minor) for minor in range(10, 15)]
MACHINES = [
    ("linux", "x86_64"),
    ("linux", "aarch64"),
    ("darwin", "arm64"),
    ("darwin", "x86_64"),
    ("win32", "AMD64"),
]


def requirements(name):
    """The requirements of a file, in order."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and line[0] != "#"]


def pins(name):
    """The ``==version`` of each package, several where Pythons differ, by lower-case name with hyphens."""
    found = {}
    for requirement in requirements(name):
        found.setdefault(requirement.name.lower().replace("_", "-"), set()).add(str(requirement.specifier))
    return found


@pytest.mark.parametrize("name", FILES)
def test_the_lock_holds_every_direct_dependency_at_its_pin(name):
    lock = pins(name.replace(".txt", ".lock"))
    assert {package: lock.get(package) for package in pins(name)} == pins(name)


@pytest.mark.parametrize("name", [*FILES, "requirements-no-deps.txt"])
def test_direct_dependencies_are_pinned_exactly_and_each_group_has_its_reason(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for group in text.strip().split("\n\n")[1:]:
        assert group.startswith("#"), group
        packages = [line for line in group.splitlines() if not line.startswith("#")]
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+(; .+)?", line) for line in packages), group


@pytest.mark.parametrize("name", FILES)
def test_a_lock_names_packages_and_nothing_else(name):
    """No address, no hash, no extra, which pip refuses in constraints."""
    for requirement in requirements(name.replace(".txt", ".lock")):
        assert (requirement.url, requirement.extras) == (None, set())


@pytest.mark.parametrize(
    "package",
    ["torch", "tensorflow-cpu", "mxnet", "jax", "paddlepaddle", "d2l", "jupyter", "matplotlib", "nbval"],
)
def test_the_environments_hold_what_the_project_promises(package):
    assert package in {**pins("requirements.txt"), **pins("requirements-no-deps.txt")}
    assert package in pins("requirements-2023.txt")


@pytest.mark.parametrize("machine", MACHINES, ids=" ".join)
@pytest.mark.parametrize("python", PYTHONS, ids="{0[0]}.{0[1]}".format)
def test_what_set_up_leaves_out_is_what_the_requirements_leave_out(python, machine):
    version = "{}.{}".format(*python)
    surroundings = {"python_version": version, "sys_platform": machine[0], "platform_machine": machine[1]}
    here = [
        requirement.name
        for name in ("requirements.txt", "requirements-no-deps.txt")
        for requirement in requirements(name)
        if requirement.marker is None or Marker(str(requirement.marker)).evaluate(surroundings)
    ]
    assert len(here) == len({*here})
    for framework in frameworks():
        packages = [name for name in here if name.startswith(framework)]
        assert bool(packages) == (framework not in set_up.left_out(python, *machine)), framework


def test_environment_yml_is_the_same_environment():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    assert "python=3.12" in environment["dependencies"]
    assert {"pip": ["-c requirements.lock", "-r requirements.txt", "-e ."]} in environment["dependencies"]


def test_messages_name_the_packages_of_the_extra_and_no_project_that_is_not_published():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extra = ast.literal_eval(re.search(r"^notebooks = (\[.*\])$", project, re.MULTILINE)[1])
    assert NOTEBOOK_TOOLS.split() == ["pip", "install", *(Requirement(text).name for text in extra)]
    texts = [*(ROOT / "d2l_compat").rglob("*.py"), *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    naming = re.compile(r"pip install [^\n`]*\bd2l_compat(?!-)")
    assert [str(path) for path in texts if naming.search(path.read_text(encoding="utf-8"))] == []
