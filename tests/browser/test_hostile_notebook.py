"""Whatever a notebook holds: on every page that shows it nothing runs, and nothing is asked for."""

from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from d2l_compat.lessons import pages
from d2l_compat.lessons.compare import gallery_page, notebooks_page
from d2l_compat.lessons.execute import Execution, normalise

ELSEWHERE = "https://example.org/seen"
MARKUP = [
    "<script>window.hacked = 1</script>",
    f"<script src='{ELSEWHERE}.js'></script>",
    "<img src=x onerror='window.hacked = 2'>",
    "<svg onload='window.hacked = 3'><script>window.hacked = 4</script></svg>",
    "<details open ontoggle='window.hacked = 5'>x</details>",
    "<a class=bait href='javascript:window.hacked = 6'>bait</a>",
    "[bait](javascript:window.hacked=7)",
    "<a class=bait href=' java&#10;script:window.hacked = 8'>bait</a>",
    "<iframe srcdoc='<script>parent.hacked = 9</script>'></iframe>",
    f"<iframe src='{ELSEWHERE}.html'></iframe>",
    f"<object data='{ELSEWHERE}.swf'></object><embed src='{ELSEWHERE}'>",
    f"<img src='{ELSEWHERE}.png'><video src='{ELSEWHERE}.mp4' autoplay></video>",
    f"![seen]({ELSEWHERE}.png)",
    f"<link rel=stylesheet href='{ELSEWHERE}.css'><link rel=prefetch href='{ELSEWHERE}'>",
    f"<style>@import '{ELSEWHERE}.css'; * {{ background: url({ELSEWHERE}.png) }}</style>",
    f"<p style='background: url({ELSEWHERE}.png); position: fixed; inset: 0'>over everything</p>",
    f"<meta http-equiv=refresh content='0; url={ELSEWHERE}.html'><base href='{ELSEWHERE}/'>",
    f"<form action='{ELSEWHERE}'><input autofocus onfocus='window.hacked = 10'></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror='window.hacked = 11'></style></mglyph></table>",
    "</title></style></textarea></script>--><script>window.hacked = 12</script>",
]
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg'><script>top.hacked = 13</script>"
    f"<image href='{ELSEWHERE}.png'/></svg>"
)
NAME = "<img src=x onerror=hacked=14> & #1% \"q\" 'torch'"


def hostile():
    """A notebook that tries everything everywhere."""
    html = "\n\n".join(MARKUP)
    mimes = ("text/html", "text/markdown", "text/latex", "text/plain", "application/javascript")
    outputs = [new_output("display_data", data={mime: html}) for mime in mimes]
    outputs += [
        new_output("display_data", data={"application/javascript": "window.hacked = 15"}),
        new_output("display_data", data={"image/svg+xml": SVG}),
        new_output("display_data", data={"image/png": "x' onerror='window.hacked = 16"}),
        new_output("stream", name="stdout", text=html),
        new_output("error", ename=html, evalue=html, traceback=[html]),
    ]
    cells = [
        new_markdown_cell(f"# {MARKUP[0]} {MARKUP[2]}\n\n{html}\n\n$\\text{{{MARKUP[2]}}}$", id="title"),
        *(new_markdown_cell(markup, id=f"markup-{i}") for i, markup in enumerate(MARKUP)),
        new_raw_cell(html, id="raw"),
        new_code_cell(html, id="code", execution_count=1, outputs=outputs),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata.update(
        {"title": html, "language_info": {"name": MARKUP[2]}, "authors": [{"name": html}]}
    )
    return nbformat.from_dict(notebook)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write every page that shows notebooks; return {kind: path}."""
    folder = tmp_path_factory.mktemp("pages")
    executed = hostile()
    normalise(executed)
    executions = [Execution(Path(NAME, "torch.ipynb"), executed, 1.0, "\n".join(MARKUP))]
    (folder / "compare").mkdir()
    (folder / "compare" / "index.html").write_text(gallery_page(executions), encoding="utf-8")
    strangers = notebooks_page({NAME: hostile(), MARKUP[0]: hostile()})
    (folder / "strangers.html").write_text(strangers, encoding="utf-8")
    return {
        "index": pages.write(executions, folder, "\n".join(MARKUP)),
        "notebook": folder / NAME / "torch.html",
        "lessons": folder / "compare" / "index.html",
        "two notebooks": folder / "strangers.html",
    }


@pytest.mark.parametrize("kind", ["index", "notebook", "lessons", "two notebooks"])
def test_a_hostile_notebook_is_inert(browser, written, kind):
    page, asked = browser.new_page(), []
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.route("**/*", lambda route: (asked.append(route.request.url), route.continue_()))
    page.goto(written[kind].as_uri())
    for bait in page.get_by_text("bait", exact=True).all():
        if bait.is_visible():
            bait.click(force=True)
    page.wait_for_timeout(500)
    assert unquote(page.url) == unquote(written[kind].as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [written[kind].as_uri()]
    assert page.evaluate("window.hacked") is None
    assert page.locator("iframe, object, embed, form, base, link, video, [onerror]").count() == 0
    page.close()


def test_the_index_leads_to_every_page_whatever_its_name(browser, written):
    page = browser.new_page()
    page.goto(written["index"].as_uri())
    page.get_by_role("link", name="PyTorch").click()
    assert unquote(page.url) == unquote(written["notebook"].as_uri())
    page.close()
