"""Training runs of the chapter's model, each framework in a process of its own, to be compared."""

from __future__ import annotations

import contextlib
import importlib
import io
import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from d2l_compat.data.fashion_mnist import CURRENT
from d2l_compat.helpers.history import History
from d2l_compat.lessons.start_up import quieten_tensorflow

MIME = "application/vnd.d2l-compat.deviations+json"
BOUNDS = {"train_loss": 1e-6, "correct": 3}


def prepared(face: str) -> Any:
    """Return the module of a `face`, after setting what its framework needs in a process of our own."""
    module = importlib.import_module(f"d2l_compat.{face}")
    module.backend.prepare()
    return module


class Trial(NamedTuple):
    """One finished run: how it was made, its `History`, and the model it ended with."""

    framework: str
    style: str
    seed: int
    history: History
    W: NDArray[np.float32]  # float32 (784, 10)
    b: NDArray[np.float32]  # float32 (10,)
    untrained_acc: float  # the fraction of the test set that the initial net got right

    @property
    def name(self) -> str:
        """``'torch scratch'``, ``'torch concise'``, ..."""
        return f"{self.framework} {self.style}"


def train(
    framework: str,
    style: str,
    seed: int = 0,
    W: NDArray[np.float32] | None = None,
    num_epochs: int = 10,
    batch_size: int = 256,
    lr: float = 0.1,
    release: str = CURRENT.name,
) -> Trial:
    """Train softmax regression in this process, which is `prepared` for it, and return the `Trial`.

    `framework` names a face of this package, `release` one of the data. `style`: ``'scratch'`` or
    ``'concise'``. `seed` fixes the order of the examples and, where `W`, NumPy float32 (784, 10), is None,
    the initial weights, which then come from the framework's own generator.
    """
    d2l = prepared(framework)
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size, release=release)
    d2l.set_seed(seed)
    model = d2l.softmax_regression(W, lr, concise=style == "concise")
    untrained_acc = d2l.evaluate_accuracy(model.net, test_iter)
    with contextlib.redirect_stdout(io.StringIO()):  # the collecting process shows the progress
        history = d2l.train_ch3(model.net, train_iter, test_iter, model.loss, num_epochs, model.updater)
    W, b = (array.copy() for array in model.parameters())
    return Trial(framework, style, seed, history, W, b, untrained_acc)


def train_all(frameworks: Iterable[str], settings: Iterable[dict[str, Any]]) -> Iterator[Trial]:
    """Yield a `Trial` for each of `frameworks` with each of `settings`, dicts of the arguments of `train`.

    The frameworks take turns, each in a fresh process, so that none slows down or crashes another.
    """
    for framework in frameworks:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), quieten_tensorflow) as process:
            runs = [process.submit(train, framework, **setting) for setting in settings]
            for run in runs:
                yield run.result()


class Deviations:
    """How far trials strayed from the float64 reference: the largest difference at any epoch.

    `trials`: from the weights and the order of `reference`, the `Epoch`s of `reference.train`. `examples`:
    how many there are to train on and to test on. ``runs`` has a dict for each trial: the differences in the
    mean training loss and in the number of correct predictions. In a notebook it shows the bounds that they
    keep, which are the same in every run; the figures themselves are in the output's metadata, as JSON.
    """

    def __init__(self, trials, reference, examples):
        losses, train_correct, test_correct = map(np.array, zip(*reference))
        self.runs = []
        for trial in trials:
            history = trial.history
            loss = np.abs(history.train_loss - losses).max()
            train = np.abs(np.multiply(history.train_acc, examples[0]) - train_correct).max()
            test = np.abs(np.multiply(history.test_acc, examples[1]) - test_correct).max()
            run = {"framework": trial.framework, "style": trial.style}
            self.runs.append({**run, "train_loss": float(loss), "correct": round(max(train, test))})

    def __repr__(self):
        lines = []
        for run in self.runs:
            beyond = [key for key, bound in BOUNDS.items() if run[key] > bound]
            verdict = f"BEYOND the bound of {' and '.join(beyond)}" if beyond else "within the bounds"
            lines.append(f"{run['framework']} {run['style']}: {verdict}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        names = [f"{run['framework']} {run['style']}" for run in self.runs]
        data = {"text/plain": repr(self), MIME: {"schema": 1, "bounds": BOUNDS, "runs": names}}
        return data, {MIME: {"runs": self.runs}}
