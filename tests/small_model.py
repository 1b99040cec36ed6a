"""A model so small that its training can be worked out by hand, in the tensors of any face.

Two inputs, two classes, W the identity; one batch, X = [[1, 2], [3, 5]], y = [0, 1]. The scores are X itself:
the first row is judged wrongly, the second rightly. The loss of a row is the score of its class, negative:
-1 and -5, -3 on average. The gradient of their sum is -[[1, 3], [2, 5]].
"""

import numpy as np
from kits import kit_of

X, Y = np.array([[1, 2], [3, 5]], "float32"), np.array([0, 1])
GRADIENT = -np.array([[1, 3], [2, 5]])
LINE = "epoch 1, loss -3.0000, train acc 0.500, test acc 0.500\n"


class SmallModel:
    """`net`, `losses` (per example), `mean_loss`, `params` and `batches` for `face`, in `dtype`."""

    def __init__(self, face, dtype="float32"):
        self.backend = backend = face.backend
        self.kit = kit = kit_of(backend.name)
        self.W = parameter(backend, np.eye(2, dtype="float32"), dtype)
        self.params = [self.W]
        labels = backend.tensor(Y.astype(backend.label_dtype))
        self.batches = [(kit.cast(backend.tensor(X.copy()), dtype), labels)]
        self.mask = kit.cast(backend.tensor(np.eye(2, dtype="float32")), dtype)

    def net(self, X):
        """Return the scores."""
        return self.backend.matmul(X, self.W)

    def losses(self, y_hat, y):
        """Return the loss of each row."""
        return -self.kit.sum_of_rows(y_hat * self.mask)

    def mean_loss(self, y_hat, y):
        """Return the mean of the losses."""
        return self.kit.mean(self.losses(y_hat, y))

    @property
    def moved(self):
        """How far W has moved, NumPy (2, 2)."""
        return self.backend.to_numpy(self.W) - np.eye(2)


def parameter(backend, array, dtype="float32"):
    """Return the NumPy `array` in `dtype`, as a tensor that gradients are taken of."""
    kit = kit_of(backend.name)
    return kit.trainable(kit.cast(backend.tensor(array.copy()), dtype))
