"""The installed d2l, where it can be imported: its iterators, and its own loop for the chapter's model."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

from d2l_compat.data import fashion_mnist


def iterators(framework, bare, batch_size=256):
    """Return the module ``d2l.<framework>``, its training and test iterators, and why these are None."""
    try:
        d2l = importlib.import_module(f"d2l.{framework}")
        return d2l, bare.d2l_iterators(d2l, fashion_mnist.load(), batch_size), None
    except Exception as error:  # a broken dependency of d2l can raise anything
        return None, None, f"d2l.{framework} cannot be used here: {type(error).__name__}: {error}"


def epoch(d2l: Any, train_iter: Iterable) -> tuple[Callable[[], None] | None, str]:
    """Return a function that trains d2l's own softmax regression for an epoch with d2l's Trainer, or why not.

    That is the loop of d2l 1.0, without its live plot and without a test set. It counts no accuracy.
    """

    class Data(d2l.DataModule):  # type: ignore[misc] # known at run time only
        def train_dataloader(self):
            return train_iter

        def val_dataloader(self):
            return None

    model = d2l.SoftmaxRegression(num_outputs=10, lr=0.1)
    model.board.display = False

    def fit() -> None:
        d2l.Trainer(max_epochs=1).fit(model, Data())

    try:
        fit()
    except Exception as error:  # with Keras 3 its model has no loss
        return None, f"{d2l.__name__}'s Trainer cannot be used here: {type(error).__name__}: {error}"
    return fit, ""
