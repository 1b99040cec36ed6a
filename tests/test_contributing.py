"""The commands of CONTRIBUTING.md are commands, and its map is of the house that stands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COMMANDS = [
    line.partition(" #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
]
MAP = TEXT[TEXT.index("    d2l_compat/\n") : TEXT.index("Imports go one way")]


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_make_knows_the_target(command):
    process = subprocess.run(
        [*shlex.split(command), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith(".venv/bin/")])
def test_the_command_runs(command):
    name, *arguments = shlex.split(command.removeprefix(".venv/bin/"))
    module = {"d2l-compat": "d2l_compat", "pytest": "pytest"}[name]
    process = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize("name", sorted(set(re.findall(r"[a-z_0-9]+(?:\.pyi?|/)", MAP))))
def test_what_is_on_the_map_is_there(name):
    assert name == "d2l_compat/" or [*(ROOT / "d2l_compat").rglob(name.rstrip("/"))] or (ROOT / name).is_dir()
