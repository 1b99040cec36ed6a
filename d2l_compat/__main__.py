"""The command line: ``python -m d2l_compat`` reports on the environment, its subcommands do things.

``data`` fetches and verifies Fashion-MNIST, also for Keras and torchvision, ``helpers`` lists what each
edition has, ``compare`` shows executed notebooks side by side, ``check`` says what a foreign notebook needs,
``run`` executes one.
"""

import argparse
import sys
from pathlib import Path

from . import catalogue, copies, fashion_mnist
from . import report as environment
from .importing import requires


def main(arguments=None):
    """Do what the command line says; return the exit status, which is 2, with a message, on bad input."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (ImportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="python -m d2l_compat", description=__doc__.splitlines()[0])
    parser.set_defaults(run=report)
    commands = parser.add_subparsers()
    for add in (_add_data, _add_helpers, _add_compare, _add_check, _add_run):
        add(commands)
    return parser


def _add_data(commands):
    data = commands.add_parser("data", help="fetch and verify Fashion-MNIST, and say where it lies")
    data.add_argument(
        "--release",
        choices=fashion_mnist.RELEASES,
        default=fashion_mnist.CURRENT.name,
        help="which of the two (default: %(default)s)",
    )
    data.add_argument(
        "--for",
        dest="loader",
        choices=copies.LOADERS,
        help="put the files where this looks, so that notebooks that load the data with it run offline",
    )
    data.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help="with --for: torchvision's root, or Keras's own folder (default: KERAS_HOME, else ~/.keras)",
    )
    data.set_defaults(run=fetch)


def _add_helpers(commands):
    helpers = commands.add_parser("helpers", help="say which helper is in which edition, as a Markdown table")
    helpers.set_defaults(run=list_helpers)


def _add_compare(commands):
    compare = commands.add_parser("compare", help="show executed notebooks side by side, as one page")
    compare.add_argument(
        "notebooks", nargs="+", type=Path, help="two or more executed notebooks, or a folder of lessons"
    )
    compare.add_argument("-o", "--output", type=Path, required=True, metavar="PAGE", help="the page to write")
    compare.set_defaults(run=side_by_side)


def _add_check(commands):
    check = commands.add_parser("check", help="say what a notebook needs to run today; nothing is executed")
    check.add_argument(
        "notebooks", nargs="+", type=Path, metavar="NOTEBOOK", help="a notebook of any edition"
    )
    check.add_argument("--fix", action="store_true", help="rewrite its import lines, and nothing else")
    check.set_defaults(run=examine)


def _add_run(commands):
    run = commands.add_parser("run", help="execute a notebook written for d2l or its relatives, unmodified")
    run.add_argument("notebook", type=Path)
    run.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="NOTEBOOK",
        help="the executed notebook (default: NAME.executed.ipynb beside it)",
    )
    run.add_argument("--kernel", help="(default: the notebook's own where installed, else python3)")
    run.add_argument(
        "--timeout", type=_seconds, metavar="S", help="end a cell after so many seconds (default: never)"
    )
    run.set_defaults(run=run_notebook)


def _seconds(text):
    seconds = int(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1 second, received {text}")
    return seconds


def report(options):
    """Print the environment report."""
    for line in environment.lines():
        print(line)
    return 0


def fetch(options):
    """Make sure that the data are on this machine, and lie where a loader looks that is named."""
    release = fashion_mnist.named(options.release)
    if options.loader and release.name != fashion_mnist.CURRENT.name:
        raise ValueError(
            f"--for: expected the release {fashion_mnist.CURRENT.name}, which {options.loader} has, "
            f"received --release {release.name}"
        )
    if options.loader:
        print(copies.put(options.loader, options.folder))
        return 0
    if options.folder:
        raise ValueError(
            f"data: expected a folder with --for only, received {options.folder}. Add --for keras "
            "or --for torchvision."
        )
    folder, source = fashion_mnist.locate(release)
    stand_in = folder is None
    print(environment.STAND_IN if stand_in else f"Fashion-MNIST {release.name}, verified, {source} {folder}")
    return 0


def list_helpers(options):
    """Print the table of helpers, editions and frameworks."""
    print(catalogue.table(), end="")
    return 0


def side_by_side(options):
    """Write the page that shows notebooks side by side."""
    with requires("nbconvert and nh3", 'pip install "d2l_compat[notebooks]"'):
        from .compare import command
    return command.main(options)


def examine(options):
    """Report on notebooks that were written for the book's helpers."""
    with requires("nbformat", 'pip install "d2l_compat[notebooks]"'):
        from .check import command
    return command.main(options)


def run_notebook(options):
    """Execute a foreign notebook."""
    with requires("nbclient and nbformat", 'pip install "d2l_compat[notebooks]"'):
        from . import run
    return run.main(options)


if __name__ == "__main__":
    sys.exit(main())
