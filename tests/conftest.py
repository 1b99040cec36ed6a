"""Fixtures: every test that asks for `d2l`, `backend` or `face` runs once in each framework, or face.

What else needs a framework says so, ``@pytest.mark.framework("mxnet")``: see conftest.py above this folder.
"""

import contextlib
import importlib
import os
import signal
import sys
from types import ModuleType

import pytest
from small_data import release_of, write

from d2l_compat import frameworks
from d2l_compat.data import synthetic
from d2l_compat.editions import EDITIONS
from d2l_compat.lessons.trials import prepared

CHOSEN = os.environ.get("FRAMEWORKS", "").split() or frameworks()

for first in ["triton", *{"paddle"}.intersection(CHOSEN)]:
    with contextlib.suppress(ImportError):  # only the CUDA build of PyTorch brings triton
        importlib.import_module(first)  # imported after TensorFlow it ends the process

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in the background of a shell; what the tests start would inherit it, and no Ctrl-C would end it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

FACES = [name for name, edition in EDITIONS.items() if edition.framework in CHOSEN]


def marked(names):
    """Return the `names` of faces, or of frameworks, as parameters that are marked for what they need."""
    return [pytest.param(name, marks=pytest.mark.framework(EDITIONS[name].framework)) for name in names]


def marked_pairs(pairs):
    """Return `pairs` of such a name and something as parameters that are marked for what they need.

    Where the chosen frameworks have none, it is a pair that FRAMEWORKS leaves out.
    """
    pairs = pairs or [("torch", None)]
    return [pytest.param(*pair, marks=pytest.mark.framework(EDITIONS[pair[0]].framework)) for pair in pairs]


@pytest.fixture(params=marked(CHOSEN), scope="session")
def d2l(request):
    """The face of one framework. A framework that is chosen and missing is an error, never a skip."""
    return prepared(request.param)


@pytest.fixture(scope="session")
def backend(d2l):
    """The backend behind the face: NumPy to tensors and back."""
    return d2l.backend


@pytest.fixture(params=marked(FACES), scope="session")
def face(request):
    """The face of one edition."""
    return importlib.import_module(f"d2l_compat.{request.param}")


@pytest.fixture
def helpers(face):
    """The helpers of a face, those too that its edition does not export."""
    return face.accuracy.__self__


@pytest.fixture(scope="module")
def dataset():
    """What a small release of the data holds."""
    return synthetic.generate(num_train=30, num_test=20)


@pytest.fixture
def originals(tmp_path, dataset):
    """A folder with the four files of a small release."""
    write(tmp_path / "originals", dataset)
    return tmp_path / "originals"


@pytest.fixture
def release(originals):
    """The small release, with no mirror."""
    return release_of(originals)


@pytest.fixture(autouse=True)
def semantics(request):
    """MXNet's np semantics, as edition 2021 has them; for a `face` what that one needs."""
    if "mxnet" in sys.modules:
        sys.modules["mxnet"].npx.set_np()
    face = request.getfixturevalue("face") if "face" in request.fixturenames else None
    defined = vars(face) if isinstance(face, ModuleType) else {}
    if "backend" in defined:
        defined["backend"].prepare()
