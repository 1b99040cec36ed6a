"""Runs in processes of their own, and how far they strayed from the reference."""

import numpy as np
import pytest

from d2l_compat.data import fashion_mnist
from d2l_compat.helpers.history import History
from d2l_compat.helpers.reference import Epoch
from d2l_compat.lessons import trials

REFERENCE = [Epoch(0.5, 80, 8), Epoch(0.4, 90, 9)]


def trial(loss_shift=0.0, extra_correct=0):
    history = History("torch", {})
    for i, epoch in enumerate(REFERENCE):
        extra = extra_correct if i else 0
        history.add(
            epoch.train_loss + loss_shift, (epoch.train_correct + extra) / 100, epoch.test_correct / 10, 0.1
        )
    return trials.Trial("torch", "scratch", 0, history, np.zeros((784, 10)), np.zeros(10), 0.1)


def test_the_largest_difference_at_any_epoch_counts():
    (run,) = trials.Deviations([trial(-2e-7, 2)], REFERENCE, (100, 10)).runs
    assert run == {"framework": "torch", "style": "scratch", "train_loss": pytest.approx(2e-7), "correct": 2}


@pytest.mark.parametrize(
    ("strayed", "verdict"),
    [
        (trial(9e-7, 3), "within the bounds"),
        (trial(2e-6, 0), "BEYOND the bound of train_loss"),
        (trial(0.0, 4), "BEYOND the bound of correct"),
    ],
    ids=["within", "loss", "correct"],
)
def test_it_shows_the_verdict_and_carries_the_figures_apart(strayed, verdict):
    deviations = trials.Deviations([strayed], REFERENCE, (100, 10))
    data, metadata = deviations._repr_mimebundle_()
    assert data["text/plain"] == f"torch scratch: {verdict}"
    assert data[trials.MIME]["bounds"] == {"train_loss": 1e-6, "correct": 3}
    assert metadata[trials.MIME] == {"runs": deviations.runs}


def test_each_framework_trains_in_a_process_of_its_own(d2l, backend):
    W = np.zeros((784, 10), dtype="float32")
    settings = [{"style": style, "W": W, "num_epochs": 1} for style in ("scratch", "concise")]
    scratch, concise = sorted(trials.train_all([backend.name], settings), key=lambda t: t.style, reverse=True)
    assert (scratch.name, concise.name) == (f"{backend.name} scratch", f"{backend.name} concise")
    assert scratch.history.train_loss == pytest.approx(concise.history.train_loss, abs=1e-6)
    assert np.abs(scratch.W - concise.W).max() < 1e-5
    assert scratch.b.shape == (10,)


def test_a_seed_draws_the_frameworks_own_weights(backend, dataset, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "load", lambda release, root: dataset)
    runs = [trials.train(backend.name, "concise", seed=seed, num_epochs=1) for seed in (1, 1, 2)]
    assert runs[0].history.train_loss == runs[1].history.train_loss
    assert runs[0].history.train_loss != runs[2].history.train_loss
