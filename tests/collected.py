"""Collects the tests as pytest does where only some frameworks are installed and chosen.

``python tests/collected.py FRAMEWORKS ...`` prints JSON, for each argument an object that maps the id of
every test to the frameworks that it says it needs. What cannot be collected is an error, on stderr.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


class Collected:
    """A plugin of pytest that notes the tests which FRAMEWORKS does not leave out, and what each needs."""

    def pytest_collection_finish(self, session):
        """Note them."""
        self.needed = {item.nodeid: needed(item) for item in session.items}


def needed(item):
    """Return the frameworks that a test, or the notebook of a cell, says it needs."""
    from d2l_compat.lessons.discover import needed_frameworks  # the one that was imported last

    if item.path.suffix == ".ipynb":
        return needed_frameworks(item.path)
    return [name for mark in item.iter_markers("framework") for name in mark.args]


def collect(chosen):
    """Return what is collected where FRAMEWORKS is `chosen` and other frameworks cannot be imported."""
    os.environ["FRAMEWORKS"] = chosen
    # Nothing runs: there are no assertions to explain, no exceptions in destructors to look for at the end.
    without = ["no:cacheprovider", "no:unraisableexception"]
    options = ["--collect-only", "-qq", "--assert=plain", *(f"-p{name}" for name in without)]
    collected = Collected()
    with only(chosen.split()), contextlib.redirect_stdout(sys.stderr):
        status = pytest.main(options, plugins=[collected])
    if status:
        sys.exit(f"collecting with FRAMEWORKS={chosen!r} ended with status {int(status)}")
    return collected.needed


@contextlib.contextmanager
def only(chosen):
    """Import our modules anew, and of the frameworks none but the chosen ones."""
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None) or ""
        if name != "__main__" and path.startswith(f"{ROOT}{os.sep}") and "site-packages" not in path:
            del sys.modules[name]
    from d2l_compat import frameworks

    absent = Absent(set(frameworks()) - set(chosen))
    modules = {name: sys.modules.pop(name) for name in absent.names & {*sys.modules}}
    sys.meta_path.insert(0, absent)
    yield
    sys.meta_path.remove(absent)
    sys.modules.update(modules)


class Absent:
    """A finder of modules for which some `names` are not installed.

    None in `sys.modules` would do for imports, but SciPy looks there for frameworks, and takes it for one.
    """

    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        """Say that a module of these names does not exist."""
        if name in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if __name__ == "__main__":
    print(json.dumps([collect(chosen) for chosen in sys.argv[1:]]))
