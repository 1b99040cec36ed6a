"""The command line, ``d2l-compat`` or ``python -m d2l_compat``; without a command it reports the environment.

Every command is a function of its options, which imports what it needs when it is called and returns the exit
status. What it raises becomes an exit status in `main`, and nowhere else.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

from d2l_compat import __version__
from d2l_compat.data import copies, fashion_mnist
from d2l_compat.helpers.importing import requires
from d2l_compat.lessons.quick_start import without_grammar

NOTEBOOK_TOOLS = (  # those of the extra, under their names on the package index
    "pip install jupyterlab ipykernel ipywidgets nbclient nbconvert nbformat jinja2 latex2mathml nh3 pygments"
)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit status.

    0: done; 1: done, and something in a notebook failed or needs a change; 2: it cannot be done, and a line
    on stderr says why; 130: interrupted.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # not every code page has every character
    options = _parser().parse_args(arguments)
    try:
        with without_grammar():
            return options.do(options)
    except (ImportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"interrupted: {options.interrupted}", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="d2l-compat", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"d2l_compat {__version__}")
    parser.set_defaults(do=report, interrupted="nothing was written")
    commands = parser.add_subparsers(metavar="COMMAND")
    for add in (_report, _data, _helpers, _check, _run, _compare, _execute, _lab, _reproduce):
        add(commands)
    return parser


def _add(commands, do, example, **defaults):
    """Add the command that is named after the function `do`, and described by its docstring."""
    name, text = do.__name__.rstrip("_"), do.__doc__.rstrip(".")
    parser = commands.add_parser(
        name, help=text, description=f"{text}.", epilog=f"example: d2l-compat {name} {example}"
    )
    parser.set_defaults(do=do, **defaults)
    return parser


def _report(commands):
    _add(commands, report, "")


def report(options: argparse.Namespace) -> int:
    """Print which frameworks, editions and data are here, as a bug report needs it."""
    from d2l_compat.commands import environment

    for line in environment.lines():
        print(line)
    return 0


def _data(commands):
    parser = _add(commands, data, "--for keras")
    _add_release(parser)
    parser.add_argument(
        "--for",
        dest="loader",
        choices=copies.LOADERS,
        help="put the files where this library looks, so that notebooks that use its loader run offline",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help="with --for: torchvision's root, or Keras's own folder (default: KERAS_HOME, else ~/.keras)",
    )


def data(options: argparse.Namespace) -> int:
    """Fetch and verify Fashion-MNIST, and say where it lies."""
    from d2l_compat.commands import environment

    release = fashion_mnist.named(options.release)
    if options.loader and release.name != fashion_mnist.CURRENT.name:
        raise ValueError(
            f"--for: expected the release {fashion_mnist.CURRENT.name}, which {options.loader} has, "
            f"received --release {release.name}"
        )
    if options.folder and not options.loader:
        raise ValueError(
            f"data: expected a folder with --for only, received {options.folder}. Add --for keras "
            "or --for torchvision."
        )
    if options.loader:
        print(copies.put(options.loader, options.folder))
        return 0
    folder, source = fashion_mnist.locate(release)
    found = f"Fashion-MNIST {release.name}, verified, {source} {folder}"
    print(environment.STAND_IN if folder is None else found)
    return 0


def _helpers(commands):
    _add(commands, helpers, "")


def helpers(options: argparse.Namespace) -> int:
    """Print which helper is in which edition, as a Markdown table."""
    from d2l_compat.commands import catalogue

    print(catalogue.table(), end="")
    return 0


def _check(commands):
    parser = _add(commands, check, "--fix softmax-regression-scratch.ipynb")
    parser.add_argument(
        "notebooks", nargs="+", type=Path, metavar="NOTEBOOK", help="a notebook or script of any edition"
    )
    parser.add_argument("--fix", action="store_true", help="rewrite its import lines, and nothing else")


def check(options: argparse.Namespace) -> int:
    """Say what notebooks need to run today; nothing is executed."""
    from d2l_compat.foreign.check import command

    return command.check(options.notebooks, options.fix)


def _run(commands):
    parser = _add(commands, run, "softmax-regression-scratch.ipynb --timeout 600")
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="a notebook, or a script of Python")
    parser.add_argument("arguments", nargs="*", metavar="ARGUMENT", help="the script's, after --")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="NOTEBOOK",
        help="the executed notebook (default: NAME.executed.ipynb beside it)",
    )
    parser.add_argument("--kernel", help="(default: the notebook's own where installed, else python3)")
    parser.add_argument(
        "--timeout", type=_seconds, metavar="S", help="stop a cell after S seconds (default: never)"
    )


def run(options: argparse.Namespace) -> int:
    """Execute a notebook or script written for d2l or its relatives, unmodified."""
    is_script = options.notebook.suffix == ".py"
    only = ["-o", "--kernel", "--timeout"] if is_script else ["arguments of the script"]
    given = [options.output, options.kernel, options.timeout] if is_script else options.arguments
    if any(given):
        raise ValueError(
            f"{options.notebook}: {', '.join(only)}: for {'notebooks' if is_script else 'scripts'} only"
        )
    if is_script:
        from d2l_compat.foreign.script import run_script

        return run_script(options.notebook, options.arguments)
    with requires("nbclient and nbformat", NOTEBOOK_TOOLS):
        from d2l_compat.foreign.run import run_notebook
    return run_notebook(options.notebook, options.output, options.kernel, options.timeout)


def _compare(commands):
    parser = _add(commands, compare, "mine.ipynb yours.ipynb -o page.html")
    parser.add_argument(
        "notebooks", nargs="+", type=Path, help="two or more executed notebooks, or a folder of lessons"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PAGE", help="the page to write")


def compare(options: argparse.Namespace) -> int:
    """Show executed notebooks side by side, as one page."""
    with requires("nbconvert and nh3", NOTEBOOK_TOOLS):
        from d2l_compat.lessons.compare import write_page
    print(write_page(options.notebooks, options.output))
    return 0


def _execute(commands):
    parser = _add(
        commands,
        execute,
        "notebooks -o build",
        interrupted="what is not listed above was not executed",
    )
    parser.add_argument("notebooks", type=Path, help="the folder of the notebooks")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="to write, with a page for each and an index"
    )
    where.add_argument(
        "--in-place", action="store_true", help="write each into its own file, on the real data only"
    )


def execute(options: argparse.Namespace) -> int:
    """Execute a folder of lessons, each notebook in a kernel of its own, many at a time."""
    with requires("nbclient and nbconvert", NOTEBOOK_TOOLS):
        from d2l_compat.lessons.gallery import execute_in_place, execute_into
    if options.in_place:
        return execute_in_place(options.notebooks)
    return execute_into(options.notebooks, options.output)


def _lab(commands):
    parser = _add(commands, lab, "notebooks/softmax-regression-scratch build/lab")
    parser.add_argument("lesson", type=Path, help="the folder of the notebooks to open")
    parser.add_argument("workspaces", type=Path, help="the folder for the workspace; made where needed")
    parser.add_argument("for_jupyter", nargs=argparse.REMAINDER, help="options of jupyter lab")


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab with the notebooks of one lesson side by side, a column for each."""
    with requires("JupyterLab", NOTEBOOK_TOOLS):
        from d2l_compat.lessons.lab import become_lab
    return become_lab(options.lesson, options.workspaces, options.for_jupyter)


def _reproduce(commands):
    parser = _add(
        commands,
        reproduce,
        "--seeds 5 --rows A,B",
        interrupted="finished runs are kept; the same command continues from there",
    )
    parser.add_argument(
        "--seeds", type=_count, default=20, metavar="K", help="runs of each row (default %(default)s)"
    )
    parser.add_argument(
        "--rows",
        default="",
        metavar="A,B,...",
        help="keys of rows; C and D stand for all that begin so (default: every row)",
    )
    _add_release(parser)
    parser.add_argument("-o", "--output", type=Path, default=Path("build/reproduce"), metavar="FOLDER")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=_count,
        default=os.cpu_count(),
        help="processes here (default: as many as processors)",
    )
    where.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="run on this Dask cluster instead")


def reproduce(options: argparse.Namespace) -> int:
    """Train every edition's rows from many seeds, and say where the published figures lie among the runs."""
    with requires("tqdm and Jinja2", "pip install jinja2 tqdm"):
        from d2l_compat.reproduce.experiment import reproduce
    for line in reproduce(
        options.rows, options.seeds, options.release, options.output, options.workers, options.scheduler
    ):
        print(line)
    return 0


def _add_release(parser):
    parser.add_argument(
        "--release",
        choices=fashion_mnist.RELEASES,
        default=fashion_mnist.CURRENT.name,
        help="of the data (default: %(default)s)",
    )


def _count(text: str) -> int:
    return _at_least_1(text, "a whole number")


def _seconds(text: str) -> int:
    return _at_least_1(text, "seconds")


def _at_least_1(text, what):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected {what}, received {text}")
    if not int(text):
        raise argparse.ArgumentTypeError(f"expected at least 1, received {text}")
    return int(text)
