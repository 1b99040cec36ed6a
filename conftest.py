"""Which data the notebooks under test run on, what FRAMEWORKS leaves out, and what a dead kernel costs.

A test says by ``@pytest.mark.framework("mxnet")`` what it needs, a module that imports it by ``pytestmark``,
a notebook in its metadata. What says nothing runs whatever is chosen.
"""

import ast
import functools
import os
import time
from queue import Empty

import pytest
from nbval.plugin import IPyNbCell

from d2l_compat import frameworks
from d2l_compat.lessons import data_choice
from d2l_compat.lessons.discover import chosen_frameworks, known, needed_frameworks

NOTICE = pytest.StashKey()
FRAMEWORKS = pytest.StashKey()

# Notebooks that the checks are tested with, many broken on purpose; and tests with a target of their own.
collect_ignore = ["tests/fixtures", "tests/browser", "tests/gpu", "tests/releases", "tests/slow"]


def pytest_configure(config):
    """Choose the data; the stored outputs come from the real ones and are compared with nothing else."""
    try:
        config.stash[FRAMEWORKS] = chosen_frameworks()
        config.stash[NOTICE] = data_choice.choose()
    except (ValueError, OSError) as error:
        raise pytest.UsageError(str(error)) from None
    if config.stash[NOTICE]:
        config.option.nbval_lax = True
    if config.getoption("numprocesses", None):
        # As many threads as cores in each worker would only get in each other's way.
        os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_report_header(config):
    """Say loudly that the stand-in is in use, and which frameworks are left out."""
    left_out = sorted({*frameworks()} - {*config.stash[FRAMEWORKS]})
    return [*filter(None, [config.stash[NOTICE]]), *(f"left out: {name}" for name in left_out)]


def pytest_ignore_collect(collection_path, config):
    """Leave out the notebooks, and the modules of tests, that need what is not chosen."""
    needed = {".ipynb": needed_frameworks, ".py": _marked}.get(collection_path.suffix)
    return True if needed and _is_left_out(config, needed, collection_path) else None


def pytest_collection_modifyitems(config, items):
    """Deselect the tests that are marked for what is not chosen."""
    left_out = {item for item in items if _is_left_out(config, _needed, item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_left_out(config, needed, what):
    try:
        return not {*needed(what)} <= {*config.stash[FRAMEWORKS]}
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _needed(item):
    names = [name for mark in item.iter_markers("framework") for name in mark.args]
    return names and known(names, f"{item.nodeid}, its marks")


def _marked(module):
    """Return the frameworks in the `pytestmark` of a module, which may not be imported without them."""
    assigned = [s for s in ast.parse(module.read_text(encoding="utf-8")).body if isinstance(s, ast.Assign)]
    marks = [s.value for s in assigned if ast.unparse(s.targets[0]) == "pytestmark"]
    calls = [node for mark in marks for node in ast.walk(mark) if isinstance(node, ast.Call)]
    names = [arg.value for call in calls if call.func.attr == "framework" for arg in call.args]
    return known(names, f"{module}, its pytestmark")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    """Fail a cell at once when its kernel dies; nbval by itself would wait for the timeout of the cell."""
    if isinstance(item, IPyNbCell):
        kernel = item.parent.kernel
        wait = functools.partial(type(kernel).get_message, kernel)
        kernel.get_message = functools.partial(_message, item, wait)


def _message(item, wait, stream, timeout):
    """Return what nbval waits for, a message of the kernel, as long as there is a kernel to send one."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            return wait(stream, timeout=min(1, max(0, deadline - time.monotonic())))
        except Empty:
            if not item.parent.kernel.is_alive():
                item.raise_cell_error(f"the kernel died in the cell {item.cell.get('id')!r}")
            if time.monotonic() >= deadline:
                raise
