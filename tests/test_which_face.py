"""Which face an import means that several editions had: ``check`` and the running notebook say the same."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from d2l_compat.editions import FRAMEWORKS
from d2l_compat.foreign import redirect
from d2l_compat.foreign.check import edition
from d2l_compat.foreign.check.program import Program
from d2l_compat.foreign.check.source import Cell


class Named(ModuleType):
    """A module that has every name, such as ``keras`` in TensorFlow."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"is_np_array": staticmethod(lambda: False)})


class Frameworks(Loader, MetaPathFinder):
    """Makes empty modules of the frameworks and all that is in them, so that these tests need none."""

    def find_spec(self, name, path=None, target=None):
        """Find all of them."""
        found = name.partition(".")[0] in FRAMEWORKS
        return ModuleSpec(name, self, is_package=True) if found else None

    def create_module(self, spec):
        """Make one."""
        return Named(spec.name)

    def exec_module(self, module):
        """Import what TensorFlow does."""
        if module.__name__ == "tensorflow":  # it looks for what it can work with
            __import__("jax")


@pytest.fixture
def notebook(monkeypatch):
    """A kernel that has imported no framework yet, and in which imports are redirected."""
    for name in [name for name in sys.modules if name.partition(".")[0] in FRAMEWORKS]:
        monkeypatch.delitem(sys.modules, name)
    finder = Frameworks()
    sys.meta_path.insert(0, finder)
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    redirect.install()
    yield vars(sys.modules["__main__"])
    redirect.uninstall()
    sys.meta_path.remove(finder)
    for name in [name for name, module in sys.modules.items() if isinstance(module, Named)]:
        del sys.modules[name]


IMPORTS = {
    "tensorflow": (["import tensorflow as tf", "import d2l"], "tensorflow"),
    "tensorflow, after": (["import d2l", "import tensorflow as tf"], "tensorflow"),
    "tensorflow, in the same cell": (["import d2l\nimport tensorflow as tf"], "tensorflow"),
    "tensorflow, a part of it": (["import tensorflow.compat.v2 as tf\nimport d2l"], "tensorflow"),
    "tensorflow, from it": (["from tensorflow import keras\nimport d2l"], "tensorflow"),
    "jax": (["import jax", "import d2l"], "jax"),
    "jax, a part of it, after": (["import d2l", "import jax.numpy as jnp"], "jax"),
    "jax, with data from TensorFlow": (["import jax\nimport tensorflow as tf\nimport d2l"], "jax"),
    "torch": (["import torch\nimport d2l"], "torch"),
    "torch, from it, after": (["import d2l", "from torch import nn"], "torch"),
    "torch, a part of it, from itself": (["import torch.nn.functional as F\nimport d2l.d2l"], "torch"),
    "torch, the port in parts": (["import torch\nimport d2l.train\nimport d2l"], "d2l_pytorch"),
    "torch, then mxnet": (["import torch", "import mxnet", "import d2l"], "torch"),
    "mxnet": (["from mxnet import nd", "import d2l"], "d2l_2019"),
    "mxnet, d2lzh": (["from mxnet import nd", "import d2lzh"], "d2lzh"),
    "torch, d2lzh": (["import torch", "import d2lzh"], "d2lzh_pytorch"),
    "torch, d2lzh, after": (["import d2lzh.utils", "import torch.nn as nn"], "d2lzh_pytorch"),
    "tensorflow, d2lzh": (["import d2lzh, tensorflow"], "d2lzh_tensorflow2"),
    "none": (["import d2l"], "d2l_2019"),
    "none, d2lzh": (["import d2lzh"], "d2lzh"),
}
for framework in [name for name in FRAMEWORKS if name != "mxnet"]:
    IMPORTS.setdefault(framework, ([f"import {framework}", "import d2l"], framework))
    IMPORTS[f"{framework}, a part of it, after"] = (
        ["import d2l", f"from {framework} import part"],
        framework,
    )


@pytest.mark.parametrize(("cells", "face"), IMPORTS.values(), ids=IMPORTS)
def test_check_says_what_the_running_notebook_does(notebook, cells, face):
    program = Program([Cell(number, cell, []) for number, cell in enumerate(cells)])
    for cell in cells:
        exec(cell, notebook)
    module = [module for module in program.used if "train" not in module and "torch" not in module][-1]
    assert (edition.face_of(module, program), redirect.face_of(module)[0]) == (face, face)


CALLS = {
    "older arguments": ("d2l.train_ch3(net, a, b, loss, 5, 256, params, lr)", "d2l_pytorch", "d2l_2019"),
    "older helpers": ("d2l.semilogy(x, y)", "d2l_pytorch", "d2l_2019"),
    "newer arguments": ("d2l.train_ch3(net, a, b, loss, 5, updater)", "torch", "all_deep_learning"),
    "newer helpers": ("d2l.predict_ch3(net, test_iter)", "torch", "all_deep_learning"),
    "neither": ("d2l.set_figsize()", "torch", "d2l_2019"),
}


@pytest.mark.parametrize(("call", "beside_torch", "beside_mxnet"), CALLS.values(), ids=CALLS)
def test_the_calls_tell_an_older_d2l_from_a_newer_one(call, beside_torch, beside_mxnet):
    def face(framework):
        return edition.face_of("d2l", Program([Cell(1, f"import {framework}\nimport d2l\n{call}", [])]))

    assert (face("torch"), face("mxnet")) == (beside_torch, beside_mxnet)


@pytest.mark.parametrize(("helper", "face"), [("semilogy", "d2l_pytorch"), ("predict_ch3", "torch")])
def test_a_running_notebook_is_told_by_the_first_helper_that_tells(notebook, helper, face):
    exec("import torch, d2l", notebook)
    assert redirect.face_of("d2l") == ("torch", False)
    assert redirect.face_of("d2l", helper) == (face, True)


def test_a_release_counts_only_beside_its_framework():
    def face(imports):
        cell = Cell(1, f"!pip install d2l==0.10.3\n{imports}\nimport d2l", [])
        return edition.face_of("d2l", Program([cell]))

    assert (face(""), face("import mxnet"), face("import torch")) == ("all_deep_learning",) * 2 + ("torch",)


def test_without_a_framework_a_module_that_d2l_never_had_loads_no_face(notebook, monkeypatch):
    monkeypatch.delitem(sys.modules, "d2l_compat.d2l_2019", raising=False)
    with pytest.raises(ImportError, match=r"provides .*d2l\.torch.*; d2l\.oneflow is not among them"):
        exec("from d2l import oneflow as d2l", notebook)
    assert "d2l_compat.d2l_2019" not in sys.modules
