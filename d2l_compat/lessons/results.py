"""The training runs that an executed notebook carries in its outputs."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from statistics import mean

from nbformat import NotebookNode

from d2l_compat.helpers.history import MIME

METRICS = {"train_loss": "training loss", "train_acc": "training accuracy", "test_acc": "test accuracy"}
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)
"""The exceptions that reading unknown JSON may raise."""


@dataclass(frozen=True)
class Run:
    """One History as a notebook stores it. `curves` maps each of `METRICS` to one number an epoch.

    `seconds` is the mean of an epoch, `peak_memory` is in bytes or None; `release` and `source` are
    None where the data were the reader's own.
    """

    framework: str
    versions: dict[str, str]
    release: str | None
    source: str | None
    curves: dict[str, list[float]]
    seconds: float
    peak_memory: float | None

    @property
    def final(self) -> dict[str, float]:
        """The figures after the last epoch."""
        return {metric: curve[-1] for metric, curve in self.curves.items()}

    @property
    def is_synthetic(self) -> bool:
        """Whether it was trained on the stand-in."""
        return self.release == "synthetic"


def runs(notebook: NotebookNode) -> list[Run]:
    """Return every History with at least one epoch among the outputs, in the order of the cells.

    What `History` cannot have written is left out.
    """
    found = [_run(output) for output in outputs(notebook, MIME)]
    return [run for run in found if run]


def last_run(notebook: NotebookNode | None) -> Run | None:
    """Return the last of `runs`, None if there is none or no notebook."""
    found = runs(notebook) if notebook else []
    return found[-1] if found else None


def outputs(notebook: NotebookNode, mime: str) -> list[NotebookNode]:
    """Return the outputs of `notebook` that have data of the type `mime`."""
    every = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    known = (output for output in every if output.output_type in ("display_data", "execute_result"))
    return [output for output in known if mime in output.data]


def _run(output):
    try:
        figures, run = output.data[MIME], output.metadata[MIME]
        curves = {metric: [float(value) for value in run[metric]] for metric in METRICS}
        peak = run.get("peak_memory")
        result = Run(
            framework=str(figures["framework"]),
            versions={str(name): str(version) for name, version in run["versions"].items()},
            release=figures["release"],
            source=run["source"],
            curves=curves,
            seconds=mean(float(seconds) for seconds in run["seconds"]),
            peak_memory=None if peak is None else float(peak),
        )
    except MALFORMED:
        return None
    lengths = {len(curve) for curve in curves.values()}
    is_finite = all(isfinite(value) for curve in curves.values() for value in curve)
    return result if len(lengths) == 1 and is_finite and all(curves.values()) else None
