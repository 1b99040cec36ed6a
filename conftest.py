"""Which data the notebooks under test run on, and which notebooks FRAMEWORKS leaves out."""

import os

import pytest

from d2l_compat.gallery import data_choice
from d2l_compat.gallery.discover import chosen_frameworks, is_left_out

NOTICE = pytest.StashKey()
FRAMEWORKS = pytest.StashKey()

# Notebooks that the checks are tested with: many of them are broken on purpose.
collect_ignore = ["tests/fixtures"]


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
    """Leave out the notebooks of other frameworks."""
    is_notebook = collection_path.suffix == ".ipynb"
    return True if is_notebook and is_left_out(collection_path, config.stash[FRAMEWORKS]) else None
