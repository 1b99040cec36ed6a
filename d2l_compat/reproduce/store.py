"""Runs: what determines a run, what it returns, and the files that keep the finished ones."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from d2l_compat.data import files
from d2l_compat.reproduce.editions import METRICS, Row

SCHEMA = 1


@dataclass(frozen=True)
class Spec:
    """What is asked of a run. Its environment (`child.environment`) determines the rest."""

    row: str
    face: str
    style: str
    seed: int
    num_epochs: int
    batch_size: int
    lr: float
    release: str

    @property
    def name(self) -> str:
        """``'C-torch, seed 3'``."""
        return f"{self.row}, seed {self.seed}"


def spec(row: Row, seed: int, release: str) -> Spec:
    """Return the run of `row` from `seed` on the data of `release`, with all editions' batch size and lr."""
    return Spec(row.key, row.face, row.style, seed, row.num_epochs, batch_size=256, lr=0.1, release=release)


def key(spec: Spec, environment: dict[str, str]) -> str:
    """Return the name under which a run is kept; it differs if anything that determines the run differs."""
    determined_by = json.dumps([SCHEMA, asdict(spec), environment], sort_keys=True)
    return f"{spec.row}-{spec.seed:03}-{hashlib.sha256(determined_by.encode()).hexdigest()[:16]}"


class Store:
    """The finished runs in a folder, a file each."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, spec: Spec, environment: dict[str, str]) -> Path:
        """Return where the run is or will be."""
        return self.folder / f"{key(spec, environment)}.json"

    def write(self, spec: Spec, result: dict) -> None:
        """Keep the finished run."""
        record = {"schema": SCHEMA, "spec": asdict(spec), "result": result}
        files.write(self.path(spec, result["environment"]), json.dumps(record, indent=1) + "\n")

    def read(self, spec: Spec, environment: dict[str, str]) -> dict | None:
        """Return the result of a run that is kept, None if it is not.

        Raises ValueError, in one line, for a file in its place that does not hold this run.
        """
        path = self.path(spec, environment)
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            result = record["result"]
            is_this = record["spec"] == asdict(spec) and result["environment"] == environment
            is_whole = is_this and _is_whole(result, spec.num_epochs)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}: expected a finished run, received {error!r}") from None
        if not is_whole:
            raise ValueError(f"{path}: expected the finished run of {spec.name}, received another one's")
        return result


def _is_whole(result, num_epochs):
    curves = [result[metric] for metric in METRICS]
    figures = [result["untrained_acc"], *(figure for curve in curves for figure in curve)]
    return all(len(curve) == num_epochs for curve in curves) and all(map(math.isfinite, figures))
