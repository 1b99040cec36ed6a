"""What each face defines, and how it answers for what it lacks."""

import importlib
import inspect

import pytest

from d2l_compat import frameworks
from d2l_compat.editions import EDITIONS


def names(text):
    return set(text.split())


EVERYWHERE = names(
    """
    History Timer accuracy cpu data_iter evaluate_accuracy get_fashion_mnist_labels linreg
    load_data_fashion_mnist num_gpus plt semilogy set_axes set_figsize set_seed show_images softmax_regression
    squared_loss try_all_gpus try_gpu use_svg_display
    """
)
OLDER = EVERYWHERE | names("sgd show_fashion_mnist train_ch3")
CURVES = names("Accumulator Animator evaluate_loss load_array plot")
TRAINING = names("get_dataloader_workers predict_ch3 sgd synthetic_data train_ch3 train_epoch_ch3")
NEWER = EVERYWHERE | CURVES | TRAINING
TENSORS = names(
    """
    abs arange argmax astype batch_matmul concat cos cosh exp expand_dims eye float32 int32 int64 linspace
    log matmul meshgrid normal numpy ones ones_like rand reduce_mean reduce_sum repeat reshape sigmoid sin
    sinh size stack tanh tensor transpose zeros zeros_like
    """
)
PLACED = NEWER | TENSORS | {"randn", "swapaxes", "to"}
ND = names("autograd gluon init mx nd nn np")  # modules that the editions had imported
TORCH = names("nn np torch")
NAMES = {
    "utils_2018": OLDER | ND | {"SGD", "set_fig_size", "train_cpu"},
    "gluonbook": OLDER | ND | {"set_fig_size", "train_cpu"},
    "d2lzh": OLDER | ND,
    "d2l_2019": OLDER | NEWER | ND,
    "all_deep_learning": NEWER | ND,
    "d2l_2020": NEWER | names("autograd gluon init np npx"),
    "d2lzh_pytorch": OLDER | TORCH | {"FlattenLayer"},
    "d2ltorch": OLDER | TORCH | {"FlattenLayer", "params_init"},
    "d2l_pytorch": OLDER | TORCH | CURVES,
    "d2lzh_tensorflow2": OLDER | names("keras np tf"),
    **dict.fromkeys(frameworks(), PLACED),
    "tensorflow": NEWER | TENSORS | {"Updater"},
    "jax": PLACED | {"Updater", "get_key"},
}


def short_name(face):
    return face.__name__.removeprefix("d2l_compat.")


def test_every_face_is_in_the_table():
    assert set(NAMES) == set(EDITIONS)


def test_it_has_the_names_of_its_edition_and_no_others(face):
    assert set(face.__all__) == NAMES[short_name(face)]
    assert len(face.__all__) == len(set(face.__all__))


def test_every_name_is_there_and_every_helper_of_ours_is_documented(face):
    for name in face.__all__:
        helper = getattr(face, name)
        ours = getattr(helper, "__module__", "").startswith("d2l_compat")
        assert inspect.getdoc(helper) or not ours, name


def test_bound_helpers_belong_to_the_backend_of_the_face(face):
    backends = {
        getattr(face, name).__self__ for name in face.__all__ if inspect.ismethod(getattr(face, name))
    }
    assert all(getattr(bound, "backend", bound) is face.backend for bound in backends)
    assert face.train_ch3.__self__.face == short_name(face)


def test_a_name_from_beyond_the_chapters_is_an_error_that_says_what_to_do(face):
    if short_name(face) in frameworks():  # these ask the installed d2l: see test_imports
        expected = f"d2l_compat.{short_name(face)}.*'no_such_helper'"
    else:
        expected = (
            f"module 'd2l_compat.{short_name(face)}' has no attribute 'no_such_helper'. It holds the helpers "
            "of chapters 3 and 4: define no_such_helper in the notebook that needs it"
        )
    with pytest.raises(AttributeError, match=expected):
        _ = face.no_such_helper


def test_private_names_are_plainly_missing(face):
    with pytest.raises(AttributeError, match=r"has no attribute '_repr_html_'$"):
        _ = face._repr_html_


def test_plt_is_pyplot(face):
    assert face.plt is importlib.import_module("matplotlib.pyplot")
