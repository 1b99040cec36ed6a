"""Each published helper module beside the face that stands for it: no difference but those that are meant."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import document
import pytest
from cases import REFUSED
from fetch import NotFetchedError, unpacked
from manifest import FRAMEWORKS, PUBLISHED
from table import FILE, fits, rows

from d2l_compat import frameworks
from d2l_compat.lessons.discover import chosen_frameworks

ROOT = Path(__file__).parents[2]
CHOSEN = [p for p in PUBLISHED if FRAMEWORKS[p.face] in chosen_frameworks()]
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
}


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Start the comparison of every module, two at a time; by name, the futures of their results."""
    home = tmp_path_factory.mktemp("home")
    try:
        for published in CHOSEN:
            unpacked(published.file)
    except NotFetchedError as error:
        pytest.exit(str(error), returncode=1)
    with ThreadPoolExecutor(2) as pool:
        yield {published.name: pool.submit(_run, published.name, home) for published in CHOSEN}
        pool.shutdown(cancel_futures=True)


def _run(name, home):
    target = document.RESULTS / f"{name}.json"
    target.unlink(missing_ok=True)
    script = Path(__file__).with_name("run_one.py")
    environment = {**os.environ, **ENVIRONMENT, "HOME": str(home), "MPLCONFIGDIR": str(home)}
    command = [sys.executable, str(script), name, str(target)]
    run = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{name}:\n{run.stderr[-3000:]}"
    return json.loads(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("published", CHOSEN, ids=lambda published: published.name)
def test_a_release_and_its_face_agree_but_for_what_is_meant(published, runs):
    result = runs[published.name].result()
    table = rows()
    unexplained = [
        f"{d['helper']} ({d['case']}), {d['fact']}: the release {d['release']}, the face {d['face']}"
        for d in result["differences"]
        if not any(row.explains(published.name, d) for row in table)
    ]
    assert not unexplained, f"{len(unexplained)} differences are not in {FILE.name}:\n" + "\n".join(
        unexplained
    )


@pytest.mark.parametrize("published", CHOSEN, ids=lambda published: published.name)
def test_every_helper_of_a_release_is_tried_with_every_parameter(published, runs):
    assert runs[published.name].result()["untried"] == []


@pytest.mark.parametrize("published", CHOSEN, ids=lambda published: published.name)
def test_what_fails_on_both_sides_is_meant_to(published, runs):
    failed = runs[published.name].result()["both raise"]
    assert {call: error for call, error in failed.items() if not fits(REFUSED, call)} == {}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.what)
def test_a_row_of_the_table_says_where_a_user_is_told(row):
    file, words = row.told
    assert " ".join(words.split()) in " ".join((ROOT / file).read_text(encoding="utf-8").split())


if set(chosen_frameworks()) == set(frameworks()):  # what can be said of a complete run only

    @pytest.mark.parametrize("row", rows(), ids=lambda row: row.what)
    def test_a_row_of_the_table_is_needed(row, runs):
        results = [run.result() for run in runs.values()]
        assert any(row.explains(result["module"], d) for result in results for d in result["differences"])

    def test_there_are_thousands_of_comparisons(runs):
        assert sum(run.result()["calls"] for run in runs.values()) >= 3_000

    def test_the_pages_are_those_of_this_run(runs):
        found = {name: run.result() for name, run in runs.items()}
        for name, text in document.pages(found).items():
            page = document.DOCS / name
            assert page.read_text(encoding="utf-8") == text, "run: python tests/releases/document.py"
