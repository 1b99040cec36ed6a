"""What `help`, `dir` and the completion of a notebook show of a face: its helpers, with their signatures."""

import inspect
import pydoc
import re

import jedi
import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

from d2l_compat.editions import EDITIONS

# Of the chapter, in every edition that has them.
HELPERS = {
    "accuracy",
    "evaluate_accuracy",
    "load_data_fashion_mnist",
    "set_seed",
    "train_ch3",
    "train_epoch_ch3",
}


@pytest.fixture
def names(face):
    """The names of the edition that the face stands for."""
    return EDITIONS[face.__name__.rpartition(".")[2]].names


def test_a_face_lists_the_names_of_its_edition_and_no_others(face, names):
    assert {*names} <= {*face.__all__} <= {*names, *EDITIONS[face.__name__.rpartition(".")[2]].modules}
    assert dir(face) == sorted(face.__all__)


def test_help_shows_the_signatures_of_the_helpers(face, names):
    text = pydoc.render_doc(face, renderer=pydoc.plaintext)
    # Python 3.13 gives each parameter of a long signature a line.
    shown = dict(re.findall(r"^    (\w+)(\((?:.|\n(?! *\n))*?) method of ", text, re.MULTILINE))
    for name in HELPERS & names:
        signature = str(inspect.signature(getattr(face, name)))
        assert "".join(shown[name].split()) == "".join(signature.split())
        assert not signature.startswith("(self")


def test_jedi_completes_the_names_and_shows_the_signatures(face, names):
    completions = {completion.name for completion in jedi.Interpreter("d2l.", [{"d2l": face}]).complete()}
    assert {*names} <= completions
    for name in HELPERS & names:
        (signature,) = jedi.Interpreter(f"d2l.{name}(", [{"d2l": face}]).get_signatures()
        parameters = inspect.signature(getattr(face, name)).parameters
        assert [parameter.name for parameter in signature.params] == [*parameters]


@pytest.mark.parametrize("use_jedi", [True, False], ids=["with Jedi", "without"])
def test_ipython_completes_the_names(face, names, use_jedi):
    completer = IPCompleter(shell=None, namespace={"d2l": face}, use_jedi=use_jedi)
    with provisionalcompleter():
        texts = {completion.text.lstrip(".") for completion in completer.completions("d2l.", 4)}
    assert {*names} <= texts
