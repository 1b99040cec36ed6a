"""Batches that must not be trained on: what the data, the net or the loss gave, refused before the update.

Only shapes are looked at, and the labels, which are few: nothing here waits for the net.
"""

import math

import numpy as np


class BadBatch(Exception):  # noqa: N818 - says what was found
    """A batch that is refused. `kind`, TypeError or ValueError, is the error it becomes for the reader."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def not_empty(step, n):
    """Raise ValueError for batch `step` of `n` labels if it has none."""
    if not n:
        raise ValueError(
            f"batch {step}: expected at least one example, received none. Leave it out of the iterator."
        )


def some(examples):
    """Raise ValueError where a pass over a data iterator came to no `examples`."""
    if not examples:
        raise ValueError(
            "the data iterator: expected batches (X, y), received none. A generator is used up after one "
            "pass: pass an iterator that can be started again, such as those of load_data_fashion_mnist."
        )


def predictions(y_hat, n):
    """Return the shape of `y_hat`, what a net returned; refuse anything but `n` rows."""
    shape = getattr(y_hat, "shape", None)
    if shape is None:
        raise BadBatch(
            TypeError,
            f"net: expected a tensor y_hat with {n} rows, one a label, received {type(y_hat)}. "
            "Return the scores, and nothing else.",
        )
    if not shape or shape[0] != n:
        raise BadBatch(
            ValueError,
            f"net: expected y_hat with {n} rows, one a label, received shape {tuple(shape)}. "
            "Keep the first axis of X: flatten it to (batch size, inputs).",
        )
    return shape


def labels(y, columns, floats):
    """Refuse labels `y`, a NumPy array, that are not the numbers of the `columns` which the net gives.

    `floats`: whether the loss takes whole numbers stored as floats. A single column may have the labels
    0 and 1, or be a regression, and then any floats.
    """
    kind = y.dtype.kind
    if columns == 1 and kind == "f":
        return
    if kind not in "iu" and not (kind == "f" and floats):
        raise BadBatch(
            TypeError, f"y: expected integer labels, received {y.dtype}. Convert them to integers first."
        )
    highest = max(columns, 2) - 1
    # Read as unsigned numbers the negative ones are the greatest: one pass finds both kinds.
    if kind != "f" and y.view(f"u{y.itemsize}").max() <= highest:
        return
    wrong = y[~np.isin(y, np.arange(highest + 1))]
    if wrong.size:
        raise BadBatch(
            ValueError,
            f"y: expected whole numbers from 0 to {highest}, the net giving {columns} column(s), "
            f"received {wrong[0]}. Correct the labels, or give the net a column a class.",
        )


def losses(l, n):
    """Refuse the result `l` of a loss on `n` labels that is neither a loss for each nor one number."""
    shape = getattr(l, "shape", None)
    if shape is None:
        raise BadBatch(
            TypeError,
            f"loss: expected a tensor, the losses of {n} examples or their mean, received {type(l)}. "
            "Compute it from y_hat, with the functions of the framework.",
        )
    if math.prod(shape) not in (1, n):
        raise BadBatch(
            ValueError,
            f"loss: expected the losses of {n} examples, or their mean, received shape {tuple(shape)}. Bring "
            "y_hat and y into one shape, and sum over all axes but the first.",
        )


def not_finite(step, l, X):
    """Return the FloatingPointError for batch `step`, with inputs `X` and a loss `l` that is not finite."""
    remedy = "a lower learning rate, inputs scaled to [0, 1], or a loss that is computed from the logits"
    if not np.isfinite(X).all():
        remedy = "X without the numbers in it that are NaN or infinite"
    return FloatingPointError(
        f"batch {step}: expected a finite training loss, received {l}. Its update has spoilt the parameters: "
        f"initialise them again, then try {remedy}."
    )
