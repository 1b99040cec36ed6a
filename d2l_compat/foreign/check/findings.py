"""What there is to say about one notebook."""

from __future__ import annotations

from typing import NamedTuple

from d2l_compat.editions import ANYBODYS
from d2l_compat.foreign.check import traps
from d2l_compat.foreign.check.changes import Change, changes
from d2l_compat.foreign.check.edition import edition_of, face_of, provided_by
from d2l_compat.foreign.check.imports import Import
from d2l_compat.foreign.check.program import Program
from d2l_compat.foreign.check.source import Notebook
from d2l_compat.foreign.check.styles import STYLES, said


class Use(NamedTuple):
    """A module of helpers as a notebook uses it."""

    module: str
    face: str | None
    edition: str
    imports: list[Import]
    provided: dict[str, int]  # helper -> number of uses
    missing: dict[str, int]


class Findings(NamedTuple):
    """All that there is to say."""

    notebook: Notebook
    program: Program
    uses: list[Use]
    changes: list[Change]
    styles: list[tuple[str, list[int]]]  # with the cells
    traps: list[traps.Warned]

    @property
    def faceless(self) -> list[str]:
        """The modules for which there is no face."""
        return [use.module for use in self.uses if use.face is None]


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
    """Whether the module has helpers: others have a `utils` too, and d2l_compat has more than faces."""
    if use.module.startswith("d2l_compat"):
        return use.face is not None and bool(provided_by(use.face))
    return use.module not in ANYBODYS or ("mxnet" in program.packages and bool(use.provided))


def _styles(program):
    """Return how the helpers that changed their parameters are called: texts, each with its cells."""
    styles: dict[str, set[int]] = {}
    for name, style in STYLES.items():
        for cell, node, _ in program.calls(name):
            styles.setdefault(said(name, style(node, program)), set()).add(cell)
    return [(text, sorted(cells)) for text, cells in styles.items()]
