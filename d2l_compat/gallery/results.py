"""The training results that an executed notebook carries in its outputs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean

from nbformat import NotebookNode

from d2l_compat.history import MIME


@dataclass(frozen=True)
class Result:
    """One History as a notebook stores it.

    `epochs` is a list of {"train_loss", "train_acc", "test_acc"}; `seconds` is the mean of an epoch;
    `release` and `source` are None where the data were the reader's own.
    """

    framework: str
    version: str
    release: str | None
    source: str | None
    epochs: list[dict[str, float]]
    seconds: float

    @property
    def final(self) -> dict[str, float]:
        """The figures after the last epoch."""
        return self.epochs[-1]

    @property
    def is_synthetic(self) -> bool:
        """Whether it was trained on the stand-in."""
        return self.release == "synthetic"


def results(notebook: NotebookNode) -> list[Result]:
    """Return every History with at least one epoch among the outputs, in the order of the cells."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [
        _result(output.data[MIME], output.metadata[MIME])
        for output in outputs
        if MIME in output.get("data", ()) and output.data[MIME]["epochs"]
    ]


def _result(figures, run):
    return Result(
        framework=figures["framework"],
        version=run["versions"].get(figures["framework"], ""),
        release=figures["release"],
        source=run["source"],
        epochs=figures["epochs"],
        seconds=mean(run["seconds"]),
    )
