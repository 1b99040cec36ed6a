"""Which part of a shell command installs or downloads d2l, and what is left of the command without it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from d2l_compat.editions import FRAMEWORKS

D2L = re.compile(
    r"gluonbook|d2l(zh|torch)?(1981)?([-_.]?(zh|en|pytorch|torch|tensorflow2?))?"
    # The book's repositories: translations, by framework, for Colab and SageMaker.
    rf"|d2l([-_][a-z]{{2}}){{0,2}}([-_](pytorch|{'|'.join(FRAMEWORKS)}))?([-_](colab|sagemaker|notebooks|slides))?",
    re.IGNORECASE,
)
COURSES = re.compile(r"gluon-tutorials.*|dive-into-d(l|eep-learning).*", re.IGNORECASE)
MXNET = re.compile(r"mxnet([-_]\w+)*", re.IGNORECASE)
PACKAGERS = re.compile(r"(pip[\d.]*|conda|mamba|micromamba|uv)(\.exe)?")
ACTIONS = {"install", "uninstall", "remove", "download", "add"}
# fmt: off
PIP_VALUES = {
    "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "--constraint",
    "--channel", "-r", "--requirement", "-t", "--target", "-n", "--name", "-p", "--prefix",
    "--python", "--root", "--src", "--cache-dir", "--timeout", "--retries", "--trusted-host", "-d",
    "--dest",
}
FILES_OF_REQUIREMENTS = {"-r", "--requirement"}
EDITABLE = {"-e", "--editable"}
GIT_VALUES = {
    "-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "--filter", "-j", "--jobs",
    "--reference", "-u", "--upload-pack", "--template", "--separate-git-dir", "--shallow-since",
    "--shallow-exclude", "--server-option", "--bundle-uri",
}
# fmt: on
TARGETS = {"wget": {"-O", "--output-document"}, "curl": {"-o", "--output"}}
NEED_FILES = {"cd", "unzip", "tar", "rm", "mv", "cp", "ls"}
DOES_NOTHING = "cd ."  # in every shell

PIECES = re.compile(
    r"""((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?<!\S)\#[^\n]*|[<>]&|&>|[^;&|\n()])+)|(&&|\|\||[;&|\n()])""",
    re.DOTALL,
)
WORDS = re.compile(r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+|['"\\]""", re.DOTALL)
KEYWORDS = re.compile(r"^\s*(?:(?:if|then|else|elif|do|while|until|!|\{)\s+)*")
BEFORE_PROGRAMS = re.compile(r"sudo|time|env|nohup|command|exec|-\w+|\w+=.*")
REDIRECTION = re.compile(r"[\d&]?(>>?|<)(.*)", re.DOTALL)


class Place:
    """Where commands work: in which folder, and what was not cloned or downloaded there."""

    def __init__(self) -> None:
        self.folder: Path | None = None  # None: that of the process
        self.absent: set[Path] = set()

    def copy(self) -> Place:
        """Return the place for a shell: its `cd` does not last, but what it skips does."""
        place = Place()
        place.folder, place.absent = self.folder, self.absent
        return place

    def path(self, word: str) -> Path:
        """Return the path that `word` means here."""
        return Path(os.path.normpath((self.folder or Path.cwd()) / Path(word).expanduser()))

    def lacks(self, word: str) -> bool:
        """Whether `word` was skipped, or is within what was, and does not exist for another reason."""
        path = self.path(word)
        return not self.absent.isdisjoint((path, *path.parents)) and not path.exists()

    def is_clone(self, word: str) -> bool:
        """Whether the path `word` is a clone of d2l, one that is there or one that was skipped."""
        is_path = word[0] in "./~" and "://" not in word
        path = self.path(word.partition("[")[0])
        return is_path and (is_d2l(path.name) or self.lacks(str(path)))


def is_d2l(requirement: str) -> bool:
    """Whether a requirement, a path or an address of a repository means d2l, of any edition."""
    project = _project(requirement)
    return bool(D2L.fullmatch(project) or COURSES.fullmatch(project))


def without(command: str, place: Place, *, says: bool = False) -> tuple[str, list[str]]:
    """Return a shell `command` without what installs or downloads d2l, and what to say of each part left out.

    The command is empty where nothing is left. `says`: let the command that is left print the notes.
    """
    pipelines: list[list[str]] = [[]]
    operators = []
    for text, operator in PIECES.findall(command.replace("\\\n", " ")):
        if operator in ("", "|"):
            pipelines[-1] += [text or operator]
        else:
            operators.append(operator)
            pipelines.append([])
    shell, notes, kept = place.copy(), [], []
    for number, pipeline in enumerate(pipelines):
        rest, said = _without("".join(pipeline), pipeline, shell)
        if said and says:
            echo = f"echo {shlex.quote('; '.join(said))}"
            lead = _lead(rest)
            rest = f"{lead}{echo} && {rest[len(lead) :]}" if rest.strip() != DOES_NOTHING else f"{lead}{echo}"
        notes += said
        kept += [rest, *operators[number : number + 1]]
    is_left = any(part.strip() not in ("", DOES_NOTHING, *operators) for part in kept)
    return "".join(kept) if is_left else "", notes


def _without(whole, pipeline, place):
    """Return the same for a pipeline, the `whole` of which is left out where one of its commands is."""
    command = " ".join(KEYWORDS.sub("", whole).split())
    kept, notes = [], []
    for text in pipeline:
        lead = _lead(text)
        spans = [match.span() for match in WORDS.finditer(text, len(lead))]
        words = [_plain(text[start:end]) for start, end in spans]
        words = words[: next((n for n, word in enumerate(words) if word.startswith("#")), None)]
        reason, dropped = unneeded(words, place)
        if len(dropped) == len(words) > 0:
            return f"{lead}{DOES_NOTHING} ", [f"{reason}: skipped `{command}`"]
        if dropped:
            names = ", ".join(words[n] for n in sorted(dropped) if words[n] not in EDITABLE)
            notes.append(f"{reason}: skipped {names} in `{command}`")
        for start, end in reversed([spans[n] for n in dropped]):
            text = text[:start].rstrip() + text[end:]
        kept.append(text)
    return "".join(kept), notes


def _lead(text):
    return text[: len(text) - len(KEYWORDS.sub("", text))]


def _plain(word):
    try:
        return "".join(shlex.split(word))
    except ValueError:  # a quotation that is not closed
        return word


def unneeded(words: Sequence[str], place: Place) -> tuple[str, list[int]]:
    """Return why, and which `words` of one command are not needed, by their numbers in order."""
    start = 0
    while start < len(words) and BEFORE_PROGRAMS.fullmatch(words[start]):
        start += 1
    if list(words[start + 1 : start + 3]) == ["-m", "pip"]:
        start += 2
    program = _last(words[start]) if start < len(words) else ""
    arguments = list(words[start + 1 :])
    if PACKAGERS.fullmatch(program):
        return _of_install(words, place)
    is_skipped = (
        (program == "git" and "clone" in arguments and _skips_clone(arguments, place))
        or (program in ("wget", "curl", "svn") and _skips_download(program, arguments, place))
        or (program in NEED_FILES and _needs_absent(program, arguments, place))
        or (program.startswith("python") and "setup.py" in arguments and place.is_clone("."))
    )
    return "d2l comes from d2l_compat", list(range(len(words))) if is_skipped else []


def _of_install(words, place):
    """Return why, and which words of an installation are not needed, by their numbers."""
    action = next((n for n, word in enumerate(words) if word in ACTIONS), len(words))
    redirections = [(n, REDIRECTION.fullmatch(word)) for n, word in enumerate(words)]
    redirected = {n for number, match in redirections if match for n in (number, number + (not match[2]))}
    reason, dropped, left = "", [], 0
    for number in range(action + 1, len(words)):
        word, option = words[number], words[number - 1]
        if number in redirected or word.startswith("-") or not word:
            continue
        if option in FILES_OF_REQUIREMENTS and place.lacks(word):
            why = "d2l comes from d2l_compat"
        elif option in FILES_OF_REQUIREMENTS:
            why = ""
        elif option in PIP_VALUES:
            continue
        else:
            why = _why(word, place)
        reason = reason or why
        left += not why
        if why:
            dropped += [number - 1, number] if option in EDITABLE | FILES_OF_REQUIREMENTS else [number]
    return reason, dropped if left or not dropped else list(range(len(words)))


def _why(requirement, place):
    if is_d2l(requirement) or place.is_clone(requirement):
        return "d2l comes from d2l_compat"
    return "MXNet is installed" if MXNET.fullmatch(_project(requirement)) and find_spec("mxnet") else ""


def _skips_clone(arguments, place):
    after = arguments[arguments.index("clone") :]
    named = [word for option, word in zip(after, after[1:]) if word[:1] != "-" and option not in GIT_VALUES]
    if not named or not is_d2l(named[0]):
        return False
    place.absent.add(
        place.path(named[1] if len(named) > 1 else _last(named[0].rstrip("/")).removesuffix(".git"))
    )
    return True


def _skips_download(program, arguments, place):
    addresses = [word for word in arguments if "://" in word]
    if not any(map(_is_code_of_d2l, addresses)):
        return False
    targets = [word for option, word in zip(arguments, arguments[1:]) if option in TARGETS.get(program, ())]
    place.absent.update(map(place.path, targets or map(_last, addresses)))
    return True


def _needs_absent(program, arguments, place):
    needed = [word for word in arguments if not word.startswith("-")]
    is_absent = any(map(place.lacks, needed))
    if program == "cd" and needed:
        was_absent, place.folder = place.lacks("."), place.path(needed[-1])
        return is_absent or (was_absent and place.folder == Path.cwd())
    return is_absent


def _is_code_of_d2l(address):
    """Whether a file at `address` is code of d2l: its server also has data sets, which are to be fetched."""
    parts = address.split("://")[-1].split("/")[1:]
    is_archive = re.search(r"\.(zip|tgz|gz|whl)$", address) is not None
    candidates = parts if address.endswith(".py") or "archive" in parts else parts[-1:] * is_archive
    return any(map(is_d2l, candidates))


def _project(requirement):
    """Return the bare name in ``name==1.0``, ``git+https://host/name.git@branch`` or ``name-1.0.zip``."""
    address = re.sub(r"(?<=[/+])\w+@|^\w+@", "", requirement)
    name = re.split(r"[@#?]", address)[0].rstrip("/")
    return re.split(r"[\s=<>!~\[;]|-\d|\.(?:git|zip|py|tgz|tar|whl)\b", _last(name))[0]


def _last(path):
    return re.split(r"[/\\:]", path)[-1]
