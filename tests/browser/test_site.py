"""The site that `make docs` writes, walked as a reader walks it."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "build" / "site"
LESSON = "notebooks/softmax-regression-scratch/torch.html"
PAGES = [
    "docs/index.html",
    "docs/my-notebook.html",
    "docs/editions.html",
    "docs/reference/torch.html",
    "README.zh-CN.html",
    LESSON,
    "compare/index.html",
]


class Quiet(SimpleHTTPRequestHandler):
    """A server that says nothing of what it serves."""

    def log_message(self, *_):
        """Drop the line."""


@pytest.fixture(scope="module")
def site():
    """The address of the site, served. Where it was not built that is an error, never a skip."""
    if not (SITE / "index.html").exists():
        pytest.fail("expected the site in build/site, found none: run make docs first")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=[1280, 390], ids=["wide", "phone"])
def page(request, browser):
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_window_and_asks_no_other_host(site, page, path):
    response = page.goto(f"{site}/{path}")
    assert response.status == 200
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [url for url in page.requests if not url.startswith((site, "data:"))] == []
    assert page.complaints == []


def test_the_front_leads_to_the_pages(site, page):
    page.goto(f"{site}/")
    page.wait_for_url("**/docs/index.html")
    assert page.get_by_role("heading", name="d2l_compat").first.is_visible()


def test_search_finds_train_ch3(site, page):
    page.goto(f"{site}/search.html?q=train_ch3")
    found = page.locator("#search-results a", has_text="d2l_compat.torch.train_ch3").first
    found.wait_for()
    found.click()
    assert "reference/torch.html" in page.url


def test_a_lesson_shows_its_figures_and_formulas(site, page):
    page.goto(f"{site}/{LESSON}")
    loaded = page.evaluate("[...document.querySelectorAll('.cell_output img')].map(img => img.naturalWidth)")
    assert len(loaded) > 4
    assert min(loaded) > 100
    assert page.locator("math").first.is_visible()


def test_the_reader_may_have_it_dark(site, page):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/docs/index.html")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, colour.strip("rgba()").split(",")[:3])) < 80
