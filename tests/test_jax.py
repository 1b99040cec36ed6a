"""What is JAX's own: pure functions, parameters as a pytree, compiled steps, keys."""

import functools
import os
import re
import subprocess
import sys

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from d2l_compat import jax as d2l

pytestmark = pytest.mark.framework("jax")

X = np.random.default_rng(0).random((4, 3), dtype="float32")
Y = np.array([0, 1, 1, 0], dtype="int32")


@pytest.fixture
def batch():
    return jnp.array(X), jnp.array(Y)


def net(params, X):
    return X @ params["W"] + params["b"]


def start():
    return {"W": jnp.full((3, 2), 0.1, "float32"), "b": jnp.zeros(2)}


def losses(y_hat, y):
    return -jnp.take_along_axis(jax.nn.log_softmax(y_hat), y[:, None], axis=1)[:, 0]


def by_hand(lr):
    """Loss and parameters after one step along the mean gradient."""
    mean, grads = jax.value_and_grad(lambda params: losses(net(params, X), Y).mean())(start())
    return mean.item(), jax.tree.map(lambda param, grad: param - lr * grad, start(), grads)


def assert_same(params, expected):
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-6), params, expected)


# Training


LOSSES = {"per-example": losses, "mean": lambda y_hat, y: losses(y_hat, y).mean()}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_pure_net_is_trained_along_the_mean_gradient(batch, loss):
    updater = d2l.Updater(start(), lr=0.5)
    reported, _ = d2l.train_epoch_ch3(net, [batch], loss, updater)
    expected, stepped = by_hand(0.5)
    assert reported == pytest.approx(expected)
    assert_same(updater.params, stepped)


def test_the_initial_parameters_stay_as_they_are(batch):
    params = start()
    d2l.train_epoch_ch3(net, [batch, batch], losses, d2l.Updater(params, lr=0.5))
    assert_same(params, start())


PYTREES = {
    "tuple": lambda params, X: X @ params[0] + params[1],
    "nested": lambda params, X: X @ params["dense"]["W"] + params["dense"]["bias"][0],
}
LIKE = {
    "tuple": lambda params: (params["W"], params["b"]),
    "nested": lambda params: {"dense": {"W": params["W"], "bias": [params["b"]]}},
}


@pytest.mark.parametrize("kind", PYTREES)
def test_any_pytree_holds_the_parameters(batch, kind):
    updater = d2l.Updater(LIKE[kind](start()), lr=0.5)
    d2l.train_epoch_ch3(PYTREES[kind], [batch], losses, updater)
    assert_same(updater.params, LIKE[kind](by_hand(0.5)[1]))


def test_a_net_of_single_examples_is_trained_through_vmap(batch):
    updater = d2l.Updater(start(), lr=0.5)
    d2l.train_epoch_ch3(jax.vmap(net, in_axes=(None, 0)), [batch], losses, updater)
    assert_same(updater.params, by_hand(0.5)[1])


def test_an_updater_of_ones_own_steps_as_it_likes(batch):
    class Momentum:
        def __init__(self, params):
            self.params, self.velocity = params, jax.tree.map(jnp.zeros_like, params)

        def __call__(self, batch_size, grads):
            self.velocity = jax.tree.map(lambda v, g: 0.9 * v + g / batch_size, self.velocity, grads)
            self.params = jax.tree.map(lambda p, v: p - 0.5 * v, self.params, self.velocity)

    updater = Momentum(start())
    d2l.train_epoch_ch3(net, [batch], losses, updater)
    assert_same(updater.params, by_hand(0.5)[1])
    d2l.train_epoch_ch3(net, [batch], losses, updater)
    assert np.abs(updater.velocity["b"]).max() > 0


@pytest.mark.parametrize("concise", [False, True], ids=["from scratch", "concise"])
def test_the_update_that_is_compiled_with_the_step_has_the_bits_of_one_by_itself(concise):
    class Apart(d2l.Updater):
        """Is called with the gradients, as any optimiser of the reader's own."""

    def trained(kind):
        model = d2l.softmax_regression(W, concise=concise)
        updater, results = kind(model.updater.params, lr=0.1), []
        for lr in (0.1, 0.03):
            updater.lr = lr
            results.append(d2l.train_epoch_ch3(model.net, batches, model.loss, updater))
        return results, jax.tree.map(lambda param: param.tobytes(), updater.params)

    generator = np.random.default_rng(0)
    W = generator.normal(0, 0.01, (784, 10)).astype("float32")
    images, labels = generator.random((110, 28, 28, 1), "float32"), generator.integers(0, 10, 110, "int32")
    batches = [(jnp.array(images[rows]), jnp.array(labels[rows])) for rows in (slice(0, 64), slice(64, 110))]
    assert trained(d2l.Updater) == trained(Apart)


def test_a_net_is_traced_once_a_call_for_each_shape_of_a_batch():
    traced = []

    def watched(params, X):
        traced.append(X.shape)
        return net(params, X)

    batches = [(jnp.array(X[rows]), jnp.array(Y[rows])) for rows in (slice(0, 2), slice(2, 4), slice(0, 1))]
    updater = d2l.Updater(start(), lr=0.1)
    for _ in range(3):
        d2l.train_epoch_ch3(watched, batches, losses, updater)
    assert traced == [(2, 3), (1, 3)] * 3


def test_each_epoch_is_tested_with_the_parameters_it_ended_with(batch):
    updater = d2l.Updater(start(), lr=0.5)
    history = d2l.train_ch3(net, [batch], [batch], losses, 3, updater)
    trained = functools.partial(net, updater.params)
    assert history.test_acc[-1] == d2l.evaluate_accuracy(trained, [batch])
    assert history.train_loss[0] > history.train_loss[1] > history.train_loss[2]


def test_the_chapters_model_trains_and_predicts_under_one_name(batch):
    model = d2l.softmax_regression(np.zeros((784, 10), "float32"))
    images = jnp.ones((1, 28, 28, 1))
    np.testing.assert_allclose(model.net(images), np.full((1, 10), 0.1), rtol=1e-6)
    d2l.train_epoch_ch3(model.net, [(images, jnp.array([3]))], model.loss, model.updater)
    assert model.net(images).argmax() == 3
    np.testing.assert_array_equal(model.net(images), model.net(model.updater.params, images))


# Nets and calls that do not fit


def test_training_a_function_of_the_images_alone_is_an_error(batch):
    bound = functools.partial(net, start())
    with pytest.raises(TypeError, match=r"expected net\(params, X\), received net\(X\); the updater holds"):
        d2l.train_epoch_ch3(bound, [batch], losses, d2l.Updater(start(), lr=0.1))


def test_evaluating_a_net_without_its_parameters_is_an_error(batch):
    message = r"expected net\(X\), received net\(params, X\); functools.partial\(net, updater.params\) makes"
    with pytest.raises(TypeError, match=message):
        d2l.evaluate_accuracy(net, [batch])


def test_the_older_call_cannot_change_params_in_place(batch):
    with pytest.raises(TypeError, match=r"updater = d2l.Updater\(params, lr\).*cannot be changed in place"):
        d2l.train_ch3(net, [batch], [batch], losses, 1, 4, start(), 0.1)


@pytest.mark.parametrize("params", [None, {}, {"W": 0.1}, {"W": [1.0, "b"]}], ids=str)
def test_an_updater_without_arrays_is_an_error(batch, params):
    with pytest.raises(TypeError, match=r"updater: expected a d2l.Updater\(params, lr\), or one's own"):
        d2l.train_epoch_ch3(net, [batch], losses, d2l.Updater(params, lr=0.1))


# The update


def test_sgd_returns_the_new_parameters():
    w = jnp.array([1.0, 2.0])
    stepped = d2l.sgd({"w": w}, {"w": jnp.array([4.0, 8.0])}, lr=0.1, batch_size=2)
    np.testing.assert_allclose(stepped["w"], [0.8, 1.6])
    np.testing.assert_array_equal(w, [1, 2])


def test_updater_is_sgd_bound_to_its_parameters():
    updater = d2l.Updater(jnp.array(1.0), lr=0.1)
    updater(2, jnp.array(4.0))
    assert updater.params.item() == pytest.approx(0.8)


# Keys, types, places


def test_every_key_is_new_and_a_seed_starts_them_over():
    def draws():
        return [jax.random.normal(d2l.get_key()).item() for _ in range(3)]

    d2l.set_seed(3)
    first, second = draws(), draws()
    assert len({*first, *second}) == 6
    d2l.set_seed(3)
    assert draws() == first


def test_without_a_seed_keys_differ_from_run_to_run(monkeypatch):
    backend = d2l.backend
    drawn = []
    for _ in range(2):
        monkeypatch.setattr(backend, "_key", None)
        drawn.append(jax.random.normal(d2l.get_key()).item())
    assert drawn[0] != drawn[1]


def test_in_processes_of_ours_a_key_gives_the_same_numbers_with_every_release():
    d2l.backend.prepare()
    key, _ = jax.random.split(jax.random.key(0))
    np.testing.assert_allclose(jax.random.normal(key, (3,)), [1.0040143, -0.9063372, -0.7481722], rtol=1e-6)


@pytest.mark.parametrize(("given", "kept"), [("int64", "int32"), ("float64", "float32"), ("uint8", "uint8")])
def test_tensors_of_64_bits_become_32(given, kept):
    tensor = d2l.backend.tensor(np.arange(3).astype(given))
    assert (tensor.dtype, tensor.tolist()) == (kept, [0, 1, 2])


def test_batches_are_copied_to_the_device_that_is_asked_for(batch):
    images, _ = batch
    device = d2l.try_gpu()
    trained = functools.partial(net, start())
    assert d2l.evaluate_accuracy([batch], trained, device) == d2l.evaluate_accuracy(trained, [batch])
    assert d2l.to(images, device).devices() == {device}


@pytest.mark.parametrize("kind", ["tensor", "NumPy"])
def test_functions_that_call_a_method_take_its_arguments(kind):
    x = jnp.arange(6.0) if kind == "tensor" else np.arange(6.0)
    assert d2l.reshape(x, 2, 3).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert d2l.swapaxes(d2l.reshape(x, 2, 3), 0, 1).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert d2l.repeat(x, 2).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert d2l.astype(x, dtype="int32").tolist() == [0, 1, 2, 3, 4, 5]


# Devices

TWO_DEVICES = """
import jax
from jax import numpy as jnp
from d2l_compat import jax as d2l

first, second = jax.devices()
updater = d2l.Updater(jax.device_put({"W": jnp.ones((3, 2))}, second), lr=0.1)
X, y = jax.device_put((jnp.ones((4, 3)), jnp.zeros(4, "int32")), first)
try:
    d2l.train_epoch_ch3(lambda params, X: X @ params["W"], [(X, y)], lambda y_hat, y: y_hat[:, 0], updater)
except ValueError as error:
    print(error, (updater.params["W"] == 1).all())
"""


def test_arrays_on_two_devices_are_refused_before_anything_is_trained():
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    program = [sys.executable, "-c", TWO_DEVICES]
    said = subprocess.run(program, env={**os.environ, **flags}, capture_output=True, text=True, check=True)
    assert re.fullmatch(
        r"batch 1: expected .* on one device, .* ids \[1\] .* ids \[0\] .* Move the net.* True\n", said.stdout
    )
