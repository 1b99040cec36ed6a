"""Foreign import lines give our faces, reach the installed d2l where we have none, and leave no trace."""

import importlib
import json
import subprocess
import sys
from types import ModuleType

import pytest

from conftest import CHOSEN
from d2l_compat.editions import FRAMEWORKS, MODULES
from d2l_compat.foreign import redirect
from d2l_compat.foreign.redirect import face_of

ND = "from mxnet import npx; npx.reset_np()"

# What a notebook has before its first use of d2l, how it then calls a helper, and the face that has it.
LINES = {
    "torch": [
        ("from d2l import torch as d2l", "d2l.train_ch3", "torch"),
        ("import d2l.torch as d2l", "d2l.train_ch3", "torch"),
        ("import d2l.torch", "d2l.torch.train_ch3", "torch"),
        ("from d2l.torch import d2l", "d2l.train_ch3", "torch"),
        ("from d2l.torch import train_ch3", "train_ch3", "torch"),
        ("from d2l.torch import *", "train_ch3", "torch"),
        ("import d2lzh_pytorch as d2l", "d2l.train_ch3", "d2lzh_pytorch"),
        ("from d2lzh_pytorch.utils import *", "train_ch3", "d2lzh_pytorch"),
        ("import d2lzh1981 as d2l", "d2l.train_ch3", "d2lzh_pytorch"),
        ("import d2ltorch as d2lt", "d2lt.train_ch3", "d2ltorch"),
        ("from d2l.train import train_ch3", "train_ch3", "d2l_pytorch"),
        ("from d2l.data import load_data_fashion_mnist as load", "load", "d2l_pytorch"),
        ("import d2l.data.base, d2l.train", "d2l.train.train_ch3", "d2l_pytorch"),
        ("import d2l; import torch", "d2l.train_ch3", "torch"),
        ("import d2l; import torch", "d2l.show_fashion_mnist", "d2l_pytorch"),
        ("import d2l.train; import torch, d2l", "d2l.train_ch3", "d2l_pytorch"),
        ("import d2lzh as d2l; import torch", "d2l.train_ch3", "d2lzh_pytorch"),
        ("import torch; from d2lzh.utils import *", "train_ch3", "d2lzh_pytorch"),
    ],
    "tensorflow": [
        ("from d2l import tensorflow as d2l", "d2l.train_ch3", "tensorflow"),
        ("import d2lzh_tensorflow2 as d2l", "d2l.train_ch3", "d2lzh_tensorflow2"),
        ("import d2l; import tensorflow.compat.v2 as tf", "d2l.train_ch3", "tensorflow"),
        ("import d2lzh, tensorflow", "d2lzh.train_ch3", "d2lzh_tensorflow2"),
    ],
    "jax": [
        ("from d2l import jax as d2l", "d2l.train_ch3", "jax"),
        ("import d2l; import jax.numpy as jnp", "d2l.train_ch3", "jax"),
    ],
    "mxnet": [
        ("import d2l", "d2l.train_ch3", "d2l_2019"),
        ("import d2l; from mxnet import nd", "d2l.train_ch3", "d2l_2019"),
        ("import d2l; from mxnet import np, npx; npx.set_np()", "d2l.train_ch3", "d2l_2020"),
        ("import d2l; from mxnet import npx; npx.reset_np(); d2l.accuracy", "d2l.accuracy", "d2l_2019"),
        ("import d2l; from mxnet import npx; npx.reset_np()", "d2l.predict_ch3", "all_deep_learning"),
        (
            "import d2l; from mxnet import npx; npx.reset_np(); d2l.load_array",
            "d2l.accuracy",
            "all_deep_learning",
        ),
        (f"{ND}; from d2l import train_ch3", "train_ch3", "d2l_2019"),
        (f"{ND}; from d2l import *", "train_ch3", "d2l_2019"),
        (f"{ND}; from d2l.train import train_ch3", "train_ch3", "d2l_2019"),
        ("from d2l import mxnet as d2l", "d2l.train_ch3", "mxnet"),
        ("from d2l import AllDeepLearning as d2l", "d2l.train_ch3", "all_deep_learning"),
        ("import gluonbook as gb", "gb.train_ch3", "gluonbook"),
        ("import d2lzh as d2l", "d2l.train_ch3", "d2lzh"),
        ("from d2lzh.utils import train_ch3", "train_ch3", "d2lzh"),
        ("import utils", "utils.load_data_fashion_mnist", "utils_2018"),
    ],
}
for framework in CHOSEN:  # those that have no face but their own
    lines = f"from d2l import {framework} as d2l", f"import d2l; import {framework}.version"
    LINES.setdefault(framework, [(line, "d2l.train_ch3", framework) for line in lines])
CASES = [(framework, *case) for framework in CHOSEN for case in LINES[framework]]

# Runs in an interpreter of its own: prints, for each line, whether it gave the face, and what it left behind.
TRY_LINES = """
import importlib, json, sys
from d2l_compat.foreign import redirect
results = []
for line, expression, face in json.loads(sys.argv[1]):
    space = {}
    redirect.install()
    try:
        exec(line, space)
        given = eval(expression, space)
        name = {"load": "load_data_fashion_mnist"}.get(expression, expression.split(".")[-1])
        own = getattr(importlib.import_module("d2l_compat." + face), name)
        result = "ours" if given is own else f"{given!r} instead of {own!r}"
    except Exception as error:
        result = repr(error)
    redirect.uninstall()
    left = [name for name, module in sys.modules.items() if isinstance(module, redirect.Foreign)]
    left += [repr(finder) for finder in sys.meta_path if type(finder).__module__ == redirect.__name__]
    results.append([result, left])
print(json.dumps(results))
"""


def python(code, *arguments, **options):
    """Run `code` in a fresh interpreter; return the finished process."""
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="module")
def results():
    """What became of every line, by line; the lines of a framework share a process, which imports it once."""
    found = {}
    for framework in CHOSEN:
        process = python(TRY_LINES, json.dumps(LINES[framework]))
        assert process.returncode == 0, process.stderr
        outcomes = json.loads(process.stdout.splitlines()[-1])
        found.update(zip([line for line, _, _ in LINES[framework]], outcomes))
    return found


@pytest.mark.parametrize(("framework", "line", "expression", "face"), CASES, ids=[case[1] for case in CASES])
def test_a_foreign_import_gives_our_face_and_leaves_nothing(results, framework, line, expression, face):
    assert results[line] == ["ours", []]


def test_every_module_of_the_table_is_tried_or_is_a_part_of_one_that_is():
    tried = " ".join(line for lines in LINES.values() for line, _, _ in lines)
    roots = {name.split(".")[0] for name in MODULES}
    assert all(root in tried for root in roots)


@pytest.fixture
def installed():
    """The redirection, for one test."""
    redirect.install()
    yield
    redirect.uninstall()


@pytest.fixture
def own_d2l(tmp_path, monkeypatch):
    """A folder with a d2l of the reader's own, first on the path, as ``sys.path.append('..')`` makes one."""
    for name, text in {
        "__init__": "version = 'own'",
        "torch": "only_there = 'found'\ntrain_ch3 = 'not ours'",
        "mindspore": "here = True",
    }.items():
        path = tmp_path / "d2l" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "d2l"]:
        del sys.modules[name]


@pytest.fixture
def face(monkeypatch):
    """A face that stands for d2l_compat.torch, so that these tests need no framework."""
    from d2l_compat.helpers.exports import answer

    module = ModuleType("d2l_compat.torch")
    module.train_ch3 = "ours"
    module.__getattr__ = answer("torch")
    monkeypatch.setitem(sys.modules, "d2l_compat.torch", module)
    return module


def test_a_d2l_beside_the_notebook_does_not_win(own_d2l, face, installed):
    from d2l import torch as d2l

    assert (d2l.__name__, d2l.train_ch3) == ("d2l.torch", "ours")


def test_what_the_face_lacks_comes_from_the_real_module(own_d2l, face, installed):
    from d2l import torch as d2l

    assert d2l.only_there == "found"
    assert isinstance(sys.modules["d2l.torch"], redirect.Foreign)


def test_a_module_without_a_face_is_the_real_one(own_d2l, installed):
    from d2l import mindspore as d2l

    assert d2l.here


def test_a_module_that_nobody_has_is_an_error_that_names_ours(own_d2l, installed):
    (own_d2l / "d2l" / "mindspore.py").unlink()
    with pytest.raises(
        ImportError, match=r"provides .*d2l.torch.*; d2l.mindspore is not among them.*No module"
    ):
        from d2l import mindspore  # noqa: F401


def test_modules_imported_before_are_set_aside_and_put_back(own_d2l, face):
    import d2l
    import d2l.torch as real

    attributes = dict(vars(d2l))
    finders, modules = list(sys.meta_path), dict(sys.modules)
    redirect.install()
    from d2l import torch as ours

    assert ours is not real
    redirect.uninstall()
    assert (sys.meta_path, sys.modules) == (finders, modules)
    assert vars(d2l) == attributes
    assert importlib.import_module("d2l.torch") is real


def test_installing_twice_is_installing_once(own_d2l):
    finders = list(sys.meta_path)
    redirect.install()
    redirect.install()
    redirect.uninstall()
    assert sys.meta_path == finders
    redirect.uninstall()
    assert sys.meta_path == finders


def test_reload_and_repeated_imports_give_the_same_module(face, installed):
    import d2l.torch as first

    assert importlib.reload(first) is first
    assert importlib.import_module("d2l.torch") is first
    assert first.train_ch3 == "ours"


def test_inspectors_learn_nothing_that_needs_a_framework(installed):
    import d2l

    assert not hasattr(d2l, "__file__")
    assert not hasattr(d2l, "_repr_html_")
    assert d2l.__version__.endswith("+d2l_compat")
    assert repr(d2l) == "<module 'd2l' (d2l_compat)>"


def test_importing_d2l_alone_imports_no_framework():
    code = "import sys; from d2l_compat.foreign.redirect import install; install(); import d2l"
    code += "; print(*sys.modules)"
    assert not {"mxnet", "torch", "tensorflow", "numpy"} & set(python(code).stdout.split())


def test_a_missing_framework_ends_the_import_with_the_command_that_installs_it(monkeypatch, installed):
    monkeypatch.delitem(sys.modules, "d2l_compat.torch", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"needs PyTorch.*pip install torch"):
        from d2l import torch  # noqa: F401


def test_a_module_utils_of_the_readers_own_wins(tmp_path, monkeypatch, installed):
    (tmp_path / "utils.py").write_text("mine = True")
    monkeypatch.syspath_prepend(tmp_path)
    import utils

    del sys.modules["utils"]
    assert utils.mine


def test_without_mxnet_utils_is_as_missing_as_ever(monkeypatch, installed):
    monkeypatch.setattr(redirect, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'utils'"):
        importlib.import_module("utils")


def test_what_is_known_of_a_notebook_goes_before_what_is_imported(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    monkeypatch.setitem(redirect.told, "d2l", "all_deep_learning")
    assert face_of("d2l") == ("all_deep_learning", True)


@pytest.mark.parametrize(
    ("framework", "expected"),
    [(None, ("d2l_2019", False)), ("tensorflow", ("tensorflow", True))],
    ids=["no framework yet", "TensorFlow imported"],
)
def test_the_bare_d2l_means_what_the_framework_says(monkeypatch, framework, expected):
    for name in FRAMEWORKS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    if framework:
        monkeypatch.setitem(sys.modules, framework, ModuleType(framework))
    assert face_of("d2l") == expected
