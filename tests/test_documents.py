"""What the documents say of the code is what the code says of itself, and their links lead somewhere."""

import re
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

import d2l_compat
from d2l_compat.commands import catalogue, command_line
from d2l_compat.editions import EDITIONS
from d2l_compat.lessons.results import last_run

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


def counted(file, pattern):
    return len(re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


FIGURES = [
    ("editions", r"(\d+) notebooks in the manner", len([*ROOT.glob("tests/fixtures/foreign/*/*.ipynb")])),
    ("editions", r"(\d+) published helper", counted("docs/releases.md", r"(?<=\| )(d2l\w*|gluonbook)-\d")),
    ("trust", r"(\d+) ways", counted("tests/slow/test_data_faults.py", r'^    "\w+": "')),
    ("trust", r"each of (\d+) commands", counted("tests/slow/test_kills.py", r'^    "[^"]+": \w+,')),
    (
        "trust",
        r"(\d+) pieces",
        counted("tests/browser/test_hostile_notebook.py", r'^    f?"<|^    "(!?\[|</)'),
    ),
    ("mxnet-today", r"([\d,]+) small programs", counted("tests/slow/mxnet_programs.jsonl", "^{")),
    ("mxnet-today", r"programs (\d+) give", counted("tests/slow/test_mxnet_programs.py", '"n[pd]: ')),
]


@pytest.mark.parametrize(("page", "said", "number"), FIGURES, ids=[said for _, said, _ in FIGURES])
def test_a_number_of_things_is_their_number(page, said, number):
    (found,) = re.findall(said, (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))
    assert int(found.replace(",", "")) == number


def test_the_printed_lines_of_the_notebooks_are_those_of_what_is_stored():
    printed = re.findall(r"^ok .* s  (\S+)   (loss.*)", README, re.MULTILINE)
    assert len(printed) == 4
    for path, figures in printed:
        final = last_run(nbformat.read(ROOT / "notebooks" / path, as_version=4)).final
        said = "loss {train_loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}".format(**final)
        assert figures == said, path


def test_check_prints_what_the_page_shows(monkeypatch, capsys):
    page = (ROOT / "docs" / "my-notebook.md").read_text(encoding="utf-8")
    name, shown = re.search(r"\$ python -m d2l_compat check (\S+)\n(.*?)```", page, re.DOTALL).groups()
    monkeypatch.chdir(ROOT / "tests" / "fixtures" / "foreign" / "torch")
    assert command_line.main(["check", name]) == 1
    assert capsys.readouterr().out == shown


def test_the_printed_epochs_are_those_of_the_lesson():
    page = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    lesson = (ROOT / "notebooks/softmax-regression-scratch/torch.ipynb").read_text(encoding="utf-8")
    printed = re.findall("^epoch .*", page, re.MULTILINE)
    assert len(printed) == 3
    assert [line for line in printed if line not in lesson] == []


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
