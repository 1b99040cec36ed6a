"""The ways in which the book's editions call one helper, told apart by type, never by guessing.

A call follows a style if its arguments bind to the style's parameters and each has the type that parameters
of this name have. Different names for the same thing count as one: a trainer is an optimizer.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from numbers import Integral, Number
from typing import TYPE_CHECKING, Any, TypeVar

from d2l_compat.helpers.backend import Batches, Function, takes
from d2l_compat.helpers.refusals import kind_of

if TYPE_CHECKING:
    from typing import Concatenate, ParamSpec  # since Python 3.10

    P = ParamSpec("P")

R = TypeVar("R")

# fmt: off
SYNONYMS = {
    "optimizer": "trainer", "criterion": "loss", "device": "ctx", "data_iterator": "data_iter",
    "output": "y_hat", "yhat": "y_hat", "label": "y", "nrows": "num_rows", "ncols": "num_cols",
    "X": "features", "dataArray": "features", "y": "labels", "labelArray": "labels",
}
# fmt: on
"""Other names of parameters in some editions; a helper's own names come first."""


def are_batches(value: object) -> bool:
    """Whether `value` is a data iterator: something to iterate over that is not itself a net.

    PaddlePaddle's loaders can be called too, but without arguments.
    """
    iterable = isinstance(value, Iterable) or hasattr(value, "__getitem__")
    return iterable and not (callable(value) and takes(value, 1))


def is_no_number(value: object) -> bool:
    """Whether `value` may be parameters, an updater or an optimiser; which one, the framework decides."""
    return not isinstance(value, Number)


def newer_train_ch3(
    net: Function, train_iter: Batches, test_iter: Batches, loss: Function, num_epochs: int, updater: Any
) -> None:
    """How edition 2021 calls `train_ch3`."""


def older_train_ch3(
    net: Function,
    train_iter: Batches,
    test_iter: Batches,
    loss: Function,
    num_epochs: int,
    batch_size: int,
    params: Any = None,
    lr: Any = None,
    trainer: Any = None,
) -> None:
    """How editions 2018 and 2019 call `train_ch3`."""


def newer_evaluate_accuracy(net: Function, data_iter: Batches) -> None:
    """How edition 2021 calls `evaluate_accuracy`."""


def placed_evaluate_accuracy(net: Function, data_iter: Batches, ctx: Any) -> None:
    """A mixture: the order of edition 2021, with the device of the others."""


def older_evaluate_accuracy(data_iter: Batches, net: Function, ctx: Any = None) -> None:
    """How editions 2018 and 2019 call `evaluate_accuracy`."""


NEWER_TRAIN = newer_train_ch3, older_train_ch3
OLDER_TRAIN = older_train_ch3, newer_train_ch3
NEWER_EVALUATE = newer_evaluate_accuracy, older_evaluate_accuracy, placed_evaluate_accuracy
OLDER_EVALUATE = older_evaluate_accuracy, newer_evaluate_accuracy, placed_evaluate_accuracy

BATCHES = are_batches, "an iterator of batches (X, y); call the function that makes one"
COUNT = (lambda value: isinstance(value, Integral) and not isinstance(value, bool)), "a whole number"
TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "net": (lambda value: callable(value) and not are_batches(value), "a net, which is called with X"),
    "data_iter": BATCHES,
    "train_iter": BATCHES,
    "test_iter": BATCHES,
    "loss": (callable, "a loss, which is called with y_hat and y"),
    "num_epochs": COUNT,
    "updater": (is_no_number, "an optimiser, or a function of the batch size; both know the learning rate"),
    "batch_size": COUNT,
    "params": (is_no_number, "a list of parameters"),
    "lr": (lambda value: not callable(value), "a number"),  # or a tensor of one element, or None
    "trainer": (is_no_number, "an optimiser, which knows the learning rate"),
    "scale": (lambda value: isinstance(value, Number), "a number"),
    "titles": (
        lambda value: isinstance(value, Iterable) and all(isinstance(text, str) for text in value),
        "a list of texts",
    ),
}
"""What a parameter with this name may be: as a predicate, and in words."""


def accepts(
    style: Callable[P, None], *others: Callable[..., None]
) -> Callable[[Callable[..., R]], Callable[Concatenate[Any, P], R]]:
    """Return a decorator for a method of `Helpers`: it may be called in the `style`, and in the `others`.

    Styles are functions without a body, of which only the parameters count; `help` and type checkers show the
    first. The method is called with the arguments by name, including those that have defaults. Raises
    TypeError, which names all styles, for a call that follows none.
    """
    signatures = [_untyped(style) for style in (style, *others)]

    def decorate(helper: Callable[..., R]) -> Any:
        def call(self: Any, *args: Any, **kwargs: Any) -> R:
            return helper(self, **_read(helper.__name__, signatures, args, kwargs))

        own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        wrapped: Any = functools.wraps(helper)(call)
        wrapped.__signature__ = inspect.Signature([own, *signatures[0].parameters.values()])
        return wrapped

    return decorate


def _untyped(style: Callable[..., None]) -> inspect.Signature:
    """Return the signature of `style` without its types, as `help` and errors show it."""
    parameters = inspect.signature(style).parameters.values()
    return inspect.Signature([parameter.replace(annotation=parameter.empty) for parameter in parameters])


def _read(
    name: str, signatures: list[inspect.Signature], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments by name, according to the first of the `signatures` that fits."""
    misfits = []
    for signature in signatures:
        own = signature.parameters
        named = {key if key in own else SYNONYMS.get(key, key): value for key, value in kwargs.items()}
        try:
            call = signature.bind(*args, **named)
        except TypeError:
            continue
        typed = {key: value for key, value in call.arguments.items() if key in TYPES}
        wrong = {key: value for key, value in typed.items() if not TYPES[key][0](value)}
        if not wrong:
            call.apply_defaults()
            return call.arguments
        misfits.append(wrong)
    styles = " or ".join(f"{name}{signature}" for signature in signatures)
    received = [kind_of(value) for value in args] + [f"{k}={kind_of(v)}" for k, v in kwargs.items()]
    wrong = min(misfits, key=_unlikely, default={})
    remedies = [f". {key} is {kind_of(value)}: pass {TYPES[key][1]}" for key, value in wrong.items()]
    raise TypeError(f"expected {styles}; received {name}({', '.join(received)}){''.join(remedies)}")


def _unlikely(wrong: dict[str, Any]) -> tuple[int, bool]:
    """Sort first the style with the fewest `wrong` arguments; among these, one where all are callables."""
    return len(wrong), not all(inspect.isroutine(value) or inspect.isclass(value) for value in wrong.values())
