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
    options = ["--collect-only", "-qq", "--assert=plain", "-p", "no:cacheprovider"]
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
        path = Path(getattr(module, "__file__", None) or "/")
        if name != "__main__" and ROOT in path.parents and "site-packages" not in path.parts:
            del sys.modules[name]
    from d2l_compat import frameworks

    absent = {name: sys.modules.get(name) for name in set(frameworks()) - set(chosen)}
    sys.modules.update(dict.fromkeys(absent))
    yield
    for name, module in absent.items():
        if module:
            sys.modules[name] = module
        else:
            del sys.modules[name]


if __name__ == "__main__":
    print(json.dumps([collect(chosen) for chosen in sys.argv[1:]]))
