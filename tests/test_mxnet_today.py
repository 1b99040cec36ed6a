"""MXNet runs on the NumPy that is installed, and nobody else in the process notices."""

import subprocess
import sys
from importlib.machinery import PathFinder
from importlib.metadata import version
from pathlib import Path

import numpy
import pytest

from d2l_compat import mxnet_today

pytestmark = pytest.mark.framework("mxnet")

ROOT = Path(__file__).parent.parent
IS_OLD = version("numpy") < "1.24"  # MXNet's own, for which nothing is done


@pytest.fixture
def np_semantics():
    """``mxnet.np``, with its semantics on."""
    from mxnet import np, npx

    npx.set_np()
    yield np
    npx.reset_np()


def printed(code):
    """What a fresh interpreter prints, with the package at hand and every warning an error."""
    return subprocess.run(
        [sys.executable, *([] if IS_OLD else ["-W", "error"]), "-c", code],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


FIRST = {
    "mxnet": "import mxnet",
    "numpy": "import numpy, mxnet",
    "the face": "from d2l_compat import mxnet as d2l; import mxnet",
    "the hook": "from d2l_compat import mxnet_today; mxnet_today.install(); import mxnet",
    "the line of the .pth file": f"exec({(ROOT / 'mxnet_today.pth').read_text()!r}); import mxnet",
}


@pytest.mark.parametrize("imports", FIRST.values(), ids=FIRST)
def test_mxnet_works_whatever_is_imported_first(imports):
    program = "mxnet.nd.ones((2, 3)).sum(axis=1).asnumpy().tolist()"
    assert printed(f"{imports}; print({program})") == "[3.0, 3.0]\n"


def test_numpy_stays_as_it_was():
    code = """
import sys, types, numpy, numpy.testing
def names(module):
    return {name: id(value) for name, value in vars(module).items() if type(value) is not types.ModuleType}
modules = {name for name in sys.modules if name.split(".")[0] == "numpy"}
before = {name: names(sys.modules[name]) for name in modules}
import mxnet, mxnet.test_utils, mxnet.gluon.contrib.estimator
print([name for name in sorted(modules) if names(sys.modules[name]) != before[name]], end="")
"""
    assert printed(code) == "[]"


def test_nobody_else_gets_what_mxnet_gets():
    code = """
import sys, mxnet, numpy
print(hasattr(numpy, "PZERO"), vars(numpy).get("bool") is bool, "distutils" in sys.modules, end="")
"""
    assert printed(code) == f"{IS_OLD} False {IS_OLD}"


def test_only_mxnet_is_found_and_on_old_numpy_nothing():
    assert mxnet_today.MXNetToday.find_spec("numpy") is None
    assert mxnet_today.MXNetToday.find_spec("mxnet_contrib") is None
    assert (mxnet_today.MXNetToday.find_spec("mxnet") is None) == IS_OLD


def test_the_import_of_the_hook_brings_in_no_numpy_and_no_framework():
    code = "import sys, d2l_compat.mxnet_today; print({'numpy', 'mxnet'} & {*sys.modules}, end='')"
    assert printed(code) == "set()"


def test_installing_twice_is_installing_once_and_on_old_numpy_never(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    monkeypatch.delitem(sys.modules, "mxnet", raising=False)
    mxnet_today.install()
    mxnet_today.install()
    assert sys.meta_path == ([] if IS_OLD else [mxnet_today.MXNetToday]) + [PathFinder]


@pytest.mark.filterwarnings("ignore:The truth value of an empty array:DeprecationWarning")  # on old NumPy
@pytest.mark.parametrize(
    "size", [numpy.int64(2), (numpy.int64(2),), numpy.int32(2)], ids=["int64", "tuple", "int32"]
)
@pytest.mark.parametrize("draw", ["normal", "uniform", "exponential", "rayleigh", "logistic", "gumbel"])
def test_sizes_may_be_numpys_integers(np_semantics, draw, size):
    assert getattr(np_semantics.random, draw)(size=size).shape == (2,)


@pytest.mark.filterwarnings("ignore:tostring:DeprecationWarning")  # on old NumPy
@pytest.mark.parametrize("label", [4.0, [1.0, 2.0], numpy.array([1.0, 2.0])], ids=["number", "list", "array"])
def test_a_record_is_packed_with_its_label(label):
    from mxnet import recordio

    packed = recordio.pack(recordio.IRHeader(0, label, 1, 0), b"image")
    header, image = recordio.unpack(packed)
    assert image == b"image"
    numpy.testing.assert_array_equal(header.label, label)
