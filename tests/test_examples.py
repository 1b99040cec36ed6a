"""The examples in the docstrings of the helpers, run with every face that they are written for."""

import doctest
import importlib
import inspect

import pytest
from matplotlib import pyplot as plt

from d2l_compat.editions import EDITIONS, FRAMEWORKS, NEWER, PLACED

ALIASES = PLACED - NEWER - {"get_key"}  # the framework documents its own functions
# Helpers that older editions define for themselves; the examples of their others are those of 2021.
OLDER = {"accuracy", "data_iter", "evaluate_accuracy", "show_fashion_mnist", "show_images", "train_ch3"}
OWN = {
    "all_deep_learning": {"softmax_regression", "synthetic_data"},
    "d2l_2019": OLDER,
    "d2l_pytorch": {"load_array", "train_ch3"},
    "d2ltorch": {"load_data_fashion_mnist", "params_init", "train_ch3", "try_all_gpus"},
    "d2lzh_pytorch": {*OLDER, "FlattenLayer", "sgd", "softmax_regression"},
    "d2lzh_tensorflow2": {"data_iter", "sgd"},
    "gluonbook": {"train_cpu"},
    "utils_2018": {"SGD", "semilogy"},
}
NOTICE = "synthetic stand-in data, not Fashion-MNIST\n"  # where there are no others


def examples():
    """Yield the face and the name of each helper whose example is run."""
    for face, edition in EDITIONS.items():
        names = edition.names - ALIASES - {"plt"}
        if face not in FRAMEWORKS:
            names = OWN.get(face, set())
        marks = pytest.mark.framework(edition.framework)
        yield from (pytest.param(face, name, marks=marks, id=f"{face}-{name}") for name in sorted(names))


@pytest.mark.parametrize(
    "face", [pytest.param(f, marks=pytest.mark.framework(e.framework)) for f, e in EDITIONS.items()]
)
def test_every_helper_has_an_example(face):
    module = importlib.import_module(f"d2l_compat.{face}")
    helpers = {
        name: inspect.getdoc(getattr(module, name)) for name in EDITIONS[face].names - ALIASES - {"plt"}
    }
    assert [name for name, text in helpers.items() if ">>>" not in (text or "")] == []


class Checker(doctest.OutputChecker):
    """Compares what was printed but for the notice of the stand-in."""

    def check_output(self, want, got, flags):
        """Whether `got` is what was wanted."""
        return super().check_output(want, got.replace(NOTICE, ""), flags)


@pytest.mark.parametrize(("face", "name"), [*examples()])
def test_the_example_runs(face, name):
    module = importlib.import_module(f"d2l_compat.{face}")
    module.backend.prepare()
    helper = getattr(module, name)
    scope = {**vars(inspect.getmodule(helper)), "d2l": module}
    test = doctest.DocTestFinder(recurse=False).find(helper, name, module=False, globs=scope)[0]
    assert test.examples, f"{face}.{name} has no example"
    said = []
    doctest.DocTestRunner(Checker(), optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    plt.close("all")
    assert not said, "".join(said)
