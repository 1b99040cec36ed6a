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


@pytest.mark.parametrize("semantics", ["nd", "np"])
def test_numpy_reads_the_values_of_mxnets_arrays(semantics):
    code = f"""
import mxnet, numpy
from mxnet import nd, np
x = {semantics}.array([[1, 2], [3, 4]])
results = [numpy.array(x), numpy.asarray([x, x]), numpy.concatenate([x, x]), numpy.maximum(x, 3)]
print(*(getattr(result, "dtype", None) for result in results[:2]), results[0].tolist() == [[1, 2], [3, 4]])
print(numpy.asarray(results[3]).tolist() == [[3, 3], [3, 4]])
"""
    values = "float32 float32 True\nTrue\n"
    assert (printed(code) == values) != IS_OLD  # on old NumPy nothing is done: arrays of objects


def test_the_estimator_trains_and_keeps_the_best(tmp_path):
    code = f"""
import mxnet
from mxnet import gluon, nd
from mxnet.gluon.contrib.estimator import CheckpointHandler, EarlyStoppingHandler, Estimator
net = gluon.nn.Dense(1)
net.initialize()
metric = mxnet.metric.MSE()
data = gluon.data.DataLoader(gluon.data.ArrayDataset(nd.ones((8, 2)), nd.ones(8)), 4)
stops = EarlyStoppingHandler(metric, mode="min")
keeps = CheckpointHandler({str(tmp_path)!r}, monitor=metric, mode="min", save_best=True)
trainer = gluon.Trainer(net.collect_params(), "sgd", {{"learning_rate": 0.1}})
estimator = Estimator(net, gluon.loss.L2Loss(), train_metrics=metric, trainer=trainer)
estimator.fit(data, epochs=2, event_handlers=[stops, keeps])
print(0 < stops.best < 10)
"""
    assert printed(code).endswith("\nTrue\n")
    assert (tmp_path / "model-best.params").exists()


def test_the_test_tools_count_and_compare():
    code = """
import mxnet, numpy
from mxnet import nd, test_utils
draws = numpy.arange(1000) % 2
print(test_utils.chi_square_check(lambda n: draws[:n], [0, 1], [0.5, 0.5], nsamples=1000)[1].tolist())
test_utils.assert_almost_equal(nd.array([1, 0]).astype("bool"), numpy.array([True, False]))
"""
    assert printed(code) == "[500, 500]\n"


@pytest.mark.parametrize("importing", ["import mxnet", "from d2l_compat import mxnet"])
def test_a_missing_library_of_the_system_is_named_with_the_command_that_installs_it(importing):
    code = f"""
import ctypes
from d2l_compat import mxnet_today
mxnet_today.install()
def missing(*args, **kwargs):
    raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")
ctypes.CDLL = missing
try:
    {importing}
except (OSError if {IS_OLD and importing == "import mxnet"} else ImportError) as error:
    print(error)
"""
    message = printed(code)
    assert "libgomp.so.1: cannot open" in message
    assert "apt-get install libgomp1 libquadmath0" in message or (IS_OLD and importing == "import mxnet")
