"""What there is to say about one notebook."""

from __future__ import annotations

import ast
from typing import NamedTuple

from d2l_compat.faces import LAST_RESORT

from . import traps
from .changes import changes
from .edition import edition_of, face_of, provided_by
from .program import Program, argument, dotted
from .reading import Notebook


class Use(NamedTuple):
    """A module of helpers as a notebook uses it."""

    module: str
    face: str | None
    edition: str
    imports: list  # of Import
    provided: dict  # helper -> number of uses
    missing: dict


class Findings(NamedTuple):
    """All of it."""

    notebook: Notebook
    program: Program
    uses: list  # of Use
    changes: list  # of changes.Change
    styles: list  # of (text, cells)
    traps: list  # of traps.Warned


def examine(notebook: Notebook) -> Findings:
    """Return what `notebook`'s code says; nothing is executed."""
    program = Program(notebook.cells)
    uses = [use for use in (_use(module, program) for module in program.used) if _is_meant(use, program)]
    return Findings(
        notebook, program, uses, changes(program, uses), _styles(program), list(traps.found(program))
    )


def _use(module, program):
    face = face_of(module, program)
    names = provided_by(face) if face else frozenset()
    used = sorted(program.used[module].items())
    provided = {name: number for name, number in used if name in names}
    missing = {name: number for name, number in used if name not in names}
    imports = [i for i in program.imports if i.module == module]
    return Use(module, face, edition_of(module, face, program), imports, provided, missing)


def _is_meant(use, program):
    """Whether the module holds helpers: others have a `utils` too, and d2l_compat has more than faces."""
    if use.module.startswith("d2l_compat"):
        return use.face is not None and bool(provided_by(use.face))
    return use.module not in LAST_RESORT or ("mxnet" in program.packages and bool(use.provided))


def _styles(program):
    """Return how the helpers that changed their parameters are called: texts, each with its cells."""
    styles = {}
    for name, style in STYLES.items():
        for cell, node, _ in program.calls(name):
            styles.setdefault(f"{name}({style(node)})", set()).add(cell)
    return [(text, sorted(cells)) for text, cells in styles.items()]


def _train_style(call):
    names = {keyword.arg for keyword in call.keywords}
    sixth = argument(call, 5, "updater")
    has_batch_size = (
        "batch_size" in names or "batch" in (dotted(sixth) or "") or isinstance(sixth, ast.Constant)
    )
    count = len(call.args) + len(call.keywords)
    if count > 7 or names & {"params", "trainer", "optimizer"}:
        return "..., num_epochs, batch_size, params, lr, trainer"
    if count == 7 or has_batch_size:
        return "..., num_epochs, batch_size, lr"
    return "..., num_epochs, updater"


def _evaluate_style(call):
    first = dotted(argument(call, 0, "net")) or ""
    is_data = "iter" in first or "data" in first or "loader" in first
    return "data_iter, net" if is_data else "net, data_iter"


STYLES = {"train_ch3": _train_style, "train_cpu": _train_style, "evaluate_accuracy": _evaluate_style}
