"""A folder of lessons, executed: in place, or into another folder with pages and an index."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from d2l_compat.data import files
from d2l_compat.lessons import data_choice, pages
from d2l_compat.lessons.compare import gallery_page
from d2l_compat.lessons.discover import chosen_frameworks, discover
from d2l_compat.lessons.execute import Execution, execute_all
from d2l_compat.lessons.results import last_run


def execute_in_place(folder: Path) -> int:
    """Execute the notebooks of `folder` on the real data and store their outputs; return 1 if one failed.

    Raises ValueError or OSError, having executed none, where there are no notebooks or no real data.
    """
    paths = _notebooks(folder)
    notice = data_choice.choose()
    if notice:
        raise ValueError(f"stored outputs come from the real data, and there is only this: {notice}")
    return _failures(execute_all(folder, paths, folder, _print_line, _print_waiting))


def execute_into(folder: Path, out: Path) -> int:
    """Execute the notebooks of `folder` into `out`, with pages and an index; return 1 if one failed.

    Raises ValueError or OSError, having executed none, where there are no notebooks or bad data.
    """
    paths = _notebooks(folder)
    notice = data_choice.choose()
    if notice:
        print(notice, file=sys.stderr)
    executions = execute_all(folder, paths, out / "notebooks", _print_line, _print_waiting)
    status = _failures(executions)
    _print_waiting([pages.COMPARISON])
    try:
        files.write(out / pages.COMPARISON, gallery_page(executions))
    except ValueError as error:
        print(_cleared(), end="", flush=True)
        print(f"no comparison: {error}", file=sys.stderr)
    index = pages.write(executions, out, notice, _print_waiting)
    print(f"{_cleared()}results: {index}")
    return status


def _notebooks(folder):
    found = [path.relative_to(folder) for path in discover(folder, chosen_frameworks())]
    if not found:
        raise ValueError(f"expected notebooks in {folder} and found none, or none that FRAMEWORKS admits")
    return found


def _failures(executions: Sequence[Execution]) -> int:
    failed = [execution for execution in executions if execution.error]
    for execution in failed:
        print(f"FAILED {execution.path}: {execution.error}", file=sys.stderr)
    return 1 if failed else 0


def _print_line(execution: Execution) -> None:
    status = "FAILED" if execution.error else "ok"
    run = last_run(execution.notebook)
    figures = "   loss {train_loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}"
    shown = figures.format(**run.final) if run else ""
    print(f"{_cleared()}{status:6} {execution.seconds:6.1f} s  {execution.path}{shown}", flush=True)


def _print_waiting(paths: list[Path]) -> None:
    """Say in a terminal, in a line that the next one replaces, that work is in progress."""
    if sys.stdout.isatty():
        print(f"{_cleared()}{time.strftime('%X')}  {len(paths)} to go: {paths[0]}", end="", flush=True)


def _cleared() -> str:
    return "\r\x1b[K" if sys.stdout.isatty() else ""
