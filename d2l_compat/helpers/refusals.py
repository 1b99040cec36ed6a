"""What must not be trained on is refused before the update: arguments, batches, what net and loss return.

Functions called `require_...` raise, those called `..._error` return the exception. Only shapes, dtypes and
the labels, which are few, are looked at: nothing here waits for the net.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from d2l_compat.helpers.backend import Backend, Function, Tensor

# What frameworks raise if shapes or dtypes do not fit. A reader's own exceptions are left alone.
MISFITS = {
    *("RuntimeError", "NotImplementedError", "ValueError", "TypeError", "IndexError"),
    *("InvalidArgumentError", "MXNetError"),
}


# The words of PyTorch and JAX for tensors on two devices; they name both.
DEVICES = re.compile("(same|expected) device|incompatible devices")
ONE_DEVICE = (
    "expected the parameters of the net, X and y on one device",
    "Move the net, or let the iterator yield moved batches: d2l.to(X, device), d2l.to(y, device).",
)


class BadBatch(Exception):  # noqa: N818 - says what was found
    """A batch that is refused. The reader sees an exception of the `kind`, one of Python's own."""

    def __init__(self, kind: type[Exception], message: str, cause: Exception | None = None):
        super().__init__(message)
        self.kind = kind
        self.cause = cause


class naming:  # noqa: N801 - contextlib's would write to exceptions, which may be frozen
    """Raise a `BadBatch` from within as an exception of its kind, whose text begins with the `place`."""

    def __init__(self, place: str):
        self.place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, BadBatch):
            raise error.kind(f"{self.place}: {error}") from error.cause


def kind_of(value: object) -> str:
    """Show a number or a text as it is, anything else by its type: nets and data are long."""
    if isinstance(value, type):
        return f"class {value.__name__}"
    return repr(value) if isinstance(value, (Number, str)) else type(value).__name__


def parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of `function` by name; none where Python cannot tell, as of a compiled one."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def require_objects(**arguments: Any) -> None:
    """Raise TypeError where one of the `arguments` is a class, or a functools.partial of one."""
    for name, value in arguments.items():
        value = value.func if isinstance(value, functools.partial) else value
        if isinstance(value, type):
            cls = value.__name__
            raise TypeError(f"{name}: expected an object, received the class {cls}. Make one: {cls}(...).")


def require_iterable(data_iter: object) -> None:
    """Raise TypeError where `data_iter` cannot be iterated over."""
    if not any(hasattr(type(data_iter), name) for name in ("__iter__", "__getitem__")):
        raise TypeError(
            f"data_iter: expected an iterator of batches (X, y), received {kind_of(data_iter)}. "
            "Call the function that makes one."
        )


def no_batches_error() -> ValueError:
    """Return the ValueError for a data iterator that yields no examples."""
    return ValueError(
        "the data iterator: expected batches (X, y), received none. A generator is used up after one "
        "pass: pass an iterator that can be started again, such as those of load_data_fashion_mnist."
    )


def pair(batch: Any, backend: Backend) -> tuple[Tensor, Tensor]:
    """Return X and y of a `batch`. Refuse one that is no pair, and a y that is no tensor (B, ...)."""
    try:
        X, y = [] if isinstance(batch, (dict, str)) else batch
    except (TypeError, ValueError):
        raise _no_pair(batch) from None
    shape = getattr(y, "shape", None)
    if shape is None and not isinstance(batch, (list, tuple)):  # anything that can be unpacked into two
        raise _no_pair(batch)
    if shape == () or (shape is None and isinstance(y, Number)):
        raise BadBatch(
            ValueError,
            "y: expected the labels of a batch, (B,), received a single one. Group the examples first, with "
            "a DataLoader(dataset, batch_size), or dataset.batch(batch_size) in TensorFlow.",
        )
    if shape is not None and 0 in shape:
        raise BadBatch(
            ValueError, "expected at least one example, received none. Leave it out of the iterator."
        )
    if not backend.is_tensor(y):
        raise BadBatch(
            TypeError,
            f"y: expected a tensor, received {kind_of(y)}. Convert X and y with the framework first.",
        )
    return X, y


def require_pairs(name: str, data_iter: Any, backend: Backend) -> None:
    """Refuse a `data_iter`, called `name`, where it can be told without a pass that it yields no batches."""
    first = getattr(data_iter, "element_spec", None)
    if first is None and hasattr(data_iter, "__getitem__"):
        try:
            first = data_iter[0]
        except LookupError:
            raise no_batches_error() from None
    if first is not None:
        with naming(name):
            pair(first, backend)


def _no_pair(batch: Any) -> BadBatch:
    received = kind_of(batch)
    if isinstance(batch, dict):
        received = f"a dict with the keys {str([*batch])[1:-1]}"
    elif isinstance(batch, (list, tuple)):
        received = f"a {received} of {len(batch)}"
    return BadBatch(
        TypeError,
        f"expected a batch (X, y), two tensors, received {received}. Let the iterator yield such pairs. "
        "Of the two iterators that load_data_fashion_mnist returns, pass one.",
    )


def outputs(net: Function, *inputs: Any, **modes: bool) -> Tensor:
    """Return ``net(*inputs)``, the last of which is X. Refuse an X that `net` cannot take."""
    try:
        return net(*inputs, **modes)
    except Exception as error:
        X = inputs[-1]
        shape = tuple(getattr(X, "shape", ()))
        expected = f"net: expected one that takes X, {kind_of(X)} of shape {shape}"
        remedy = "Flatten all axes of X but the first, or make the net for this shape."
        raise misfit_error(error, expected, remedy)  # noqa: B904 - which may be the error itself


def misfit_error(error: Exception, expected: str, remedy: str) -> Exception:
    """Return the `BadBatch` for an `error` of shapes, dtypes or devices; return any other error itself."""
    name = type(error).__name__
    if name not in MISFITS:
        return error
    if DEVICES.search(str(error)):
        expected, remedy = ONE_DEVICE
    received = textwrap.shorten(f"{name}: {error}", 320).rstrip(".")
    kind = type(error) if type(error).__module__ == "builtins" else ValueError
    return BadBatch(kind, f"{expected}, received {received}. {remedy}", error)


def require_predictions(y_hat: Any, y: Tensor) -> Sequence[int]:
    """Return the shape of `y_hat`, what a net returned; refuse anything but a prediction for each label."""
    n = y.shape[0]
    shape: Sequence[int] | None = getattr(y_hat, "shape", None)
    if shape is None:
        raise BadBatch(
            TypeError,
            f"net: expected a tensor y_hat with {n} rows, one for each label, received {type(y_hat)}. "
            "Return the scores, and nothing else.",
        )
    if not shape or shape[0] != n:
        raise BadBatch(
            ValueError,
            f"net: expected y_hat with {n} rows, one for each label, received shape {tuple(shape)}. "
            "Keep the first axis of X: flatten it to (batch size, inputs).",
        )
    classes = shape[1] if len(shape) > 1 and shape[1] > 1 else 1
    if math.prod(shape) == math.prod(y.shape) * classes:
        return shape
    if math.prod(y.shape) != n:
        raise BadBatch(
            ValueError,
            f"y: expected labels of shape ({n},), received shape {tuple(y.shape)}. Turn rows of one-hot "
            "labels into class numbers with argmax.",
        )
    raise BadBatch(
        ValueError,
        f"net: expected y_hat of shape ({n}, classes), received shape {tuple(shape)}. "
        "Flatten all axes of X but the first.",
    )


def require_scores(y_hat: Tensor) -> None:
    """Refuse a `y_hat` of whole numbers, which has no gradient."""
    if any(word in str(y_hat.dtype) for word in ("int", "bool")):
        raise BadBatch(
            TypeError,
            f"net: expected scores, floats, received {y_hat.dtype} of shape {tuple(y_hat.shape)}. "
            "Return the scores of all classes, not their argmax.",
        )


def require_labels(y: NDArray[Any], columns: int, floats: bool, loss: Any = None) -> None:
    """Refuse labels `y`, a NumPy array, that are not numbers of the `columns` which the net returns.

    `floats`: whether the `loss` takes whole numbers stored as floats. It may ignore one number, such as -100.
    With a single column the labels are 0 and 1, or, for a regression, any floats.
    """
    kind = y.dtype.kind
    if columns == 1 and kind == "f":
        return
    if kind not in "iu" and not (kind == "f" and floats):
        raise BadBatch(
            TypeError, f"y: expected integer labels, received {y.dtype}. Convert them to integers first."
        )
    highest = max(columns, 2) - 1
    # Read as unsigned numbers, negative ones are the greatest: one pass finds those too low and too high.
    if kind != "f" and y.view(f"u{y.itemsize}").max() <= highest:
        return
    wrong = y[~np.isin(y, [*range(highest + 1), *_left_out(loss)])]
    if wrong.size:
        raise BadBatch(
            ValueError,
            f"y: expected whole numbers from 0 to {highest}, as the net returns {columns} column(s), "
            f"received {wrong[0]}. Correct the labels, or let the net return a column for each class: "
            "scores, not their argmax.",
        )


def _left_out(loss: Any) -> list[Any]:
    """Return the labels that `loss` ignores: PyTorch calls them ignore_index, Keras ignore_class."""
    defaults = {name: parameter.default for name, parameter in parameters(loss).items()}
    told = {**defaults, **getattr(loss, "_fn_kwargs", {}), **getattr(loss, "__dict__", {})}
    return [told[name] for name in ("ignore_index", "ignore_class") if told.get(name) is not None]


def require_losses(l: Any, n: int) -> None:
    """Refuse a result `l` of a loss on `n` labels that is neither a loss for each nor one number."""
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


def checked_losses(
    backend: Backend, loss: Function, y_hat: Any, y: Tensor, highest: int | None = None
) -> Tensor:
    """Return the losses of a batch. Refuse predictions, labels or losses that do not fit each other."""
    shape = require_predictions(y_hat, y)
    require_scores(y_hat)
    check_labels(backend, shape, y, loss, highest)
    l = fitting_losses(backend, loss, y_hat, y)
    require_losses(l, math.prod(y.shape))
    return l


def fitting_losses(backend: Backend, loss: Function, y_hat: Tensor, y: Tensor) -> Tensor:
    """Return the losses of a batch. Refuse a `loss` that cannot take `y_hat` and `y` as they are."""
    try:
        return backend.losses(loss, y_hat, y)
    except Exception as error:
        shapes = f"y_hat of shape {tuple(y_hat.shape)} and y of shape {tuple(y.shape)}"
        remedy = (
            f"For class numbers take {backend.cross_entropy}; give other targets the shape of y_hat; "
            "a function of yours is called with y_hat first."
        )
        raise misfit_error(error, f"loss: expected one that takes {shapes}", remedy)  # noqa: B904


def check_labels(
    backend: Backend, shape: Sequence[int], y: Tensor, loss: Function, highest: int | None = None
) -> None:
    """Refuse `y` that are not labels for a net that returns `shape`.

    `highest`: the greatest label of the data set, where that is known; if it fits, `y` need not be looked at.
    """
    if highest is not None and len(shape) == 2 and highest < shape[1]:
        return
    if len(shape) <= 2 and math.prod(y.shape) == y.shape[0]:
        classes = shape[1] if len(shape) == 2 else 1
        require_labels(backend.as_numbers(y), classes, backend.takes_float_labels(loss), loss)


def not_finite_error(place: str, l: float, X: NDArray[Any]) -> FloatingPointError:
    """Return the FloatingPointError for the batch `X` at `place`, whose loss `l` is not finite."""
    remedy = "a lower learning rate, inputs scaled to [0, 1], or a loss that is computed from the logits"
    if not np.isfinite(X).all():
        remedy = "X without the numbers that are NaN or infinite"
    return FloatingPointError(
        f"{place}: expected a finite training loss, received {l}. Its update has spoilt the parameters: "
        f"initialise them again, then try {remedy}."
    )


@functools.cache
def warn_of_scores() -> None:
    """Warn, once in a process, that scores of a single column were compared with labels."""
    warnings.warn(
        "accuracy: the scores of a single column are compared with the labels as they are, and hardly ever "
        "equal them. For two classes let the net return net(X) > 0; for regression look at the loss alone.",
        stacklevel=4,
    )
