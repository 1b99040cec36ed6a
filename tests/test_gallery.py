"""The gallery executes what it finds, survives what is broken, and says what happened."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from d2l_compat import frameworks
from d2l_compat.commands.command_line import main
from d2l_compat.data import fashion_mnist, files
from d2l_compat.lessons import data_choice, pages, reading
from d2l_compat.lessons import execute as execute_module
from d2l_compat.lessons.execute import Execution, execute, normalise

HOSTILE = "<script>alert('x')</script>"
TRAIN = """
import os
from pathlib import Path
from d2l_compat.helpers.history import History
print(Path.cwd().name, os.environ.get("OMP_NUM_THREADS"))
history = History("torch", {"torch": "2.13.0"}, "synthetic", "generator")
history.add(0.7876, 0.747, 0.804, 1.5)
history.add(0.5739, 0.811, 0.825, 2.5)
history
"""
MODULE = Path(__file__)


def write_notebook(path, *sources, heading="# Lesson", needs=()):
    """Write a notebook with a heading and code cells named cell-1, cell-2, ... that hold stale outputs.

    `needs` are the frameworks that its metadata name.
    """
    stale = [new_output("stream", name="stdout", text="stale")]
    cells = [
        new_code_cell(source, id=f"cell-{i}", execution_count=9, outputs=stale)
        for i, source in enumerate(sources, 1)
    ]
    notebook = new_notebook(cells=[new_markdown_cell(heading, id="title"), *cells])
    notebook.metadata.language_info = nbformat.from_dict({"name": "python", "version": "3.0.0"})
    notebook.metadata.d2l_compat = {"frameworks": list(needs)}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def outputs(notebook):
    """Return for each code cell what it shows: text, or the name of its error."""
    return [
        [output.get("text") or output.get("ename") or output.data["text/plain"] for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the command line on good, bad and hostile notebooks; return the process and its folder."""
    folder = tmp_path_factory.mktemp("run")
    write_notebook(folder / "in/lesson/torch.ipynb", TRAIN, heading="# Lesson $a < b$", needs=["torch"])
    write_notebook(folder / "in/lesson/mxnet.ipynb", "raise AssertionError('not this')", needs=["mxnet"])
    write_notebook(folder / "in/lesson/.ipynb_checkpoints/torch.ipynb", "raise AssertionError('not this')")
    write_notebook(folder / "in/failing.ipynb", "print('so far')", f"raise ValueError({HOSTILE!r})", "1")
    write_notebook(folder / "in/dying.ipynb", "print('so far')", "import os\nos._exit(1)", "1")
    write_notebook(folder / "in/<i> & #1%.ipynb", "1", heading=f"# {HOSTILE}")
    (folder / "in/text.ipynb").write_text("no notebook")
    write_notebook(folder / "in/compare.ipynb", "raise AssertionError('not this')", needs=frameworks())
    environment = {**os.environ, "D2L_COMPAT_DATA": "synthetic", "FRAMEWORKS": "tensorflow torch"}
    environment.pop("OMP_NUM_THREADS", None)
    process = subprocess.run(
        [sys.executable, "-m", "d2l_compat", "execute", folder / "in", "-o", folder / "out"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return process, folder / "out"


@pytest.fixture
def executed(run):
    """Return a function that reads an executed notebook."""
    return lambda name: nbformat.read(run[1] / "notebooks" / name, as_version=4)


@pytest.fixture
def index(run):
    """Return the index page, parsed."""
    return BeautifulSoup((run[1] / "index.html").read_text(encoding="utf-8"), "html.parser")


def test_run_writes_a_notebook_and_a_page_for_each(run):
    names = {path.relative_to(run[1]).as_posix() for path in run[1].rglob("*.*") if path.is_file()}
    stems = ["<i> & #1%", "dying", "failing", "lesson/torch"]
    expected = [f"notebooks/{stem}.ipynb" for stem in stems] + [f"{stem}.html" for stem in stems]
    assert names == {*expected, "index.html", "compare/index.html"}


def test_the_index_links_the_comparison(index):
    assert index.find("a", href="compare/index.html")


def test_run_ends_with_the_path_of_the_index(run):
    assert run[0].stdout.splitlines()[-1] == f"results: {run[1] / 'index.html'}"


def test_run_shows_the_final_figures_in_the_progress_line(run):
    (line,) = (line for line in run[0].stdout.splitlines() if "torch" in line)
    assert line.startswith("ok ")
    assert line.endswith("lesson/torch.ipynb   loss 0.5739, train acc 0.811, test acc 0.825")


def test_run_fails_and_names_the_cells_and_their_errors(run):
    assert run[0].returncode == 1
    assert [line for line in run[0].stderr.splitlines() if line.startswith("FAILED")] == [
        "FAILED dying.ipynb: cell 'cell-2': DeadKernelError: the kernel died",
        f"FAILED failing.ipynb: cell 'cell-2': ValueError: {HOSTILE}",
        "FAILED text.ipynb: not a notebook: no JSON (Expecting value: line 1 column 1 (char 0))",
    ]


def test_kernel_works_in_the_folder_of_its_notebook_with_one_thread(executed):
    assert outputs(executed("lesson/torch.ipynb"))[0][0] == "lesson 1\n"


@pytest.mark.parametrize(
    ("name", "error"), [("failing.ipynb", "ValueError"), ("dying.ipynb", "DeadKernelError")]
)
def test_notebook_that_fails_keeps_its_outputs_so_far_and_the_error(executed, name, error):
    assert outputs(executed(name)) == [["so far\n"], [error], []]


def test_executed_notebook_is_normalised(executed):
    notebook = executed("lesson/torch.ipynb")
    assert notebook.metadata == {
        "d2l_compat": {"frameworks": ["torch"]},
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    assert [cell.metadata for cell in notebook.cells] == [{}, {}]


def test_index_links_every_page_whatever_its_name(run, index):
    targets = [unquote(link["href"]) for link in index.find_all("a")]
    assert len(targets) == 5  # a page for each of the four, and the comparison
    assert all((run[1] / target).is_file() for target in targets)


def test_index_shows_hostile_text_as_text(index):
    assert not index.find_all("script")
    assert HOSTILE in index.find("h2").text
    assert f"cell 'cell-2': ValueError: {HOSTILE}" in [row.text for row in index.select("tr.error")]


def test_index_shows_the_last_epoch_and_the_mean_seconds(index):
    (row,) = (row for row in index.find_all("tr") if row.find("a", string="PyTorch"))
    shown = {cell["data-label"]: cell.get_text(" ", strip=True) for cell in row.select("td[data-label]")}
    expected = {
        "train loss": "0.5739",
        "train acc": "0.811",
        "test acc": "0.825",
        "s / epoch": "2.00",
    }
    assert expected.items() <= shown.items()
    assert (shown["data"], shown["status"]) == ("synthetic generator", "ok")


def test_stand_in_is_named_everywhere(run, index):
    page = BeautifulSoup((run[1] / "lesson/torch.html").read_text(encoding="utf-8"), "html.parser")
    shown = (run[0].stderr, index.find(role="alert").text, page.find("nav").text)
    assert all(data_choice.ASKED_FOR in text for text in shown)


@pytest.mark.parametrize("name", ["index.html", "lesson/torch.html", "failing.html"])
def test_page_asks_the_network_for_nothing(run, name):
    page = BeautifulSoup((run[1] / name).read_text(encoding="utf-8"), "html.parser")
    sources = [tag.get("src") or tag.get("href") for tag in page.select("script, link, img, iframe")]
    assert all(source is None or source.startswith("data:") for source in sources)
    assert not page.find_all("script", src=True)
    assert "@import" not in str(page)
    assert "url(http" not in str(page)


def page_of(markdown):
    """Return the parsed page of a notebook with one prose cell."""
    notebook = new_notebook(cells=[new_markdown_cell(markdown, id="prose")])
    html = pages.page(Execution(Path("folder/prose.ipynb"), notebook, 1.0, None), None)
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize(
    ("markdown", "display"),
    [
        (r"where $\hat{y}_j$ is", "inline"),
        (r"$$\sum_j \exp(o_j)$$", "block"),
        (r"$$\begin{aligned}a &= b\\c &= d\end{aligned}$$", "block"),
        (r"\begin{align*}a &= b\\c &= d\end{align*}", "block"),
    ],
)
def test_formula_becomes_mathml(markdown, display):
    (formula,) = page_of(markdown).find_all("math")
    assert formula["display"] == display
    assert not formula.find_all("mi", string="&")


def test_formula_that_cannot_be_drawn_is_shown_as_its_source():
    assert page_of(r"where $x^$ is").find("code").text == "x^"


def test_page_links_back_to_the_index():
    assert page_of("text").find("nav").find("a")["href"] == "../index.html"


def test_history_of_the_stand_in_makes_the_index_loud_by_itself():
    notebook = new_notebook(cells=[new_code_cell(TRAIN, id="train")])
    assert execute(notebook, MODULE.parent) is None
    rendered = pages.index([Execution(Path("torch.ipynb"), notebook, 1.0, None)], None)
    assert BeautifulSoup(rendered, "html.parser").find(role="alert").text == pages.SYNTHETIC


@pytest.mark.parametrize(
    ("values", "points"),
    [([3.0, 1.0], "0.0,0.0 10.0,4.0"), ([2.0, 2.0], "0.0,4.0 10.0,4.0"), ([5.0], "0.0,4.0")],
    ids=["falling", "constant", "one epoch"],
)
def test_curve_fills_its_box(values, points):
    assert pages.curve(values, 10, 4) == points


def test_a_cell_without_an_id_is_named_by_its_number_and_first_line(tmp_path):
    (tmp_path / "in").mkdir()
    cells = [new_code_cell(source) for source in ("", "1", "# why\nraise ValueError('no id')")]
    for cell in cells:
        del cell["id"]
    notebook = new_notebook(cells=cells, nbformat_minor=4)
    nbformat.write(notebook, tmp_path / "in/lesson.ipynb")
    execution = execute_module.execute_file(tmp_path / "in", Path("lesson.ipynb"), tmp_path / "out")
    assert execution.error == "cell 2 (# why): ValueError: no id"
    written = nbformat.read(tmp_path / "out/lesson.ipynb", as_version=4)
    assert (written.nbformat_minor, reading.error_of(written)) == (4, execution.error)


def test_cell_that_takes_too_long_is_named(monkeypatch):
    monkeypatch.setattr(execute_module, "CELL_TIMEOUT", 1)
    notebook = new_notebook(cells=[new_code_cell("import time\ntime.sleep(60)", id="sleep")])
    assert execute(notebook, MODULE.parent) == "cell 'sleep': CellTimeoutError: still busy after 1 s"
    assert outputs(notebook)[0][-1] == "CellTimeoutError"


def test_normalise_drops_widget_state_and_timings():
    cell = new_code_cell(
        "1", id="one", metadata={"execution": {"iopub.status.busy": "now"}, "tags": ["answers"]}
    )
    notebook = new_notebook(cells=[cell], metadata={"widgets": {}, "title": "Lesson"})
    normalise(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "title"}
    assert notebook.cells[0].metadata == {"tags": ["answers"]}


def test_refresh_writes_complete_runs_and_nothing_else(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(data_choice, "choose", lambda: None)
    monkeypatch.setenv("FRAMEWORKS", "")
    write_notebook(tmp_path / "good.ipynb", "print(1 + 1)")
    write_notebook(tmp_path / "failing.ipynb", "print(1 + 1)", "1 / 0")
    write_notebook(tmp_path / "edited.ipynb", "open('edited.ipynb', 'a').write(' ')")
    failing, edited = ((tmp_path / f"{name}.ipynb").read_text() for name in ("failing", "edited"))
    assert main(["execute", str(tmp_path), "--in-place"]) == 1
    assert outputs(nbformat.read(tmp_path / "good.ipynb", as_version=4)) == [["2\n"]]
    assert (tmp_path / "failing.ipynb").read_text() == failing
    assert (tmp_path / "edited.ipynb").read_text() == edited + " "
    assert len(list(tmp_path.iterdir())) == 3
    assert capsys.readouterr().err.splitlines() == [
        "FAILED edited.ipynb: changed on disk while it was executed, and left as it is: run this again",
        "FAILED failing.ipynb: cell 'cell-2': ZeroDivisionError: division by zero",
    ]


@pytest.fixture
def no_data(monkeypatch):
    """No copy of the data anywhere, and no network."""

    def locate():
        raise fashion_mnist.DataNotFound("no copy")

    monkeypatch.setenv("D2L_COMPAT_DATA", "")
    monkeypatch.setattr(fashion_mnist, "locate", locate)


def test_without_data_the_stand_in_is_chosen_for_kernels_too(no_data):
    assert data_choice.choose() == data_choice.NOT_FOUND
    assert os.environ["D2L_COMPAT_DATA"] == "synthetic"


def test_real_data_needs_no_word(monkeypatch):
    monkeypatch.setenv("D2L_COMPAT_DATA", "folder")
    monkeypatch.setattr(fashion_mnist, "locate", lambda: (Path("folder"), "data folder"))
    assert data_choice.choose() is None
    assert os.environ["D2L_COMPAT_DATA"] == "folder"


def test_refresh_refuses_the_stand_in(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    check_refused(tmp_path, capsys, data_choice.ASKED_FOR)


def test_refresh_refuses_when_there_is_no_data(tmp_path, no_data, capsys):
    check_refused(tmp_path, capsys, data_choice.NOT_FOUND)


def test_folder_without_the_data_is_an_error_and_no_reason_for_the_stand_in(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path))
    check_refused(tmp_path, capsys, "expected the 4 files of Fashion-MNIST")
    assert os.environ["D2L_COMPAT_DATA"] == str(tmp_path)


def check_refused(folder, capsys, reason):
    """Check that refreshing `folder` ends with status 2 and the reason, and changes nothing."""
    write_notebook(folder / "lesson.ipynb", "1")
    before = (folder / "lesson.ipynb").read_text()
    assert main(["execute", str(folder), "--in-place"]) == 2
    assert reason in capsys.readouterr().err
    assert (folder / "lesson.ipynb").read_text() == before


def test_a_notebook_that_needs_what_is_no_framework_is_an_error(tmp_path, capsys):
    write_notebook(tmp_path / "lesson.ipynb", "1", needs=["pytorch"])
    assert main(["execute", str(tmp_path), "-o", str(tmp_path / "out")]) == 2
    message = r"lesson.ipynb, metadata d2l_compat.frameworks: expected names out of .*, and received pytorch$"
    assert re.search(message, capsys.readouterr().err, re.MULTILINE)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [("", "expected notebooks in"), ("keras", f"expected names out of {', '.join(frameworks())}")],
    ids=["no notebooks", "unknown framework"],
)
def test_nothing_to_do_is_an_error_that_says_why(tmp_path, monkeypatch, capsys, chosen, message):
    monkeypatch.setenv("FRAMEWORKS", chosen)
    assert main(["execute", str(tmp_path), "-o", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "index.html"
    files.write(path, "old")

    def replace(source, target):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="disk full"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_in_a_terminal_a_line_moves_while_notebooks_run(tmp_path, monkeypatch, capsys):
    write_notebook(tmp_path / "in/lesson.ipynb", "1")
    monkeypatch.setattr(execute_module, "BEAT", 0.2)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["execute", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 0
    waiting, _, rest = capsys.readouterr().out.partition("\r\x1b[Kok ")
    beats = waiting.split("\r\x1b[K")[1:]
    assert len(beats) > 1
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d  1 to go: lesson\.ipynb", beat) for beat in beats)
    assert "lesson.ipynb" in rest
    for page in ("compare/index.html", "lesson.html"):
        assert re.search(rf"\x1b\[K\d\d:\d\d:\d\d  1 to go: {page}", rest)
    assert "\r\x1b[Kresults: " in rest
