"""Slips of beginners, in every face: refused before any parameter changes, in a line that says what to do."""

import functools
import re

import matplotlib as mpl
import numpy as np
import pytest
from kits import kit_of
from matplotlib import pyplot as plt

from conftest import FACES, marked_pairs
from d2l_compat.data.iterators import DataIter
from d2l_compat.editions import EDITIONS

N = 6
LABELS = np.array([0, 9, 2, 3, 4, 5])


@pytest.fixture
def backend(face):
    return face.backend


@pytest.fixture(autouse=True)
def _figures_are_closed():
    mpl.use("agg")
    yield
    plt.close("all")


@pytest.fixture
def kit(backend):
    return kit_of(backend.name)


@pytest.fixture
def model(face, backend):
    return face.softmax_regression(concise=True)


def arrays(backend, n=N):
    """Return X and y of `n` examples, in NumPy."""
    X = np.random.default_rng(0).random((n, 28, 28), dtype="float32")
    y = np.resize(LABELS, n).astype(backend.label_dtype)
    return np.expand_dims(X, -1 if backend.channels_last else 1), y


def batch(backend, n=N):
    """Return X and y of `n` examples, in tensors."""
    return tuple(map(backend.tensor, arrays(backend, n)))


def refuse(model, kind, pattern, call):
    """Call, and demand a refusal of that `kind`, in one line, that leaves the parameters as they are."""
    before = [array.copy() for array in model.parameters()]
    with pytest.raises(kind, match=pattern) as error:
        call()
    message = str(error.value)
    assert "\n" not in message
    assert re.search(r"expected .*received ", message), message
    for array, old in zip(model.parameters(), before):
        np.testing.assert_array_equal(array, old)


def train_ch3(face, model, train_iter, test_iter):
    """Call `train_ch3` as edition 2021 does, past the port that makes its optimiser itself."""
    helpers = face.train_ch3.__self__
    is_port = face.__name__.endswith(".d2l_pytorch")
    call = super(type(helpers), helpers).train_ch3 if is_port else face.train_ch3
    return call(model.net, train_iter, test_iter, model.loss, 1, model.updater)


def older_train_ch3(face, model, train_iter, test_iter):
    """Call `train_ch3` as editions 2018 and 2019 do; the port that makes its optimiser itself, as it does."""
    if face.__name__.endswith(".d2l_pytorch"):
        return face.train_ch3(model.net, train_iter, test_iter, model.loss, 1, N, 0.1)
    return face.train_ch3(model.net, train_iter, test_iter, model.loss, 1, N, None, None, model.updater)


# Each is given the face, a model, a data iterator and, where it takes two, a second one.
CALLS = {
    "train_ch3": train_ch3,
    "train_ch3, older": older_train_ch3,
    "train_ch3, test_iter": lambda face, m, it, good: train_ch3(face, m, good, it),
    "train_epoch_ch3": lambda face, m, it, _: face.accuracy.__self__.train_epoch_ch3(
        m.net, it, m.loss, m.updater
    ),
    "evaluate_accuracy": lambda face, m, it, _: face.evaluate_accuracy(m.net, it),
    "evaluate_accuracy, older": lambda face, m, it, _: face.evaluate_accuracy(it, m.net),
    "evaluate_loss": lambda face, m, it, _: face.accuracy.__self__.evaluate_loss(m.net, it, m.loss),
    "predict_ch3": lambda face, m, it, _: face.accuracy.__self__.predict_ch3(m.net, it),
}
TRAINING = [call for call in CALLS if call.startswith("train") and not call.endswith("test_iter")]


def where(call):
    """How the message begins for the first batch."""
    return "test_iter: " if call.endswith("test_iter") else "batch 1: "


# What stands for a data iterator


def both(backend, count):
    """Return what load_data_fashion_mnist returns, with `count` batches in each iterator."""
    images, labels = np.zeros((2 * count, 28, 28), "uint8"), np.zeros(2 * count, backend.label_dtype)

    def batch(images, rows, labels):
        return backend.images(images, rows), backend.tensor(labels)

    return (DataIter(images, labels, 2, False, batch),) * 2


def scalar(y):
    """Return the first label: older MXNet arrays have one axis at least, and it is a number then."""
    return y[0] if y[0].shape == () else y[0].asscalar()


PAIR = r"expected a batch \(X, y\).*, received {}\. Let the iterator yield .*\. Of the two .*, pass one"
SINGLE = r"y: expected the labels of a batch.*, received .*single.*DataLoader.*\.batch\("
ITERATORS = {
    "three tensors": (lambda kit, backend, X, y: [(X, y, y)], TypeError, PAIR.format("a tuple of 3")),
    "one tensor": (lambda kit, backend, X, y: [[X]], TypeError, PAIR.format("a list of 1")),
    "a dict": (
        lambda kit, backend, X, y: [{"image": X, "label": y}],
        TypeError,
        PAIR.format("a dict with the keys 'image', 'label'"),
    ),
    "a text": (lambda kit, backend, X, y: "it", TypeError, PAIR.format("'i'")),
    "both iterators of one batch": (
        lambda kit, backend, X, y: both(backend, 1),
        TypeError,
        PAIR.format("DataIter"),
    ),
    "both iterators of two": (
        lambda kit, backend, X, y: both(backend, 2),
        TypeError,
        PAIR.format("DataIter"),
    ),
    "both iterators of three": (
        lambda kit, backend, X, y: both(backend, 3),
        TypeError,
        PAIR.format("DataIter"),
    ),
    "a data set": (lambda kit, backend, X, y: kit.dataset(X, y), ValueError, SINGLE),
    "one example": (lambda kit, backend, X, y: [(X[0], backend.to_numpy(y)[0])], ValueError, SINGLE),
    "one example, in tensors": (lambda kit, backend, X, y: [(X[0], scalar(y))], ValueError, SINGLE),
    "a label that is an int": (lambda kit, backend, X, y: [(X[0], 3)], ValueError, SINGLE),
    "a list of labels": (
        lambda kit, backend, X, y: [(X, LABELS.tolist())],
        TypeError,
        "y: expected a tensor.*, received list.*Convert",
    ),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("slip", ITERATORS)
def test_what_yields_no_batches_is_refused(face, backend, kit, model, slip, call):
    make, kind, pattern = ITERATORS[slip]
    good = batch(backend)
    refuse(
        model,
        kind,
        where(call) + pattern,
        lambda: CALLS[call](face, model, make(kit, backend, *good), [good]),
    )


NO_ITERATORS = {
    "a function": (lambda: None, "function"),
    "a class": (int, "class int"),
    "nothing": (None, "None"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("slip", NO_ITERATORS)
def test_what_cannot_be_iterated_is_refused(face, backend, model, slip, call):
    given, received = NO_ITERATORS[slip]
    refuse(
        model,
        TypeError,
        f"_iter.*received.*{received}.*[Cc]all the function that makes one",
        lambda: CALLS[call](face, model, given, [batch(backend)]),
    )


@pytest.mark.parametrize(
    "call", [*TRAINING, *(c for c in CALLS if c.startswith(("evaluate_acc", "predict")))]
)
def test_one_hot_labels_are_refused(face, backend, model, call):
    bad = [(backend.tensor(arrays(backend)[0]), backend.tensor(np.eye(10, dtype="float32")[LABELS]))]
    pattern = r"batch 1: y: expected .*shape \(6,\), received shape \(6, 10\).*argmax"
    refuse(model, ValueError, pattern, lambda: CALLS[call](face, model, bad, [batch(backend)]))


@pytest.mark.parametrize("call", CALLS)
def test_batches_of_numpy_work_where_the_framework_takes_them_and_are_refused_elsewhere(
    face, backend, model, call
):
    foreign, good = [arrays(backend)], [batch(backend)]
    if not backend.takes_arrays:
        pattern = where(call) + "y: expected a tensor.*, received ndarray.*Convert"
        refuse(model, TypeError, pattern, lambda: CALLS[call](face, model, foreign, good))
        return
    other = face.softmax_regression(np.ones((784, 10), "float32"), concise=True)
    model = face.softmax_regression(np.ones((784, 10), "float32"), concise=True)
    results = [CALLS[call](face, m, it, it) for m, it in ((model, foreign), (other, good))]
    assert repr(results[0]) == repr(results[1])
    np.testing.assert_array_equal(model.parameters()[0], other.parameters()[0])


# Classes where objects are meant, and a learning rate where an updater is

ARGUMENTS = [
    (call, argument)
    for call in CALLS
    for argument in ("net", "loss", "updater")
    if call.startswith("train") or argument == "net" or (call, argument) == ("evaluate_loss", "loss")
]


@pytest.mark.parametrize(("call", "argument"), ARGUMENTS, ids=", ".join)
def test_a_class_is_refused(face, backend, kit, model, call, argument):
    if (call, argument) == ("train_ch3, older", "updater"):
        call = "train_ch3" if face.__name__.endswith(".d2l_pytorch") else call
    cls = kit.classes()[argument]
    name = "trainer|updater" if argument == "updater" else argument
    refuse(
        model,
        TypeError,
        rf"({name}): expected an object.*, received the class {cls.__name__}\. Make one: {cls.__name__}\(",
        lambda: CALLS[call](face, model._replace(**{argument: cls}), [batch(backend)], [batch(backend)]),
    )


@pytest.mark.parametrize("call", ["train_ch3", "train_epoch_ch3"])
def test_a_learning_rate_is_no_updater(face, backend, model, call):
    good = [batch(backend)]
    pattern = "updater: expected a .* received .*float|(updater|batch_size) is 0.1: pass a"
    refuse(model, TypeError, pattern, lambda: CALLS[call](face, model._replace(updater=0.1), good, good))


# Nets


NETS = {
    "no Flatten": "net: expected .*, received .*[Ff]latten",
    "Flatten(0)": "net: expected .*, received .*[Ff]latten",
    "argmax": r"(net: expected scores.*, received .*int.* of shape \(6,\)|y: .* 1 column).* not their argmax"
    r"|loss: expected .*y_hat of shape \(6,\).*, received ",
}


@pytest.mark.parametrize("call", TRAINING)
@pytest.mark.parametrize("slip", NETS)
def test_a_net_that_does_not_give_a_row_of_scores_an_example_is_refused(
    face, backend, kit, model, slip, call
):
    model, good = kit.unfit_nets()[slip](model), [batch(backend)]
    refuse(
        model,
        (ValueError, RuntimeError, TypeError),
        "batch 1: " + NETS[slip],
        lambda: CALLS[call](face, model, good, good),
    )


@pytest.mark.parametrize("call", [call for call in CALLS if call.startswith(("evaluate", "predict"))])
@pytest.mark.parametrize("slip", ["no Flatten", "Flatten(0)"])
def test_such_a_net_is_not_evaluated_either(face, backend, kit, model, slip, call):
    model = kit.unfit_nets()[slip](model)
    if backend.name == "jax":
        model = model._replace(net=functools.partial(model.net, model.updater.params))
    refuse(
        model,
        (ValueError, RuntimeError, TypeError),
        "batch 1: net: expected .*, received .*[Ff]latten|batch 1: loss: expected .*, received ",
        lambda: CALLS[call](face, model, [batch(backend)], None),
    )


def test_predicted_classes_instead_of_scores_are_shown(helpers, face, backend, kit, model):
    net = kit.unfit_nets()["argmax"](model).net
    if backend.name == "jax":
        net = functools.partial(net, model.updater.params)
    helpers.predict_ch3(net, [batch(backend)])


def test_an_error_that_the_readers_own_code_raises_is_left_as_it_is(helpers, face, backend, model):
    class MyError(RuntimeError):
        pass

    def stop(*_):
        raise MyError("mine")

    for slipped in (model._replace(net=stop), model._replace(loss=stop)):
        with pytest.raises(MyError) as error:
            helpers.train_epoch_ch3(slipped.net, [batch(backend)], slipped.loss, slipped.updater)
        assert str(error.value) == "mine"


# Losses

OWN_LOSSES = [(face, loss) for face in FACES for loss in kit_of(EDITIONS[face].framework).unfit_losses()]


@pytest.fixture
def slipped(face, backend, kit, request):
    """The model with a loss that does not compare scores with class numbers."""
    W = np.random.default_rng(1).random((784, 10), dtype="float32")
    return face.softmax_regression(W, concise=True)._replace(loss=kit.unfit_losses()[request.param])


@pytest.mark.parametrize("n", [1, 6, 10])
@pytest.mark.parametrize("call", ["train_epoch_ch3", "evaluate_loss"])
@pytest.mark.parametrize(("face", "slipped"), marked_pairs(OWN_LOSSES), indirect=True)
def test_a_loss_that_does_not_take_class_numbers_is_refused(face, backend, slipped, call, n):
    good = [batch(backend, n)]
    shapes = rf"y_hat of shape \({n}, 10\) and y of shape \({n},\)"
    refuse(
        slipped,
        (ValueError, RuntimeError, TypeError, IndexError),
        f"batch 1: loss: expected .*{shapes}, received .*For class numbers take",
        lambda: CALLS[call](face, slipped, good, good),
    )
