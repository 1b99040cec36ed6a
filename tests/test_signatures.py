"""Every helper as every era called it, with what it then meant: see `small_model` for the numbers."""

import inspect
import sys

import numpy as np
import pytest
from small_model import GRADIENT, LINE, SmallModel

from conftest import marked

MXNET_ND = ("utils_2018", "gluonbook", "d2lzh", "d2l_2019")
TORCH_PORTS = ("d2lzh_pytorch", "d2ltorch")
OLDER = (*MXNET_ND, *TORCH_PORTS, "d2lzh_tensorflow2", "d2l_pytorch")
EDITION_2021 = ("torch", "tensorflow", "mxnet")
NEWER = ("all_deep_learning", "d2l_2020", *EDITION_2021)


def of(*names):
    """Return a decorator: the test runs for these faces."""
    return pytest.mark.parametrize("face", marked(names), indirect=True)


@pytest.fixture
def model(face):
    return SmallModel(face)


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def short_name(face):
    return face.__name__.split(".")[-1]


# load_data_fashion_mnist

LABEL_DTYPES = {"torch": "int64", "tensorflow": "int32", "mxnet": "int32"}


def first_batch(batches):
    return next(iter(batches))


@of(*(name for name in (*OLDER, *NEWER) if name != "d2ltorch"))
def test_data_by_batch_size_in_the_dtypes_and_shapes_of_the_framework(face):
    train_iter, test_iter = face.load_data_fashion_mnist(256)
    backend = face.backend
    assert (len(train_iter), len(test_iter)) == (235, 40)
    for X, y in (first_batch(train_iter), first_batch(test_iter)):
        X, y = backend.to_numpy(X), backend.to_numpy(y)
        assert X.shape == ((256, 28, 28, 1) if backend.name == "tensorflow" else (256, 1, 28, 28))
        assert (X.dtype, X.min(), X.max()) == (np.float32, 0, 1)
        assert y.shape == (256,)
        assert y.dtype == ("float32" if short_name(face) == "utils_2018" else LABEL_DTYPES[backend.name])


@of("utils_2018")
def test_labels_of_the_earliest_edition_can_be_compared_with_a_prediction(face):
    X, y = first_batch(face.load_data_fashion_mnist(256)[1])
    predicted = X.reshape((256, -1)).argmax(axis=1)
    assert (predicted == y).mean().asscalar() < 0.1


@of(*(name for name in (*OLDER, *NEWER) if name != "d2ltorch"))
def test_data_with_a_size_and_a_folder(face, tmp_path):
    for calls in (
        ((32, 14), {}),
        ((), {"batch_size": 32, "resize": 14, "root": str(tmp_path / "elsewhere")}),
    ):
        test_iter = face.load_data_fashion_mnist(*calls[0], **calls[1])[1]
        assert np.prod(tuple(first_batch(test_iter)[0].shape)) == 14 * 14 * 32
    assert list(tmp_path.iterdir()) == []


@of("d2ltorch")
def test_data_where_the_folder_comes_first(face, tmp_path):
    for arguments in ((32, None, True), (32,)):
        X, _ = first_batch(face.load_data_fashion_mnist(str(tmp_path), *arguments)[1])
        assert X.shape == (32, 1, 28, 28)
    X, _ = first_batch(face.load_data_fashion_mnist(tmp_path, batch_size=32, resize=14, download=False)[1])
    assert X.shape == (32, 1, 14, 14)


@of("d2lzh_pytorch", "d2lzh", "torch", "tensorflow", "mxnet")
def test_iterators_are_asked_for_the_next_batch_in_the_old_way_too(face):
    _, test_iter = face.load_data_fashion_mnist(batch_size=9_000)
    batches = iter(test_iter)
    assert [len(batches.next()[1]), len(next(batches)[1])] == [9_000, 1_000]
    with pytest.raises(StopIteration):
        batches.next()
    assert iter(batches) is batches


# accuracy


def examples(face):
    """The book's example: the true class is the second best of the first row and the best of the second."""
    backend = face.backend
    y_hat = np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], "float32")
    return backend.tensor(y_hat), backend.tensor(np.array([0, 2], backend.label_dtype))


@of(*OLDER)
def test_accuracy_was_the_mean_of_the_batch(face):
    assert face.accuracy(*examples(face)) == 0.5


@of(*NEWER)
def test_accuracy_is_the_number_of_correct_rows(face):
    count = face.accuracy(*examples(face))
    assert (count, type(count)) == (1.0, float)


@of(*OLDER)
def test_the_fraction_is_one_of_all_labels_however_many_axes_they_have(face):
    backend = face.backend
    scores = backend.tensor(np.array([[[1, 0, 1], [0, 1, 0]]] * 2, "float32"))  # classes 0, 1, 0 in each row
    y = backend.tensor(np.array([[0, 1, 0], [0, 0, 1]]))  # three right, then one of three
    assert face.accuracy(scores, y) == pytest.approx(4 / 6)


@of(*EDITION_2021)
def test_accuracy_of_class_numbers(face):
    backend = face.backend
    y = backend.tensor(np.array([2, 0, 1]))
    assert face.accuracy(backend.tensor(np.array([2, 1, 1])), y) == 2
    assert face.accuracy(backend.tensor(np.array([[2.0], [1.0], [1.0]], "float32")), y) == 2


# evaluate_accuracy


def devices(face):
    """What that era passed as the place of the parameters."""
    backend = face.backend
    return {"torch": ["cpu", face.try_gpu()], "mxnet": [face.cpu(), face.try_all_gpus()]}.get(
        backend.name, []
    )


@of(*OLDER)
def test_evaluate_accuracy_took_the_data_first(face, model):
    assert face.evaluate_accuracy(model.batches, model.net) == 0.5
    assert face.evaluate_accuracy(data_iter=model.batches, net=model.net) == 0.5


@of(*MXNET_ND)
def test_evaluate_accuracy_with_a_context(face, model):
    for ctx in devices(face):
        assert face.evaluate_accuracy(model.batches, model.net, ctx) == 0.5
        assert face.evaluate_accuracy(model.batches, model.net, ctx=ctx) == 0.5


@of(*TORCH_PORTS, "d2l_pytorch")
def test_evaluate_accuracy_with_a_device(face, model):
    for device in devices(face):
        assert face.evaluate_accuracy(model.batches, model.net, device) == 0.5
        assert face.evaluate_accuracy(model.batches, model.net, device=device) == 0.5


@of(*NEWER)
def test_evaluate_accuracy_takes_the_net_first(face, model):
    assert face.evaluate_accuracy(model.net, model.batches) == 0.5
    assert face.evaluate_accuracy(net=model.net, data_iter=model.batches) == 0.5


@of(*TORCH_PORTS)
def test_a_net_is_told_that_it_is_not_training_if_it_asks(face, model):
    told = []

    def net(X, is_training=True):
        told.append(is_training)
        return model.net(X)

    face.train_ch3(net, model.batches, model.batches, model.losses, 1, 2, model.params, 0.1)
    assert told == [True, False]


@of(*TORCH_PORTS, "d2l_pytorch", "torch")
def test_a_module_is_evaluated_in_evaluation_mode_and_without_gradients(face, model):
    import torch

    class Net(torch.nn.Module):
        def forward(self, X):
            assert not self.training
            assert not torch.is_grad_enabled()
            return model.net(X)

    net = Net()
    assert face.evaluate_accuracy(net, model.batches) == face.evaluate_accuracy(model.batches, net) == 0.5
    assert net.training == (short_name(face) in TORCH_PORTS)


@of(*TORCH_PORTS)
def test_without_a_device_the_batches_go_to_where_the_parameters_are(face, model):
    import torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.W = torch.nn.Parameter(torch.empty(2, 2, device="meta"))

        def forward(self, X):
            assert X.device == self.W.device
            return model.net(model.batches[0][0])

    assert face.evaluate_accuracy(model.batches, Net()) == 0.5


# train_epoch_ch3


@of(*EDITION_2021)
@pytest.mark.parametrize("loss", ["losses", "mean_loss"])
def test_an_epoch_with_an_updater_of_ones_own_reports_the_mean_and_steps_along_it(face, model, loss):
    if model.backend.name == "tensorflow":
        updater = face.Updater(model.params, 0.1)
    else:
        updater = lambda batch_size: face.sgd(model.params, 0.1, batch_size)  # noqa: E731 - as the book writes it
    figures = face.train_epoch_ch3(model.net, model.batches, getattr(model, loss), updater)
    assert figures == (pytest.approx(-3), 0.5)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


@of("torch", "tensorflow")
@pytest.mark.parametrize("loss", ["losses", "mean_loss"])
def test_an_epoch_with_an_optimiser_reports_the_mean_and_steps_along_it(face, model, loss):
    net, updater = model.net, model.kit.descent(model.params, 0.1)
    if model.backend.name == "tensorflow":  # its optimisers ask the net for the parameters
        net = type(
            "Net", (), {"trainable_variables": model.params, "__call__": lambda self, X: model.net(X)}
        )()
    figures = face.train_epoch_ch3(net, model.batches, getattr(model, loss), updater)
    assert figures == (pytest.approx(-3), 0.5)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


# train_ch3


@of("utils_2018", "gluonbook")
def test_train_cpu_was_its_first_name(face, model, capsys):
    face.train_cpu(model.net, model.batches, model.batches, model.losses, 1, 2, model.params, 0.1)
    assert capsys.readouterr().out == LINE
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


NINE = ("gluonbook", "d2lzh", "d2l_2019", "d2lzh_tensorflow2", *TORCH_PORTS)


@of(*NINE)
@pytest.mark.parametrize("named", [False, True], ids=["positional", "named"])
def test_nine_arguments_train_and_print_a_line(face, model, capsys, named):
    arguments = {"num_epochs": 1, "batch_size": 2, "params": model.params, "lr": 0.1}
    start = (model.net, model.batches, model.batches, model.losses)
    face.train_ch3(*start, **arguments) if named else face.train_ch3(*start, *arguments.values())
    assert capsys.readouterr().out == LINE
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


@of(*NINE)
def test_the_batch_size_that_is_passed_divides_however_long_a_batch_is(face, model):
    face.train_ch3(model.net, model.batches, model.batches, model.losses, 1, 256, model.params, 25.6)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT, atol=1e-6)


@of("gluonbook", "d2lzh")
def test_gluons_trainer_is_the_ninth_and_is_stepped_by_the_batch_size(face, model):
    from mxnet import gluon

    net = gluon.nn.Dense(2, use_bias=False, in_units=2)
    net.initialize()
    net.weight.set_data(model.W)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    face.train_ch3(net, model.batches, model.batches, model.losses, 1, 2, None, None, trainer)
    np.testing.assert_allclose(net.weight.data().asnumpy().T - np.eye(2), -0.1 * GRADIENT / 2, atol=1e-6)


@of(*MXNET_ND)
def test_a_short_batch_weighs_as_much_as_any_in_training_in_2018_and_by_its_rows_everywhere_else(face, model):
    X, y = model.batches[0]
    batches = [(X, y), (X[1:], y[1:])]  # half right, then all of one
    still = lambda batch_size: None  # noqa: E731 - an updater that changes nothing
    history = face.train_ch3(model.net, batches, batches, lambda y_hat, y: y_hat[:, 0] * 0 + len(y), 1, still)
    averages_batches = short_name(face) in ("utils_2018", "gluonbook")
    assert history.train_acc == [(0.5 + 1) / 2] if averages_batches else [pytest.approx(2 / 3)]
    assert history.train_loss == [(2 + 1) / 2] if averages_batches else [pytest.approx((2 * 2 + 1) / 3)]
    assert history.test_acc == [pytest.approx(2 / 3)]
    assert face.evaluate_accuracy(batches, model.net) == pytest.approx(2 / 3)


@of(*TORCH_PORTS)
def test_the_last_of_the_nine_is_named_optimizer(face, model, capsys):
    updater = model.kit.descent(model.params, 0.1)
    start = (model.net, model.batches, model.batches, model.mean_loss, 1, 2)
    face.train_ch3(*start, None, None, updater)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)
    face.train_ch3(*start, optimizer=updater)
    np.testing.assert_allclose(model.moved, -0.2 * GRADIENT / 2, atol=1e-6)


@of(*TORCH_PORTS)
def test_a_mean_loss_is_divided_by_the_batch_size_once_more_and_reported_as_it_is(face, model, capsys):
    face.train_ch3(model.net, model.batches, model.batches, model.mean_loss, 1, 2, model.params, lr=100)
    np.testing.assert_allclose(model.moved, -100 * GRADIENT / 2 / 2, rtol=1e-6)
    assert capsys.readouterr().out.startswith("epoch 1, loss -3.0000, train acc 0.500")


@of("d2ltorch")
@pytest.mark.filterwarnings("ignore:accuracy. the scores of a single column:UserWarning")
@pytest.mark.parametrize(("reduction", "step"), [("mean", 1), ("none", 4)])
def test_with_a_loss_that_is_a_module_d2ltorch_steps_by_the_learning_rate_alone(face, reduction, step):
    import torch

    # Four equal rows: the gradient of (w - 0)² is 2 w = 2 for each, 2 for their mean, 8 for their sum.
    w = torch.ones(1, 1, requires_grad=True)
    batches = [(torch.ones(4, 1), torch.zeros(4, 1))]
    loss = torch.nn.MSELoss(reduction=reduction)
    face.train_ch3(lambda X: X @ w, batches, batches, loss, 1, 4, [w], 0.125)
    assert w.item() == 1 - 0.125 * 2 * step


@of(*TORCH_PORTS)
def test_training_leaves_gradients_that_the_next_loop_can_zero(face, model):
    face.train_ch3(model.net, model.batches, model.batches, model.losses, 1, 2, model.params, 0.1)
    model.W.grad.data.zero_()


@of("d2ltorch")
def test_an_optimiser_leaves_no_gradient_to_a_loop_that_zeroes_after_its_steps(face, model):
    trainer = model.kit.descent(model.params, 0.1)
    face.train_ch3(model.net, model.batches, model.batches, model.losses, 1, 2, None, None, trainer)
    assert model.W.grad is None or not model.W.grad.any()


@of("all_deep_learning", "d2l_2019", "d2l_2020")
def test_accumulators_take_arrays_of_one_element(face):
    metric = face.Accumulator(1)
    metric.add(face.backend.tensor(np.array([2.5], "float32")))
    assert metric[0] == 2.5


@of("d2lzh_tensorflow2")
def test_a_keras_optimiser_steps_along_the_gradient_over_the_batch_size(face, model):
    trainer = model.kit.descent(model.params, 0.1)
    face.train_ch3(model.net, model.batches, model.batches, model.losses, 1, 4, model.params, 0.1, trainer)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 4, atol=1e-6)


@of("d2l_pytorch")
@pytest.mark.parametrize("named", [False, True], ids=["positional", "named"])
def test_seven_arguments_make_the_optimiser_themselves(face, model, capsys, named):
    import torch

    net = torch.nn.Linear(2, 2, bias=False)
    net.weight.data.copy_(torch.eye(2))
    start = (net, model.batches, model.batches)
    if named:
        face.train_ch3(*start, criterion=model.mean_loss, num_epochs=1, batch_size=256, lr=0.1)
    else:
        face.train_ch3(*start, model.mean_loss, 1, 256, 0.1)
    assert capsys.readouterr().out == LINE
    np.testing.assert_allclose(net.weight.detach().numpy().T - np.eye(2), -0.1 * GRADIENT / 2, atol=1e-6)


@of("d2l_pytorch")
def test_seven_arguments_need_a_learning_rate(face, model):
    with pytest.raises(TypeError, match=r"expected a learning rate such as lr=0.1, received none"):
        face.train_ch3(model.net, model.batches, model.batches, model.mean_loss, 1, 256)


@of(*NEWER)
def test_six_arguments_train_and_assert_nothing(face, model, capsys):
    if model.backend.name == "tensorflow":
        updater = face.Updater(model.params, 0.1)
    else:
        updater = lambda batch_size: face.sgd(model.params, 0.1, batch_size)  # noqa: E731 - as the book writes it
    history = face.train_ch3(model.net, model.batches, model.batches, model.losses, 1, updater)
    assert (history.train_loss, history.train_acc) == ([pytest.approx(-3)], [0.5])
    assert capsys.readouterr().out == LINE
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


# sgd


def summed(model):
    X, y = model.batches[0]
    return lambda *params: sum(model.losses(model.net(X), y))


@of(
    "gluonbook",
    "d2lzh",
    "d2l_2019",
    "d2l_2020",
    "all_deep_learning",
    "mxnet",
    *TORCH_PORTS,
    "d2l_pytorch",
    "torch",
)
def test_sgd_divides_by_the_batch_size(face, model):
    model.kit.gradients(model.params, summed(model))
    face.sgd(model.params, lr=0.1, batch_size=2)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


@of("torch", "d2ltorch", "d2l_pytorch", "d2lzh_pytorch")
def test_sgd_zeroes_the_gradients_but_in_d2lzh_pytorch(face, model):
    model.kit.gradients(model.params, summed(model))
    face.sgd(model.params, 0.1, 2)
    kept = GRADIENT if face.__name__.endswith("d2lzh_pytorch") else 0
    np.testing.assert_allclose(model.W.grad, np.zeros((2, 2)) + kept)


@of("d2lzh_pytorch")
def test_gradients_that_sgd_keeps_are_zeroed_by_train_ch3(face, model):
    model.kit.gradients(model.params, summed(model))
    face.train_ch3(model.net, model.batches * 2, model.batches, model.losses, 1, 2, model.params, 0.1)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT, atol=1e-6)


@of("tensorflow")
def test_sgd_takes_gradients_before_the_learning_rate(face, model):
    grads = model.kit.gradients(model.params, summed(model))
    face.sgd(model.params, grads, 0.1, 2)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


@of("d2lzh_tensorflow2")
def test_sgd_took_gradients_last(face, model):
    grads = model.kit.gradients(model.params, summed(model))
    face.sgd(model.params, 0.1, 2, grads)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT / 2, atol=1e-6)


@of("utils_2018")
def test_sgd_in_capitals_divides_by_nothing(face, model):
    model.kit.gradients(model.params, summed(model))
    face.SGD(model.params, 0.1)
    np.testing.assert_allclose(model.moved, -0.1 * GRADIENT, atol=1e-6)


# show_images, show_fashion_mnist, get_fashion_mnist_labels


def pictures(face, n):
    backend = face.backend
    return backend.tensor(np.random.default_rng(0).random((n, 28, 28), "float32"))


@of(*(name for name in OLDER if name != "d2l_pytorch"))
def test_show_images_gave_axes_in_rows_and_columns(face):
    assert face.show_images(pictures(face, 6), 2, 3).shape == (2, 3)
    axes = face.show_images(pictures(face, 3), 1, 3, 4)
    assert axes.shape == (1, 3)
    assert axes[0][0].figure.get_size_inches().tolist() == [12, 4]
    assert face.show_images(pictures(face, 2), num_rows=2, num_cols=1, scale=1.4).shape == (2, 1)


@of("d2l_pytorch", *NEWER)
def test_show_images_gives_flat_axes_with_titles(face):
    axes = face.show_images(pictures(face, 6), 2, 3, ["a", "b", "c", "d", "e", "f"], 2)
    assert [ax.get_title() for ax in axes] == list("abcdef")
    assert axes[0].figure.get_size_inches().tolist() == [6, 4]
    assert face.show_images(list(pictures(face, 2)), 1, 2, titles=["a", "b"], scale=1.5).shape == (2,)
    assert face.show_images(imgs=pictures(face, 1), num_rows=1, num_cols=1).shape == (1,)


@of(*OLDER)
def test_titles_are_those_of_the_later_call_which_gives_flat_axes(face):
    axes = face.show_images(pictures(face, 2), 1, 2, titles=["a", "b"])
    assert [ax.get_title() for ax in axes] == ["a", "b"]
    axes = face.show_images(pictures(face, 2), 1, 2, ["c", "d"], scale=3)
    assert [ax.get_title() for ax in axes] == ["c", "d"]
    assert axes[0].figure.get_size_inches().tolist() == [6, 3]


@of(*OLDER)
def test_show_fashion_mnist_draws_images_that_are_rows_of_pixels(face):
    face.show_fashion_mnist(face.backend.reshape(pictures(face, 2), (2, 784)), ["a", "b"])
    assert [ax.get_images()[0].get_array().shape for ax in face.plt.gcf().axes] == [(28, 28)] * 2


@of(*OLDER)
def test_show_fashion_mnist_made_a_row_under_titles(face):
    _, test_iter = face.load_data_fashion_mnist(**arguments(face, batch_size=9))
    X, _ = first_batch(test_iter)
    face.show_fashion_mnist(X[0:9], [f"{i}\n{i}" for i in range(9)])
    assert [ax.get_title() for ax in face.plt.gcf().axes] == [f"{i}\n{i}" for i in range(9)]


def arguments(face, **named):
    """The arguments, and a folder where that is asked for."""
    asks = (
        inspect.signature(face.load_data_fashion_mnist).parameters["root"].default is inspect.Parameter.empty
    )
    return {**named, **({"root": "."} if asks else {})}


def test_labels_are_anything_iterable_of_numbers(face):
    backend = face.backend
    expected = ["ankle boot", "t-shirt", "dress"]
    y = np.array([9, 0, 3])
    kinds = (
        y,
        y.astype("float32"),
        y.tolist(),
        tuple(y),
        backend.tensor(y),
        list(backend.tensor(y)),
        iter(y),
    )
    assert [face.get_fashion_mnist_labels(kind) for kind in kinds] == [expected] * len(kinds)


# synthetic_data, load_array, use_svg_display


@of("d2l_2019", *NEWER)
def test_synthetic_data_had_flat_labels_until_the_edition_of_2021(face):
    face.set_seed(0)
    backend = face.backend
    w = backend.tensor(np.array([2, -3.4], "float32"))
    X, y = map(backend.to_numpy, face.synthetic_data(w, 4.2, 1000))
    assert X.shape == (1000, 2)
    assert y.shape == ((1000, 1) if short_name(face) in EDITION_2021 else (1000,))
    noise = y.reshape(-1) - X @ [2, -3.4] - 4.2
    assert noise.std() == pytest.approx(0.01, rel=0.1)
    column = backend.tensor(np.ones((2, 1), "float32"))
    assert tuple(face.synthetic_data(w=column, b=0, num_examples=3)[1].shape) == (3, 1)


@of("d2l_2019", *NEWER)
def test_load_array_takes_the_arrays_together(face):
    backend = face.backend
    X, y = backend.tensor(np.eye(5, dtype="float32")), backend.tensor(np.arange(5))
    batches = face.load_array((X, y), 2, is_train=False)
    assert len(batches) == 3
    assert [backend.to_numpy(y).tolist() for _, y in batches] == [[0, 1], [2, 3], [4]]
    face.set_seed(0)
    for rows, labels in face.load_array((X, y), 5):
        assert (
            backend.to_numpy(rows).argmax(1).tolist() == backend.to_numpy(labels).tolist() != [0, 1, 2, 3, 4]
        )


@of("d2l_pytorch")
@pytest.mark.parametrize("names", [(), ("dataArray", "labelArray"), ("features", "labels")], ids=str)
def test_load_array_took_features_and_labels_apart(face, names):
    X, y = np.eye(5), np.arange(5)
    if names:
        batches = face.load_array(**dict(zip(names, (X, y))), batch_size=2, is_train=False)
    else:
        batches = face.load_array(X, y, 2, False)
    assert [y.tolist() for _, y in batches] == [[0, 1], [2, 3], [4]]
    assert len(face.load_array(X, y, batch_size=5, is_train=True)) == 1


def test_svg_is_chosen_without_what_ipython_has_removed(face, monkeypatch):
    from IPython import display
    from matplotlib_inline import backend_inline

    from d2l_compat.helpers import plotting

    chosen = []
    monkeypatch.setattr(plotting, "in_jupyter", lambda: True)
    monkeypatch.setattr(backend_inline, "set_matplotlib_formats", chosen.append)
    monkeypatch.delattr(display, "set_matplotlib_formats", raising=False)
    face.use_svg_display()
    face.set_figsize()
    face.set_figsize((5, 2.5))
    face.set_figsize(figsize=(4, 3))
    assert chosen == ["svg"] * 4
    assert face.plt.rcParams["figure.figsize"] == [4, 3]
    monkeypatch.setattr(plotting, "in_jupyter", lambda: False)
    face.use_svg_display()
    assert len(chosen) == 4


@of("utils_2018", "gluonbook")
def test_the_size_of_figures_was_set_with_matplotlib_as_an_argument(face):
    import matplotlib as mpl

    for arguments, size in (((mpl,), [3.5, 2.5]), ((mpl, (5, 2.5)), [5, 2.5])):
        face.set_fig_size(*arguments)
        assert mpl.rcParams["figure.figsize"] == size


# What the earliest edition named otherwise


@of("utils_2018")
def test_the_arguments_of_the_earliest_edition_have_its_names(face, model):
    y_hat, y = examples(face)
    assert face.accuracy(output=y_hat, label=y) == face.accuracy(y_hat=y_hat, y=y) == 0.5
    assert face.evaluate_accuracy(data_iterator=model.batches, net=model.net, ctx=face.try_gpu()) == 0.5
    assert face.squared_loss(yhat=y_hat, y=y_hat - 2).asnumpy().tolist() == [[2, 2, 2]] * 2
    (batch,) = face.data_iter(batch_size=3, num_examples=2, X=y_hat, y=y)
    assert [tensor.shape for tensor in batch] == [(2, 3), (2,)]


@of("utils_2018")
def test_show_images_took_the_size_of_the_figure(face):
    for axes in (
        face.show_images(pictures(face, 6), 2, 3, (9, 4)),
        face.show_images(imgs=pictures(face, 6), nrows=2, ncols=3, figsize=(9, 4)),
    ):
        assert axes[0, 0].figure.get_size_inches().tolist() == [9, 4]


@of("utils_2018")
def test_the_fifth_argument_of_semilogy_was_the_size_of_the_figure(face):
    face.semilogy([1, 2], [1, 10], "x", "y", (6, 3))
    assert face.plt.gcf().get_size_inches().tolist() == [6, 3]
    assert len(face.plt.gca().lines) == 1


# Figures


@of(*OLDER)
def test_semilogy_ended_with_show_so_that_a_second_call_makes_a_second_figure(face, monkeypatch):
    shown = []
    monkeypatch.setattr(face.plt, "show", lambda: shown.append(len(face.plt.gca().lines)))
    face.semilogy([1, 2], [1, 10], "x", "y", [1, 2], [2, 20], ["train", "test"])
    assert shown == ([] if short_name(face) == "d2lzh_pytorch" else [2])


# data_iter


@of("d2lzh_tensorflow2")
def test_data_iter_yielded_numpy_arrays(face):
    X, y = pictures(face, 3), face.backend.tensor(np.arange(3))
    batches = [*face.data_iter(2, X, y), *face.data_iter(2, 3, X, y)]
    assert {type(array) for batch in batches for array in batch} == {np.ndarray}
    assert [len(y) for _, y in batches] == [2, 1, 2, 1]


# What only d2ltorch had


@of("d2ltorch")
def test_params_init_gives_weights_to_layers_and_ones_to_batch_norm(face):
    import torch
    from torch import nn

    net = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.Sequential(nn.BatchNorm2d(2), nn.Conv2d(2, 2, 1, bias=False)), nn.Linear(2, 2)
    )
    for parameter in net.parameters():
        nn.init.constant_(parameter, 7)
    assert face.params_init(net, nn.init.constant_, val=0.5) is None
    for layer in (net[0], net[1][1], net[2]):
        assert (layer.weight == 0.5).all()
    assert (net[1][0].weight == 1).all()
    for layer in (net[0], net[1][0], net[2]):
        assert (layer.bias == 0).all()
    torch.manual_seed(0)
    face.params_init(model=net, init=nn.init.normal_, std=0.01)
    torch.manual_seed(0)
    assert torch.equal(net[0].weight, nn.init.normal_(torch.empty(2, 1, 3, 3), std=0.01))


@of("d2ltorch")
@pytest.mark.parametrize(("count", "several"), [(0, False), (1, False), (2, True)])
def test_try_all_gpus_said_whether_there_are_several_and_the_device(face, monkeypatch, count, several):
    import torch

    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    flag, device = face.try_all_gpus()
    assert (flag, device.type) == (several, "cuda" if count else "cpu")


# What the editions' modules had imported

MODULES = {
    "mxnet": "autograd gluon init mx nd nn np",
    "torch": "nn np torch",
    "tensorflow": "keras np tf",
}


@of(*(name for name in (*OLDER, "all_deep_learning", "d2l_2020")))
def test_modules_that_the_edition_imported_are_found_in_it(face):
    framework = face.backend.name
    names = "autograd gluon init np npx" if short_name(face) == "d2l_2020" else MODULES[framework]
    for name in names.split():
        assert inspect.ismodule(getattr(face, name)), name
        assert name in face.__all__
    root = sys.modules[framework]
    assert getattr(face, {"mxnet": "gluon", "torch": "nn", "tensorflow": "keras"}[framework]) is getattr(
        root, {"mxnet": "gluon", "torch": "nn", "tensorflow": "keras"}[framework]
    )
    assert face.np is (root.np if short_name(face) == "d2l_2020" else np)
