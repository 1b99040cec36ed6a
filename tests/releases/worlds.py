"""Tensors, nets, losses and updaters of each framework, with the same numbers in all of them.

A world is made afresh for every call, with all generators seeded. Afterwards `left` says what became of the
parameters, their gradients and the mode of the net. `d2l` is the module under test, release or face: `sgd`
and `Updater` are its own, as in a notebook. What else it says in the framework's words it has from its `kit`.
"""

from __future__ import annotations

import random

import numpy as np
from kits import NotHereError
from stand_ins import DATA

_rng = np.random.default_rng(0)
LABELS = np.array([0, 1, 2, 1, 0, 2, 2, 1, 0, 1, 1, 2, 0, 0, 2, 1, 2, 0, 1, 0])
INPUTS = (_rng.normal(0, 0.3, (20, 4)) + 2 * np.eye(3, 4)[LABELS]).astype("float32")  # easily told apart
WEIGHTS, BIAS = _rng.normal(0, 0.1, (4, 3)).astype("float32"), np.array([0.1, 0, -0.1], "float32")
IMAGE_WEIGHTS = _rng.normal(0, 0.1, (784, 10)).astype("float32")
TARGETS = INPUTS @ np.array([[1], [-2], [3], [0.5]], "float32") + 1


class World:
    """The words of a `kit`, and what is made with them for one call on `d2l`."""

    def __init__(self, kit, d2l):
        self.kit, self.d2l = kit, d2l
        self.params, self.nets = [], []
        random.seed(0)
        np.random.seed(0)
        kit.seed()

    def __getattr__(self, name):
        return getattr(self.kit, name)

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
        y, starts = self.label_layout(y), range(0, len(y), size)
        return [(self.tensor(X[i : i + size]), self.tensor(y[i : i + size])) for i in starts]

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
        self.net, params = self.linear(WEIGHTS[:, :columns], BIAS[:columns], dropout)
        self.params += params
        self.nets.append(self.net)
        return self.net

    def own(self, lr=0.5):
        """Return the reader's own updater of the parameters made so far."""
        return self.own_updater(self.d2l, list(self.params), lr)

    def optimiser(self, net, lr=0.5):
        """Return the framework's own gradient descent for `net`."""
        return self.kit.optimiser(net, self.params, lr)

    def param(self, array):
        """Return a parameter; what is left of it will be looked at."""
        self.params.append(self.variable(array))
        return self.params[-1]

    def with_gradient(self, array):
        """Return a parameter with the gradient of the sum of its squares."""
        if not self.holds_gradients:
            raise NotHereError
        param = self.param(array)
        self.gradients([param], lambda param: (param**2).sum())
        return param

    def left(self):
        """Return what is left of parameters, gradients and modes, by name."""
        left = {}
        for i, param in enumerate(self.params):
            left[f"parameter {i}"] = self.numpy(param)
            left[f"gradient {i}"] = self.gradient(param)
        for i, net in enumerate(net for net in self.nets if hasattr(net, "training")):
            left[f"net {i} in training mode"] = net.training
        return left
