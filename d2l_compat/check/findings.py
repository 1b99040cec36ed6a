"""What there is to say about one notebook."""

from __future__ import annotations

from typing import NamedTuple

from d2l_compat.faces import LAST_RESORT

from . import traps
from .changes import changes
from .edition import edition_of, face_of, provided_by
from .program import Program
from .reading import Notebook
from .styles import STYLES


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
