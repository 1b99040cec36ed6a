"""A model so small that its training can be worked out by hand, in the tensors of any face.

Two inputs, two classes, W the identity; one batch, X = [[1, 2], [3, 5]], y = [0, 1]. The scores are X itself:
the first row is judged wrongly, the second rightly. The loss of a row is the score of its class, negative:
-1 and -5, -3 on average. The gradient of their sum is -[[1, 3], [2, 5]].
"""

import sys

import numpy as np

X, Y = np.array([[1, 2], [3, 5]], "float32"), np.array([0, 1])
GRADIENT = -np.array([[1, 3], [2, 5]])
LINE = "epoch 1, loss -3.0000, train acc 0.500, test acc 0.500\n"


def sum_of_rows(tensor):
    """Return the sums over the second axis."""
    return tensor.sum(axis=1) if hasattr(tensor, "sum") else sys.modules["tensorflow"].reduce_sum(tensor, 1)


def mean(tensor):
    """Return the mean of all elements."""
    return tensor.mean() if hasattr(tensor, "mean") else sys.modules["tensorflow"].reduce_mean(tensor)


class SmallModel:
    """`net`, `losses` (per example), `mean_loss`, `params` and `batches` for `face`, in `dtype`."""

    def __init__(self, face, dtype="float32"):
        self.backend = backend = face.backend
        self.W = parameter(backend, np.eye(2, dtype="float32"), dtype)
        self.params = [self.W]
        labels = backend.tensor(Y.astype(backend.label_dtype))
        self.batches = [(cast(backend.tensor(X.copy()), dtype), labels)]
        self.mask = cast(backend.tensor(np.eye(2, dtype="float32")), dtype)

    def net(self, X):
        """Return the scores."""
        return self.backend.matmul(X, self.W)

    def losses(self, y_hat, y):
        """Return the loss of each row."""
        return -sum_of_rows(y_hat * self.mask)

    def mean_loss(self, y_hat, y):
        """Return the mean of the losses."""
        return mean(self.losses(y_hat, y))

    @property
    def moved(self):
        """How far W has moved, NumPy (2, 2)."""
        return self.backend.to_numpy(self.W) - np.eye(2)


def cast(tensor, dtype):
    """Return a native `tensor` in `dtype`, by name."""
    if hasattr(tensor, "astype"):
        return tensor.astype(dtype)
    if hasattr(tensor, "to"):
        return tensor.to(getattr(sys.modules["torch"], dtype))
    return sys.modules["tensorflow"].cast(tensor, dtype)


def parameter(backend, array, dtype="float32"):
    """Return the NumPy `array` in `dtype`, as a tensor that gradients are taken of."""
    tensor = cast(backend.tensor(array.copy()), dtype)
    if backend.name == "tensorflow":
        return sys.modules["tensorflow"].Variable(tensor)
    if backend.name == "torch":
        return tensor.requires_grad_()
    if backend.name == "paddle":
        tensor.stop_gradient = False
    if backend.name == "mxnet":
        tensor.attach_grad()
    return tensor


def gradients(backend, params, total):
    """Leave the gradients of ``total(*params)`` in the `params`, or return them where tensors hold none."""
    if backend.name == "jax":
        return sys.modules["jax"].grad(lambda params: total(*params))(params)
    if backend.name == "tensorflow":
        with sys.modules["tensorflow"].GradientTape() as tape:
            value = total(*params)
        return tape.gradient(value, params)
    if backend.name in ("torch", "paddle"):
        total(*params).backward()
        return None
    with sys.modules["mxnet"].autograd.record():
        value = total(*params)
    value.backward()
    return None


def optimiser(backend, params, lr):
    """Return the framework's own gradient descent."""
    if backend.name == "tensorflow":
        return sys.modules["tensorflow"].keras.optimizers.SGD(lr)
    if backend.name == "torch":
        return sys.modules["torch"].optim.SGD(params, lr=lr)
    if backend.name == "paddle":
        return sys.modules["paddle"].optimizer.SGD(lr, params)
    raise TypeError("MXNet's trainers take Gluon's parameters only")
