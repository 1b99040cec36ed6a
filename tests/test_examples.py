"""The examples in the docstrings of the helpers, run with every face that they are written for."""

import doctest
import importlib
import inspect

import pytest
from matplotlib import pyplot as plt

from d2l_compat.editions import EDITIONS, FRAMEWORKS, NEWER, PLACED

ALIASES = PLACED - NEWER - {"get_key"}  # the framework documents its own functions
# What editions 2018 and 2019 mean by themselves; of their other helpers the examples are those of 2021.
OLDER = {"accuracy", "data_iter", "evaluate_accuracy", "show_fashion_mnist", "show_images", "train_ch3"}
OWN = {
    "d2l_2019": OLDER,
    "d2l_pytorch": {"train_ch3"},
    "d2ltorch": {"params_init", "train_ch3"},
    "d2lzh_pytorch": {*OLDER, "FlattenLayer"},
    "d2lzh_tensorflow2": {"data_iter"},
    "gluonbook": {"train_cpu"},
    "utils_2018": {"SGD"},
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
