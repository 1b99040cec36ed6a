"""`accuracy` and `evaluate_accuracy` against hand-worked numbers and against NumPy."""

import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from d2l_compat.helpers import refusals


def test_the_books_example_has_one_of_two_right(d2l, backend):
    y_hat = backend.tensor(np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], dtype="float32"))
    assert d2l.accuracy(y_hat, backend.tensor(np.array([0, 2]))) == 1.0


def test_classes_instead_of_scores(d2l, backend):
    y_hat = backend.tensor(np.array([2.0, 1.0, 0.0], dtype="float32"))
    assert d2l.accuracy(y_hat, backend.tensor(np.array([2, 1, 1]))) == 2.0


def test_the_first_of_equal_scores_counts(d2l, backend):
    y_hat = backend.tensor(np.array([[0.4, 0.4, 0.2], [0.2, 0.4, 0.4]], dtype="float32"))
    assert d2l.accuracy(y_hat, backend.tensor(np.array([0, 1]))) == 2.0
    assert d2l.accuracy(y_hat, backend.tensor(np.array([1, 2]))) == 0.0


def test_more_than_255_correct_with_uint8_labels(d2l, backend):
    y = np.full(1000, 3, dtype="uint8")
    scores = np.eye(10, dtype="float32")[y]
    assert d2l.accuracy(backend.tensor(scores), backend.tensor(y)) == 1000.0


def test_it_counts_as_a_python_float(d2l, backend):
    y_hat = backend.tensor(np.zeros((1, 2), dtype="float32"))
    assert type(d2l.accuracy(y_hat, backend.tensor(np.array([0])))) is float


@pytest.mark.parametrize("shape", [(3, 2), (3,)], ids=["scores", "classes"])
def test_lengths_that_differ_are_named(d2l, backend, shape):
    y_hat = backend.tensor(np.zeros(shape, dtype="float32"))
    with pytest.raises(ValueError, match=r"y_hat of shape \(3.*y of shape \(2,\)"):
        d2l.accuracy(y_hat, backend.tensor(np.array([0, 1])))


@settings(max_examples=50, deadline=None)
@given(
    scores=hnp.arrays(
        "float32", st.tuples(st.integers(1, 40), st.integers(2, 12)), elements=st.floats(-9, 9, width=32)
    ),
    data=st.data(),
)
def test_any_scores_count_as_in_numpy(d2l, backend, scores, data):
    n, classes = scores.shape
    y = data.draw(hnp.arrays("int32", n, elements=st.integers(0, classes - 1)))
    expected = sum(int(np.argmax(row)) == label for row, label in zip(scores, y))
    assert d2l.accuracy(backend.tensor(scores), backend.tensor(y)) == expected


def test_numpy_arrays_and_lists_are_counted_too(d2l):
    assert d2l.accuracy(np.array([[0.1, 0.9], [0.9, 0.1]]), [1, 1]) == 1.0


def batches(backend, *pairs):
    """Native batches of NumPy pairs (scores, labels)."""
    return [(backend.tensor(np.array(X, "float32")), backend.tensor(np.array(y))) for X, y in pairs]


@pytest.fixture
def afresh():
    """A process in which nobody was warned yet."""
    refusals.warn_of_scores.cache_clear()
    yield
    refusals.warn_of_scores.cache_clear()


SCORES = [[[0.3], [0.9], [0.2]], [0.3, 0.9, 0.2]]


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("scores", SCORES, ids=["a column", "a vector"])
def test_scores_of_a_single_column_are_compared_as_they_are_with_one_warning(d2l, backend, scores):
    y_hat = backend.tensor(np.array(scores, "float32"))
    y = backend.tensor(np.array([0, 1, 1], backend.label_dtype))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert d2l.accuracy(y_hat, y) == 0.0
        assert d2l.evaluate_accuracy(lambda X: X, [(y_hat, y)] * 2) == 0.0
    (warning,) = warned
    assert (warning.category, warning.filename) == (UserWarning, __file__)
    assert re.fullmatch(r"accuracy: the scores of a single column.*net\(X\) > 0.*", str(warning.message))


@pytest.mark.usefixtures("afresh")
def test_what_the_warning_advises_is_right_and_does_not_warn(d2l, backend):
    X = backend.tensor(np.array([[-0.3], [0.9], [0.2]], "float32"))
    y = backend.tensor(np.array([0, 1, 0], backend.label_dtype))
    assert d2l.evaluate_accuracy(lambda X: X > 0, [(X, y)]) == pytest.approx(2 / 3)


def test_a_short_last_batch_weighs_less(d2l, backend):
    right, wrong = [0.0, 1.0], [1.0, 0.0]
    data_iter = batches(backend, ([right, right, right], [1, 1, 1]), ([wrong], [1]))
    assert d2l.evaluate_accuracy(lambda X: X, data_iter) == 0.75


def test_an_empty_iterator_is_an_error(d2l):
    with pytest.raises(ValueError, match="expected batches.*received none"):
        d2l.evaluate_accuracy(lambda X: X, [])


def test_an_untrained_net_is_near_chance(d2l):
    _, test_iter = d2l.load_data_fashion_mnist(256)
    d2l.set_seed(0)
    assert 0 < d2l.evaluate_accuracy(d2l.softmax_regression().net, test_iter) < 0.3
