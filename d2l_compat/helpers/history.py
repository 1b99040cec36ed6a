"""What a training run measured, epoch by epoch, and how it is shown."""

from __future__ import annotations

import html
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from d2l_compat.data import files
from d2l_compat.editions import WRITTEN
from d2l_compat.helpers import plotting

MIME = "application/vnd.d2l-compat.history+json"
FIGURES = ("train_loss", "train_acc", "test_acc", "seconds")  # of each epoch
RUN = (*FIGURES, "peak_memory", "versions", "source", "face")  # what belongs to one run


def epoch_line(epoch: int, train_loss: float, train_acc: float, test_acc: float) -> str:
    """Return the line that editions 2018 and 2019 print after an epoch."""
    return f"epoch {epoch}, loss {train_loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}"


@dataclass(eq=False, repr=False)
class History:
    """A training run: `train_loss`, the mean per example, `train_acc`, `test_acc`, and `seconds` of training.

    Each is a list of floats, one for each epoch; the times are in seconds. `framework`: its name, such as
    ``'torch'``. `versions`: those of Python and of the framework, by name. `release` names the data (None
    where they are the reader's own), `source` says where they were found, `face` is the module whose
    `train_ch3` it was. `peak_memory`: the most that the process has held so far, in bytes, or None.
    `printed`: how many lines the training has printed; only ``print`` shows these again.

    In a terminal a History shows itself as the printed lines of the 2018 edition, in a notebook as a table.
    For other tools the output has JSON: rounded figures, which repeat from run to run, in its data, and what
    belongs to this one run in its metadata.

    >>> history = d2l.History('torch', {'torch': '2.13.0'}, None, None)
    >>> history.add(train_loss=0.79, train_acc=0.75, test_acc=0.79, seconds=0.2)
    """

    framework: str
    versions: dict[str, str]
    release: str | None = None
    source: str | None = None
    face: str | None = None
    train_loss: list[float] = field(default_factory=list, init=False)
    train_acc: list[float] = field(default_factory=list, init=False)
    test_acc: list[float] = field(default_factory=list, init=False)
    seconds: list[float] = field(default_factory=list, init=False)
    peak_memory: int | None = field(default=None, init=False)
    printed: int = field(default=0, init=False)

    def add(self, train_loss: float, train_acc: float, test_acc: float, seconds: float) -> None:
        """Append one epoch: its mean loss per example, the two accuracies from 0 to 1, and its seconds."""
        self.train_loss.append(train_loss)
        self.train_acc.append(train_acc)
        self.test_acc.append(test_acc)
        self.seconds.append(seconds)

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes but `printed`, as lists, texts and numbers, ready for JSON."""
        return {key: getattr(self, key) for key in ("framework", "release", *RUN)}

    def save(self, path: str | Path) -> None:
        """Write it to the file `path`, as JSON. Raises OSError where the file cannot be written."""
        files.write(Path(path), json.dumps(self.to_dict(), indent=1) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> History:
        """Return the History that was saved to the file `path`.

        Raises OSError if it cannot be read, ValueError if it does not hold what `save` writes.
        """
        try:
            saved = json.loads(Path(path).read_bytes())
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"{path}: expected what History.save writes, received no JSON: {error}"
            ) from None
        fault = _fault(saved)
        if fault:
            raise ValueError(f"{path}: expected what History.save writes, received other JSON, {fault}")
        run = cls(*(saved[key] for key in ("framework", "versions", "release", "source", "face")))
        for key in (*FIGURES, "peak_memory"):
            setattr(run, key, saved[key])
        return run

    def plot(self, *others: History, labels: Sequence[str] | None = None) -> None:
        """Plot loss and accuracies over the epochs into a new figure, this run's and those of `others`.

        They may come from other frameworks and from files. `labels` names all runs, this one first; the
        default is the framework of each, or its older edition. Raises TypeError for anything but a History,
        ValueError unless there is a label for each run. In a script, ``plt.show()`` shows the figure.

            History.load("torch.json").plot(History.load("jax.json"))
        """
        from matplotlib import pyplot as plt

        runs = (self, *others)
        names = _labels(runs) if labels is None else labels
        if len(names) != len(runs):
            raise ValueError(f"labels: expected {len(runs)}, one for each run, received {len(names)}")
        plotting.use_svg_display()
        fig, (losses, accuracies) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
        for i, run in enumerate(runs):
            epochs, colour = range(1, len(run.train_loss) + 1), f"C{i}"
            losses.plot(epochs, run.train_loss, ".-", color=colour)
            accuracies.plot(epochs, run.train_acc, ".--", color=colour)
            accuracies.plot(epochs, run.test_acc, ".-", color=colour)
        plotting.set_axes(losses, "epoch", "train loss", None, None, "linear", "linear", names)
        plotting.set_axes(accuracies, "epoch", "accuracy", None, None, "linear", "linear", ["train", "test"])
        for axes in (losses, accuracies):
            axes.xaxis.get_major_locator().set_params(integer=True)
        synthetic = [name for run, name in zip(runs, names) if run.release == "synthetic"]
        if synthetic:
            fig.suptitle(f"synthetic data: {', '.join(synthetic)}")

    def _epochs(self) -> Iterator[tuple[float, float, float]]:
        return zip(self.train_loss, self.train_acc, self.test_acc)

    def _is_printed(self) -> bool:
        return 0 < self.printed == len(self.train_loss)

    def _written(self) -> str:
        return WRITTEN.get(self.framework, self.framework)

    def _caption(self) -> str:
        return f"{self._written()}, data: {self.release or 'your own'}"

    def __repr__(self) -> str:
        if not self._is_printed():
            return str(self)
        epochs = "1 epoch" if self.printed == 1 else f"{self.printed} epochs"
        return f"History of {epochs} ({self._caption()}); print() shows the lines again"

    def __str__(self) -> str:
        lines = [epoch_line(i, *row) for i, row in enumerate(self._epochs(), 1)]
        if self.release == "synthetic":
            lines.insert(0, "synthetic stand-in data, not Fashion-MNIST")
        return "\n".join(lines) or "no epoch yet"

    def _repr_html_(self) -> str | None:
        if self._is_printed():
            return None
        rows = "".join(
            f"<tr><td>{i}</td><td>{loss:.4f}</td><td>{train:.3f}</td><td>{test:.3f}</td></tr>"
            for i, (loss, train, test) in enumerate(self._epochs(), 1)
        )
        return (
            f"<table><caption>{html.escape(self._caption())}</caption>"
            "<thead><tr><th>epoch</th><th>train loss</th><th>train acc</th><th>test acc</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], ...]:
        epochs = [
            {"train_loss": round(loss, 4), "train_acc": round(train, 3), "test_acc": round(test, 3)}
            for loss, train, test in self._epochs()
        ]
        figures = {"schema": 1, "framework": self.framework, "release": self.release, "epochs": epochs}
        run = {key: getattr(self, key) for key in RUN}
        data = {"text/plain": repr(self), "text/html": self._repr_html_(), MIME: figures}
        return {mime: shown for mime, shown in data.items() if shown is not None}, {MIME: run}


def _fault(saved: Any) -> str | None:
    """Return what is wrong with parsed JSON that should be a History, None where it is one."""
    if not isinstance(saved, dict):
        return f"a {type(saved).__name__}"
    missing = [key for key in ("framework", "release", *RUN) if key not in saved]
    if missing:
        return f"without {', '.join(missing)}"
    if not isinstance(saved["framework"], str) or not isinstance(saved["versions"], dict):
        return "without the name of a framework and a table of versions"
    for key in FIGURES:
        values = saved[key]
        if not isinstance(values, list) or any(type(value) not in (int, float) for value in values):
            return f"whose {key} is no list of numbers"
    return None if len({len(saved[key]) for key in FIGURES}) == 1 else "with figures of unequal length"


def _labels(runs: Sequence[History]) -> list[str]:
    """Return a label for each run: its framework, and a face of another name; numbered if they repeat."""
    for run in runs:
        if not isinstance(run, History):
            raise TypeError(f"expected a History, received {type(run)}: History.load reads one from a file")
    names = [
        run._written() if run.face in (None, run.framework) else f"{run._written()}, {run.face}"
        for run in runs
    ]
    numbers = {name: itertools.count(1) for name, count in Counter(names).items() if count > 1}
    return [f"{name} ({next(numbers[name])})" if name in numbers else name for name in names]


class Progress:
    """How `train_ch3` shows a training: as live curves in Jupyter, if `live`, otherwise as printed lines.

    In Jupyter the curves are drawn after an epoch if all drawings, including the one at the end, take at most
    a tenth of the training's time so far: many a training is over before one could see two of them.
    """

    def __init__(self, num_epochs: int, history: History, live: bool = True):
        self._history = history
        self._num_epochs = num_epochs
        self._is_live = live
        self._is_printed = not (live and plotting.in_jupyter())
        self._animator: plotting.Animator | None = None
        self._drawing = 0.0  # seconds that all drawings took so far
        self._last = 0.1  # seconds that the last one took; at first a guess
        self._drawn = 0  # epochs that are drawn
        if self._is_printed and history.release == "synthetic":
            print("synthetic stand-in data, not Fashion-MNIST")

    def add(self, epoch: int, train_loss: float, train_acc: float, test_acc: float) -> None:
        """Show one finished epoch, which the history has."""
        if self._is_printed:
            print(epoch_line(epoch, train_loss, train_acc, test_acc), flush=True)
            self._history.printed = epoch
        elif 10 * (self._drawing + 2 * self._last) <= sum(self._history.seconds):
            self._draw()

    def close(self) -> None:
        """Draw the curves as they are at the end; outside Jupyter for pyplot to show or to save."""
        if self._is_live and self._drawn < len(self._history.seconds):
            self._draw()

    def _draw(self) -> None:
        start = time.perf_counter()
        animator = self._animator = self._animator or self._curves()
        run = self._history
        animator.Y = [run.train_loss, run.train_acc, run.test_acc]
        animator.X = [list(range(1, len(y) + 1)) for y in animator.Y]
        animator.draw()
        self._last = time.perf_counter() - start
        self._drawing += self._last
        self._drawn = len(run.seconds)

    def _curves(self) -> plotting.Animator:
        xlabel = "epoch (synthetic data)" if self._history.release == "synthetic" else "epoch"
        legend = ["train loss", "train acc", "test acc"]
        # One epoch would be an axis of no width.
        xlim = [1, max(self._num_epochs, 2)]
        return plotting.Animator(xlabel, legend=legend, xlim=xlim, figsize=(5, 3))
