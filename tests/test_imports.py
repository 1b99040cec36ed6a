"""What an import brings in, what it leaves out, and what it says when something is missing."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from conftest import CHOSEN, FACES
from d2l_compat import frameworks
from d2l_compat.editions import EDITIONS
from d2l_compat.helpers.exports import answer
from d2l_compat.helpers.importing import requires

API = {
    "Accumulator",
    "Animator",
    "History",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "predict_ch3",
    "set_seed",
    "sgd",
    "show_images",
    "softmax_regression",
    "train_ch3",
    "train_epoch_ch3",
}


def modules_after(statement):
    """Top-level modules that a fresh interpreter holds after `statement`."""
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
    )


def test_the_package_imports_no_framework_and_no_matplotlib():
    loaded = modules_after("import d2l_compat, d2l_compat.helpers.training; d2l_compat.frameworks()")
    assert not loaded & {*frameworks(), "d2l", "matplotlib", "IPython"}


def test_check_and_the_extension_start_without_what_is_slow_to_import():
    check = f"from d2l_compat.commands.command_line import main; main(['check', {__file__!r}])"
    load = (
        "from IPython.core.interactiveshell import InteractiveShell; "
        "InteractiveShell().run_line_magic('load_ext', 'd2l_compat')"
    )
    for statement in (check, load):
        assert not modules_after(statement) & {*frameworks(), "matplotlib", "nbformat", "numpy", "pooch"}


WITHOUT = """
import importlib, sys
sys.modules.update(dict.fromkeys({frameworks!r}))
for face in {faces!r}:
    try:
        importlib.import_module("d2l_compat." + face)
    except ImportError as error:
        print(face, error)
"""


def test_the_import_of_a_face_needs_its_framework_and_says_so():
    code = WITHOUT.format(frameworks=frameworks(), faces=[*EDITIONS])
    command = [sys.executable, "-c", code]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    said = dict(line.split(" ", 1) for line in lines)
    assert {*said} == {*EDITIONS}
    for face, text in said.items():
        assert f"(import of {EDITIONS[face].framework} halted" in text
        assert "Install it with: pip install " in text


IMPORTS = [*FACES, *(f"{face}-np" for face in FACES if EDITIONS[face].framework == "mxnet")]


@pytest.fixture(scope="module")
def imported():
    """What the import of each face brings in and changes; ending in ``-np``: np semantics are on before."""
    found = {}
    for framework in CHOSEN:
        names = [name for name in IMPORTS if EDITIONS[name.removesuffix("-np")].framework == framework]
        command = [sys.executable, Path(__file__).with_name("surroundings.py"), framework, *names]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        found.update((name, json.loads(text)) for name, text in (line.split(" ", 1) for line in lines))
    return found


@pytest.mark.parametrize("face", FACES)
def test_the_import_of_a_face_brings_in_its_own_framework_only(imported, face):
    foreign = {*frameworks(), "d2l", "d2lzh", "gluonbook", "matplotlib", "IPython"}
    added = {*imported[face]["modules"]}  # to what the framework brings in: Keras 3 matplotlib, for instance
    assert not added & foreign


@pytest.mark.parametrize("face", IMPORTS)
def test_the_import_of_a_face_changes_nothing_around_it(imported, face):
    assert imported[face]["changes"] == {}


def test_a_face_exports_the_2021_helpers(d2l):
    assert set(d2l.__all__) >= API
    assert all(inspect.getdoc(getattr(d2l, name)) for name in API)


def test_signatures_are_those_of_the_book(d2l):
    def parameters(name):
        return list(inspect.signature(getattr(d2l, name)).parameters)

    assert parameters("train_ch3") == ["net", "train_iter", "test_iter", "loss", "num_epochs", "updater"]
    assert parameters("train_epoch_ch3") == ["net", "train_iter", "loss", "updater"]
    assert parameters("evaluate_accuracy") == ["net", "data_iter"]
    assert parameters("accuracy") == ["y_hat", "y"]
    assert parameters("predict_ch3") == ["net", "test_iter", "n"]
    assert parameters("load_data_fashion_mnist") == ["batch_size", "resize", "root", "release"]
    assert parameters("show_images") == ["imgs", "num_rows", "num_cols", "titles", "scale"]


def test_a_missing_framework_names_its_install_command():
    message = r"needs NoSuch .*Install it with: pip install no-such"
    with pytest.raises(ImportError, match=message), requires("NoSuch", "pip install no-such"):
        import no_such_framework  # noqa: F401


@pytest.fixture
def installed_d2l(monkeypatch):
    """An installed d2l with a `d2l.torch` that has one name."""
    package, module = ModuleType("d2l"), ModuleType("d2l.torch")
    module.synthetic_data = "found"
    package.torch = module
    monkeypatch.setitem(sys.modules, "d2l", package)
    monkeypatch.setitem(sys.modules, "d2l.torch", module)


def test_other_names_come_from_the_installed_d2l(installed_d2l):
    assert answer("torch")("synthetic_data") == "found"


def test_a_name_that_nobody_has_is_an_attribute_error(installed_d2l):
    with pytest.raises(
        AttributeError, match=r"neither d2l_compat.torch nor the installed d2l.torch defines 'nonsense'"
    ):
        answer("torch")("nonsense")


def test_without_d2l_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "d2l", None)
    monkeypatch.setitem(sys.modules, "d2l.torch", None)
    with pytest.raises(
        AttributeError, match="does not define 'Timer'.*cannot be imported.*pip install d2l.torch"
    ):
        answer("torch")("Timer")


def test_private_names_never_import_d2l(monkeypatch):
    monkeypatch.setitem(sys.modules, "d2l.torch", None)
    with pytest.raises(AttributeError, match="has no attribute '__path__'"):
        answer("torch")("__path__")
