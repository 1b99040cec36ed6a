"""The ways in which the book's editions call one helper, told apart by type, never by guessing.

A call follows a style if its arguments bind to the style's parameters and each is of the type that parameters
of this name have. What editions name differently is one and the same: a trainer is an optimizer.
"""

import functools
import inspect
from collections.abc import Iterable
from numbers import Integral, Number

# fmt: off
SYNONYMS = {
    "optimizer": "trainer", "criterion": "loss", "device": "ctx", "data_iterator": "data_iter",
    "output": "y_hat", "yhat": "y_hat", "label": "y", "nrows": "num_rows", "ncols": "num_cols",
    "X": "features", "dataArray": "features", "y": "labels", "labelArray": "labels",
}
# fmt: on
"""What editions call a parameter that others call otherwise; a helper's own names come first."""


def are_batches(value):
    """Whether `value` is a data iterator: something to iterate over that is not itself a net."""
    iterable = isinstance(value, Iterable) or hasattr(value, "__getitem__")
    return iterable and not callable(value)


def is_count(value):
    """Whether `value` is an integer, of Python or of NumPy."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_rate(value):
    """Whether `value` may be a learning rate, a number or a tensor of one element, or None."""
    return not callable(value)


def is_number(value):
    """Whether `value` is a number, of Python or of NumPy."""
    return isinstance(value, Number)


def are_texts(value):
    """Whether `value` is a sequence of texts."""
    return isinstance(value, Iterable) and all(isinstance(text, str) for text in value)


def is_no_number(value):
    """Whether `value` may be parameters, an updater or an optimiser; which, a framework says itself."""
    return not isinstance(value, Number)


def newer_train_ch3(net, train_iter, test_iter, loss, num_epochs, updater):
    """Edition 2021 calls `train_ch3` so."""


def older_train_ch3(
    net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None
):
    """Editions 2018 and 2019 call `train_ch3` so."""


def newer_evaluate_accuracy(net, data_iter):
    """Edition 2021 calls `evaluate_accuracy` so."""


def older_evaluate_accuracy(data_iter, net, ctx=None):
    """Editions 2018 and 2019 call `evaluate_accuracy` so."""


TYPES = {
    "net": callable,
    "data_iter": are_batches,
    "train_iter": are_batches,
    "test_iter": are_batches,
    "loss": callable,
    "num_epochs": is_count,
    "updater": is_no_number,
    "batch_size": is_count,
    "params": is_no_number,
    "lr": is_rate,
    "trainer": is_no_number,
    "scale": is_number,
    "titles": are_texts,
}


def accepts(*styles):
    """Return a decorator for a method of `Helpers`: it may be called in each of the `styles`.

    `styles`: functions that say no more than their parameters; `help` shows the first of them. The method is
    called with the arguments by name, those with defaults included. Raises TypeError, with all styles,
    for a call that follows none.
    """
    signatures = [inspect.signature(style) for style in styles]

    def decorate(helper):
        @functools.wraps(helper)
        def call(self, *args, **kwargs):
            return helper(self, **_read(helper.__name__, signatures, args, kwargs))

        own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        call.__signature__ = inspect.Signature([own, *signatures[0].parameters.values()])
        return call

    return decorate


def _read(name, signatures, args, kwargs):
    """Return the arguments by name, as the first of the `signatures` that fits has them."""
    for signature in signatures:
        own = signature.parameters
        named = {key if key in own else SYNONYMS.get(key, key): value for key, value in kwargs.items()}
        try:
            call = signature.bind(*args, **named)
        except TypeError:
            continue
        if all(TYPES[key](value) for key, value in call.arguments.items() if key in TYPES):
            call.apply_defaults()
            return call.arguments
    styles = " or ".join(f"{name}{signature}" for signature in signatures)
    received = [_kind(value) for value in args] + [f"{k}={_kind(v)}" for k, v in kwargs.items()]
    raise TypeError(f"expected {styles}; received {name}({', '.join(received)})")


def _kind(value):
    """Show a number as it is, anything else by its type: nets and data are long."""
    return repr(value) if isinstance(value, (Number, str)) else type(value).__name__
