"""How a training run shows itself."""

import json

import pytest

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


PRINTED = "History of 2 epochs (torch, data: 2017-08-31); print() shows the lines again"


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
