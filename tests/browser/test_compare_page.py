"""The page in a real browser: what it shows, how it is operated, and that what it holds stays inert."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from d2l_compat.editions import WRITTEN
from d2l_compat.helpers.history import History
from d2l_compat.lessons.compare import gallery_page
from d2l_compat.lessons.execute import Execution, executed

ROOT = Path(__file__).parent.parent.parent
SCREENSHOTS = ROOT / "build" / "screenshots"
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
NAMES = ["torch", "tensorflow", "mxnet"]
HOSTILE = """
<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">
<svg onload="window.hacked = 3"></svg>
<a id="bait" href="javascript:window.hacked = 4">look</a>
<iframe srcdoc="<script>parent.hacked = 5</script>"></iframe>
<img src="https://example.org/seen.png"><link rel="stylesheet" href="https://example.org/a.css">
<p style="position: fixed; inset: 0" onclick="window.hacked = 6">over everything</p>
<math><mtext><table><mglyph><style><img src=x onerror="window.hacked = 7"></style></mglyph></table></mtext>
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>parent.hacked = 8</script></svg>'


def lesson(name, framework):
    """Return the notebook of one framework: equal prose, code and outputs of different heights, a History."""
    history = History(framework, {"python": "3.11.7", framework: "1.0"}, "2017-08-31", "data folder")
    history.add(0.8, 0.75, 0.7, 1.0)
    history.add(0.5 + len(framework) / 1000, 0.85, 0.8, 1.0)
    data, metadata = history._repr_mimebundle_()
    extra = "\n".join(f"step_{i}()" for i in range(len(framework) - 4))
    outputs = {
        "imports": [],
        "net": [new_output("stream", name="stdout", text=f"same\nonly {framework}\n")],
        "train": [new_output("execute_result", data=data, metadata=metadata, execution_count=1)],
        "hostile": [
            *(new_output("display_data", data={mime: HOSTILE}) for mime in ("text/html", "text/markdown")),
            new_output("display_data", data={"image/svg+xml": SVG}),
            new_output("display_data", data={"application/javascript": "window.hacked = 9"}),
            new_output("stream", name="stdout", text=HOSTILE),
        ],
    }
    sources = {
        "imports": f"import numpy\nimport {framework}",
        "net": f"net = 1\n{extra}\nnet",
        "train": "train()",
        "hostile": "'</script><script>window.hacked = 10</script>'",
    }
    cells = [new_markdown_cell(f"# Lesson {name}", id="title")]
    for i, (key, source) in enumerate(sources.items(), 1):
        cells.append(new_markdown_cell(f"Prose of {key}, $x_{i}$.\n\n{HOSTILE}", id=f"{key}-text"))
        cells.append(new_code_cell(source, id=key, execution_count=i, outputs=outputs[key]))
    return Execution(
        Path(name, f"{framework}.ipynb"), nbformat.from_dict(new_notebook(cells=cells)), 1.0, None
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the address of a page with two lessons in three frameworks, full of hostile outputs."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(
        gallery_page([lesson(n, f) for n in ("scratch", "concise") for f in NAMES]), encoding="utf-8"
    )
    return path.as_uri()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return the address of the page of the stored notebooks."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(gallery_page(executed(ROOT / "notebooks")), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def visit(browser):
    """Return a function that opens an address; afterwards nothing may have been logged or asked for."""
    pages, noise = [], []

    def visit(address, size=WIDE, scheme="light", **options):
        page = browser.new_page(viewport=size, color_scheme=scheme, **options)
        pages.append(page)
        page.on("console", lambda message: noise.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:")) or noise.append(f"request: {request.url}")
            ),
        )
        page.goto(address)
        return page

    yield visit
    for page in pages:
        page.close()
    assert noise == []


@pytest.fixture
def page(visit, made):
    """Return the made page, open and wide; its columns begin in a known order."""
    return visit(made + "?column=torch&column=tensorflow&column=mxnet")


def columns(page):
    """Return the names of the columns that are seen in the head, from left to right."""
    heads = page.locator(".head:visible").all()
    return [
        head.get_attribute("data-column") for head in sorted(heads, key=lambda head: head.bounding_box()["x"])
    ]


def tops(page, selector):
    """Return for each row that is seen the set of the tops of what `selector` finds in it."""
    return page.evaluate(
        """selector => [...document.querySelectorAll('.lesson:not([hidden]) .row:not(.across)')].map(row =>
            [...new Set([...row.querySelectorAll(selector)].filter(e => e.checkVisibility())
                .map(e => Math.round(e.getBoundingClientRect().top)))])""",
        selector,
    )


def pressed(page, selector):
    """Return whether a button says that it is pressed."""
    return page.locator(selector).get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("which", ["made", "real"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_loads_without_a_console_error_or_a_request(visit, request, which, size, scheme):
    page = visit(request.getfixturevalue(which), size, scheme)
    assert page.locator(".row:visible").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


@pytest.mark.parametrize("which", ["made", "real"])
@pytest.mark.parametrize("part", [".cell", ".source", ".outputs"])
def test_columns_align_in_every_row(visit, request, which, part):
    rows = tops(visit(request.getfixturevalue(which)), part)
    assert sum(len(row) == 1 for row in rows) >= 3
    assert [row for row in rows if len(row) > 1] == []


def test_heads_stay_in_sight(page):
    page.locator(".row:visible").last.scroll_into_view_if_needed()
    bar, head = page.locator(".bar").bounding_box(), page.locator(".head:visible").first.bounding_box()
    assert bar["y"] == 0
    assert abs(head["y"] - bar["height"]) < 2


def test_column_can_be_hidden_and_shown_again(page):
    page.get_by_role("button", name="hide TensorFlow").click()
    assert columns(page) == ["torch", "mxnet"]
    assert page.locator(".cell[data-column=tensorflow]:visible").count() == 0
    assert (
        page.locator("tr[data-column=tensorflow]:visible, .curve[data-column=tensorflow]:visible").count()
        == 0
    )
    assert not pressed(page, ".shown [data-key=tensorflow]")
    page.locator(".shown [data-key=tensorflow]").click()
    assert columns(page) == ["torch", "tensorflow", "mxnet"]


def test_last_column_cannot_be_hidden(page):
    for name in NAMES:
        page.locator(f".shown [data-key={name}]").click()
    assert columns(page) == ["mxnet"]
    assert page.get_by_role("status").inner_text() == "MXNet is the only column"


def test_columns_can_be_reordered(page):
    page.get_by_role("button", name="move MXNet left").click()
    assert columns(page) == ["torch", "mxnet", "tensorflow"]
    first = page.locator(".row.has-code .columns").first.locator(".cell")
    assert [cell.get_attribute("data-column") for cell in first.all()] == ["torch", "mxnet", "tensorflow"]
    assert [row for row in tops(page, ".outputs") if len(row) > 1] == []


def test_code_can_be_folded_altogether_and_row_by_row(page):
    count = page.locator(".code:visible").count()
    page.get_by_role("button", name="Fold code").click()
    assert page.locator(".code:visible").count() == 0
    page.get_by_role("button", name="code of net", exact=True).locator("visible=true").click()
    assert page.locator(".code:visible").count() == 3
    page.get_by_role("button", name="Fold code").click()
    assert page.locator(".code:visible").count() == count


def test_marks_of_differing_output_follow_the_columns_that_are_shown(page):
    assert page.locator(".line.differs:visible").all_inner_texts() == [f"only {name}\n" for name in NAMES]
    for name in NAMES[1:]:
        page.locator(f".shown [data-key={name}]").click()
    assert page.locator(".line.differs:visible, .differs-note:visible").count() == 0


def test_mark_of_a_differing_line_is_more_than_a_colour(page):
    mark = "element => getComputedStyle(element, '::before').content"
    assert "≠" in page.locator(".line.differs").first.evaluate(mark)


def test_code_of_two_columns_can_be_compared(page):
    page.locator("#diff-from").select_option("torch")
    page.locator("#diff-to").select_option("mxnet")
    assert columns(page) == ["torch", "mxnet"]
    imports = page.locator("[id='scratch/imports']")
    assert imports.locator(".removed:visible").all_inner_texts() == ["import torch\n"]
    assert imports.locator(".added:visible").all_inner_texts() == ["import mxnet\n"]
    assert page.locator("[id='scratch/train'] :is(.removed, .added)").count() == 0
    assert "1 cells differ" in page.get_by_role("status").inner_text()


def test_compared_lines_stand_side_by_side(page):
    page.locator("#diff-from").select_option("torch")
    page.locator("#diff-to").select_option("tensorflow")
    net = page.locator("[id='scratch/net'] .cell:visible")
    last = [cell.locator(".line:not(.gap)", has_text="net").last.bounding_box()["y"] for cell in net.all()]
    assert last[0] == last[1]
    assert (
        net.first.locator(".gap").count()
        == net.last.locator(".added").count() - net.first.locator(".removed").count()
    )
    page.get_by_role("button", name="Diff code").click()
    assert page.locator(".gap, .removed, .added").count() == 0
    assert columns(page) == ["torch", "tensorflow", "mxnet"]


def test_choice_is_in_the_address_and_survives_a_reload(page):
    page.get_by_role("tab", name="Lesson concise").click()
    page.get_by_role("button", name="move MXNet left").locator("visible=true").click()
    page.locator(".shown [data-key=torch]").click()
    page.get_by_role("button", name="Fold code").click()
    assert page.url.endswith("?lesson=concise&column=mxnet&column=tensorflow&fold=1")
    page.reload()
    assert columns(page) == ["mxnet", "tensorflow"]
    assert page.locator(".lesson:visible").get_attribute("data-lesson") == "concise"
    assert pressed(page, "#fold")
    assert page.locator(".code:visible").count() == 0


def test_address_with_a_comparison_and_a_cell_opens_there(visit, made):
    page = visit(made + "?diff=torch&diff=mxnet#concise/train")
    assert pressed(page, "#diff")
    assert columns(page) == ["torch", "mxnet"]
    row = page.locator("[id='concise/train']")
    heads = page.locator(".heads:visible").bounding_box()
    assert row.bounding_box()["y"] >= heads["y"] + heads["height"] - 1


@pytest.mark.parametrize(
    "query", ["?column=x&diff=y&lesson=%00&fold=2&tab=<b>", "#%", "?diff=torch&diff=torch"]
)
def test_address_that_makes_no_sense_shows_everything(visit, made, query):
    page = visit(made + query)
    assert sorted(columns(page)) == sorted(NAMES)
    assert page.locator(".removed, .added").count() == 0


def test_everything_can_be_done_with_the_keyboard(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    reached = []
    while "code of net" not in reached:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), f"the end came after {reached}"
        reached.append(
            page.evaluate("(e => e.getAttribute('aria-label') || e.innerText.trim())(document.activeElement)")
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"focus cannot be seen on {reached[-1]}"
    expected = [
        "Lesson scratch",
        *map(WRITTEN.get, NAMES),
        "Fold code",
        "Diff code",
        "Reset",
        "move PyTorch right",
        "hide MXNet",
    ]
    assert [name for name in expected if name not in reached] == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_buttons_answer_to_a_key_and_keep_the_focus(page, key):
    button = page.get_by_role("button", name="move PyTorch right")
    button.focus()
    page.keyboard.press(key)
    assert columns(page) == ["tensorflow", "torch", "mxnet"]
    assert page.evaluate("document.activeElement.ariaLabel") == "move PyTorch right"
    page.locator(".shown [data-key=mxnet]").focus()
    page.keyboard.press(key)
    assert columns(page) == ["tensorflow", "torch"]


def test_lessons_are_tabs_that_answer_to_arrows(page):
    page.get_by_role("tab", name="Lesson scratch").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Lesson concise").get_attribute("aria-selected") == "true"
    assert page.locator(".lesson:visible").get_attribute("data-lesson") == "concise"


def test_phone_shows_one_column_at_a_time_by_tabs(visit, made):
    page = visit(made, PHONE)
    tabs = page.get_by_role("tablist", name="column").get_by_role("tab")
    assert sorted(tabs.all_inner_texts()) == sorted(map(WRITTEN.get, NAMES))
    for tab in ("mxnet", "torch"):
        page.get_by_role("tab", name=WRITTEN[tab], exact=True).click()
        shown = {cell.get_attribute("data-column") for cell in page.locator(".cell:visible").all()}
        assert shown == {tab}
    page.get_by_role("tab", name="PyTorch", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    selected = page.locator(".phone [aria-selected=true]")
    assert selected.evaluate("element => element === document.activeElement")
    page.reload()
    assert WRITTEN[page.locator(".cell:visible").first.get_attribute("data-column")] == selected.inner_text()


def test_hostile_notebook_runs_nothing(page):
    for link in page.locator(".rows a:visible").filter(has_text="look").all():
        link.click()
    page.locator("text=over everything").locator("visible=true").first.click()
    page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None
    assert page.get_by_role("button", name="Reset").is_visible()


def test_page_without_its_script_still_shows_everything(visit, made):
    page = visit(made, java_script_enabled=False)
    assert page.locator(".lesson:visible").count() == 2
    assert page.locator(".cell").count() == page.locator(".cell:visible").count() == 24
    assert page.locator(".bar:visible, .move:visible").count() == 0


@pytest.mark.parametrize(
    ("name", "size", "scheme", "address"),
    [
        ("compare-wide", WIDE, "light", ""),
        ("compare-cells", WIDE, "light", "#softmax-regression-scratch/softmax-define"),
        ("compare-dark", WIDE, "dark", "#softmax-regression-scratch/train"),
        ("compare-phone", PHONE, "light", "#softmax-regression-scratch/softmax-define"),
    ],
    ids=lambda value: value if isinstance(value, str) and "compare" in value else "",
)
def test_screenshots_are_taken(visit, real, name, size, scheme, address):
    page = visit(real + address, size, scheme)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000
