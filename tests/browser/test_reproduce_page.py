"""The page of the reproduced figures in a real browser: whole on every width, and asking for nothing."""

import pytest

from d2l_compat.reproduce import distribution, results_page
from d2l_compat.reproduce.editions import D2L_2019, GLUONBOOK


def run(row, seed):
    """Return a run whose figures come near those of the editions."""
    loss = [0.4 + 0.4 / epoch + seed / 1000 for epoch in range(1, row.num_epochs + 1)]
    accuracy = [1.07 - figure / 2 for figure in loss]
    return {
        "environment": {"python": "3.11.7", "release": "2017-08-31", "code": "c0de" * 16},
        "source": "data folder",
        "untrained_acc": 0.05 + seed / 100,
        "train_loss": loss,
        "train_acc": accuracy,
        "test_acc": accuracy,
    }


@pytest.fixture(params=[1280, 390], ids=["wide", "phone"])
def page(request, browser, tmp_path):
    rows = (GLUONBOOK, D2L_2019)
    drawn = {"release": "2017-08-31", "accuracies": [i / 1000 for i in range(50, 150)]}
    results_page.write(
        tmp_path, [distribution.outcome(row, [run(row, seed) for seed in range(9)], drawn) for row in rows]
    )
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.goto((tmp_path / "index.html").as_uri())
    yield page
    page.close()


def test_the_page_fits_its_window_and_asks_for_nothing_else(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.requests == [page.url]
    assert page.complaints == []


def test_every_mark_and_band_lies_inside_its_chart(page):
    outside = page.evaluate("""
        [...document.querySelectorAll("main figure svg")].filter(svg => {
          const box = svg.getBoundingClientRect();
          return [...svg.querySelectorAll("path.published, polygon, polyline, circle, text")].some(shape => {
            const own = shape.getBoundingClientRect();
            return own.left < box.left - 1 || own.right > box.right + 1
              || own.top < box.top - 1 || own.bottom > box.bottom + 1;
          });
        }).map(svg => svg.getAttribute("aria-label"))
    """)
    assert outside == []


def test_the_whole_row_is_named_for_those_who_do_not_see_the_charts(page):
    chart = page.get_by_role("img", name="gluonbook, 2018: MXNet, scratch: test accuracy by epoch.")
    assert "5 published figures lie within the range" in chart.get_attribute("aria-label")
    assert page.get_by_role("heading", level=2).all_inner_texts() == [
        "A. gluonbook, 2018: MXNet, scratch",
        "B. d2l, 2019: MXNet, scratch",
    ]
