"""Fixtures: every test that asks for `d2l`, `backend` or `face` runs once in each framework, or face."""

import importlib
import os
import signal
import sys
from types import ModuleType

import pytest

from d2l_compat import catalogue, frameworks

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in the background of a shell; what the tests start would inherit it, and no Ctrl-C would end it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

CHOSEN = os.environ.get("FRAMEWORKS", "").split() or frameworks()
FACES = [name for name, framework in catalogue.faces().items() if framework in CHOSEN]


@pytest.fixture(params=CHOSEN, scope="session")
def d2l(request):
    """The face of one framework. A framework that is chosen and missing is an error, never a skip."""
    return importlib.import_module(f"d2l_compat.{request.param}")


@pytest.fixture(scope="session")
def backend(d2l):
    """The backend behind the face: NumPy to tensors and back."""
    return d2l.accuracy.__self__


@pytest.fixture(params=FACES, scope="session")
def face(request):
    """The face of one edition."""
    return importlib.import_module(f"d2l_compat.{request.param}")


@pytest.fixture(autouse=True)
def semantics(request):
    """MXNet's np semantics, as edition 2021 has them; the nd ones for a `face` that is made for these."""
    if "mxnet" not in sys.modules:
        return
    from mxnet import npx

    face = request.getfixturevalue("face") if "face" in request.fixturenames else None
    defined = vars(face) if isinstance(face, ModuleType) else {}
    backend = getattr(defined.get("accuracy"), "__self__", None)
    is_nd = "NDArray" in {cls.__name__ for cls in type(backend).__mro__}
    (npx.reset_np if is_nd else npx.set_np)()
