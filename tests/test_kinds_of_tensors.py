"""Tensors of other kinds: subclasses, parameters, those with a gradient; lists of numbers and of tensors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from kits import kit_of
from small_model import parameter

SCORES, LABELS = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], dtype="float32"), [1, 0, 0]


@pytest.fixture(params=["subclassed", "module_parameter", "trainable"])
def tensor(request, backend):
    """Makes tensors of one kind of NumPy arrays."""
    kind = getattr(kit_of(backend.name), request.param)
    return lambda array: kind(backend.tensor(array.copy()))  # MXNet makes what it is given read-only


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_accuracy_counts_them(d2l, backend, tensor):
    y = backend.tensor(np.array(LABELS))
    assert d2l.accuracy(tensor(SCORES), y) == 2.0
    assert d2l.accuracy(tensor(SCORES), tensor(np.array(LABELS, dtype="float32"))) == 2.0


def test_evaluation_counts_and_averages_them(d2l, backend, tensor):
    batches = [(tensor(SCORES), backend.tensor(np.array(LABELS)))]
    assert d2l.evaluate_accuracy(lambda X: X, batches) == 2 / 3
    assert d2l.evaluate_loss(lambda X: X, batches, lambda y_hat, y: y_hat) == pytest.approx(0.5)


def test_accumulators_add_them(d2l, tensor):
    metric = d2l.Accumulator(1)
    metric.add(tensor(np.array([2.5], dtype="float32")))
    metric.add(tensor(np.array(2.5, dtype="float32")))
    assert metric[0] == 5.0


def test_they_are_drawn_as_images_and_curves(d2l, tensor):
    images = np.arange(8, dtype="float32").reshape(2, 2, 2)
    axes = d2l.show_images(tensor(images), 1, 2)
    assert axes[1].images[0].get_array().tolist() == images[1].tolist()
    axes = d2l.show_images([tensor(image) for image in images], 1, 2)
    assert axes[1].images[0].get_array().tolist() == images[1].tolist()
    d2l.plot(tensor(images[0, 0]), tensor(images[1, 0]))
    assert plt.gca().lines[0].get_ydata().tolist() == [4, 5]


LISTS = {
    "numbers": lambda backend, values: values.tolist(),
    "arrays": lambda backend, values: list(values),
    "tensors": lambda backend, values: [backend.tensor(np.array(value)) for value in values],
    "parameters": lambda backend, values: [parameter(backend, np.array(v, dtype="float32")) for v in values],
}


@pytest.mark.parametrize("of_y", LISTS)
@pytest.mark.parametrize("of_y_hat", LISTS)
def test_accuracy_takes_lists(d2l, backend, of_y_hat, of_y):
    y_hat, y = LISTS[of_y_hat](backend, SCORES), LISTS[of_y](backend, np.array(LABELS))
    assert d2l.accuracy(y_hat, y) == 2.0


@pytest.mark.parametrize("name", ["y_hat", "y"])
@pytest.mark.parametrize(
    "wrong", [None, {"y": 1}, "1", ["1"], object()], ids=["None", "dict", "text", "texts", "object"]
)
def test_what_is_no_numbers_is_refused_by_name(d2l, backend, name, wrong):
    arguments = {"y_hat": SCORES[:1], "y": LABELS[:1], name: wrong}
    with pytest.raises(TypeError, match=f"accuracy: expected {name} to be a tensor.*received"):
        d2l.accuracy(**arguments)


def test_a_list_of_tensors_that_differ_in_shape_is_refused(d2l, backend):
    y_hat = [backend.tensor(SCORES[0].copy()), backend.tensor(SCORES[0, :1].copy())]
    with pytest.raises(TypeError, match="expected y_hat to be .* tensors of one shape; received"):
        d2l.accuracy(y_hat, [1, 1])
