"""Tensors, nets, losses and updaters of each framework, with the same numbers in all of them.

A world is made afresh for every call, with all generators seeded. Afterwards `left` says what became of the
parameters, their gradients and the mode of the net. `d2l` is the module under test, release or face: `sgd`
and `Updater` are its own, as in a notebook.
"""

from __future__ import annotations

import random
from contextlib import suppress

import numpy as np
from stand_ins import DATA


class NotHereError(Exception):
    """What a world does not have; the case is left out."""


_rng = np.random.default_rng(0)
LABELS = np.array([0, 1, 2, 1, 0, 2, 2, 1, 0, 1, 1, 2, 0, 0, 2, 1, 2, 0, 1, 0])
INPUTS = (_rng.normal(0, 0.3, (20, 4)) + 2 * np.eye(3, 4)[LABELS]).astype("float32")  # easily told apart
WEIGHTS, BIAS = _rng.normal(0, 0.1, (4, 3)).astype("float32"), np.array([0.1, 0, -0.1], "float32")
IMAGE_WEIGHTS = _rng.normal(0, 0.1, (784, 10)).astype("float32")
TARGETS = INPUTS @ np.array([[1], [-2], [3], [0.5]], "float32") + 1


class World:
    """What the frameworks have in common, and what each supplies; what one lacks raises NotHereError.

    Each has ``seed()``, which imports the framework and seeds its generators, ``tensor(array)``,
    ``variable(array)``, which gradients are taken of, ``numpy(parameter)``, ``matmul`` and ``reshape``, and
    the words that its functions have for an axis (`axis`) and for keeping it (`keep`).
    """

    labels = "int32"
    """dtype of the labels that the loaders of the book yield."""

    def __init__(self, d2l):
        self.d2l = d2l
        self.params, self.nets = [], []
        random.seed(0)
        np.random.seed(0)
        self.seed()

    def batches(self, size=8, n=20):
        """Return a list of (X, y), the last of them short."""
        return self._cut(INPUTS[:n], LABELS[:n].astype(self.labels), size)

    def regression_batches(self, columns=1):
        """Return a list of (X, y) for a regression, y of shape (n, 1), or (n,) for no `columns`."""
        return self._cut(INPUTS, TARGETS if columns else TARGETS[:, 0], 8)

    def image_batches(self, size):
        """Return a list of (X, y), the test images, scaled and laid out as the framework has them."""
        images = self.image_layout(DATA.test_images.astype("float32") / 255)
        return self._cut(images, DATA.test_labels.astype(self.labels), size)

    def _cut(self, X, y, size):
        starts = range(0, len(y), size)
        return [(self.tensor(X[i : i + size]), self.tensor(y[i : i + size])) for i in starts]

    def image_layout(self, images):
        """Return NumPy images (n, height, width) with a channel."""
        return images[:, None]

    def mean(self, tensor):
        """Return the mean of all elements."""
        return tensor.mean()

    def scratch(self):
        """Return a net that is a function of two parameters."""
        W, b = self.param(WEIGHTS), self.param(BIAS)
        self.net = lambda X: self.matmul(X, W) + b
        return self.net

    def image_net(self):
        """Return a net that classifies images."""
        W = self.param(IMAGE_WEIGHTS)
        return lambda X: self.matmul(self.reshape(X, (-1, 784)), W)

    def module(self, dropout=False, columns=3):
        """Return a net of the framework's own layers, with the weights of `scratch`; it is `net` then."""
        raise NotHereError

    def own(self, lr=0.5):
        """Return the reader's own updater of the parameters made so far."""
        params = list(self.params)
        return lambda batch_size: self.d2l.sgd(params, lr, batch_size)

    def optimiser(self, net, lr=0.5):
        """Return the framework's own gradient descent for `net`."""
        raise NotHereError

    def loss(self, kind):
        """Return one of the losses of `cases.LOSSES`."""
        raise NotHereError

    def l2(self):
        """Return a loss for regressions, per example."""
        raise NotHereError

    def param(self, array):
        """Return a parameter; what is left of it will be looked at."""
        self.params.append(self.variable(array))
        return self.params[-1]

    def with_gradient(self, array):
        """Return a parameter with the gradient of the sum of its squares."""
        raise NotHereError

    def ctx(self):
        """Return the CPU, where calls take a device."""
        raise NotHereError

    def contexts(self):
        """Return a list of devices, where calls take one."""
        raise NotHereError

    def dtype(self, name):
        """Return a dtype, as the framework's functions take it."""
        raise NotHereError

    def left(self):
        """Return what is left of parameters, gradients and modes, by name."""
        left = {}
        for i, param in enumerate(self.params):
            left[f"parameter {i}"] = self.numpy(param)
            left[f"gradient {i}"] = self.gradient(param)
        for i, net in enumerate(self.nets):
            left[f"net {i} in training mode"] = net.training
        return left

    def gradient(self, param):
        """Return the gradient that a parameter holds, NumPy; None where it holds none."""
        return


class Torch(World):
    """PyTorch."""

    labels = "int64"
    axis, keep = "dim", "keepdim"

    def seed(self):
        import torch

        self.torch = torch
        torch.manual_seed(0)

    def tensor(self, array):
        return self.torch.tensor(array)

    def variable(self, array):
        return self.torch.tensor(array, requires_grad=True)

    def numpy(self, tensor):
        return tensor.detach().numpy().copy()

    def gradient(self, param):
        return None if param.grad is None else param.grad.numpy().copy()

    def with_gradient(self, array):
        param = self.param(array)
        (param**2).sum().backward()
        return param

    def matmul(self, a, b):
        return a @ b

    def reshape(self, a, shape):
        return a.reshape(shape)

    def module(self, dropout=False, columns=3):
        nn = self.torch.nn
        linear = nn.Linear(4, columns)
        with self.torch.no_grad():
            linear.weight.copy_(self.tensor(WEIGHTS[:, :columns].T))
            linear.bias.copy_(self.tensor(BIAS[:columns]))
        net = nn.Sequential(nn.Dropout(0.5), linear) if dropout else nn.Sequential(linear)
        self.params += list(net.parameters())
        self.nets.append(net)
        self.net = net
        return net

    def optimiser(self, net, lr=0.5):
        return self.torch.optim.SGD(self.params, lr=lr)

    def loss(self, kind):
        nn, F = self.torch.nn, self.torch.nn.functional
        return {
            "own, per example": lambda y_hat, y: F.cross_entropy(y_hat, y, reduction="none"),
            "own, mean": lambda y_hat, y: F.cross_entropy(y_hat, y),
            "native, per example": nn.CrossEntropyLoss(reduction="none"),
            "native, mean": nn.CrossEntropyLoss(),
            "native, sum": nn.CrossEntropyLoss(reduction="sum"),
        }[kind]

    def l2(self):
        return self.torch.nn.MSELoss(reduction="none")

    def ctx(self):
        return self.torch.device("cpu")

    def dtype(self, name):
        return getattr(self.torch, name)


class Paddle(World):
    """PaddlePaddle, whose loaders give labels in a column."""

    labels = "int64"
    axis, keep = "axis", "keepdim"

    def seed(self):
        import paddle

        self.paddle = paddle
        paddle.seed(0)

    def _cut(self, X, y, size):
        return super()._cut(X, y.reshape(len(y), -1), size)

    def tensor(self, array):
        return self.paddle.to_tensor(array)

    def variable(self, array):
        return self.paddle.to_tensor(array, stop_gradient=False)

    def numpy(self, tensor):
        return tensor.numpy().copy()

    def gradient(self, param):
        return None if param.grad is None else param.grad.numpy().copy()

    def with_gradient(self, array):
        param = self.param(array)
        (param**2).sum().backward()
        return param

    def matmul(self, a, b):
        return a @ b

    def reshape(self, a, shape):
        return a.reshape(shape)

    def module(self, dropout=False, columns=3):
        nn = self.paddle.nn
        linear = nn.Linear(4, columns)
        linear.weight.set_value(WEIGHTS[:, :columns])
        linear.bias.set_value(BIAS[:columns])
        net = nn.Sequential(nn.Dropout(0.5), linear) if dropout else nn.Sequential(linear)
        self.params += net.parameters()
        self.nets.append(net)
        self.net = net
        return net

    def optimiser(self, net, lr=0.5):
        return self.paddle.optimizer.SGD(lr, self.params)

    def loss(self, kind):
        nn, F = self.paddle.nn, self.paddle.nn.functional
        return {
            "own, per example": lambda y_hat, y: F.cross_entropy(y_hat, y, reduction="none"),
            "own, mean": lambda y_hat, y: F.cross_entropy(y_hat, y),
            "native, per example": nn.CrossEntropyLoss(reduction="none"),
            "native, mean": nn.CrossEntropyLoss(),
            "native, sum": nn.CrossEntropyLoss(reduction="sum"),
        }[kind]

    def l2(self):
        return self.paddle.nn.MSELoss(reduction="none")

    def ctx(self):
        return self.paddle.CPUPlace()

    def dtype(self, name):
        return getattr(self.paddle, name)


class TensorFlow(World):
    """TensorFlow and Keras."""

    axis, keep = "axis", "keepdims"

    def seed(self):
        import tensorflow

        self.tf = tensorflow
        tensorflow.keras.utils.set_random_seed(0)

    def tensor(self, array):
        return self.tf.constant(array)

    def variable(self, array):
        return self.tf.Variable(array)

    def numpy(self, tensor):
        return tensor.numpy()

    def matmul(self, a, b):
        return self.tf.matmul(a, b)

    def reshape(self, a, shape):
        return self.tf.reshape(a, shape)

    def mean(self, tensor):
        return self.tf.reduce_mean(tensor)

    def image_layout(self, images):
        return images[..., None]

    def module(self, dropout=False, columns=3):
        keras = self.tf.keras
        layers = [keras.layers.Dropout(0.5)] if dropout else []
        net = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(columns)])
        net.set_weights([WEIGHTS[:, :columns], BIAS[:columns]])
        self.params += net.trainable_variables
        self.net = net
        return net

    def own(self, lr=0.5):
        return self.d2l.Updater(list(self.params), lr)

    def optimiser(self, net, lr=0.5):
        if not hasattr(net, "trainable_variables"):
            raise NotHereError
        return self.tf.keras.optimizers.SGD(lr)

    def loss(self, kind):
        losses = self.tf.keras.losses
        cross_entropy = self.tf.nn.sparse_softmax_cross_entropy_with_logits
        return {
            "own, per example": lambda y_hat, y: cross_entropy(y, y_hat),
            "own, mean": lambda y_hat, y: self.tf.reduce_mean(cross_entropy(y, y_hat)),
            "native, per example": losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none"),
            "native, mean": losses.SparseCategoricalCrossentropy(from_logits=True),
            "native, sum": losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum"),
        }[kind]

    def l2(self):
        return lambda y_hat, y: (y_hat - self.tf.reshape(y, y_hat.shape)) ** 2

    def dtype(self, name):
        return getattr(self.tf, name)


class MXNet(World):
    """MXNet with NumPy semantics."""

    axis, keep = "axis", "keepdims"

    def seed(self):
        import mxnet

        self.mx = mxnet
        self.forget_errors()
        mxnet.npx.set_np()
        self.np, self.pick = mxnet.np, mxnet.npx.pick
        self.log_softmax, self.matmul = mxnet.npx.log_softmax, mxnet.np.dot
        mxnet.random.seed(0)

    def forget_errors(self):
        """Wait for what earlier calls began, so that their errors are not met by this one."""
        with suppress(self.mx.MXNetError):
            self.mx.nd.waitall()

    def tensor(self, array):
        return self.np.array(array, dtype=array.dtype)

    def variable(self, array):
        tensor = self.tensor(array)
        tensor.attach_grad()
        return tensor

    def numpy(self, tensor):
        return (tensor if hasattr(tensor, "asnumpy") else tensor.data()).asnumpy()

    def gradient(self, param):
        return (param.grad if hasattr(param, "asnumpy") else param.grad()).asnumpy()

    def with_gradient(self, array):
        param = self.param(array)
        with self.mx.autograd.record():
            total = (param**2).sum()
        total.backward()
        return param

    def reshape(self, a, shape):
        return a.reshape(shape)

    def own(self, lr=0.5):
        if not all(hasattr(param, "asnumpy") for param in self.params):
            raise NotHereError  # Gluon's parameters are no arrays
        return super().own(lr)

    def module(self, dropout=False, columns=3):
        gluon = self.mx.gluon
        net = gluon.nn.Sequential()
        if dropout:
            net.add(gluon.nn.Dropout(0.5))
        net.add(gluon.nn.Dense(columns, in_units=4))
        net.initialize()
        net[-1].weight.set_data(self.tensor(WEIGHTS[:, :columns].T.copy()))
        net[-1].bias.set_data(self.tensor(BIAS[:columns]))
        self.params += net.collect_params().values()
        self.net = net
        return net

    def optimiser(self, net, lr=0.5):
        if not hasattr(net, "collect_params"):
            raise NotHereError
        return self.mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})

    def loss(self, kind):
        def cross_entropy(y_hat, y):
            return -self.pick(self.log_softmax(y_hat), y)

        losses = {
            "own, per example": cross_entropy,
            "own, mean": lambda y_hat, y: cross_entropy(y_hat, y).mean(),
            "native, per example": self.mx.gluon.loss.SoftmaxCrossEntropyLoss(),
        }
        if kind not in losses:
            raise NotHereError
        return losses[kind]

    def l2(self):
        return self.mx.gluon.loss.L2Loss()

    def ctx(self):
        return self.mx.cpu()

    def contexts(self):
        return [self.mx.cpu()]

    def dtype(self, name):
        return getattr(self.np, name)


class MXNetND(MXNet):
    """MXNet with the older nd semantics."""

    def seed(self):
        import mxnet

        self.mx = mxnet
        self.forget_errors()
        mxnet.npx.reset_np()
        self.np, self.pick = mxnet.nd, mxnet.nd.pick
        self.log_softmax, self.matmul = mxnet.nd.log_softmax, mxnet.nd.dot
        mxnet.random.seed(0)

    def tensor(self, array):
        return super().tensor(np.atleast_1d(array))  # nd has none without axes

    def dtype(self, name):
        return name


class MXNet2018(MXNetND):
    """MXNet of early 2018, when labels were floats, as an argmax of nd is."""

    labels = "float32"


class JAX(World):
    """JAX, of which d2l had the names of chapter 2 and the figures only."""

    axis, keep = "axis", "keepdims"

    def seed(self):
        import jax

        self.jax = jax

    def tensor(self, array):
        return self.jax.numpy.array(array)

    def param(self, array):
        raise NotHereError

    def ctx(self):
        return self.jax.devices("cpu")[0]

    def dtype(self, name):
        return getattr(self.jax.numpy, name)


WORLDS = {
    "torch": Torch,
    "tensorflow": TensorFlow,
    "mxnet": MXNet,
    "mxnet nd": MXNetND,
    "mxnet nd 2018": MXNet2018,
    "jax": JAX,
    "paddle": Paddle,
}
