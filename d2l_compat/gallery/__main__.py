"""The command line: ``run`` into another folder, or ``refresh`` in place."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from d2l_compat import atomic
from d2l_compat.compare import gallery_page
from d2l_compat.gallery import data_choice, pages
from d2l_compat.gallery.discover import chosen_frameworks, discover
from d2l_compat.gallery.execute import execute_all
from d2l_compat.gallery.results import last_run


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return 0, 1 if a notebook failed, 2 if there was nothing to do."""
    options = _parser().parse_args(arguments)
    try:
        paths = [path.relative_to(options.notebooks) for path in _notebooks(options.notebooks)]
        notice = data_choice.choose()
    except (ValueError, OSError) as error:
        return _refuse(error)
    if notice and options.command == "refresh":
        return _refuse(f"stored outputs come from the real data, and there is only this: {notice}")
    if notice:
        print(notice, file=sys.stderr)
    target = options.notebooks if options.command == "refresh" else options.out / "notebooks"
    try:
        executions = execute_all(options.notebooks, paths, target, report=_print_line)
    except KeyboardInterrupt:
        print("interrupted: what is not listed above was not executed", file=sys.stderr)
        return 130
    failed = [execution for execution in executions if execution.error]
    for execution in failed:
        print(f"FAILED {execution.path}: {execution.error}", file=sys.stderr)
    if options.command == "run":
        _compare(executions, options.out)
        print(f"results: {pages.write(executions, options.out, notice)}")
    return 1 if failed else 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m d2l_compat.gallery", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="execute into OUT, with a page for each and an index")
    refresh = commands.add_parser("refresh", help="execute in place, on the real data only")
    for command in (run, refresh):
        command.add_argument("notebooks", type=Path, help="the folder of the notebooks")
    run.add_argument("out", type=Path, help="the folder to write; made where needed")
    return parser


def _notebooks(folder):
    found = discover(folder, chosen_frameworks())
    if not found:
        raise ValueError(f"expected notebooks in {folder} and found none, or none that FRAMEWORKS admits")
    return found


def _compare(executions, out):
    try:
        page = gallery_page(executions)
    except ValueError as error:
        print(f"no comparison: {error}", file=sys.stderr)
    else:
        atomic.write(out / pages.COMPARISON, page)


def _refuse(reason):
    print(f"error: {reason}", file=sys.stderr)
    return 2


def _print_line(execution):
    status = "FAILED" if execution.error else "ok"
    run = last_run(execution.notebook)
    figures = "   loss {train_loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}"
    shown = figures.format(**run.final) if run else ""
    print(f"{status:6} {execution.seconds:6.1f} s  {execution.path}{shown}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
