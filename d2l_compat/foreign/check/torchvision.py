"""Where a notebook needs torchvision, and what is wrong with the one that is installed."""

from __future__ import annotations

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from d2l_compat.foreign.check.edition import face_of, provided_by
from d2l_compat.foreign.check.program import Program
from d2l_compat.helpers import torchvision

TRY = "import json; from d2l_compat.helpers import torchvision; print(json.dumps(torchvision.lack()))"


def needed(program: Program) -> Iterator[tuple[int, ast.AST]]:
    """Yield the places that import torchvision, or use names that only d2l.torch has, which imports it."""
    for cell, node in program.each((ast.Import, ast.ImportFrom)):
        of = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        if any(name.partition(".")[0] == "torchvision" for name in of):
            yield cell, node
    for cell, node in program.each((ast.Attribute, ast.Name)):
        found, name = program.helper(node) or ([], None)
        if found and name not in provided_by("torch") and face_of(found[-1].module, program) == "torch":
            yield cell, node


@functools.cache
def lack() -> tuple[str, str] | None:
    """Return why torchvision cannot be imported and what to do, or None; it is tried in another process."""
    if find_spec("torchvision") is None:
        return torchvision.advice(ModuleNotFoundError(name="torchvision"))
    process = subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, check=False)
    return json.loads(process.stdout.splitlines()[-1]) if process.returncode == 0 else None
