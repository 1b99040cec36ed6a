"""What a training run went through, epoch by epoch, and how it shows itself."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

MIME = "application/vnd.d2l-compat.history+json"


def epoch_line(epoch: int, train_loss: float, train_acc: float, test_acc: float) -> str:
    """Return the line that editions 2018 and 2019 print after an epoch."""
    return f"epoch {epoch}, loss {train_loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}"


class History:
    """A training run: `train_loss`, the mean per example, `train_acc`, `test_acc`, and `seconds` of training.

    Each is a list of floats, one an epoch. `peak_memory`: of the process so far, in bytes, or None. `release`
    names the data (None where it is the reader's own), `source` how they were found, `versions` what ran. In
    a terminal a History shows itself as the printed lines of the 2018 edition, in a notebook as a table, and
    to other tools as JSON: rounded figures, which repeat from run to run, in the output's data, and all that
    belongs to this one run in its metadata. Lines that the training `printed`, the number of its epochs, are
    not shown once more, but by ``print``.
    """

    def __init__(
        self,
        framework: str,
        versions: dict[str, str],
        release: str | None = None,
        source: str | None = None,
    ):
        self.framework = framework
        self.versions = versions
        self.release = release
        self.source = source
        self.train_loss: list[float] = []
        self.train_acc: list[float] = []
        self.test_acc: list[float] = []
        self.seconds: list[float] = []
        self.peak_memory: int | None = None
        self.printed = 0

    def add(self, train_loss: float, train_acc: float, test_acc: float, seconds: float) -> None:
        """Append one epoch."""
        self.train_loss.append(train_loss)
        self.train_acc.append(train_acc)
        self.test_acc.append(test_acc)
        self.seconds.append(seconds)

    def _epochs(self) -> Iterator[tuple[float, float, float]]:
        return zip(self.train_loss, self.train_acc, self.test_acc)

    def _is_printed(self) -> bool:
        return 0 < self.printed == len(self.train_loss)

    def _caption(self) -> str:
        return f"{self.framework}, data: {self.release or 'your own'}"

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
        run = {
            key: getattr(self, key)
            for key in ("train_loss", "train_acc", "test_acc", "seconds", "peak_memory", "versions", "source")
        }
        data = {"text/plain": repr(self), "text/html": self._repr_html_(), MIME: figures}
        return {mime: shown for mime, shown in data.items() if shown is not None}, {MIME: run}
