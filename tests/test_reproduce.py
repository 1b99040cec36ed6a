"""Where published figures lie among runs, the verdicts, what keeps a run, and what the page shows."""

import dataclasses
import json
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from d2l_compat.reproduce import charts, distribution, editions, experiment, results_page
from d2l_compat.reproduce.children import RunError
from d2l_compat.reproduce.editions import D2L_2019, GLUONBOOK, Figure, Row
from d2l_compat.reproduce.store import Spec, Store, key

RELEASE = "2017-08-31"
ENVIRONMENT = {"python": "3.11.7", "torch": "2.13.0", "code": "c0de", "release": RELEASE, "data": "da7a"}
SPEC = Spec("C-torch", "torch", "scratch", 7, 2, 256, 0.1, RELEASE)
ROW = Row(
    key="C-torch",
    edition="d2l, 2021",
    framework="torch",
    face="torch",
    style="scratch",
    num_epochs=2,
    published=(Figure("test_acc", 0, "0.1248"), Figure("test_acc", 2, "0.84")),
    release="2017-08-26",
    is_bounded=True,
)


def result(untrained=0.1, loss=0.45, accuracy=0.84, release=RELEASE):
    """What a run of two epochs gave."""
    return {
        "environment": {**ENVIRONMENT, "release": release},
        "host": "here",
        "source": "data folder",
        "seconds": 1.0,
        "untrained_acc": untrained,
        "train_loss": [0.8, loss],
        "train_acc": [0.75, accuracy],
        "test_acc": [0.74, accuracy],
    }


DRAWN = {"release": RELEASE, "accuracies": [i / 1000 for i in range(50, 150)]}
"""A hundred untrained nets, a thousandth apart."""


def position(printed, *values, epoch=1):
    return distribution.position(Figure("test_acc", epoch, printed), values, RELEASE)


def test_runs_are_counted_below_equal_and_above_as_printed():
    place = position("0.842", 0.8250, 0.8300, 0.8419, 0.8424, 0.8500)
    assert (place.below, place.equal, place.above) == (2, 2, 1)
    assert (place.low, place.median, place.high, place.nearest) == (0.825, 0.8419, 0.85, 0.8419)
    assert place.distance == pytest.approx(0.0001)


def test_the_deviation_is_in_standard_deviations_of_a_sample():
    assert position("0.5", 0.1, 0.2, 0.3).deviation == pytest.approx(3)


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3]], ids=["one run", "equal runs"])
def test_runs_without_a_spread_have_no_deviation(values):
    assert position("0.5", *values).deviation is None


@pytest.mark.parametrize(
    ("values", "is_inside"),
    [
        ([0.80, 0.86], True),
        ([0.84249], True),
        ([0.84151, 0.85], True),
        ([0.8426, 0.85], False),
        ([0.80, 0.8414], False),
    ],
    ids=["between", "equal from above", "equal from below", "all above", "all below"],
)
def test_a_figure_is_inside_if_printed_runs_reach_it(values, is_inside):
    assert position("0.842", *values).is_inside is is_inside


@pytest.mark.parametrize(
    ("printed", "percentile"),
    [("0.0856", 36.0), ("0.1000", 50.5), ("0.0499", 0.0), ("0.1500", 100.0)],
    ids=["between two", "equal to one", "below all", "above all"],
)
def test_the_percentile_counts_what_is_below_and_half_of_what_is_equal(printed, percentile):
    assert position(printed, *DRAWN["accuracies"], epoch=0).percentile == percentile


@pytest.mark.parametrize(
    ("below", "is_inside"), [(4, False), (5, True), (995, True), (996, False)], ids=lambda value: str(value)
)
def test_an_untrained_net_is_inside_if_it_is_among_the_middle_99_percent_of_the_draws(below, is_inside):
    values = [0.05] * below + [0.15] * (1000 - below)
    assert position("0.100", *values, epoch=0).is_inside is is_inside
    assert position("0.100", *values).is_inside


def test_furthest_is_measured_in_standard_deviations():
    near, far = position("0.9", 0.1, 0.5), position("0.9", 0.80, 0.81)
    assert distribution.furthest([near, far, position("0.9", 0.9)]) is far
    assert distribution.furthest([position("0.9", 0.9)]) is None
    assert distribution.furthest([position("0.9", 0.1, 0.5, epoch=0)]) is None


def test_quartiles_are_taken_epoch_by_epoch():
    levels = distribution.quartiles([{"test_acc": [i / 10, 1.0]} for i in range(5)], "test_acc")
    assert levels[0] == pytest.approx({"low": 0, "lower": 0.1, "median": 0.2, "upper": 0.3, "high": 0.4})
    assert set(levels[1].values()) == {1.0}


def verdict(*results, row=ROW, drawn=DRAWN):
    return distribution.outcome(row, results, drawn).verdict


PERCENTILE = (
    " The test accuracy, untrained, published as 0.1248, is at percentile 75.0 of 100 fresh initialisations "
    "on the release of 2017-08-31"
)


def test_all_figures_in_the_range_and_bounds_kept_is_reproduced():
    found = verdict(result(0.12, accuracy=0.83), result(0.13, accuracy=0.85))
    assert found == distribution.Verdict(
        "reproduced",
        "The published figure lies within the range of 2 runs; 2 of 2 runs within the edition's bounds."
        f"{PERCENTILE}.",
    )


def test_an_untrained_net_is_placed_among_the_draws_and_not_among_the_runs():
    row = dataclasses.replace(ROW, published=ROW.published[:1])
    found = verdict(result(0.05), result(0.06), row=row)
    assert found == distribution.Verdict(
        "reproduced", f"2 of 2 runs within the edition's bounds.{PERCENTILE}."
    )


def test_an_untrained_net_at_the_end_of_the_draws_is_not_reproduced():
    row = dataclasses.replace(ROW, published=ROW.published[:1])
    drawn = {"release": "2017-08-26", "accuracies": [0.12] * 1000}
    found = verdict(result(0.1), result(0.15), row=row, drawn=drawn)
    assert found.status == "not reproduced"
    assert found.sentence.endswith(
        "is at percentile 100.0 of 1000 fresh initialisations on the release of 2017-08-26, outside the "
        "middle 99 percent."
    )
    assert found.reason is None
    drawn = {"release": RELEASE, "accuracies": [0.12] * 1000}
    assert "published figures come from" in verdict(result(0.1), row=row, drawn=drawn).reason


def test_a_figure_outside_is_not_reproduced_with_the_distance_and_the_known_reason():
    found = verdict(result(0.12, accuracy=0.81), result(0.13, accuracy=0.83))
    assert found.status == "not reproduced"
    assert found.sentence == (
        "The published figure lies outside the range of 2 runs. Furthest out: test accuracy, epoch 2, "
        f"published as 0.84, 0.01 above the highest run, 1.4 standard deviations from the mean.{PERCENTILE}."
    )
    assert "release of 2017-08-26, these runs from that of 2017-08-31" in found.reason


def test_the_other_release_is_no_reason_where_the_runs_have_it_too():
    row = dataclasses.replace(ROW, release=RELEASE)
    assert verdict(result(accuracy=0.8), row=row).status == "not reproduced"
    assert verdict(result(accuracy=0.8), row=row).reason is None


def test_a_run_outside_the_bounds_is_not_reproduced_and_other_data_do_not_excuse_it():
    row = dataclasses.replace(ROW, published=())
    found = verdict(result(), result(loss=0.5), row=row, drawn=None)
    assert found == distribution.Verdict(
        "not reproduced", "1 of 2 runs ended outside the edition's bound for the training loss (below 0.5)."
    )


@pytest.mark.parametrize(
    ("loss", "accuracy", "within"),
    [(0.4999, 0.7001, [1, 1, 1]), (0.5, 0.7, [0, 0, 0]), (0.0, 1.0, [1, 1, 1])],
    ids=["just inside", "just outside", "perfect"],
)
def test_bounds_are_below_a_half_and_above_seven_tenths(loss, accuracy, within):
    assert [
        bound.within for bound in distribution.bounds(ROW, [result(loss=loss, accuracy=accuracy)])
    ] == within


def test_synthetic_data_give_no_verdict():
    assert verdict(result(release="synthetic")).status == "no verdict"


def test_the_published_figures_are_those_of_the_editions():
    assert [figure.printed for figure in GLUONBOOK.published[:3]] == ["0.7876", "0.747", "0.804"]
    assert [figure.epoch for figure in GLUONBOOK.published[::3]] == [1, 2, 3, 4, 5]
    assert D2L_2019.published[0] == Figure("test_acc", 0, "0.0856")
    assert [figure.epoch for figure in D2L_2019.published[1::3]] == [6, 7, 8, 9, 10]
    assert [figure.printed for figure in D2L_2019.published[-3:]] == ["0.4516", "0.846", "0.847"]


def test_a_framework_more_appears_and_an_edition_without_its_module_does_not(monkeypatch):
    monkeypatch.setattr(editions, "frameworks", lambda: ("jax", "mxnet", "torch"))
    monkeypatch.setattr(editions, "chosen_frameworks", lambda: ("jax", "mxnet"))
    monkeypatch.setattr(editions, "find_spec", lambda name: name != "d2l_compat.gluonbook" or None)
    rows = {row.key: row for row in editions.rows()}
    assert list(rows) == ["B", "C-jax", "C-mxnet", "D-jax", "D-mxnet"]
    assert rows["C-jax"].published == ()
    assert rows["C-mxnet"].published == (Figure("test_acc", 0, "0.0811"),)


def test_each_row_is_in_the_command_line_under_its_key_or_its_edition(monkeypatch):
    every = [GLUONBOOK, D2L_2019, ROW]
    monkeypatch.setattr(experiment, "rows", lambda: every)
    assert experiment._choose("") == every
    assert experiment._choose("C, A") == [GLUONBOOK, ROW]
    with pytest.raises(ValueError, match="--rows: expected keys out of A, B, C-torch, received E"):
        experiment._choose("A,E")


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Spec)])
def test_another_specification_is_another_key(field):
    other = dataclasses.replace(SPEC, **{field: getattr(SPEC, field) * 2})
    assert key(other, ENVIRONMENT) != key(SPEC, ENVIRONMENT)


@pytest.mark.parametrize("name", [*ENVIRONMENT, "added"])
def test_another_environment_is_another_key(name):
    assert key(SPEC, {**ENVIRONMENT, name: "other"}) != key(SPEC, ENVIRONMENT)


def test_the_order_of_the_environment_is_no_part_of_the_key():
    assert key(SPEC, dict(reversed(ENVIRONMENT.items()))) == key(SPEC, ENVIRONMENT)


def test_a_run_that_is_kept_is_read_again_and_another_one_is_not_there(tmp_path):
    store = Store(tmp_path)
    store.write(SPEC, result())
    assert store.read(SPEC, ENVIRONMENT) == result()
    assert store.read(dataclasses.replace(SPEC, seed=8), ENVIRONMENT) is None
    assert store.read(SPEC, {**ENVIRONMENT, "torch": "2.14.0"}) is None


def record(**changes):
    return json.dumps({"schema": 1, "spec": dataclasses.asdict(SPEC), "result": {**result(), **changes}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"spec": {}}',
        "\udcff",
        record()[:-9],
        record(environment={}),
        record().replace('"seed": 7', '"seed": 8'),
        record(train_loss=[0.8]),
        record(train_loss=[0.8, float("nan")]),
        record(test_acc=None),
        record(untrained_acc="much"),
    ],
    ids=["empty", "list", "fields", "bytes", "cut", "environment", "seed", "short", "nan", "none", "text"],
)
def test_a_file_that_is_not_this_run_is_ignored_with_one_line(tmp_path, text):
    store = Store(tmp_path)
    path = store.path(SPEC, ENVIRONMENT)
    path.write_text(text, errors="surrogateescape")
    with pytest.raises(ValueError, match="expected (a|the) finished run") as caught:
        store.read(SPEC, ENVIRONMENT)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_long_runs_go_first_and_those_of_a_face_together():
    efforts = {
        dataclasses.replace(SPEC, face=face, row=row): effort
        for face, row, effort in [
            ("torch", "C", 2),
            ("tensorflow", "C", 8),
            ("torch", "D", 1),
            ("tensorflow", "D", 11),
        ]
    }
    kept = [one for one in efforts if (one.face, one.row) == ("torch", "C")]
    order = [(one.face, one.row) for one in experiment._in_order(efforts, kept)]
    assert order == [("tensorflow", "D"), ("tensorflow", "C"), ("torch", "D")]


def test_a_worker_with_another_environment_is_an_error_that_names_it():
    other = result()
    other["environment"] = {**ENVIRONMENT, "torch": "2.0.0"}
    message = "C-torch, seed 7, on here: expected one environment .* torch 2.13.0, received 2.0.0"
    with pytest.raises(RunError, match=message):
        experiment._check(SPEC, other, ENVIRONMENT)


def test_other_data_than_were_asked_for_are_an_error(monkeypatch):
    monkeypatch.setenv("D2L_COMPAT_DATA", "")
    message = "torch: expected to train on the data of 2017-08-26, received 2017-08-31"
    with pytest.raises(RunError, match=message):
        experiment._check_release("torch", ENVIRONMENT, "2017-08-26")
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    with pytest.raises(RunError, match="expected to train on the data of synthetic, received 2017-08-31"):
        experiment._check_release("torch", ENVIRONMENT, RELEASE)


@pytest.fixture
def outcomes():
    """A row with published figures, one of them outside, and a hostile one without."""
    hostile = dataclasses.replace(ROW, key="D-torch", edition="<script>alert(1)</script>", published=())
    results = [result(0.12, accuracy=0.80), result(0.13, accuracy=0.82)]
    return [distribution.outcome(ROW, results, DRAWN), distribution.outcome(hostile, results, None)]


@pytest.fixture
def page(outcomes):
    return BeautifulSoup(results_page.page(outcomes), "html.parser")


def test_the_page_asks_for_nothing_and_runs_nothing(page):
    assert not page.find_all(["script", "link", "img", "iframe"])
    assert "<script>alert(1)</script>" in page.find(id="D-torch").text
    assert not [tag for tag in page.find_all(href=True) if not tag["href"].startswith("#")]


def test_headings_captions_and_texts_for_charts_are_there(page):
    assert page.h1.text == "The published figures, put to the test"
    assert page.h2.text == "C-torch. d2l, 2021: PyTorch, scratch"
    assert all(table.caption.text and table.thead.th for table in page.find_all("table"))
    charts = [svg for svg in page.find_all("svg") if not svg.get("aria-hidden")]
    assert len(charts) == 2 * 7
    assert all(svg["role"] == "img" and ": " in svg["aria-label"] for svg in charts)


def test_verdict_and_positions_are_shown(page):
    section = page.find("section")
    assert "Not reproduced. The published figure lies outside" in " ".join(section.p.text.split())
    assert "Known reason: The published figures come from" in " ".join(section.p.text.split())
    rows = section.table.tbody.find_all("tr")
    assert ["|".join(cell.text for cell in row.find_all(["th", "td"])) for row in rows] == [
        "test accuracy, untrained among 100 initialisations, release of 2017-08-31; range: the middle 99 "
        "percent|0.1248|0.0500|0.0995|0.1490|75|0|25|\N{MINUS SIGN}0.0002|+0.9|75.0|yes",
        "test accuracy, epoch 2|0.84|0.8000|0.8100|0.8200|2|0|0|+0.0200|+2.1|100.0|no",
    ]


def test_published_figures_are_marked_in_curves_distances_and_strip(page):
    marks = page.find("section").find_all(class_="published")
    assert [mark.title.text for mark in marks] == [
        "test accuracy, epoch 2: published 0.84, runs 0.8000 to 0.8200",
        "test accuracy, epoch 2: published 0.84, runs 0.8000 to 0.8200",
        "test accuracy, untrained: published 0.1248, 100 initialisations 0.0500 to 0.1490",
    ]
    assert ["outside" in mark["class"] for mark in marks] == [True, True, False]


def test_the_draws_are_a_histogram_behind_the_runs(outcomes, page):
    drawn, none = (charts.strip(one, outcomes) for one in outcomes)
    assert none.drawn == ""
    ticks = {label: x for x, label in drawn.x_ticks}
    corners = [tuple(map(float, corner.split(","))) for corner in drawn.drawn.split()]
    highest = [x for x, y in corners if y == charts.TOP]
    assert (min(highest), max(highest)) == (ticks["0.05"], ticks["0.15"])  # ten draws in each hundredth
    assert page.find("section").find(class_="strip").polygon["points"] == drawn.drawn


def test_a_chart_puts_values_where_its_ticks_say(outcomes):
    curves, distances = charts.charts(outcomes[0], outcomes)[2]
    (mark,) = curves.marks
    heights = {label: y for y, label in curves.y_ticks}
    assert mark.x == curves.x_ticks[-1][0]
    assert mark.y == pytest.approx(heights["0.84"], abs=0.1)
    assert [float(point.split(",")[1]) for point in distances.median.split()] == [
        next(y for y, label in distances.y_ticks if label == "0")
    ] * 2
    corners = curves.whole.split()
    assert corners[0] == corners[3]
    assert float(corners[1].split(",")[1]) > float(corners[2].split(",")[1])


def test_everything_made_of_synthetic_data_says_so(outcomes):
    synthetic = [distribution.outcome(one.row, [result(release="synthetic")], DRAWN) for one in outcomes]
    assert "SYNTHETIC DATA" in results_page.table(synthetic)
    assert json.loads(results_page.as_json(synthetic))["synthetic"] is True
    soup = BeautifulSoup(results_page.page(synthetic), "html.parser")
    assert "SYNTHETIC DATA" in soup.find(role="alert").text
    assert {tag.text for tag in soup.select("tbody .status")} == {"no verdict"}


def test_the_json_holds_all_runs_positions_and_verdicts(outcomes):
    everything = json.loads(results_page.as_json(outcomes))
    assert (everything["schema"], everything["synthetic"]) == (2, False)
    row = everything["rows"][0]
    assert row["verdict"]["status"] == "not reproduced"
    assert row["untrained"] == DRAWN
    assert row["published"][0]["percentile"] == 75
    assert row["published"][0]["release"] == RELEASE
    assert row["published"][1]["inside"] is False
    assert row["published"][1]["printed"] == "0.84"
    assert [(run["seed"], run["test_acc"]) for run in row["runs"]] == [(0, [0.74, 0.8]), (1, [0.74, 0.82])]
    assert row["quartiles"]["test_acc"][1]["median"] == pytest.approx(0.81)


def test_the_table_has_a_line_for_each_row(outcomes):
    lines = results_page.table(outcomes[:1]).splitlines()
    assert lines[2] == (
        "| C-torch. d2l, 2021: PyTorch, scratch | 2 | 0.4500 (0.4500 to 0.4500) | 0.810 (0.800 to 0.820) "
        "| 0.84 / 0.810 (0.800 to 0.820) | not reproduced; 1 of 2 published in the range; "
        "untrained 0.1248 at percentile 75.0 of 100 draws; furthest out: test accuracy, epoch 2 by +0.0200; "
        "published on other data |"
    )


def test_without_a_scheduler_dask_is_not_imported():
    code = "import sys, d2l_compat.reproduce.experiment; print({'distributed', 'torch'} & {*sys.modules})"
    process = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert process.stdout == "set()\n"
