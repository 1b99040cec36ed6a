"""The command line: ``python -m d2l_compat`` reports on the environment, its subcommands do things.

``data`` fetches and verifies Fashion-MNIST, ``compare`` shows executed notebooks side by side.
"""

import argparse
import importlib
import platform
import sys
from pathlib import Path

from . import __version__, fashion_mnist, frameworks
from .importing import requires


def main(arguments=None):
    """Do what the command line says; return the exit status, which is 2, with a message, on bad input."""
    parser = argparse.ArgumentParser(prog="python -m d2l_compat", description=__doc__.splitlines()[0])
    parser.set_defaults(run=report)
    commands = parser.add_subparsers()
    data = commands.add_parser("data", help="fetch and verify Fashion-MNIST, and say where it lies")
    data.set_defaults(run=fetch)
    compare = commands.add_parser("compare", help="show executed notebooks side by side, as one page")
    compare.add_argument(
        "notebooks", nargs="+", type=Path, help="two or more executed notebooks, or a folder of lessons"
    )
    compare.add_argument("-o", "--output", type=Path, required=True, metavar="PAGE", help="the page to write")
    compare.set_defaults(run=side_by_side)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def fetch(options):
    """Make sure that the data are on this machine."""
    print(_data(download=True))
    return 0


def report(options):
    """Print what a bug report needs: versions, or why something is missing, and where the data lie."""
    print(f"{'d2l_compat':12} {__version__}")
    print(f"{'python':12} {platform.python_version()}, {platform.platform()}")
    for name in frameworks():
        try:
            version = importlib.import_module(f"d2l_compat.{name}").accuracy.__self__.version
        except Exception as error:  # a broken installation can raise anything, and that is what to report
            version = f"not available: {error}"
        print(f"{name:12} {version}")
    try:
        print(f"{'data':12} {_data(download=False)}")
    except (OSError, ValueError) as error:
        print(f"{'data':12} not available: {error}")
    return 0


def side_by_side(options):
    """Write the page that shows notebooks side by side."""
    with requires("nbconvert and nh3", 'pip install "d2l_compat[notebooks]"'):
        from .compare import command
    return command.main(options)


def _data(download):
    folder, source = fashion_mnist.locate(download=download)
    if folder is None:
        return "synthetic stand-in, not Fashion-MNIST, from the generator"
    return f"Fashion-MNIST {fashion_mnist.CURRENT.name}, verified, {source} {folder}"


if __name__ == "__main__":
    sys.exit(main())
