"""How the processes begin that execute notebooks."""

from __future__ import annotations

import importlib
import os

from d2l_compat.lessons.quick_start import without_grammar
from d2l_compat.lessons.start_up import quieten_tensorflow


def prepare(workers: int) -> None:
    """Import what executes notebooks, and set what the kernels of this process, one of `workers`, inherit."""
    with without_grammar():
        importlib.import_module("d2l_compat.lessons.execute")
    quieten_tensorflow()
    if workers > 1:  # with as many threads as cores in each, they would only slow each other down
        os.environ.setdefault("OMP_NUM_THREADS", "1")
