"""Both call styles in every face: told apart by type, with the same training; what fits neither is named."""

import inspect

import numpy as np
import pytest

from d2l_compat.helpers import call_styles, plotting

PIXELS = np.random.default_rng(0).random((6, 1, 28, 28)).astype("float32")
LABELS = np.array([0, 1, 2, 3, 4, 5])


@pytest.fixture
def batches(backend):
    """Two native batches of three examples."""
    X = np.moveaxis(PIXELS, 1, -1).copy() if backend.channels_last else PIXELS
    y = LABELS.astype(backend.label_dtype)
    return [(backend.tensor(X[rows]), backend.tensor(y[rows])) for rows in (slice(0, 3), slice(3, 6))]


@pytest.fixture
def model(d2l):
    return d2l.softmax_regression(np.full((784, 10), 0.01, "float32"))


def test_both_orders_of_evaluate_accuracy_give_one_figure(d2l, model, batches):
    newer = d2l.evaluate_accuracy(model.net, batches)
    assert newer == d2l.evaluate_accuracy(batches, model.net)
    assert newer == d2l.evaluate_accuracy(data_iter=batches, net=model.net)


def test_a_device_may_follow_either_order(d2l, backend, model, batches, monkeypatch):
    places, inference = [], backend.inference

    def placed(net, updater, ctx, restores):
        places.append(ctx)
        return inference(net, updater, None, restores)

    monkeypatch.setattr(backend, "inference", placed)
    newer = d2l.evaluate_accuracy(model.net, batches)
    assert newer == d2l.evaluate_accuracy(model.net, batches, device="here")
    assert newer == d2l.evaluate_accuracy(model.net, batches, "here")
    assert newer == d2l.evaluate_accuracy(batches, model.net, ctx="here")
    assert places == [None, "here", "here", "here"]


def test_a_net_that_can_be_iterated_is_still_the_net(d2l, batches, backend):
    class Net:
        def __call__(self, X):
            return backend.tensor(np.eye(10, dtype="float32")[[0, 1, 2]])

        def __iter__(self):
            raise AssertionError("a net is called, not iterated")

    assert d2l.evaluate_accuracy(batches, Net()) == d2l.evaluate_accuracy(Net(), batches) == 0.5


def test_the_older_style_prints_a_line_an_epoch_and_returns_the_history(d2l, model, batches, capsys):
    step = model.updater  # a function of the batch size, or an Updater, passes for a trainer too
    history = d2l.train_ch3(model.net, batches, batches, model.loss, 2, 3, None, None, step)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(history.train_loss) == 2
    assert lines[0].startswith(f"epoch 1, loss {history.train_loss[0]:.4f}, train acc ")


@pytest.mark.parametrize("older", [True, False], ids=["older call", "newer call"])
@pytest.mark.parametrize("in_jupyter", [True, False], ids=["in Jupyter", "elsewhere"])
def test_no_figure_is_shown_twice(d2l, model, batches, monkeypatch, capsys, older, in_jupyter):
    monkeypatch.setattr(plotting, "in_jupyter", lambda: in_jupyter)
    monkeypatch.setattr(plotting.Animator, "_show", lambda self: None)
    call = (2, 3, None, None, model.updater) if older else (2, model.updater)
    history = d2l.train_ch3(model.net, batches, batches, model.loss, *call)
    printed = capsys.readouterr().out
    assert bool(printed) == (older or not in_jupyter)
    assert (
        ("epoch 2, loss" in repr(history)) == ("<td>2</td>" in (history._repr_html_() or "")) == (not printed)
    )
    assert f"{history}\n" == printed or not printed


def test_training_that_is_ended_early_tells_how_many_epochs_it_printed(d2l, model, batches):
    class Ending(list):
        """Batches that are interrupted when they are asked for a second time."""

        asked = 0

        def __iter__(self):
            self.asked += 1
            if self.asked > 1:
                raise KeyboardInterrupt
            return super().__iter__()

    with pytest.raises(KeyboardInterrupt) as ended:
        d2l.train_ch3(model.net, Ending(batches), batches, model.loss, 2, model.updater)
    assert repr(ended.value.history).startswith("History of 1 epoch (")


def test_optimizer_is_a_name_of_the_trainer(d2l, batches):
    model, other = (d2l.softmax_regression(np.zeros((784, 10), "float32"), concise=True) for _ in range(2))
    a = d2l.train_ch3(model.net, batches, batches, model.loss, 2, 3, optimizer=model.updater)
    b = d2l.train_ch3(other.net, batches, batches, other.loss, 2, other.updater)
    assert a.train_loss == pytest.approx(b.train_loss, abs=1e-6)


@pytest.mark.parametrize("number", [np.int64(3), np.int32(3)], ids=["int64", "int32"])
def test_integers_of_numpy_are_batch_sizes_too(d2l, model, batches, number):
    history = d2l.train_ch3(model.net, batches, batches, model.loss, 1, number, None, None, model.updater)
    assert len(history.train_loss) == 1


BOTH = r"expected train_ch3\(net.*num_epochs, updater\) or train_ch3\(net.*batch_size.*; received"


@pytest.mark.parametrize(
    "arguments",
    [(), (2,), (2, 0.1), (2, True), (2.0, 256), (2, 256, None, 0.1), (2, 256, [], 0.1, None, "more")],
    ids=["no-epochs", "nothing-more", "a-float", "a-bool", "epochs-not-whole", "no-params", "too-many"],
)
def test_a_call_in_neither_style_shows_both(d2l, model, batches, arguments):
    with pytest.raises(TypeError, match=BOTH):
        d2l.train_ch3(model.net, batches, batches, model.loss, *arguments)


@pytest.mark.parametrize("swapped", ["nets", "iterators", "one"])
def test_evaluate_accuracy_of_neither_order_shows_both(d2l, model, batches, swapped):
    arguments = {"nets": (model.net, model.net), "iterators": (batches, batches), "one": (model.net,)}
    message = (
        r"evaluate_accuracy\(net, data_iter\) or evaluate_accuracy\(data_iter, net, ctx=None\) "
        r"or evaluate_accuracy\(net, data_iter, ctx\); received"
    )
    with pytest.raises(TypeError, match=message):
        d2l.evaluate_accuracy(*arguments[swapped])


def test_the_argument_that_does_not_fit_is_named_with_what_to_pass(d2l, model, batches):
    message = r"received train_ch3\(.*, 0\.1\)\. updater is 0\.1: pass an optimiser"
    with pytest.raises(TypeError, match=message):
        d2l.train_ch3(model.net, batches, batches, model.loss, 2, 0.1)


def test_a_batch_size_of_nothing_is_an_error(d2l, model, batches):
    with pytest.raises(ValueError, match="batch_size: expected at least 1, received 0"):
        d2l.train_ch3(model.net, batches, batches, model.loss, 1, 0, None, None, model.updater)


def test_the_error_shows_what_was_received():
    @call_styles.accepts(call_styles.newer_evaluate_accuracy)
    def evaluate_accuracy(self, **arguments):
        raise AssertionError("not reached")

    with pytest.raises(TypeError, match=r"received evaluate_accuracy\(list, 3, ctx='cpu'\)"):
        evaluate_accuracy(None, [], 3, ctx="cpu")


def test_help_shows_the_style_of_the_edition(d2l):
    names = list(inspect.signature(d2l.train_ch3).parameters)
    assert names == ["net", "train_iter", "test_iter", "loss", "num_epochs", "updater"]
