"""What notebooks call, what has to be changed in them, and the change itself, on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from d2l_compat.foreign.check import fix, wording
from d2l_compat.foreign.check.findings import examine
from d2l_compat.foreign.check.source import read


def check(notebooks: Sequence[Path], fixing: bool) -> int:
    """Report on `notebooks`, and change them if `fixing`.

    Returns 0 where no import line needs a change or all were changed, 1 where some need one or have no face,
    2 where a file could not be checked; the others are checked all the same.
    """
    return max(_check(path, fixing) for path in notebooks)


def _check(path, fixing):
    try:
        findings = examine(read(path))
        if fixing and findings.changes:
            fix.write(findings)
    except (OSError, ValueError) as error:
        _print([f"error: {path}: {getattr(error, 'strerror', None) or error}"], sys.stderr)
        return 2
    _print(wording.lines(findings), sys.stdout)
    if fixing and findings.changes:
        _print(["  changed:", *fix.diff(findings)], sys.stdout)
    return 1 if findings.faceless or (findings.changes and not fixing) else 0


def _print(lines, stream):
    """Print `lines`, with escapes for what would control a terminal."""
    for line in lines:
        print(wording.printable(line), file=stream)
