"""Fixtures: every test that asks for `d2l` or `backend` runs once in each framework."""

import importlib
import os

import pytest

from d2l_compat import frameworks

CHOSEN = os.environ.get("FRAMEWORKS", "").split() or frameworks()


@pytest.fixture(params=CHOSEN, scope="session")
def d2l(request):
    """The face of one framework. A framework that is chosen and missing is an error, never a skip."""
    return importlib.import_module(f"d2l_compat.{request.param}")


@pytest.fixture(scope="session")
def backend(d2l):
    """The backend behind the face: NumPy to tensors and back."""
    return d2l.accuracy.__self__
