"""Commands of foreign notebooks that there is no need to run: those that install or download d2l.

In a cell, ``!pip install d2l`` and its like are replaced by a printed line that says so, before it runs.
"""

from __future__ import annotations

import ast
import re
import shlex
from importlib.util import find_spec
from typing import Any

KIN = re.compile(r"gluonbook|d2l(zh|torch)?(1981)?([-_.]?(zh|en|pytorch|torch|tensorflow2?))?", re.IGNORECASE)
COURSES = re.compile(r"gluon-tutorials.*|dive-into-d(l|eep-learning).*", re.IGNORECASE)
MXNET = re.compile(r"mxnet([-_]\w+)*", re.IGNORECASE)
PACKAGERS = re.compile(r"(pip[\d.]*|conda|mamba|micromamba|uv)(\.exe)?")
ACTIONS = {"install", "uninstall", "remove", "download", "add"}
WITH_VALUE = {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "-r", "-t", "-n"}
PACKAGER_MAGICS = {"pip", "conda", "mamba", "micromamba", "uv"}
SHELL_MAGICS = {"sx", "system", "!"}
SCRIPT_MAGICS = {"bash", "sh", "script"}
OURS = "d2l comes from d2l_compat"


def note(command: str) -> str | None:
    """Return what to print instead of running the shell `command`, or None where it is to run."""
    for part in re.split(r"&&|\|\||[;|\n]", command.replace("\\\n", " ")):
        try:
            words = shlex.split(part, comments=True)
        except ValueError:  # a quotation that nobody closed
            words = part.split()
        skipped = _install(words) or _download(words)
        if skipped:
            reason, others = skipped
            whole = f"{reason}: skipped `{' '.join(command.split())}`"
            return f"{whole}, also {', '.join(others)}" if others else whole
    return None


def _install(words):
    packager = next((i for i, word in enumerate(words) if PACKAGERS.fullmatch(_last(word))), None)
    action = next((i for i, word in enumerate(words) if word in ACTIONS), None)
    if packager is None or action is None or action < packager:
        return None
    wanted = [
        word
        for before, word in zip(words[action:], words[action + 1 :])
        if not word.startswith("-") and before not in WITH_VALUE
    ]
    others = [word for word in wanted if not _is_kin(word)]
    if len(others) < len(wanted):
        return OURS, others
    if wanted and all(MXNET.fullmatch(_project(word)) for word in wanted) and find_spec("mxnet"):
        return "MXNet is installed", []
    return None


def _download(words):
    programs = {_last(word) for word in words}
    addresses = [word for word in words if "://" in word or word.startswith("git@")]
    clones = {"git", "clone"} <= programs and any(map(_is_kin, addresses))
    fetches = programs & {"wget", "curl", "svn"} and any(map(_is_code_of_kin, addresses))
    return (OURS, []) if clones or fetches else None


def _is_kin(requirement):
    """Whether a requirement, a path or an address of a repository means d2l or a relative of it."""
    project = _project(requirement)
    return bool(KIN.fullmatch(project) or COURSES.fullmatch(project))


def _is_code_of_kin(address):
    """Whether a file at `address` is code of d2l's: its server has data sets too, which are to be fetched."""
    parts = address.split("://")[-1].split("/")[1:]
    is_archive = re.search(r"\.(zip|tgz|gz|whl)$", address) is not None
    candidates = parts if address.endswith(".py") or "archive" in parts else parts[-1:] * is_archive
    return any(map(_is_kin, candidates))


def _project(requirement):
    """Return the bare name in ``name==1.0``, ``git+https://host/name.git@branch`` or ``name-1.0.zip``."""
    name = re.split(r"[@#?]", requirement)[0].rstrip("/")
    return re.split(r"[\s=<>!~\[;]|-\d|\.(?:git|zip|py|tgz|tar|whl)\b", _last(name))[0]


def _last(path):
    return re.split(r"[/\\]", path)[-1]


class Skip(ast.NodeTransformer):
    """Replaces the calls in a cell that run such commands; IPython turns every magic into a call."""

    def visit_Call(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        called, arguments = _called(node), _texts(node)
        if called == "run_cell_magic" and len(arguments) == 3 and arguments[0] in SCRIPT_MAGICS:
            node.args[2].value = _without_skipped(arguments[2])
            return node
        said = note(_command(called, arguments))
        if said is None:
            return node
        value = {"getoutput": "[]", "os.system": "0"}.get(called, "None")
        return ast.copy_location(ast.parse(f"print({said!r}) or {value}", mode="eval").body, node)


def _called(call):
    """Return the name of what a `call` calls, where it is a method of IPython's shell or ``os.system``."""
    if not isinstance(call.func, ast.Attribute):
        return None
    owner = ast.unparse(call.func.value)
    return {"get_ipython()": call.func.attr, "os": f"os.{call.func.attr}"}.get(owner)


def _texts(call):
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _command(called, arguments):
    """Return the shell command that such a call runs, or an empty text."""
    if called in ("system", "getoutput", "os.system") and len(arguments) == 1:
        return arguments[0]
    if called in ("run_line_magic", "run_cell_magic") and len(arguments) > 1:
        magic, text = arguments[0], "\n".join(arguments[1:])
        if magic in PACKAGER_MAGICS:
            return f"{magic} {text}"
        return text if magic in SHELL_MAGICS else ""
    return ""


def _without_skipped(script):
    """Return a shell `script` whose skipped lines are replaced by what is said about them."""
    lines = script.replace("\\\n", " ").split("\n")
    said = ((line, note(line)) for line in lines)
    return "\n".join(line if words is None else f"echo {shlex.quote(words)}" for line, words in said)
