"""The page shows notebooks side by side, whatever is in them; the command says what it cannot take."""

import base64
import io
import json
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, PngImagePlugin

from d2l_compat import frameworks
from d2l_compat.commands import command_line
from d2l_compat.editions import WRITTEN
from d2l_compat.helpers.history import History
from d2l_compat.lessons import sanitise
from d2l_compat.lessons.compare import gallery_page, notebooks_page
from d2l_compat.lessons.compare.align import align
from d2l_compat.lessons.compare.outputs import block, blocks, differences
from d2l_compat.lessons.compare.summary import DEVIATIONS
from d2l_compat.lessons.execute import Execution, executed
from d2l_compat.lessons.reading import read

HOSTILE = (
    "<script>hacked()</script>",
    "<img src=x onerror=hacked()>",
    "<img src='https://example.org/seen.png'>",
    "<a href='javascript:hacked()'>look</a>",
    "<a href=' java\nscript:hacked()'>look</a>",
    "<svg onload=hacked()><script>hacked()</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hacked()></style></mglyph></table></mtext></math>",
    "<iframe srcdoc='<script>hacked()</script>'></iframe>",
    "<form action='https://example.org'><button formaction='javascript:hacked()'>go</button></form>",
    "<p style='position: fixed' id='cells' class='bar' data-column='torch' onclick='hacked()'>over</p>",
    "<link rel=stylesheet href='https://example.org/a.css'><base href='https://example.org'>",
    "<meta http-equiv=refresh content='0; url=https://example.org'>",
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>hacked()</script></svg>'


def code(source, *outputs, name=None, count=1):
    """Return an executed code cell."""
    cell = new_code_cell(source, outputs=list(outputs), execution_count=count)
    cell.id = name or cell.id
    return cell


def text(source, name=None):
    """Return a Markdown cell."""
    cell = new_markdown_cell(source)
    cell.id = name or cell.id
    return cell


def printed(lines):
    """Return the output of a print."""
    return new_output("stream", name="stdout", text=lines)


def shown(mime, content):
    """Return the output of a display."""
    return new_output("display_data", data={mime: content})


def history(framework="torch", losses=(0.8, 0.5), release="2017-08-31"):
    """Return the output of a History."""
    run = History(framework, {"python": "3.11.7", framework: "9.8.7"}, release, "data folder")
    for loss in losses:
        run.add(loss, 0.75, 0.725, 1.5)
    data, metadata = run._repr_mimebundle_()
    return new_output("execute_result", data=data, metadata=metadata, execution_count=1)


def execution(name, *cells, error=None):
    """Return what became of a notebook."""
    notebook = nbformat.from_dict(new_notebook(cells=list(cells)))
    return Execution(Path(f"{name}.ipynb"), notebook, 1.0, error)


def parse(page):
    """Return a page, parsed."""
    return BeautifulSoup(page, "html.parser")


def sources(rows):
    """Return the sources of rows of cells."""
    return [[cell and cell.source for cell in row] for row in rows]


def rows_of(*notebooks):
    """Align lists of cells and return their sources."""
    return sources(align([new_notebook(cells=list(cells)) for cells in notebooks]))


@pytest.fixture(autouse=True)
def _every_framework(monkeypatch):
    """Whichever frameworks the tests at large are restricted to: none of them is needed here."""
    monkeypatch.delenv("FRAMEWORKS", raising=False)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a notebook of the given cells and returns its path."""

    def write(name, *cells, needs=()):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"d2l_compat": {"frameworks": list(needs)}}
        nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
        return path

    return write


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs the command in an empty folder and returns its exit status."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            return command_line.main(["compare", *map(str, arguments)])
        except SystemExit as error:
            return error.code

    return run


def test_cells_with_one_id_share_a_row_whatever_is_above_them():
    a = [text("# A"), code("1", name="one"), code("2", name="two")]
    b = [code("new", name="new"), text("# B"), code("II", name="two"), code("I", name="one")]
    aligned = rows_of(a, b)
    assert ["1", "I"] in aligned
    assert ["2", "II"] in aligned
    assert [None, "new"] in aligned


def test_cells_of_strangers_are_aligned_by_heading_and_position():
    a = [
        text("# Setup"),
        code("import a"),
        text("## Training  loop"),
        text("prose"),
        code("fit a"),
        code("plot a"),
    ]
    b = [
        text("# setup"),
        code("import b"),
        code("seed b"),
        text("# Training loop"),
        code("fit b"),
        code("plot b"),
    ]
    assert rows_of(a, b) == [
        ["# Setup", "# setup"],
        ["import a", "import b"],
        [None, "seed b"],
        ["## Training  loop", "# Training loop"],
        ["prose", None],
        ["fit a", "fit b"],
        ["plot a", "plot b"],
    ]


def test_headings_that_repeat_are_told_apart():
    a = [text("# Example"), code("first"), text("# Example"), code("second")]
    b = [text("# Example"), text("# Example"), code("zwei")]
    assert rows_of(a, b)[-1] == ["second", "zwei"]


def test_cells_that_repeat_an_id_are_all_kept():
    notebooks = [
        nbformat.from_dict(
            {"cells": [{"cell_type": "raw", "id": "x", "source": s, "metadata": {}} for s in names]}
        )
        for names in ("ab", "xyz")
    ]
    assert sources(align(notebooks)) == [["a", "x"], ["b", "y"], [None, "z"]]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_cell_is_in_exactly_one_row(count):
    notebooks = [
        [code(f"{k}-{i}", name=f"shared-{i}" if i % (k + 2) else None) for i in range(9)]
        for k in range(count)
    ]
    aligned = rows_of(*notebooks)
    for k, cells in enumerate(notebooks):
        assert [row[k] for row in aligned if row[k]] == [cell.source for cell in cells]


def test_cells_without_ids_are_aligned_by_position():
    notebooks = [
        {"cells": [{"cell_type": "raw", "source": source, "metadata": {}} for source in names]}
        for names in ("ab", "xy")
    ]
    assert sources(align(list(map(nbformat.from_dict, notebooks)))) == [["a", "x"], ["b", "y"]]


def test_lines_that_other_columns_lack_are_found():
    blocks = [
        [block(printed(lines), "")] for lines in ("same\nmine\n", "same\nmine\n", "same\nother\nmore\n")
    ]
    assert differences(blocks) == [[set(), {2}], [set(), {2}], [set(), {0, 1}, {0, 1}]]


def marked(*outputs):
    """Return what the page marks, by text or as "image", of columns with these lists of outputs."""
    cells = {f"c{i}": new_notebook(cells=[code("1", *own, name="x")]) for i, own in enumerate(outputs)}
    page = parse(notebooks_page(cells))
    found = page.select("[data-differs]")
    assert bool(page.select(".differs-note")) == bool(found)
    return ["image" if element.name == "img" else element.text.strip() for element in found]


def stderr(lines):
    return new_output("stream", name="stderr", text=lines)


def error(*traceback):
    return new_output("error", ename="E", evalue="e", traceback=list(traceback))


HTML, LATEX, TEXT = "text/html", "text/latex", "text/plain"
ALIKE = {
    "lines in parts": ([printed("a\nb\n")], [printed("a\n"), printed("b\n")]),
    "a line in parts": (
        [printed("epoch 1\n")],
        [printed("epo"), printed("ch"), printed(" 1"), printed("\n")],
    ),
    "stderr in parts": (
        [printed("a\n"), stderr("b c")],
        [printed("a"), printed("\n"), stderr("b"), stderr(" c")],
    ),
    "line ends": ([printed("a\nb\n")], [printed("a\r\nb\r\n")]),
    "progress that ends alike": ([printed("done\n")], [printed("10%\r50"), printed("%\rdone\n")]),
    "progress that ends without a line end": ([stderr("1/2\r2/2")], [stderr("0/2\r"), stderr("2/2\r")]),
    "progress of several lines": ([printed("x\ny\n")], [printed("1\rx\n2\ry\r\n")]),
    "addresses": ([printed("<f at 0x7f01>")], [printed("<f at 0x00AB9>")]),
    "addresses in results": ([shown(TEXT, "[<L at 0x7f01>]")], [shown(TEXT, "[<L at 0x8f02>]")]),
    "addresses in markup": (
        [shown(HTML, "<b>&lt;A at 0x1&gt;</b>")],
        [shown(HTML, "<b>&lt;A at 0x2&gt;</b>")],
    ),
    "addresses in errors": ([error("E: <A at 0x1>")], [error("E: <A at 0x2>")]),
    "files of cells": ([stderr("/tmp/ipykernel_1/2.py:3: W")], [stderr("/tmp/ipykernel_45/6.py:3: W")]),
    "colours": ([printed("\x1b[31mred\x1b[0m\n")], [printed("red\n")]),
    "colours in errors": ([error("\x1b[0;31mE\x1b[0m: e")], [error("E: e")]),
}
UNLIKE = {
    "lines": ([printed("a\nb\n")], [printed("a\nc\n")], ["b", "c"]),
    "how progress ends": ([printed("1%\r9%\n")], [printed("1%\r8%\n")], ["9%", "8%"]),
    "numbers": ([printed("0x7f01\n")], [printed("0x7f02\n")], ["0x7f01", "0x7f02"]),
    "markup": ([shown(HTML, "<b>1</b>")], [shown(HTML, "<b>2</b>")], ["1", "2"]),
    "formulas": ([shown(LATEX, "one")], [shown(LATEX, "two")], ["one", "two"]),
}


@pytest.mark.parametrize("outputs", ALIKE.values(), ids=ALIKE)
def test_what_is_seen_alike_is_no_difference(outputs):
    assert not marked(*outputs)


@pytest.mark.parametrize(("one", "other", "expected"), UNLIKE.values(), ids=UNLIKE)
def test_what_is_seen_to_differ_is_marked(one, other, expected):
    assert marked(one, other) == expected


def test_a_stream_in_parts_is_one_block():
    (one,) = blocks([printed("epoch "), printed("1\nepoch 2\r\n")], "")
    assert one.lines == ("epoch 1", "epoch 2")


def picture(pixels, save=(), mode="RGB", kind="png"):
    """Return the output of an image, saved with options, of which the first pixels are given."""
    image = Image.new(mode, (3, 2))
    for x, colour in enumerate(pixels):
        image.putpixel((x, 0), colour)
    stored = io.BytesIO()
    image.save(stored, kind, **dict(save))
    return shown(f"image/{kind}", base64.b64encode(stored.getvalue()).decode())


def dated():
    info = PngImagePlugin.PngInfo()
    info.add_text("Creation Time", "today")
    return info


RED, GREEN = (255, 0, 0), (0, 255, 0)
SAME = {
    "another compression": picture([RED], {"compress_level": 0}),
    "a date": picture([RED], {"pnginfo": dated()}),
}
OTHER = {
    "a pixel": picture([GREEN]),
    "its place": picture([(0, 0, 0), RED]),
    "no image": shown("image/png", "bm90aGluZw=="),
    "not even data": shown("image/png", "<b>"),
    "an animation's second frame": picture(
        [RED], {"save_all": True, "append_images": [Image.new("RGB", (3, 2), GREEN)]}, kind="gif"
    ),
}


@pytest.mark.parametrize("image", SAME.values(), ids=SAME)
def test_images_that_show_the_same_are_not_marked(image):
    assert not marked([picture([RED])], [image])


@pytest.mark.parametrize("image", OTHER.values(), ids=OTHER)
def test_images_that_differ_are_marked(image):
    assert marked([picture([RED])], [image]) == ["image", "image"]


def drawing(id="m1a2", date="2020", colour="#1f77b4", comment="", end=9):
    return shown(
        "image/svg+xml",
        f"""<svg xmlns="http://www.w3.org/2000/svg">{comment}<metadata><date>{date}</date></metadata>
        <defs><clipPath id="{id}"/><path id="x"/></defs><path clip-path="url(#{id})" d="M0 {end}"
        style="stroke: {colour}"/><use href="#x"/></svg>""",
    )


@pytest.mark.parametrize(
    "changed",
    [{"id": "p9f8"}, {"date": "2026"}, {"comment": "<!-- by -->"}],
    ids=["ids", "date", "comment"],
)
def test_drawings_are_compared_without_what_varies(changed):
    assert not marked([drawing()], [drawing(**changed)])


@pytest.mark.parametrize("changed", [{"end": 8}, {"colour": "#ff7f0e"}], ids=["shape", "colour"])
def test_drawings_that_differ_are_marked(changed):
    assert marked([drawing()], [drawing(**changed)]) == ["image", "image"]


def test_the_page_says_what_is_compared():
    page = parse(notebooks_page({name: new_notebook(cells=[code("1")]) for name in "ab"}))
    assert "images pixel by pixel" in page.select_one("#cells + p").text


@pytest.mark.parametrize(
    "names", [["x", "x!", "x?"], ["x-3", "x", "x!"], ["x-2", "x", "x ", "x!"]], ids=" ".join
)
def test_columns_of_one_name_have_keys_of_their_own(names):
    page = parse(notebooks_page({name: new_notebook(cells=[code("1")]) for name in names}))
    assert len({head["data-column"] for head in page.select(".head")}) == len(names)


def test_lessons_in_folders_of_one_name_have_keys_of_their_own():
    page = gallery_page([execution(f"{folder}/lesson/torch", code("1", history())) for folder in "ab"])
    assert len({section["id"] for section in parse(page).select(".lesson")}) == 2


def test_frameworks_are_written_as_they_write_themselves():
    page = parse(
        gallery_page([execution(f"lesson/{name}", code("1", history(name))) for name in frameworks()])
    )
    assert sorted(head.b.text.strip() for head in page.select(".head")) == sorted(
        WRITTEN[name] for name in frameworks()
    )
    assert {"PyTorch", "TensorFlow", "MXNet", "JAX", "PaddlePaddle"} <= set(WRITTEN.values())
    words = " ".join(page.stripped_strings).replace("https://", "")
    assert not [name for name in frameworks() if f" {name} " in words]


def test_differing_lines_and_rows_of_tables_are_marked_with_the_columns_they_differ_from():
    tables = [f"<table><tr><td>1</td></tr><tr><td>{i}</td></tr></table>" for i in (2, 3)]
    page = notebooks_page(
        {
            name: new_notebook(
                cells=[code("x", printed(f"same\n{name}\n"), shown("text/html", table), name="x")]
            )
            for name, table in zip("ab", tables)
        }
    )
    marked = parse(page).select("[data-differs]")
    assert [(element.text.strip(), element["data-differs"]) for element in marked] == [
        ("a", "b"), ("2", "b"), ("b", "a"), ("3", "a")
    ]  # fmt: skip


def test_prose_that_is_equal_is_shown_once_and_else_in_each_column():
    page = parse(
        notebooks_page(
            {
                name: new_notebook(
                    cells=[text("same *words*", "same"), text(f"words of {name}", "own"), code("1")]
                )
                for name in ("first", "second")
            }
        )
    )
    assert [prose.text.strip() for prose in page.select(".prose")] == [
        "same words",
        "words of first",
        "words of second",
    ]


def test_formulas_become_mathml_and_headings_stay_below_those_of_the_page():
    page = parse(notebooks_page({n: new_notebook(cells=[text("# Sum\n\n$\\sum_i x_i$")]) for n in "ab"}))
    assert page.select_one(".prose h3").text == "Sum"
    assert page.select_one(".prose math munder, .prose math msub") is not None
    assert [heading.text for heading in page.select("h1")] == ["a and b"]


@pytest.mark.parametrize("html", HOSTILE)
@pytest.mark.parametrize("kind", ["html", "markdown", "prose", "latex"])
def test_hostile_markup_is_reduced_to_text(html, kind):
    cells = {
        "html": code("1", shown("text/html", html)),
        "markdown": code("1", shown("text/markdown", html)),
        "latex": code("1", shown("text/latex", html)),
        "prose": text(html),
    }
    page = parse(
        notebooks_page({"a": new_notebook(cells=[cells[kind]]), "b": new_notebook(cells=[code("2")])})
    )
    cell = page.select_one(".rows")
    assert not cell.select(
        "script, style, iframe, form, link, base, meta, [onerror], [onload], [onclick], [style]"
    )
    assert not cell.select("[src^=http], [href^=' '], [href*=script], [formaction], svg:not(.swatch)")
    assert len(page.select(".bar")) == len(page.select("#cells")) == 1


@pytest.mark.parametrize("href", ["https://example.org/a?b=c", "mailto:someone@example.org"])
def test_links_that_only_lead_elsewhere_are_kept(href):
    assert parse(sanitise.sanitise(f'<a href="{href}">x</a>')).a["href"] == href


@pytest.mark.parametrize(
    ("output", "selector"),
    [
        (printed("</pre><script>hacked()</script>"), ".text pre"),
        (new_output("stream", name="stderr", text="<b>warning</b>"), ".stderr pre"),
        (
            new_output("error", ename="E", evalue="<b>", traceback=["\x1b[31mE\x1b[0m: <b>"]),
            ".error .ansi-red-fg",
        ),
        (shown("image/svg+xml", SVG), "img[src^='data:image/svg+xml;base64,']"),
        (shown("image/png", 'x" onerror="hacked()'), "img[src^='data:image/png;base64,']"),
        (shown("application/javascript", "hacked()"), ".text pre"),
        (shown("application/vnd.jupyter.widget-view+json", {"model_id": "1"}), ".text pre"),
    ],
    ids=["stdout", "stderr", "error", "svg", "png", "javascript", "widget"],
)
def test_outputs_are_shown_and_cannot_run(output, selector):
    page = notebooks_page(
        {"a": new_notebook(cells=[code("1", output)]), "b": new_notebook(cells=[code("2")])}
    )
    rows = parse(page).select_one(".rows")
    assert rows.select(selector)
    assert not rows.select("script, [onerror], .output b")


def test_the_policy_admits_the_own_script_and_style_and_nothing_else():
    page = parse(gallery_page([execution("lesson/torch", code("1", history()))]))
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert len(page.find_all("script")) == len(page.find_all("style")) == 1
    assert not page.select("[src]:not([src^='data:']), link, [style]")


def test_the_summary_holds_the_figures_versions_and_data():
    page = parse(gallery_page([execution("lesson/torch", code("1", history()))]))
    (row,) = page.select(".summary tbody tr[data-column=torch]")
    cells = [cell.text.strip() for cell in row.select("th, td")]
    expected = ["PyTorch", "0.5000", "0.7500", "0.7250", "1.50", "not measured"]
    assert cells == [*expected, "Python 3.11.7, PyTorch 9.8.7", "2017-08-31, data folder"]


def test_the_curves_carry_each_epoch_of_each_column():
    page = parse(
        gallery_page([execution(f"lesson/{name}", code("1", history(name))) for name in ("mxnet", "torch")])
    )
    titles = [title.text for title in page.select("figure")[0].find_all("title")]
    assert titles == [
        f"{n}, epoch {e}: {v}" for n in ("MXNet", "PyTorch") for e, v in ((1, "0.8000"), (2, "0.5000"))
    ]


def test_the_largest_difference_between_columns_is_that_of_any_epoch():
    page = parse(
        gallery_page(
            [
                execution("lesson/mxnet", code("1", history("mxnet", (0.9, 0.5)))),
                execution("lesson/torch", code("1", history("torch", (0.75, 0.51)))),
            ]
        )
    )
    (row,) = page.select(".facts tbody tr")
    assert [cell.text for cell in row.find_all("td")] == ["0.1500", "0.0000", "0.0000"]


def test_deviations_from_the_reference_are_shown_where_a_notebook_holds_them():
    runs = [{"framework": "torch", "style": "scratch", "train_loss": 9.5e-9, "correct": 1}]
    output = new_output(
        "display_data",
        data={DEVIATIONS: {"schema": 1, "bounds": {"train_loss": 1e-6, "correct": 3}}},
        metadata={DEVIATIONS: {"runs": runs}},
    )
    lesson = execution("lesson/torch", code("1", history()))
    page = parse(gallery_page([lesson, execution("compare", code("1", output))]))
    assert [cell.text for cell in page.select(".facts tbody tr > *")] == ["PyTorch, scratch", "9.5e-09", "1"]
    assert "compare.ipynb" in parse(gallery_page([lesson])).select_one(".facts").text


def test_synthetic_data_are_named_loudly():
    page = parse(gallery_page([execution("lesson/torch", code("1", history(release="synthetic")))]))
    assert "SYNTHETIC" in page.select_one("[role=alert]").text
    assert "SYNTHETIC" in page.select_one("tr[data-column=torch]").text


def test_with_one_framework_there_is_one_column_and_the_others_are_said_to_be_missing():
    page = parse(gallery_page([execution("lesson/torch", code("1", history()))]))
    assert [head["data-column"] for head in page.select(".head")] == ["torch"]
    (note,) = page.select(".note")
    assert all(WRITTEN[name] in note.text for name in frameworks() if name != "torch")


def test_output_of_a_column_that_was_not_executed_is_no_difference():
    cells = [code("1", printed("1"), name="x")], [new_code_cell("1", id="x")]
    page = notebooks_page({name: new_notebook(cells=own) for name, own in zip("ab", cells)})
    assert not parse(page).select("[data-differs], .differs-note")


def test_what_is_no_notebook_failed_or_was_not_executed_is_shown_as_such(write, tmp_path):
    error = new_output("error", ename="ValueError", evalue="<b>wrong</b>", traceback=["ValueError"])
    write("lesson/torch.ipynb", code("1/0", error, name="bad"), new_code_cell("after"))
    write("lesson/mxnet.ipynb", new_code_cell("1"))
    (tmp_path / "lesson/tensorflow.ipynb").write_text("[]")
    page = parse(gallery_page(executed(tmp_path)))
    heads = {head["data-column"]: head.select_one(".bad").text for head in page.select(".head")}
    assert heads["torch"] == "cell 'bad': ValueError: <b>wrong</b>"
    assert heads["mxnet"].startswith("not executed")
    assert "TensorFlow cannot be shown: not a notebook" in page.select(".note")[-1].text
    assert [note.text for note in page.select("[data-column=torch] .absent")][-1] == "not executed"


@pytest.mark.parametrize(
    "change",
    [
        lambda data, metadata: metadata.clear(),
        lambda data, metadata: metadata.update(train_loss=["<b>"]),
        lambda data, metadata: metadata.update(train_loss=[float("nan"), 1.0]),
        lambda data, metadata: metadata.update(train_loss=[1.0]),
        lambda data, metadata: metadata.update(versions=3),
        lambda data, metadata: data.clear(),
    ],
    ids=["stripped", "text", "nan", "lengths", "versions", "empty"],
)
def test_a_history_that_cannot_be_read_leaves_its_column_without_figures(change):
    output = history()
    (mime,) = output.metadata
    change(output.data[mime], output.metadata[mime])
    page = parse(gallery_page([execution("lesson/torch", code("1", output))]))
    assert not page.select("figure")
    assert page.select_one(".rows .cell")


def test_lessons_are_sections_with_the_one_from_scratch_first():
    cells = {"a-concise": "# Short", "b-scratch": "# Long"}
    page = gallery_page([execution(f"{n}/torch", text(t), code("1", history())) for n, t in cells.items()])
    assert [section["aria-label"] for section in parse(page).select(".lesson")] == ["Long", "Short"]


def test_markup_in_names_is_text():
    name = "<b>'\"&</b>"
    page = parse(notebooks_page({n: new_notebook(cells=[code("1")]) for n in (name, "b", "<i>")}))
    assert page.h1.text == f"{name}, b and <i>"
    assert not page.select("h1 b, h1 i, title b")
    keys = [head["data-column"] for head in page.select(".head")]
    assert len(set(keys)) == 3
    assert not any(" " in key for key in keys)


def test_the_page_is_the_same_each_time():
    executions = [execution("lesson/torch", text("# A"), code("1", history(), name="x"))]
    assert gallery_page(executions) == gallery_page(executions)


def test_the_page_of_the_stored_notebooks_stays_below_5_megabytes_for_four_frameworks():
    page = gallery_page(executed(Path(__file__).parent.parent / "notebooks"))
    assert len(page.encode()) < 5e6 / 4 * len(frameworks())


def test_the_command_compares_two_notebooks(run, write, capsys):
    a = write("mine/torch.ipynb", text("# Mine"), code("a = 1", printed("1"), name="a"))
    b = write("ours/torch.ipynb", text("# Ours"), code("a = 2", printed("2"), name="a"))
    assert run(a, b, "-o", "deep/page.html") == 0
    assert capsys.readouterr().out.startswith("deep/page.html: ")
    page = parse((a.parent.parent / "deep/page.html").read_text(encoding="utf-8"))
    assert page.title.text == "mine/torch and ours/torch"
    assert str(a.parent.parent) not in page.prettify()


def test_files_that_differ_in_their_suffix_only_keep_a_column_each(run, write, tmp_path):
    write("a.ipynb", code("1"))
    (tmp_path / "a.json").write_text((tmp_path / "a.ipynb").read_text())
    assert run("a.ipynb", "a.json", "-o", "page.html") == 0
    page = (tmp_path / "page.html").read_text()
    assert 'data-column="a.ipynb"' in page
    assert 'data-column="a.json"' in page


def test_the_command_shows_the_lessons_of_a_folder(run, write, tmp_path):
    write("in/lesson/torch.ipynb", text("# Lesson"), code("1", history()))
    assert run("in", "-o", "page.html") == 0
    page = parse((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert page.select_one(".lesson")["aria-label"] == "Lesson"
    assert len(page.select("figure")) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["good.ipynb"], "expected two or more notebooks"),
        (["good.ipynb", "./good.ipynb"], "more than once"),
        (["good.ipynb", "none.ipynb"], "No such file"),
        (["good.ipynb", "text.ipynb"], "text.ipynb: not a notebook"),
        (["good.ipynb", "list.ipynb"], "list.ipynb: not a notebook"),
        (["good.ipynb", "binary.ipynb"], "binary.ipynb: not a notebook"),
        (["good.ipynb", "invalid.ipynb"], "invalid.ipynb: not a notebook"),
        (["good.ipynb", "fresh.ipynb"], "fresh.ipynb: not executed"),
        (["good.ipynb", "folder"], "folder"),
        (["folder"], "make run"),
        (["good.ipynb", "other.ipynb", "-o", "text.ipynb/page.html"], "text.ipynb"),
        (["good.ipynb", "other.ipynb", "-o", "folder"], "folder"),
        (["good.ipynb", "other.ipynb", "-o", "other.ipynb"], "expected a new page"),
        ([], "required"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else "",
)
def test_bad_input_gets_an_error_and_changes_nothing(run, write, capsys, tmp_path, arguments, message):
    write("good.ipynb", code("1"))
    write("other.ipynb", code("2"))
    write("fresh.ipynb", new_code_cell("1"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.ipynb").write_text("no notebook")
    (tmp_path / "list.ipynb").write_text("[]")
    (tmp_path / "binary.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "invalid.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": 3}))
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    assert run(*arguments, *([] if "-o" in arguments else ["-o", "page.html"])) == 2
    assert message in capsys.readouterr().err
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_frameworks_chooses_the_columns_and_their_order(monkeypatch, write, tmp_path):
    for name in frameworks():
        write(f"lesson/{name}.ipynb", code("1", history(name)), needs=[name])
    monkeypatch.setenv("FRAMEWORKS", "torch mxnet")
    page = parse(gallery_page(executed(tmp_path)))
    assert [head["data-column"] for head in page.select(".head")] == ["torch", "mxnet"]


def test_reading_repairs_ids_without_a_word(tmp_path):
    cells = [{"cell_type": "raw", "id": "x", "source": s, "metadata": {}} for s in "ab"]
    path = tmp_path / "twice.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    assert len({cell.id for cell in read(path).cells}) == 2
