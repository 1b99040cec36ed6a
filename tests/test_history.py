"""How a training run shows itself."""

import json

import pytest
from matplotlib import pyplot as plt

from d2l_compat.helpers.history import MIME, History


def history(release="2017-08-31"):
    run = History("torch", {"python": "3.11.7", "torch": "2.0"}, release, "data folder")
    run.add(0.78764321, 0.74712, 0.80449, seconds=0.1)
    run.add(0.57394321, 0.81112, 0.82551, seconds=0.2)
    return run


def test_in_a_terminal_it_is_the_lines_of_2018():
    assert repr(history()) == (
        "epoch 1, loss 0.7876, train acc 0.747, test acc 0.804\n"
        "epoch 2, loss 0.5739, train acc 0.811, test acc 0.826"
    )


PRINTED = "History of 2 epochs (PyTorch, data: 2017-08-31); print() shows the lines again"


def test_lines_that_were_printed_are_not_repeated_but_by_print():
    run = history()
    lines = str(run)
    run.printed = 2
    data, _ = run._repr_mimebundle_()
    assert repr(run) == data["text/plain"] == PRINTED
    assert str(run) == lines
    assert set(data) == {"text/plain", MIME}
    assert run._repr_html_() is None
    assert data[MIME] == history()._repr_mimebundle_()[0][MIME]


def test_epochs_that_are_added_to_a_printed_run_show_all_of_it():
    run = history()
    run.printed = 1
    assert repr(run) == str(run) == repr(history())
    assert run._repr_html_() == history()._repr_html_()


def test_its_json_repeats_from_run_to_run_and_its_metadata_holds_the_rest():
    data, metadata = history()._repr_mimebundle_()
    assert data[MIME] == {
        "schema": 1,
        "framework": "torch",
        "release": "2017-08-31",
        "epochs": [
            {"train_loss": 0.7876, "train_acc": 0.747, "test_acc": 0.804},
            {"train_loss": 0.5739, "train_acc": 0.811, "test_acc": 0.826},
        ],
    }
    assert metadata[MIME]["train_loss"] == [0.78764321, 0.57394321]
    assert metadata[MIME]["seconds"] == [0.1, 0.2]
    assert metadata[MIME]["source"] == "data folder"
    json.dumps([data, metadata])


def test_nothing_that_nbval_compares_holds_a_time():
    slow, fast = history(), history()
    slow.seconds = [9.0, 9.0]
    assert slow._repr_mimebundle_()[0] == fast._repr_mimebundle_()[0]


@pytest.mark.parametrize("show", [repr, History._repr_html_], ids=["terminal", "notebook"])
def test_the_stand_in_says_its_name(show):
    assert "synthetic" in show(history("synthetic"))
    assert "synthetic" not in show(history())


def test_a_table_escapes_what_it_shows():
    assert "<script>" not in history("<script>")._repr_html_()


@pytest.fixture
def figure():
    """Return a function that returns the current figure's curves, as lists of axes of lists of figures."""
    yield lambda: [[list(line.get_ydata()) for line in axes.lines] for axes in plt.gcf().axes]
    plt.close("all")


def legends():
    return [text.get_text() for text in plt.gcf().axes[0].get_legend().get_texts()]


def other(face="jax", framework="jax", release="2017-08-31"):
    run = History(framework, {framework: "0.4"}, release, "data folder", face)
    run.add(0.5, 0.8, 0.75, seconds=0.1)
    return run


def test_a_run_is_plotted_with_its_loss_beside_its_accuracies(figure):
    history().plot()
    assert figure() == [[[0.78764321, 0.57394321]], [[0.74712, 0.81112], [0.80449, 0.82551]]]
    assert legends() == ["PyTorch"]


def test_runs_of_several_frameworks_are_overlaid(figure):
    history().plot(other())
    assert figure()[0] == [[0.78764321, 0.57394321], [0.5]]
    assert legends() == ["PyTorch", "JAX"]


def test_runs_are_named_after_framework_and_older_face_and_numbered_where_these_repeat(figure):
    history().plot(other("gluonbook", "mxnet"), history(), other("paper", "paper"))
    assert legends() == ["PyTorch (1)", "MXNet, gluonbook", "PyTorch (2)", "paper"]


def test_runs_get_the_labels_that_one_gives(figure):
    history().plot(history(), labels=("lr 0.1", "lr 1"))
    assert legends() == ["lr 0.1", "lr 1"]


@pytest.mark.parametrize(
    ("others", "labels", "error", "message"),
    [
        (["torch.json"], None, TypeError, "expected a History, received <class 'str'>: History.load reads"),
        ([], ["a", "b"], ValueError, "labels: expected 1, one for each run, received 2"),
    ],
    ids=["a path", "labels"],
)
def test_what_cannot_be_plotted_is_refused_without_a_figure(others, labels, error, message):
    with pytest.raises(error, match=message):
        history().plot(*others, labels=labels)
    assert not plt.get_fignums()


def test_a_plot_with_a_run_on_the_stand_in_says_which(figure):
    history().plot(other(release="synthetic"))
    assert plt.gcf()._suptitle.get_text() == "synthetic data: JAX"


def test_what_was_saved_is_loaded_whole(tmp_path):
    run = other()
    run.peak_memory = 5
    run.save(tmp_path / "folder" / "run.json")
    loaded = History.load(str(tmp_path / "folder" / "run.json"))
    assert loaded.to_dict() == run.to_dict() == json.loads(json.dumps(run.to_dict()))
    assert loaded.train_loss == [0.5]
    assert (loaded.face, loaded.peak_memory, repr(loaded)) == ("jax", 5, repr(run))


def saved(**changes):
    return json.dumps({**history().to_dict(), **changes})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "received no JSON"),
        ("import torch", "received no JSON"),
        ("[" * 100_000, "received no JSON"),
        ("[1]", "received other JSON, a list"),
        ('{"cells": []}', "without framework, release, train_loss"),
        (saved(train_loss=["0.5", "0.4"]), "whose train_loss is no list of numbers"),
        (saved(seconds=0.5), "whose seconds is no list of numbers"),
        (saved(test_acc=[0.5]), "with figures of unequal length"),
        (saved(framework=None), "without the name of a framework and a table of versions"),
        (saved(versions=[]), "without the name of a framework and a table of versions"),
    ],
    ids=["empty", "script", "deep", "list", "notebook", "texts", "number", "lengths", "name", "versions"],
)
def test_a_file_without_a_history_is_named_as_such(tmp_path, text, fault):
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"run.json: expected what History.save writes, .*{fault}"):
        History.load(path)


def test_a_picture_and_a_missing_file_are_named_as_such(tmp_path):
    (tmp_path / "run.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ValueError, match=r"run.png: expected what History.save writes, received no JSON"):
        History.load(tmp_path / "run.png")
    with pytest.raises(FileNotFoundError, match=r"none.json"):
        History.load(tmp_path / "none.json")
