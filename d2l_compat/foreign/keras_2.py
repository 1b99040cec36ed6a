"""Keras 2 for the notebooks that were written for it: TensorFlow's Keras is then that of tf_keras.

TensorFlow decides which Keras it has when it is imported; only then does this have an effect.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any

from d2l_compat.editions import EDITIONS
from d2l_compat.foreign.check.edition import face_of
from d2l_compat.foreign.check.program import Program
from d2l_compat.foreign.check.source import Cell

SWITCH = "TF_USE_LEGACY_KERAS"

needed: bool | None = None
"""Whether the notebook that is executed needs it, where its code is known beforehand: see `run`."""

_brought: list[str] = []  # what was set in the environment


def needs(program: Program) -> bool:
    """Whether `program` uses the helpers of an edition for TensorFlow, and no Keras but TensorFlow's."""
    foreign = (module for module in program.used if not module.startswith("d2l_compat"))
    faces = [face for face in (face_of(module, program) for module in foreign) if face]
    return "keras" not in program.packages and any(EDITIONS[face].framework == "tensorflow" for face in faces)


def bring() -> None:
    """Let TensorFlow take Keras 2 when it is imported, where tf_keras is installed, and say so."""
    if "tensorflow" not in sys.modules and SWITCH not in os.environ and find_spec("tf_keras"):
        os.environ[SWITCH] = "1"
        _brought.append(SWITCH)
        print("d2l_compat: this is written for Keras 2, and TensorFlow takes it from tf_keras")


def take_back() -> None:
    """Undo `bring`, for the processes that this one starts from now on."""
    if _brought:
        os.environ.pop(SWITCH, None)
        _brought.clear()


def before_cell(info: Any) -> None:
    """Bring Keras 2 before the cell `info` runs, if the notebook, or that cell, needs it."""
    if "tensorflow" in sys.modules or not info.raw_cell.strip():
        return
    if needs(Program([Cell(1, info.raw_cell, [])])) if needed is None else needed:
        bring()
