"""Every notebook is clean and parallel to its counterparts; the checks find what they are for."""

import ast
import os
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import hygiene
import parity
import pytest

import d2l_compat
from d2l_compat.lessons.discover import discover, needed_frameworks
from d2l_compat.reproduce.editions import D2L_2019, GLUONBOOK, METRICS

ROOT = Path(__file__).parents[1]
NOTEBOOKS = discover(ROOT / "notebooks", d2l_compat.frameworks())
FIXTURES = Path(__file__).parent / "fixtures"

NO_HYGIENE = {
    "fail-absolute-path": "output holds an absolute path: /home/reader/notebooks/model.npz",
    "fail-bad-magic": "unknown magic, UsageError: Line magic function `%matplotlib_inline` not found",
    "fail-cell-timing": "execution times are stored",
    "fail-duplicate-id": "2 cells have this id",
    "fail-error": "stored error ZeroDivisionError: division by zero",
    "fail-execution-order": "execution count 5, expected 2",
    "fail-ignored-without-reason": "the prose before gives no reason with 'because'",
    "fail-long-cell": "13 lines, at most 12",
    "fail-long-line": "line 1: 80 columns, at most 78",
    "fail-missing-id": "not a valid notebook: 'id' is a required property",
    "fail-nbval-comment": "a comment steers nbval",
    "fail-no-frameworks": "metadata d2l_compat.frameworks is None, expected a list of the frameworks that it",
    "fail-object-address": "output holds an object's address: 0x",
    "fail-old-format": "notebook format 4.4, expected 4.5",
    "fail-one-cell-stripped": "cell 'add': shows something when executed, and has no stored output",
    "fail-other-kernel": "kernelspec is {'display_name': 'torch'",
    "fail-python-version": "'version': '3.11.7'",
    "fail-random-id": "cell '3f9ac01b': the id is no readable name",
    "fail-random-uuid": "-90b4-4cf1-a1ce-07e4f6ab2c11': the id is no readable name",
    "fail-stderr": "output on stderr: careful",
    "fail-stripped-outputs": "no code cell has outputs: the notebook was stripped",
    "fail-synthetic-history": "stored results are of the synthetic stand-in",
    "fail-trailing-semicolon": "cell 'square': ends in ';'",
    "fail-unknown-framework": "d2l_compat.frameworks is ['pytorch'], expected a list of the frameworks that",
    "fail-unknown-tag": "the tag 'raises-exception' is none of",
}
NO_PARITY = {
    "fail-missing-cell": "at cell 3: 'exercises', where the other has 'add'",
    "fail-missing-last-cell": "at cell 4: the end, where the other has 'exercises'",
    "fail-other-heading": "in cell 'tensors': the headings\n  ['## Arrays']\nwhere",
    "fail-other-prose": "in cell 'title': the prose\n  '# Adding numbers\\n\\nOne and one. Two.'",
    "fail-other-tags": "in cell 'exercises': the tags\n  ['answers']",
    "fail-other-type": "in cell 'exercises': the type\n  'code'",
}
ONLY_NBVAL_FAILS = {"fail-wrong-output"}


def counterparts(folder):
    """Return {framework: notebook} of the notebooks in `folder` that are named after a framework."""
    return {
        path.stem: hygiene.read(path)
        for path in discover(folder, d2l_compat.frameworks())
        if path.stem in d2l_compat.frameworks()
    }


LESSONS = [
    folder
    for folder, paths in groupby(NOTEBOOKS, key=lambda path: path.parent)
    if {path.stem for path in paths} & set(d2l_compat.frameworks())
]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_notebook_is_clean(path):
    assert hygiene.problems(hygiene.read(path), path) == []


@pytest.mark.parametrize("folder", LESSONS, ids=lambda folder: folder.name)
def test_lesson_exists_in_every_framework(folder):
    assert tuple(counterparts(folder)) == d2l_compat.frameworks()


@pytest.mark.parametrize("folder", LESSONS, ids=lambda folder: folder.name)
def test_counterparts_are_parallel(folder):
    assert parity.problems(counterparts(folder)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_counterpart_needs_the_framework_it_is_named_after_and_the_comparison_all(path):
    expected = {"compare": d2l_compat.frameworks(), "gluonbook-2018": ("mxnet",), "d2l-2019": ("mxnet",)}
    assert needed_frameworks(path) == expected.get(path.stem, (path.stem,))


def history_cells(name):
    """Return {id: cell} of the notebook of an older edition."""
    notebook = hygiene.read(ROOT / "notebooks" / "history" / f"{name}.ipynb")
    return {cell.id: cell for cell in notebook.cells}


def test_the_edition_of_2019_has_every_cell_of_that_of_2018_and_trains_again():
    older, newer = map(history_cells, ("gluonbook-2018", "d2l-2019"))
    assert list(older) == [name for name in newer if name in older]
    own = ["train-again-text", "train-again", "history-again-text", "history-again", "published-2018"]
    assert [name for name in newer if name not in older] == own
    for name, cell in older.items():
        assert parity.ASPECTS["the headings"](newer[name]) == parity.ASPECTS["the headings"](cell)
    assert newer["train-again"].source == newer["train"].source


@pytest.mark.parametrize(
    ("name", "train"), [("gluonbook-2018", "train"), ("d2l-2019", "train"), ("d2l-2019", "train-again")]
)
def test_an_older_edition_prints_its_line_five_times(name, train):
    printed = "".join(output.text for output in history_cells(name)[train].outputs)
    line = r"epoch {}, loss 0\.\d{{4}}, train acc 0\.\d{{3}}, test acc 0\.\d{{3}}\n"
    assert re.fullmatch("".join(line.format(epoch) for epoch in range(1, 6)), printed)


@pytest.mark.parametrize(
    ("name", "cell", "row"),
    [
        ("gluonbook-2018", "published", GLUONBOOK),
        ("d2l-2019", "published-2018", GLUONBOOK),
        ("d2l-2019", "published", D2L_2019),
    ],
    ids=["2018", "2018-in-2019", "2019"],
)
def test_the_published_figures_are_those_that_reproduce_knows(name, cell, row):
    shown = ast.literal_eval(ast.parse(history_cells(name)[cell].source).body[0].value)
    trained = [figure for figure in row.published if figure.epoch > 0]
    assert shown == {m: [float(f.printed) for f in trained if f.metric == m] for m in METRICS}


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_hygiene_finds_exactly_what_is_wrong(path):
    found = hygiene.problems(hygiene.read(path), path)
    if path.stem in NO_HYGIENE:
        assert len(found) == 1
        assert NO_HYGIENE[path.stem] in found[0]
    else:
        assert path.stem in ONLY_NBVAL_FAILS or path.stem.startswith("pass-")
        assert found == []


@pytest.mark.parametrize(
    "folder", sorted(filter(Path.is_dir, FIXTURES.glob("*-*"))), ids=lambda folder: folder.name
)
def test_parity_finds_exactly_what_is_wrong(folder):
    found = parity.problems(counterparts(folder))
    if folder.name in NO_PARITY:
        assert len(found) == 1
        assert NO_PARITY[folder.name] in found[0]
    else:
        assert folder.name.startswith("pass-")
        assert found == []


def test_hygiene_finds_a_file_that_is_too_large(tmp_path):
    notebook = hygiene.read(FIXTURES / "pass-plain.ipynb")
    path = tmp_path / "large.ipynb"
    path.write_bytes(b" " * 1_500_001)
    assert hygiene.problems(notebook, path) == ["the file has 1500001 bytes, at most 1500000 are allowed"]


@pytest.mark.parametrize("name", ["softmax", "softmax-define", "exercise-1", "float32-overflow", "feedback"])
def test_id_is_readable(name):
    assert hygiene.READABLE_ID.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["a1b2c3d4", "deadbeef", "xK3_9fQz", "Softmax", "softmax define", "-softmax"]
)
def test_id_is_not_readable(name):
    assert not hygiene.READABLE_ID.fullmatch(name)


@pytest.mark.parametrize(
    "text", ["loss 0.5, 1/2/3", "</td></tr>", "and/or", "https://d2l.ai/index.html", "a / b"]
)
def test_no_absolute_path(text):
    assert not hygiene.ABSOLUTE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["in /tmp/x", "<td>/home/me/a.py</td>", "'/opt/data'", "file:///srv/a", r"C:\Users"]
)
def test_absolute_path(text):
    assert hygiene.ABSOLUTE_PATH.search(text)


@pytest.mark.parametrize(
    "source", ["print(1)", "x", "1 + 1", "for i in y:\n    pass\nplt.show()", "%time\nx"]
)
def test_cell_must_print(source):
    assert hygiene._must_print(source)


@pytest.mark.parametrize(
    "source", ["x = 1", "f(x)", "%matplotlib inline", "assert x", "# nothing", "import os"]
)
def test_cell_may_be_silent(source):
    assert not hygiene._must_print(source)


def run_pytest(folder, *options, **environment):
    """Run pytest in `folder`, away from this project's settings; return what subprocess.run does."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval",
            "--nbval-current-env",
            "--tb=short",
            "-rA",
            *options,
        ],
        cwd=folder,
        env={**os.environ, "FRAMEWORKS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_strict_nbval_finds_a_wrong_output(tmp_path):
    for name in ("pass-plain", "fail-wrong-output"):
        shutil.copy(FIXTURES / f"{name}.ipynb", tmp_path)
    done = run_pytest(tmp_path)
    summary = sorted(line.split(" - ")[0] for line in done.stdout.splitlines() if "ipynb::Cell" in line[:70])
    assert [line for line in summary if line.startswith(("PASSED", "FAILED"))] == [
        "FAILED fail-wrong-output.ipynb::Cell 0",
        "PASSED fail-wrong-output.ipynb::Cell 1",
        "PASSED pass-plain.ipynb::Cell 0",
        "PASSED pass-plain.ipynb::Cell 1",
    ]


def test_notebooks_are_only_executed_on_the_stand_in_and_a_line_says_so(tmp_path):
    for source in (ROOT / "conftest.py", FIXTURES / "fail-wrong-output.ipynb"):
        shutil.copy(source, tmp_path)
    done = run_pytest(tmp_path, "-n", "2", "--dist=loadscope", D2L_COMPAT_DATA="synthetic")
    assert done.returncode == 0
    assert "2 passed" in done.stdout
    assert (done.stdout + done.stderr).count("SYNTHETIC") == 1


def test_frameworks_restricts_which_notebooks_are_collected(tmp_path):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    for name in ("mxnet", "torch"):
        shutil.copy(FIXTURES / f"pass-counterparts/{name}.ipynb", tmp_path / f"needs-{name}.ipynb")
    shutil.copy(FIXTURES / "pass-plain.ipynb", tmp_path / "mxnet.ipynb")
    done = run_pytest(tmp_path, "--collect-only", "-q", FRAMEWORKS="torch", D2L_COMPAT_DATA="synthetic")
    assert {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line} == {
        "needs-torch.ipynb",
        "mxnet.ipynb",  # whatever its name
    }


def test_a_notebook_that_needs_what_is_no_framework_is_an_error(tmp_path):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    shutil.copy(FIXTURES / "fail-unknown-framework.ipynb", tmp_path)
    done = run_pytest(tmp_path, FRAMEWORKS="torch", D2L_COMPAT_DATA="synthetic")
    assert done.returncode
    assert "metadata d2l_compat.frameworks: expected names out of" in done.stdout + done.stderr
    assert "received pytorch" in done.stdout + done.stderr


def test_frameworks_with_an_unknown_name_is_a_usage_error(tmp_path):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    done = run_pytest(tmp_path, FRAMEWORKS="torch pytorch", D2L_COMPAT_DATA="synthetic")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    known = ", ".join(d2l_compat.frameworks())
    assert f"expected names out of {known}" in done.stderr
    assert "received pytorch" in done.stderr
