"""Commands of foreign notebooks that need not run: those that install or download d2l.

In a cell, the part of ``!pip install d2l`` and its like that does so is replaced by a printed line.
"""

from __future__ import annotations

import ast
import re

from d2l_compat.foreign.installs import ACTIONS, DOES_NOTHING, Place, unneeded, without

PACKAGER_MAGICS = {"pip", "conda", "mamba", "micromamba", "uv"}
SHELL_MAGICS = {"sx", "system", "!"}
SCRIPT_MAGICS = {"bash", "sh", "script"}
RUNNERS = {
    "run",
    "call",
    "check_call",
    "check_output",
    "Popen",
    "popen",
    "system",
    "getoutput",
    "getstatusoutput",
}
PIPS = {"pip.main", "pip._internal.main", "pip._internal.cli.main.main", "main", "pipmain", "pip_main"}
VALUES = {"system": "None", "getoutput": "[]"}
"""What a method of the shell returns where nothing is left to run."""


def note(command: str) -> str | None:
    """Return what to print of the shell `command` that is skipped, or None where all of it is to run."""
    return "; ".join(without(command, Place())[1]) or None


class Skip(ast.NodeTransformer):
    """Replaces the calls in a cell that run such commands; IPython turns every magic into a call."""

    def __init__(self) -> None:
        self._place = Place()

    def visit_Module(self, node: ast.Module) -> ast.AST:
        """Note in which folder the process is, unless it would be in a clone that was skipped."""
        if self._place.folder and not self._place.lacks("."):
            self._place.folder = None
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = ast.unparse(node.func)
        if called.startswith("get_ipython()."):
            return self._magic(node, called.partition(".")[2])
        if not node.args:
            return node
        if called == "os.chdir" and isinstance(node.args[0], ast.Constant):
            return self._directory(node, 0)
        if called in PIPS or called.rpartition(".")[2] in RUNNERS:
            return self._runner(node, called)
        return node

    def _magic(self, node, method):
        arguments = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
        if method in VALUES and len(arguments) == 1:
            return self._text(node, 0, VALUES[method])
        if method not in ("run_line_magic", "run_cell_magic") or len(arguments) < 2:
            return node
        magic = arguments[0]
        if method == "run_cell_magic" and magic in SCRIPT_MAGICS:
            node.args[2].value, _ = without(arguments[2], self._place, says=True)
            return node
        if magic == "cd":
            return self._directory(node, 1)
        if magic in PACKAGER_MAGICS:
            return self._text(node, 1, "None", f"{magic} ")
        return self._text(node, len(arguments) - 1, "None") if magic in SHELL_MAGICS else node

    def _runner(self, node, called):
        command = node.args[0]
        if re.fullmatch(r"'[^']*'\.split\(\)", ast.unparse(command)):
            command = node.args[0] = _expression(repr(command.func.value.value.split()))
        if isinstance(command, ast.List):
            return self._words(node, command, called)
        return self._text(node, 0, "0" if called == "os.system" else None)

    def _directory(self, node, position):
        """Return what to call in place of `node`, which changes to the directory named at `position`."""
        directory = node.args[position].value.strip().strip("'\"")
        was_led_away = self._place.lacks(".")
        reason, dropped = unneeded(["cd", directory], self._place)
        if dropped:
            return _printed([f"{reason}: skipped `cd {directory}`"], ast.Constant(None), node)
        if was_led_away and not directory.startswith("-"):
            node.args[position] = ast.Constant(str(self._place.folder))
        return node

    def _text(self, node, position, value, program=""):
        """Return what to call in the place of `node`, whose argument at `position` is a command's text.

        `value`: what it returns where nothing is left to run; None where a call has to return that.
        """
        argument = node.args[position]
        text = _text_of(argument)
        if text is None:
            return node
        rest, notes = without(program + text, self._place)
        if not notes:
            return node
        if not rest and value:
            return _printed(notes, _expression(value), node)
        literal = "f" if isinstance(argument, ast.JoinedStr) else ""
        left = rest.removeprefix(program) or DOES_NOTHING
        node.args[position] = _expression(literal + repr(left))
        return _printed(notes, node, node)

    def _words(self, node, command, called):
        """Return what to call in the place of `node`, whose first argument is the words of a `command`."""
        words = [_text_of(element) or f"{{{ast.unparse(element)}}}" for element in command.elts]
        is_pip = bool(words) and called in PIPS and words[0] in ACTIONS
        reason, dropped = unneeded(["pip"] * is_pip + words, self._place)
        if not dropped:
            return node
        notes = [f"{reason}: skipped `{' '.join(['pip'] * is_pip + words)}`"]
        if len(dropped) < len(words) + is_pip:
            kept = [element for number, element in enumerate(command.elts, is_pip) if number not in dropped]
            command.elts = kept
        elif is_pip:
            return _printed(notes, ast.Constant(0), node)
        else:
            node.args[0] = _expression("[__import__('sys').executable, '-c', '']")
        return _printed(notes, node, node)


def _text_of(argument):
    """Return the text that `argument` is, with its placeholders, or None where it is no text."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr):
        return ast.unparse(argument)[2:-1]
    return None


def _printed(notes, instead, node):
    """Return the expression that prints `notes` and has the value `instead`, in the place of `node`."""
    printed = _expression(f"print({'; '.join(notes)!r})")
    return ast.copy_location(ast.BoolOp(ast.Or(), [printed, instead]), node)


def _expression(source):
    return ast.parse(source, mode="eval").body
