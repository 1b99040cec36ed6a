"""Run a script written for d2l or its relatives, unmodified."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from d2l_compat.foreign import children, keras_2
from d2l_compat.foreign.check import source
from d2l_compat.foreign.check.edition import all_told
from d2l_compat.foreign.check.program import Program


def run_script(path: Path, arguments: Sequence[str] = ()) -> int:
    """Run the script `path` in a process of its own, as Python would, its imports redirected.

    A script that asks for IPython runs in it. Returns 0; 1 if the script ends with another status or by a
    signal; 130 after Ctrl-C. Raises ValueError or OSError for what is no script.
    """
    program = Program(source.read(path).cells)
    if keras_2.needs(program):
        keras_2.bring()
    told = json.dumps(all_told(program))
    environment = {**os.environ, "PYTHONPATH": children.python_path(), children.TOLD: told}
    asks_for_ipython = any(node.id == "get_ipython" for _, node in program.each(ast.Name))
    runner = ["-m", "d2l_compat.foreign.exported"] if asks_for_ipython else []
    status = subprocess.call([sys.executable, *runner, str(path), *arguments], env=environment)
    if status == -signal.SIGINT:
        raise KeyboardInterrupt
    if status:
        ended = f"exit status {status}" if status > 0 else f"ended by {signal.Signals(-status).name}"
        print(f"FAILED {path}: {ended}", file=sys.stderr)
    return 1 if status else 0
