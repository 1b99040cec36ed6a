"""Softmax regression in NumPy float64, with which every framework is compared.

It shares no line with the helpers, and is itself checked by numerical gradients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Batches = Iterable["tuple[NDArray[Any], NDArray[Any]]"]


class Epoch(NamedTuple):
    """One epoch: the mean training loss before each step, and the numbers of correct predictions."""

    train_loss: float
    train_correct: int
    test_correct: int


def log_softmax(O: Floats) -> Floats:
    """Return log(softmax(O)), row by row, of logits `O` (B, classes): the maximum is subtracted first."""
    O = O - O.max(axis=1, keepdims=True)
    O -= np.log(np.exp(O).sum(axis=1, keepdims=True))
    return O


def loss_and_gradients(W: Floats, b: Floats, X: Floats, y: NDArray[Any]) -> tuple[float, Floats, Floats]:
    """Return the summed cross-entropy of the batch, and its gradients by `W` and by `b`.

    `X`: float64 (B, inputs), `y`: integers (B,), `W`: (inputs, classes), `b`: (classes,). The gradient by the
    logits is softmax minus one-hot (edition 2021, equation 3.4.10).
    """
    rows = np.arange(len(y))
    log_p = log_softmax(X @ W + b)
    d_logits = np.exp(log_p)
    d_logits[rows, y] -= 1
    return -log_p[rows, y].sum(), X.T @ d_logits, d_logits.sum(axis=0)


def count_correct(W: Floats, b: Floats, X: Floats, y: NDArray[Any]) -> int:
    """Return how many rows of `X` (B, inputs) have their largest logit at `y` (B,)."""
    return int(((X @ W + b).argmax(axis=1) == y).sum())


def train(
    W: NDArray[Any], train_iter: Batches, test_iter: Batches, lr: float = 0.1, num_epochs: int = 10
) -> tuple[list[Epoch], tuple[Floats, Floats]]:
    """Train from weights `W` (inputs, classes) and biases zero; return the `Epoch`s and the final (W, b).

    The iterators yield NumPy batches X (B, ...) and y (B,), which are converted to float64.
    """
    W, b = W.astype(np.float64), np.zeros(W.shape[1])
    epochs = []
    for _ in range(num_epochs):
        total, correct, examples = 0.0, 0, 0
        for X, y in train_iter:
            X = X.reshape(len(X), -1).astype(np.float64)
            correct += count_correct(W, b, X, y)
            loss, dW, db = loss_and_gradients(W, b, X, y)
            W -= lr * dW / len(y)
            b -= lr * db / len(y)
            total, examples = total + loss, examples + len(y)
        test = sum(count_correct(W, b, X.reshape(len(X), -1).astype(np.float64), y) for X, y in test_iter)
        epochs.append(Epoch(total / examples, correct, test))
    return epochs, (W, b)
