"""The reviewed table of the differences that are meant, `differences.toml`, and what it explains."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

import tomllib

FILE = Path(__file__).with_name("differences.toml")


@dataclass(frozen=True)
class Row:
    """A difference that is meant. The first four are lists of patterns, in which ``*`` stands for anything.

    `what` differs, `why` it shall, and where a user is `told`: a file of this repository and words in it.
    """

    helpers: tuple[str, ...]
    what: str
    why: str
    told: tuple[str, ...]
    releases: tuple[str, ...] = ("*",)
    cases: tuple[str, ...] = ("*",)
    facts: tuple[str, ...] = ("*",)

    def explains(self, module: str, difference: dict[str, str]) -> bool:
        """Whether this row is about a `difference` found in a published `module`."""
        return (
            fits(self.releases, module)
            and fits(self.helpers, difference["helper"])
            and fits(self.cases, difference["case"])
            and fits(self.facts, difference["fact"])
        )


def rows() -> list[Row]:
    """Return the table. Raises TypeError for a row that lacks something or has something else."""
    names = {field.name for field in fields(Row)}
    found = []
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["difference"]:
        unknown = sorted(row.keys() - names)
        if unknown:
            raise TypeError(f"{FILE.name}: expected {sorted(names)}, received {unknown} in {row}")
        found.append(
            Row(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})
        )
    return found


def fits(patterns, text):
    """Whether a text is as one of the patterns, in which ``*`` stands for anything."""
    return any(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) for pattern in patterns)
