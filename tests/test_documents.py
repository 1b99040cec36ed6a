"""What the documents say of the code is what the code says of itself, and their links lead somewhere."""

import re
import sys
from pathlib import Path

import pytest
import yaml

import d2l_compat
from d2l_compat.commands import catalogue
from d2l_compat.editions import EDITIONS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from generate import documents  # noqa: E402

README, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAGE = (ROOT / "docs" / "editions.md").read_text(encoding="utf-8")


def fenced(text):
    return re.findall(r"```.*?```", text, re.DOTALL)


def targets(text):
    return re.findall(r"\]\(([^)]+)\)|^\[[^]]+\]: (\S+)", text, re.MULTILINE)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_generated_parts_are_what_the_code_says(path):
    assert path.read_text(encoding="utf-8") == documents()[path], "run: python docs/generate.py"


def test_the_table_of_helpers_is_there():
    assert catalogue.table() in PAGE


@pytest.mark.parametrize("face", EDITIONS)
def test_the_import_line_of_every_face_is_there(face):
    assert f"from d2l_compat import {face} as" in PAGE or f"from d2l_compat.{face} import" in PAGE


@pytest.mark.parametrize("text", [README, CHINESE], ids=["English", "Chinese"])
def test_the_readme_is_short(text):
    lines = text.splitlines()
    assert len(text.encode()) <= 8192
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 120


def test_both_readmes_have_the_same_commands():
    assert fenced(CHINESE) == fenced(README)


def test_both_readmes_have_the_same_links():
    ours = {"README.md", "README.zh-CN.md", "https://d2l.ai", "https://zh.d2l.ai"}
    english, chinese = ({*sum(targets(text), ())} - ours for text in (README, CHINESE))
    assert chinese == english


def test_both_readmes_have_the_same_figures():
    numbers = [re.findall(r"0\.\d{3}(?: \(0\.\d{4}\))?", text) for text in (README, CHINESE)]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_are_there(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [
        link for link in sum(targets(text), ()) if link and "://" not in link and not link.startswith("#")
    ]
    missing = [link for link in links if not (page.parent / link.partition("#")[0]).exists()]
    assert not missing


def test_the_version_is_one():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    assert cited == d2l_compat.__version__
    assert f"## {cited}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
