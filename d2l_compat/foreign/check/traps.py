"""What makes a notebook fail, or mean something else than its author saw, although every call is known.

A trap is a function of the notebook's `Program` that yields the places (cell, node) where it is. Its
decorator says what it is and what to do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

from d2l_compat.editions import EDITIONS, FRAMEWORKS
from d2l_compat.foreign import skipping
from d2l_compat.foreign.check import torchvision
from d2l_compat.foreign.check.edition import face_of
from d2l_compat.foreign.check.program import Program, argument, dotted

FRACTION = {face for face, edition in EDITIONS.items() if edition.is_fraction}
DIVIDED_TWICE = {face for face, edition in EDITIONS.items() if edition.divides_twice}
AVERAGED = {face for face, edition in EDITIONS.items() if edition.averages_batches}

COLUMNS = (0, 14, 1)
"""The first release of d2l whose `synthetic_data` gives labels as a column."""

PREDICTION = re.compile(r"y_?hat|y_?pred|preds?|predictions?|logits|outputs?|out|net|model")
SUMS = {"nd.sum", "np.sum", "tf.reduce_sum", "d2l.reduce_sum", *(f"{name}.sum" for name in FRAMEWORKS)}
LOSS = {"train_ch3": 3, "train_cpu": 3, "train_epoch_ch3": 2}
RATE = {"train_ch3": 7, "train_cpu": 7, "sgd": 1}
"""At which position helpers take a loss or a learning rate."""

Places = Iterator["tuple[int, Any]"]
"""Cells, by their numbers, and nodes of their trees."""

Find = Callable[[Program], Places]


class Trap(NamedTuple):
    """One trap: what it is, what to do about it, and the function that finds it."""

    what: str
    remedy: str
    find: Find


class Warned(NamedTuple):
    """A trap that a notebook has, and its places: pairs of cell and line."""

    trap: Trap
    places: list[tuple[int, int]]


TRAPS: list[Trap] = []


def _trap(what: str, remedy: str) -> Callable[[Find], Find]:
    """Return a decorator that makes a trap of the function which finds it."""

    def add(find: Find) -> Find:
        TRAPS.append(Trap(what, remedy, find))
        return find

    return add


def found(program: Program) -> Iterator[Warned]:
    """Yield the traps in `program`."""
    for trap in TRAPS:
        if places := _places(trap.find(program)):
            yield Warned(trap, places)
    places = _places(torchvision.needed(program))
    if places and (lack := torchvision.lack()):
        yield Warned(Trap(*lack, torchvision.needed), places)


def _places(found):
    return sorted({(cell, node.lineno) for cell, node in found})


@_trap(
    "nd arrays do not mix with MXNet's np semantics, which npx.set_np() switches on",
    "make them with mxnet.np (np.array, np.zeros), or convert them with .as_np_ndarray()",
)
def _nd_under_np(program: Program) -> Places:
    if not program.has_np_semantics and not _faces(program) & {"d2l_2020", "mxnet"}:
        return
    for cell, node in program.each(ast.Call):
        maker = (dotted(node.func) or "").split(".")
        if "nd" in maker[:-1] and "mxnet" in program.packages:
            yield cell, node


@_trap(
    "edition 2018 averages training figures over batches: the short last one weighs as much as any other",
    "for averages over examples, as in gluonbook 0.8.9 and later, import d2l_2019 instead",
)
def _batch_means(program: Program) -> Places:
    for cell, node, module in program.calls("train_ch3", "train_cpu"):
        if face_of(module, program) in AVERAGED:
            yield cell, node


@_trap(
    "accuracy is a fraction in this edition, but is used here as the number of correct rows",
    "multiply it by len(y) before summing up, and do not divide it by the batch size",
)
def _fraction_as_count(program: Program) -> Places:
    fractions = _accuracies(program, lambda face: face in FRACTION)
    for cell, node in program.each(ast.BinOp):
        if isinstance(node.op, ast.Div) and _unwrapped(node.left) in fractions:
            yield cell, node
    for cell, node in program.each(ast.Call):
        added = isinstance(node.func, ast.Attribute) and node.func.attr == "add" and len(node.args) > 1
        if added and any(_unwrapped(value) in fractions for value in node.args):
            yield cell, node


@_trap(
    "accuracy counts the correct rows in this edition, but its sum is divided by the number of batches",
    "divide by the number of examples instead",
)
def _count_as_fraction(program: Program) -> Places:
    counts = _accuracies(program, lambda face: face not in FRACTION)
    sums = {
        dotted(node.target) for _, node in program.each(ast.AugAssign) if _unwrapped(node.value) in counts
    } - {None}
    for cell, node in program.each(ast.BinOp):
        by_batches = _is_call(node.right, "len") and "iter" in (dotted(node.right.args[0]) or "")
        if isinstance(node.op, ast.Div) and dotted(node.left) in sums and by_batches:
            yield cell, node


@_trap(
    "a Keras loss takes (y, y_hat), but is given the prediction first",
    "swap its arguments; train_ch3 orders them itself",
)
def _keras_order(program: Program) -> Places:
    for cell, node in program.each(ast.Call):
        swapped = len(node.args) > 1 and _predicts(node.args[0]) and not _predicts(node.args[1])
        if swapped and _is_keras_loss(node.func, program):
            yield cell, node


@_trap(
    "a learning rate like 100 suits this edition, which divides a mean loss by the batch size once more",
    "leave it as it is with this import line; with any other, divide it by the batch size",
)
def _divided_twice(program: Program) -> Places:
    return _high_rates(program, lambda face: face in DIVIDED_TWICE)


@_trap(
    "a learning rate like 100 belongs to d2lzh_pytorch and d2ltorch; here training diverges",
    "divide it by the batch size, or import from d2l_compat the one it belongs to",
)
def _too_high_rate(program: Program) -> Places:
    return _high_rates(program, lambda face: face not in DIVIDED_TWICE)


@_trap(
    "this loss is the sum over the batch, but here a scalar that your own function returns counts as the "
    "mean, and an optimiser follows the gradient of the mean",
    'return the losses per example (reduction="none"), and multiply a learning rate that was tuned to '
    "the sum by the batch size",
)
def _summed_loss(program: Program) -> Places:
    functions = {node.name: node for _, node in program.each(ast.FunctionDef)}
    for cell, node, module in program.calls(*LOSS):
        helper: Any = program.helper(node.func)
        loss: Any = argument(node, LOSS[helper[1]], "loss")
        loss = functions.get(getattr(loss, "id", None)) or program.value(loss)
        if isinstance(loss, (ast.FunctionDef, ast.Lambda)):
            sums = any(map(_is_sum, _results(loss)))
        else:
            sums = isinstance(loss, ast.Call) and _constant(argument(loss, None, "reduction")) == "sum"
        if sums and face_of(module, program) not in DIVIDED_TWICE:  # which train on sums
            yield cell, node


@_trap(
    "labels of synthetic_data had one axis until d2l 0.14.0; here they are a column, (n, 1), as later",
    "write y.reshape(-1) where one axis is meant",
)
def _flat_labels(program: Program) -> Places:
    if program.installed.get("d2l", COLUMNS) < COLUMNS:
        for cell, node, module in program.calls("synthetic_data"):
            if face_of(module, program) in FRAMEWORKS:
                yield cell, node


@_trap("iterators have no .next() in today's PyTorch", "write next(iter(...))")
def _next_method(program: Program) -> Places:
    for cell, node in program.each(ast.Call):
        is_next = isinstance(node.func, ast.Attribute) and node.func.attr == "next" and not node.args
        if is_next and _is_call(program.value(node.func.value), "iter"):
            yield cell, node


@_trap(
    "IPython no longer has display.set_matplotlib_formats",
    "call d2l.use_svg_display(), or matplotlib_inline.backend_inline.set_matplotlib_formats",
)
def _removed_formats(program: Program) -> Places:
    for cell, node in program.each(ast.Attribute):
        if node.attr == "set_matplotlib_formats" and (dotted(node.value) or "").split(".")[-1] == "display":
            yield cell, node
    for cell, node in program.each(ast.ImportFrom):
        if node.module == "IPython.display":
            yield from ((cell, node) for alias in node.names if alias.name == "set_matplotlib_formats")


@_trap(
    "these assertions hold for the book's hyperparameters, and may stop a run with others",
    "remove them, or assert what your own hyperparameters reach",
)
def _thresholds(program: Program) -> Places:
    for cell, node in program.each(ast.Assert):
        names = {name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)}
        if isinstance(node.test, ast.Compare) and names & {"train_loss", "train_acc", "test_acc"}:
            yield cell, node


@_trap(
    "num_workers starts processes: that is slow, and a script on Windows starts them without end",
    "set num_workers=0, or use load_data_fashion_mnist, which needs none",
)
def _loader_processes(program: Program) -> Places:
    for cell, node in program.each(ast.Call):
        workers = argument(node, None, "num_workers")
        if workers is not None and _constant(program.value(workers)) != 0:
            yield cell, node


@_trap(
    "this is not needed; the versions that d2l asks for replace packages here, or no longer install",
    "remove the line: d2l_compat needs no d2l for these chapters",
)
def _installs_d2l(program: Program) -> Places:
    for cell, node, command in program.commands:
        if skipping.note(command):
            yield cell, node


def _faces(program):
    return {face_of(module, program) for module in program.used}


def _accuracies(program, of):
    """Return the calls of `accuracy` whose face satisfies `of`."""
    return {node for _, node, module in program.calls("accuracy") if of(face_of(module, program))}


def _high_rates(program, of):
    for cell, node, module in program.calls(*RATE):
        rate = _constant(program.value(argument(node, RATE[program.helper(node.func)[1]], "lr")))
        if isinstance(rate, (int, float)) and rate >= 10 and of(face_of(module, program)):
            yield cell, node


def _is_keras_loss(called, program):
    """Whether `called` is a function of Keras's losses, or an object of one of their classes."""
    made = program.value(called)
    name = dotted(made.func if isinstance(made, ast.Call) else called) or ""
    return (
        re.search(r"\blosses\.[A-Z]" if isinstance(made, ast.Call) else r"\blosses\.[a-z]", name) is not None
    )


def _predicts(node):
    """Whether `node` reads like what a model returned: ``y_hat``, ``net(X)``."""
    name = dotted(node.func if isinstance(node, ast.Call) else node) or ""
    return bool(PREDICTION.fullmatch(name.split(".")[-1]))


def _results(function):
    if isinstance(function, ast.Lambda):
        return [function.body]
    return [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]


def _is_sum(node):
    """Whether `node` is ``x.sum()`` or ``torch.sum(x)``, over all axes."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.keywords:
        return False
    of_module = dotted(node.func) in SUMS
    return len(node.args) == 1 if of_module else node.func.attr == "sum" and not node.args


def _unwrapped(node):
    """Return x for ``float(x)``."""
    return node.args[0] if _is_call(node, "float") else node


def _is_call(node, name):
    return isinstance(node, ast.Call) and dotted(node.func) == name and len(node.args) > 0


def _constant(node):
    return getattr(node, "value", None) if isinstance(node, ast.Constant) else None
