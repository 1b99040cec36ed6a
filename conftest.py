"""Which data the notebooks under test run on, and what FRAMEWORKS leaves out."""

import os

import pytest

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
