"""Every call trains on the code as it is when it is called: edited between two trainings, on the edited code.

The code is made of cells, as in a notebook; those that edit it are executed after the ones that define it.
"""

import functools
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_model import parameter

from d2l_compat.editions import EDITIONS
from d2l_compat.helpers.reference import loss_and_gradients

rng = np.random.default_rng(0)
X = rng.normal(size=(14, 2)).astype("float32")
Y = rng.integers(0, 2, 14)
ROWS = [slice(0, 8), slice(6, 14)] * 6  # more than TensorFlow runs before it makes a graph
RATE = 0.1

# How code gets at a number K: the cell that defines function {name}, and the one that changes the number.
PLACES = {
    "global": ("k = {v}\ndef {name}({args}): return {body}", "k = {v}"),
    "function": ("def f(): return {v}\ndef {name}({args}): return {body}", "def f(): return {v}"),
    "list": ("k = [{v}]\ndef {name}({args}): return {body}", "k[0] = {v}"),
    "dict": ("k = dict(of={v})\ndef {name}({args}): return {body}", "k['of'] = {v}"),
    "array": ("k = np.array([{v}], 'float32')\ndef {name}({args}): return {body}", "k[0] = {v}"),
    "attribute": ("class A: k = {v}\na = A()\ndef {name}({args}): return {body}", "a.k = {v}"),
    "class": ("class A: k = {v}\na = A()\ndef {name}({args}): return {body}", "A.k = {v}"),
    "method": (
        "class A:\n    def f(self): return {v}\na = A()\ndef {name}({args}): return {body}",
        "A.f = lambda self: {v}",
    ),
    "default": ("def {name}({args}, k={v}): return {body}", "{name}.__defaults__ = ({v},)"),
    "keyword": ("def {name}({args}, *, k={v}): return {body}", "{name}.__kwdefaults__['k'] = {v}"),
    "cell": (
        "def make(k):\n    def {name}({args}): return {body}\n"
        "    def change(v):\n        nonlocal k\n        k = v\n    return {name}, change\n"
        "{name}, change = make({v})",
        "change({v})",
    ),
    "partial": ("def g({args}, k): return {body}\n{name} = partial(g, k={v})", "{name}.keywords['k'] = {v}"),
    "dataclass": (
        "@dataclass\nclass A:\n    k: float\n    def __call__(self, {args}): return {body}\n{name} = A({v})",
        "{name}.k = {v}",
    ),
    "code": (
        "k = {v}\ndef {name}({args}): return {body}",
        "def g({args}): return {body}\n{name}.__code__ = g.__code__\nk = {v}",
    ),
}
NUMBER = {
    "list": "k[0]", "dict": "k['of']", "array": "float(k[0])", "attribute": "a.k", "class": "a.k",
    "method": "a.f()", "function": "f()", "dataclass": "self.k",
}  # fmt: skip


class Notebook:
    """A linear net, a loss that squares the scores, an updater: cells for `d2l`, with K in one of them."""

    def __init__(self, d2l):
        self.d2l, self.backend = d2l, d2l.backend
        self.W = parameter(self.backend, np.eye(2, dtype="float32"))
        modules = {"np": np, "partial": functools.partial, "dataclass": dataclass, "d2l": d2l}
        self.names = {**modules, "tf": sys.modules.get("tensorflow"), "W": self.W, "__name__": "notebook"}
        self.by_argument = self.backend.name == "jax"
        self.has_gradients = "Updater" not in EDITIONS[self.backend.name].names
        self.batches = [self._batch(rows) for rows in ROWS]

    def _batch(self, rows):
        return self.backend.tensor(X[rows]), self.backend.tensor(Y[rows].astype(self.backend.label_dtype))

    def functions(self):
        """Return the arguments and the body of net, loss and updater, each times K."""
        net = ("params, X", "X @ params * K") if self.by_argument else ("X", "X @ W * K")
        if self.has_gradients:
            updater = ("n", f"d2l.sgd([W], {RATE} * K, n)")
        else:
            updater = ("n, grads", f"step(grads, {RATE} * K, n)")
        return {
            "net": net,
            "loss": ("y_hat, y", self.rows("y_hat * y_hat") + " * K / 2"),
            "updater": updater,
        }

    def rows(self, expression):
        """Return the expression for the sum of each row."""
        return (
            f"tf.reduce_sum({expression}, 1)"
            if self.backend.name == "tensorflow"
            else f"({expression}).sum(1)"
        )

    def run(self, cell):
        """Execute a cell."""
        exec(cell, self.names)

    def define(self, role, place, value):
        """Execute the cells of the functions, `role` with K in `place`; return the cell that edits."""
        self.run("def step(grads, lr, n): " + self._step())
        for name, (args, body) in self.functions().items():
            if name != role:
                self.run(f"def {name}({args}): return {body.replace('K', '1.0')}")
                continue
            body = body.replace("K", NUMBER.get(place, "k"))
            define, edit = (cell.replace("{name}", name).replace("{args}", args) for cell in PLACES[place])
            define, edit = (cell.replace("{body}", body) for cell in (define, edit))
            self.run(define.replace("{v}", repr(value)))
        if not self.has_gradients:
            self.names["updater"].params = self.W if self.by_argument else [self.W]
        return edit

    def _step(self):
        if self.by_argument:
            return "updater.params = d2l.sgd(updater.params, grads, lr, n)"
        return "d2l.sgd([W], grads, lr, n)"

    def train(self, batches=None):
        """Train for an epoch; return its loss and its accuracy."""
        net, loss, updater = (self.names[name] for name in ("net", "loss", "updater"))
        return self.d2l.train_epoch_ch3(net, batches or self.batches, loss, updater)

    def weights(self):
        """Return what was trained."""
        return self.backend.to_numpy(self.names["updater"].params if self.by_argument else self.W)


def by_hand(W, rows, net=1.0, loss=1.0, updater=1.0):
    """Return the loss of an epoch from float64 weights `W`, its accuracy and the weights after it."""
    total = correct = 0
    for batch, at in enumerate(rows):
        k, weight, rate = (value(batch) if callable(value) else value for value in (net, loss, updater))
        scores = X[at].astype(float) @ W * k
        total += weight * (scores**2).sum() / 2
        correct += (scores.argmax(1) == Y[at]).sum()
        W = W - RATE * rate / len(scores) * (X[at].T @ scores * weight * k)
    n = sum(len(X[at]) for at in rows)
    return total / n, correct / n, W


VALUES = st.floats(0.25, 1.5).map(lambda value: round(value, 3))


@pytest.mark.parametrize("role", ["net", "loss", "updater"])
@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=2, deadline=None, derandomize=True, database=None)
@given(values=st.lists(VALUES, min_size=2, max_size=3, unique=True))
def test_every_call_trains_on_the_code_as_it_is_then(d2l, place, role, values):
    notebook, W = Notebook(d2l), np.eye(2)
    edit = notebook.define(role, place, values[0])
    for value in values:
        notebook.run(edit.replace("{v}", repr(value)))
        loss, acc, W = by_hand(W, ROWS, **{role: value})
        assert notebook.train() == (pytest.approx(loss, rel=1e-5), pytest.approx(acc))
        np.testing.assert_allclose(notebook.weights(), W, rtol=1e-5, atol=1e-7)


def test_code_that_changes_during_a_call_counts_where_it_is_run_for_every_batch(d2l):
    def edited():
        for step, batch in enumerate(notebook.batches):
            if step == len(ROWS) - 1:
                notebook.run(edit.replace("{v}", "3.0"))
            yield batch

    notebook = Notebook(d2l)
    edit = notebook.define("net", "global", 1.0)
    last = (
        1.0 if notebook.by_argument else 3.0
    )  # JAX has traced the net with what it read for the first batch
    loss, acc, W = by_hand(np.eye(2), ROWS, net=lambda step: last if step == len(ROWS) - 1 else 1.0)
    assert notebook.train(edited()) == (pytest.approx(loss, rel=1e-5), pytest.approx(acc))
    np.testing.assert_allclose(notebook.weights(), W, rtol=1e-5, atol=1e-7)


def test_a_softmax_that_was_wrong_and_is_corrected_in_its_own_cell_trains(d2l):
    notebook = Notebook(d2l)
    notebook.define("updater", "global", 1.0)
    notebook.names["loss"] = d2l.softmax_regression().loss
    (args, body), total = notebook.functions()["net"], notebook.rows("e")
    notebook.run(f"def net({args}): return softmax({body.replace('K', '1.0')})")
    notebook.run("def softmax(O): return O * 0.0 + 0.5")
    assert notebook.train()[0] == pytest.approx(np.log(2))
    notebook.run(f"def softmax(O):\n    e = d2l.exp(O)\n    return e / d2l.reshape({total}, (-1, 1))")

    W, losses = np.eye(2), []
    for at in ROWS:
        loss, gradient, _ = loss_and_gradients(W, np.zeros(2), X[at].astype(float), Y[at])
        losses.append(loss / len(Y[at]))
        W -= RATE / len(Y[at]) * gradient
    assert notebook.train()[0] == pytest.approx(np.mean(losses), rel=1e-5)
    np.testing.assert_allclose(notebook.weights(), W, rtol=1e-5, atol=1e-7)
