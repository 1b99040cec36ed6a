"""Which data the notebooks under test run on, what FRAMEWORKS leaves out, and what a dead kernel costs."""

import functools
import os
import time
from queue import Empty

import pytest
from nbval.plugin import IPyNbCell

from d2l_compat.gallery import data_choice
from d2l_compat.gallery.discover import chosen_frameworks, is_left_out

NOTICE = pytest.StashKey()
FRAMEWORKS = pytest.StashKey()

# Notebooks that the checks are tested with, many broken on purpose; and tests with a target of their own.
collect_ignore = ["tests/fixtures", "tests/browser", "tests/slow"]


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
    """Say loudly that the stand-in is in use."""
    return config.stash[NOTICE]


def pytest_ignore_collect(collection_path, config):
    """Leave out the notebooks of other frameworks, and the tests of what is their own."""
    if collection_path.suffix not in (".ipynb", ".py"):
        return None
    return True if is_left_out(collection_path, config.stash[FRAMEWORKS]) else None


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
