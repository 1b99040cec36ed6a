"""The helpers of chapters 3 and 4 in every framework and face: hand-worked numbers, and those of NumPy."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from kits import kit_of
from small_model import parameter

from d2l_compat.data.fashion_mnist import LABELS
from d2l_compat.helpers import plotting, timer

ANY = settings(max_examples=25, deadline=None)
NUMBERS = st.floats(-8, 8, width=32, allow_subnormal=False)  # JAX takes subnormal numbers for zero


def arrays(*shape):
    """Return a strategy for float32 arrays whose axes have these lengths, or lengths in these (low, high)."""
    sides = [st.integers(*side) if isinstance(side, tuple) else st.just(side) for side in shape]
    return hnp.arrays("float32", st.tuples(*sides), elements=NUMBERS)


def close(tensor, expected, backend):
    """Assert that a native tensor has the values of a NumPy array computed in float64."""
    np.testing.assert_allclose(backend.to_numpy(tensor), expected, rtol=1e-5, atol=1e-4)


@pytest.fixture(scope="session")
def behind(face):
    """The backend behind the face of an edition."""
    return face.backend


@pytest.fixture
def figure():
    """A figure of one's own, closed in the end."""
    from matplotlib import pyplot as plt

    with plt.rc_context():
        plt.close("all")
        yield plt
        plt.close("all")


# Linear regression


def test_linreg_of_a_worked_example(d2l, backend):
    X, w = np.array([[1, 2], [3, 4]], "float32"), np.array([[2], [-3]], "float32")
    y = d2l.linreg(*map(backend.tensor, (X, w, np.array([0.5], "float32"))))
    close(y, [[1 * 2 - 2 * 3 + 0.5], [3 * 2 - 4 * 3 + 0.5]], backend)


def test_squared_loss_is_half_the_square_in_the_shape_of_the_prediction(d2l, backend):
    y_hat, y = np.array([[1], [5]], "float32"), np.array([3, 4], "float32")
    close(d2l.squared_loss(*map(backend.tensor, (y_hat, y))), [[2], [0.5]], backend)


@ANY
@given(X=arrays((1, 6), 3), w=arrays(3, (1, 2)), b=NUMBERS)
def test_linreg_is_that_of_numpy_in_every_face(face, behind, X, w, b):
    y = face.linreg(behind.tensor(X.copy()), behind.tensor(w.copy()), behind.tensor(np.array([b], "float32")))
    close(y, X.astype(float) @ w + b, behind)


@ANY
@given(y_hat=arrays((1, 6), 1), data=st.data())
def test_squared_loss_is_that_of_numpy_in_every_face(face, behind, y_hat, data):
    y = data.draw(arrays(len(y_hat)))
    loss = face.squared_loss(behind.tensor(y_hat.copy()), behind.tensor(y.copy()))
    close(loss, (y_hat.astype(float) - y.reshape(-1, 1)) ** 2 / 2, behind)


@ANY
@given(w=arrays(3), grad=arrays(3), lr=st.floats(0.001, 10), batch_size=st.integers(1, 256))
def test_a_step_of_sgd_is_that_of_numpy_in_every_face(face, behind, w, grad, lr, batch_size):
    param, slope = parameter(behind, w.copy()), behind.tensor(grad.copy())
    grads = kit_of(behind.name).gradients([param], lambda param: total(param * slope))
    if "SGD" in face.__all__:
        face.SGD([param], lr / batch_size)
    elif grads is None:
        face.sgd([param], lr, batch_size)
    elif face.__name__.endswith("d2lzh_tensorflow2"):
        face.sgd([param], lr, batch_size, grads)
    else:
        (param,) = face.sgd([param], grads, lr, batch_size) or [param]  # JAX returns the new ones
    np.testing.assert_allclose(
        behind.to_numpy(param), w - lr / batch_size * grad.astype(float), rtol=1e-4, atol=1e-4
    )


def total(tensor):
    """Return the sum of a native vector."""
    return sum(tensor[i] for i in range(len(tensor)))


def test_synthetic_data_are_a_line_with_a_little_noise(d2l, backend):
    d2l.set_seed(0)
    w = np.array([2, -3.4], "float32")
    X, y = map(backend.to_numpy, d2l.synthetic_data(backend.tensor(w.copy()), 4.2, 2000))
    assert (X.shape, y.shape, X.dtype, y.dtype) == ((2000, 2), (2000, 1), np.float32, np.float32)
    noise = y[:, 0] - X @ w - 4.2
    assert (X.mean(), X.std()) == (pytest.approx(0, abs=0.05), pytest.approx(1, abs=0.05))
    assert (noise.mean(), noise.std()) == (pytest.approx(0, abs=0.001), pytest.approx(0.01, abs=0.001))


def test_the_book_s_line_is_found_again(d2l, backend):
    d2l.set_seed(0)
    true_w = np.array([2, -3.4], "float32")
    features, labels = d2l.synthetic_data(backend.tensor(true_w.copy()), 4.2, 1000)
    w, b = parameter(backend, np.zeros((2, 1), "float32")), parameter(backend, np.zeros(1, "float32"))
    for X, y in itertools.chain.from_iterable(d2l.load_array((features, labels), 10) for _ in range(3)):
        grads = kit_of(backend.name).gradients(
            [w, b], lambda w, b, X=X, y=y: total(d2l.squared_loss(d2l.linreg(X, w, b), y)[:, 0])
        )
        w, b = d2l.sgd([w, b], *([grads] if grads else []), 0.03, 10) or (w, b)
    np.testing.assert_allclose(backend.to_numpy(w)[:, 0], true_w, atol=0.01)
    assert backend.to_numpy(b).item() == pytest.approx(4.2, abs=0.01)
    data_iter = d2l.load_array((features, labels), 10, is_train=False)
    assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data_iter, d2l.squared_loss) < 1e-4


# Minibatches


@pytest.fixture
def rows(backend):
    """Five rows and their numbers, native."""
    return backend.tensor(np.eye(5, dtype="float32")), backend.tensor(np.arange(5))


def numbers(backend, batches):
    return [backend.as_array(y).tolist() for _, y in batches]


def test_arrays_in_order_can_be_passed_again_and_again(d2l, backend, rows):
    batches = d2l.load_array(rows, 2, is_train=False)
    assert numbers(backend, batches) == numbers(backend, batches) == [[0, 1], [2, 3], [4]]
    assert len(batches) == 3
    assert next(iter(batches))[0].dtype == rows[0].dtype


def test_arrays_for_training_are_shuffled_anew_with_rows_and_labels_together(d2l, backend, rows):
    d2l.set_seed(0)
    batches = d2l.load_array(rows, 5)
    (first,), (second,) = numbers(backend, batches), numbers(backend, batches)
    assert first != second
    assert sorted(first) == sorted(second) == [0, 1, 2, 3, 4]
    for X, y in batches:
        assert (backend.to_numpy(X).argmax(1) == backend.to_numpy(y)).all()


def test_data_iter_is_one_pass_in_random_order(d2l, backend, rows):
    batches = d2l.data_iter(2, *rows)
    seen = numbers(backend, batches)
    assert [len(y) for y in seen] == [2, 2, 1]
    assert sorted(itertools.chain(*seen)) == [0, 1, 2, 3, 4]
    assert list(batches) == []


def test_the_earliest_data_iter_is_told_how_many_examples_there_are(face, behind):
    if "show_fashion_mnist" not in face.__all__:
        with pytest.raises(TypeError):
            face.data_iter(2, 3, np.eye(5), np.arange(5))
        return
    seen = numbers(
        behind, face.data_iter(2, 3, behind.tensor(np.eye(5, dtype="float32")), behind.tensor(np.arange(5)))
    )
    assert sorted(itertools.chain(*seen)) == [0, 1, 2]


def test_arrays_of_different_lengths_are_an_error(d2l):
    with pytest.raises(ValueError, match=r"expected arrays of one length, received \[2, 3\]"):
        d2l.load_array((np.zeros(3), np.zeros(2)), 1)


# Losses over a data set


def test_evaluate_loss_weighs_examples_alike_and_brings_labels_into_shape(d2l, backend):
    # Errors 1, 2, 3: squares 1, 4, 9, halved and averaged 14 / 6, in a batch of two and one of one.
    y_hat, y = np.array([[2], [4], [6]], "float32"), np.array([1, 2, 3], "float32")
    data_iter = [tuple(map(backend.tensor, (y_hat[rows], y[rows]))) for rows in (slice(0, 2), slice(2, 3))]
    for loss in (d2l.squared_loss, lambda y_hat, y: d2l.reduce_mean(d2l.squared_loss(y_hat, y))):
        assert d2l.evaluate_loss(lambda X: X, data_iter, loss) == pytest.approx(14 / 6)


def test_evaluate_loss_of_nothing_is_an_error(d2l):
    with pytest.raises(ValueError, match="expected batches"):
        d2l.evaluate_loss(lambda X: X, [], d2l.squared_loss)


# Accuracy


@ANY
@given(scores=arrays((1, 9), (2, 5)), data=st.data())
def test_accuracy_is_that_of_numpy_in_every_face(face, behind, scores, data):
    y = data.draw(hnp.arrays("int32", len(scores), elements=st.integers(0, scores.shape[1] - 1)))
    correct = np.count_nonzero(scores.argmax(axis=1) == y)
    expected = correct / len(y) if "show_fashion_mnist" in face.__all__ else correct
    assert face.accuracy(behind.tensor(scores.copy()), behind.tensor(y.copy())) == pytest.approx(expected)


@ANY
@given(scores=arrays((2, 9), 3), cut=st.integers(1, 8), data=st.data())
def test_evaluate_accuracy_in_both_orders_is_that_of_numpy_in_every_face(face, behind, scores, cut, data):
    assume(cut < len(scores))
    y = data.draw(hnp.arrays("int32", len(scores), elements=st.integers(0, 2)))
    right = scores.argmax(axis=1) == y
    parts = (slice(None, cut), slice(cut, None))
    data_iter = [(behind.tensor(scores[part].copy()), behind.tensor(y[part].copy())) for part in parts]
    for arguments in ((data_iter, lambda X: X), (lambda X: X, data_iter)):
        assert face.evaluate_accuracy(*arguments) == pytest.approx(right.mean())


@ANY
@given(labels=st.lists(st.integers(0, 9), max_size=9))
def test_labels_have_the_same_names_in_every_face(face, behind, labels):
    expected = [LABELS[label] for label in labels]
    assert face.get_fashion_mnist_labels(np.array(labels, "int64")) == expected
    if labels:
        assert face.get_fashion_mnist_labels(behind.tensor(np.array(labels, "int32"))) == expected


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)], ids=str)
def test_sums_take_tensors_of_one_element_of_any_shape(d2l, backend, shape):
    metric = d2l.Accumulator(2)
    metric.add(backend.tensor(np.full(shape, 2.5, "float32")), np.full(shape, 1))
    assert metric.data == [2.5, 1]


# Names of tensor functions that every framework shares


def native(backend, *values):
    return [backend.tensor(np.array(value, "float32")) for value in values]


@ANY
@given(x=arrays((1, 4), (1, 4)))
def test_functions_of_tensors_are_those_of_numpy(d2l, backend, x):
    (tensor,), wide = native(backend, x), x.astype(float)
    assert d2l.size(tensor) == x.size
    np.testing.assert_array_equal(d2l.numpy(tensor), x)
    close(d2l.reshape(tensor, (-1, 1)), x.reshape(-1, 1), backend)
    close(d2l.transpose(tensor), x.T, backend)
    close(d2l.reduce_sum(tensor, 0), wide.sum(0), backend)
    close(d2l.reduce_mean(tensor, 1), wide.mean(1), backend)
    assert (backend.to_numpy(d2l.argmax(tensor, 1)) == x.argmax(1)).all()
    close(d2l.astype(tensor, d2l.int32), x.astype("int32"), backend)
    close(d2l.concat([tensor, tensor], 1), np.concatenate([x, x], 1), backend)
    close(d2l.stack([tensor, tensor], 0), np.stack([x, x]), backend)
    close(d2l.matmul(tensor, d2l.transpose(tensor)), wide @ wide.T, backend)
    for name in ("abs", "sin", "cos", "exp"):
        close(getattr(d2l, name)(tensor), getattr(np, name)(wide), backend)
    close(d2l.log(d2l.exp(tensor)), wide, backend)
    for name in ("ones_like", "zeros_like"):
        close(getattr(d2l, name)(tensor), getattr(np, name)(x), backend)


# Functions of [[0, 1, 2], [3, 4, 5]], and what they give.
FUNCTIONS = {
    "reshape": (lambda d2l, x: d2l.reshape(x, (3, 2)), [[0, 1], [2, 3], [4, 5]]),
    "reduce_sum": (lambda d2l, x: d2l.reduce_sum(x, axis=1), [3, 12]),
    "reduce_mean": (lambda d2l, x: d2l.reduce_mean(x, axis=0), [1.5, 2.5, 3.5]),
    "argmax": (lambda d2l, x: d2l.argmax(x, axis=1), [2, 2]),
}


@pytest.mark.parametrize("kind", ["tensors", "NumPy's arrays"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_tensors_take_arrays_of_numpy_too(d2l, backend, name, kind):
    call, expected = FUNCTIONS[name]
    x = np.arange(6, dtype="float32").reshape(2, 3)
    result = call(d2l, backend.tensor(x) if kind == "tensors" else x)
    np.testing.assert_array_equal(backend.as_numbers(result), expected)


def test_tensors_are_made_as_in_numpy(d2l, backend):
    close(d2l.tensor([[1, 2], [3, 4]], dtype=d2l.float32), [[1, 2], [3, 4]], backend)
    close(d2l.zeros((2, 3)), np.zeros((2, 3)), backend)
    close(d2l.ones((2, 3)), np.ones((2, 3)), backend)
    close(d2l.eye(3), np.eye(3), backend)
    close(d2l.arange(4), np.arange(4), backend)
    close(d2l.linspace(0.0, 1.0, 5), np.linspace(0, 1, 5), backend)
    x, y = d2l.meshgrid(d2l.arange(2), d2l.arange(3), indexing="ij")
    close(x, [[0, 0, 0], [1, 1, 1]], backend)
    close(y, [[0, 1, 2], [0, 1, 2]], backend)
    (batch,) = native(backend, np.arange(8).reshape(2, 2, 2))
    close(
        d2l.batch_matmul(batch, batch), np.arange(8).reshape(2, 2, 2) @ np.arange(8).reshape(2, 2, 2), backend
    )


def test_random_tensors_have_their_distributions(d2l, backend):
    d2l.set_seed(0)
    n, name = 4000, backend.name
    uniform = backend.to_numpy(d2l.rand((n,)) if name == "tensorflow" else d2l.rand(n))
    normal = backend.to_numpy(d2l.normal((n,), 1, 2) if name == "tensorflow" else d2l.normal(1, 2, (n,)))
    assert (uniform.min(), uniform.max()) == (pytest.approx(0, abs=0.01), pytest.approx(1, abs=0.01))
    assert (normal.mean(), normal.std()) == (pytest.approx(1, abs=0.1), pytest.approx(2, abs=0.1))


# Devices and workers


def test_without_a_gpu_the_cpu_is_given(d2l, backend, monkeypatch):
    monkeypatch.setattr(backend, "devices", lambda: ("the CPU", []))
    assert (d2l.try_gpu(), d2l.try_gpu(i=3), d2l.try_all_gpus(), d2l.num_gpus()) == (
        "the CPU",
        "the CPU",
        ["the CPU"],
        0,
    )


def test_gpus_are_given_by_number_as_far_as_there_are_any(d2l, backend, monkeypatch):
    monkeypatch.setattr(backend, "devices", lambda: ("the CPU", ["first", "second"]))
    assert (d2l.try_gpu(), d2l.try_gpu(1), d2l.try_gpu(2)) == ("first", "second", "the CPU")
    assert (d2l.try_all_gpus(), d2l.num_gpus()) == (["first", "second"], 2)


@pytest.mark.parametrize("gpus", [[], ["first", "second"]], ids=["none", "two"])
def test_a_negative_number_is_no_gpu(face, monkeypatch, gpus):
    monkeypatch.setattr(face.backend, "devices", lambda: ("the CPU", gpus))
    with pytest.raises(ValueError, match=r"expected the number of a GPU, .*received -1\. cpu\(\) is the CPU"):
        face.try_gpu(-1)


def test_tensors_can_be_made_where_try_gpu_says(d2l, backend):
    place = d2l.try_gpu()
    if backend.name == "tensorflow":
        with place:
            tensor = d2l.ones((2,))
    else:
        tensor = d2l.to(d2l.ones((2,)), place)
    close(tensor, [1, 1], backend)


@pytest.mark.parametrize(("platform", "workers"), [("linux", 4), ("darwin", 4), ("win32", 0)])
def test_loaders_get_no_processes_on_windows(d2l, monkeypatch, platform, workers):
    monkeypatch.setattr("sys.platform", platform)
    assert d2l.get_dataloader_workers() == workers
    assert d2l.get_dataloader_workers(num_workers=2) == min(workers, 2)


# Timer


def test_a_timer_remembers_its_laps(d2l, monkeypatch):
    clock = iter([0, 1, 10, 13, 20])
    monkeypatch.setattr(timer.time, "perf_counter", lambda: next(clock))
    watch = d2l.Timer()
    assert watch.stop() == 1
    watch.start()
    assert watch.stop() == 3
    assert (watch.times, watch.sum(), watch.avg(), watch.cumsum()) == ([1, 3], 4, 2, [1, 4])


def test_a_timer_runs_from_the_start(d2l):
    watch = d2l.Timer()
    time.sleep(0.01)
    assert watch.stop() >= 0.01
    assert isinstance(f"{watch.sum():.5f} sec", str)


# Figures


def drawn(figure):
    """The curves of the current axes: their points."""
    return [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in figure.gca().lines]


A, B, C = [0.0, 1.0, 2.0], [0.0, 1.0, 4.0], [0.0, 1.0, 8.0]
CURVES = {
    "one over the other": (lambda t: (t(A), t(B)), [(A, B)]),
    "two over one": (lambda t: (t(A), [t(B), t(C)]), [(A, B), (A, C)]),
    "two over one in a list": (lambda t: ([t(A)], [t(B), t(C)]), [(A, B), (A, C)]),
    "two over two": (lambda t: ([t(A), t(A[:2])], [t(B), t(C[:2])]), [(A, B), (A[:2], C[:2])]),
    "by itself": (lambda t: (t(B),), [(A, B)]),
    "two by themselves": (lambda t: ([t(B), t(C)],), [(A, B), (A, C)]),
    "plain numbers": (lambda t: (A, [B, C]), [(A, B), (A, C)]),
    "a range": (lambda t: (range(3), B), [(A, B)]),
    "scalars": (lambda t: (A, [t(b) for b in B]), [(A, B)]),
    "a matrix of curves": (lambda t: (t(A), t([B, C])), [(A, B), (A, C)]),
}


@pytest.mark.parametrize("curves", CURVES)
def test_curves_of_any_kind_are_plotted(d2l, backend, figure, curves):
    arguments, expected = CURVES[curves]
    d2l.plot(*arguments(lambda values: backend.tensor(np.array(values, "float32"))))
    assert drawn(figure) == expected


def test_a_plot_is_labelled_scaled_and_sized(d2l, figure):
    d2l.plot(
        A, [B, C], "x", "f(x)", ["f", "g"], [0, 3], [0.1, 9], "linear", "log", ("-", "r:"), figsize=(5, 2)
    )
    ax = figure.gca()
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale(), ax.get_yscale()) == (
        "x",
        "f(x)",
        "linear",
        "log",
    )
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 3), (0.1, 9))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["f", "g"]
    assert [line.get_linestyle() for line in ax.lines] == ["-", ":"]
    assert figure.gcf().get_size_inches().tolist() == [5, 2]


def test_a_plot_into_given_axes_clears_them_first(d2l, figure):
    _, (left, right) = figure.subplots(1, 2)
    for curve in (B, C):
        d2l.plot(A, curve, axes=left)
    assert (len(left.lines), len(right.lines)) == (1, 0)


def test_set_axes_sets_what_it_is_given(d2l, figure):
    ax = figure.gca()
    d2l.set_axes(ax, "x", "y", None, [1, 10], "linear", "log", ["a"])
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_ylim(), ax.get_yscale()) == ("x", "y", (1, 10), "log")


def test_semilogy_dots_the_second_curve(face, figure, monkeypatch):
    monkeypatch.setattr(figure, "show", lambda: None)  # which ends a figure
    face.semilogy(
        range(1, 4), [1, 10, 100], "epochs", "loss", range(1, 4), [2, 20, 200], ["train", "test"], (4, 3)
    )
    ax = figure.gca()
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epochs", "loss", "log")
    assert [line.get_linestyle() for line in ax.lines] == ["-", ":"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["train", "test"]
    assert figure.gcf().get_size_inches().tolist() == [4, 3]
    figure.close("all")
    face.semilogy(np.arange(1, 4), np.array([1, 10, 100]), "epochs", "loss")
    assert len(figure.gca().lines) == 1


def test_figures_have_the_size_of_the_book_unless_told(face, figure):
    for arguments, size in (((), [3.5, 2.5]), (((6, 3),), [6, 3])):
        face.set_figsize(*arguments)
        assert figure.rcParams["figure.figsize"] == size


def test_curves_are_the_same_object_in_every_face(face):
    assert (face.set_axes, face.set_figsize) == (plotting.set_axes, plotting.set_figsize)
