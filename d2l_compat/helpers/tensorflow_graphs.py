"""TensorFlow's training step as a graph, where it differs from eager execution in nothing but speed.

Tracing runs the Python code of a net and a loss once; the graph does not run it again. So a graph is made
only of code that does nothing but compute: Keras's own layers, losses and optimisers, and functions without
branches that use only the names of TensorFlow that are listed here. Before every step whatever that code
reads, such as a global number, the parameters or the settings of a layer, is compared with what was traced.
The objects themselves are compared, so nothing that can change in place, such as a list or a schedule, may be
among them. Everything else runs eagerly.
"""

from __future__ import annotations

import dis
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from operator import is_
from sys import modules
from types import CodeType, FunctionType
from typing import Any

import tensorflow as tf

BATCHES_BEFORE_GRAPH = 10  # of one shape: to make its graph takes as long as to train on about thirty
MAX_GRAPHS = 4  # of one model, each for batches of one shape

LAYERS = {getattr(tf.keras.layers, name) for name in ("Activation", "Dense", "Flatten", "InputLayer", "ReLU")}
LINEAR = tf.keras.activations.linear  # counts as the activation of a layer that has none
Schedule = tf.keras.optimizers.schedules.LearningRateSchedule
OPTIMISERS = {tf.keras.optimizers.SGD, tf.keras.optimizers.Adam}

# fmt: off
# How the names of instructions begin that do not jump, and store only into local variables.
INSTRUCTIONS = (
    "BINARY_", "BUILD_LIST", "BUILD_SLICE", "BUILD_TUPLE", "CACHE", "CALL", "COMPARE_OP", "COPY_FREE_VARS",
    "KW_NAMES", "LOAD_ATTR", "LOAD_CONST", "LOAD_DEREF", "LOAD_FAST", "LOAD_GLOBAL", "LOAD_METHOD",
    "LOAD_SMALL_INT", "NOP", "POP_TOP", "PRECALL", "PUSH_NULL", "RESUME", "RETURN_CONST", "RETURN_VALUE",
    "STORE_FAST", "UNARY_",
)
# What a function may use of TensorFlow and of tensors: the same input always gives the same result.
ATTRIBUTES = {
    "abs", "add", "argmax", "boolean_mask", "cast", "clip_by_value", "concat", "divide", "dtype", "equal",
    "exp", "expand_dims", "float32", "gather", "gather_nd", "int32", "int64", "log", "log_softmax", "math",
    "matmul", "maximum", "minimum", "multiply", "nn", "one_hot", "ones", "pow", "range", "reduce_max",
    "reduce_mean", "reduce_sum", "relu", "reshape", "shape", "sigmoid", "size", "softmax", "sqrt", "square",
    "softmax_cross_entropy_with_logits", "sparse_softmax_cross_entropy_with_logits", "squeeze", "stack",
    "subtract", "tanh", "transpose", "zeros",
}
# fmt: on


class Opaque(Exception):  # noqa: N818 - says what was met
    """Code that may do more than compute."""


class Graphs:
    """The graphs of the model that was trained last: one net, loss and updater, as they then were.

    `updater`: the class of updaters with ``params`` and ``lr`` that, as Keras's optimisers, only compute.
    """

    def __init__(self, updater: type):
        self._updater = updater, _code(updater)
        self._read: list[Any] = []
        self._graphs: dict[Any, Any] = {}

    def find(self, step: Callable[..., Any], net: Any, loss: Any, updater: Any, X: Any, y: Any) -> Any:
        """Return the graph of ``step(X, y)`` for batches like `X`, `y`; None where it has to run eagerly."""
        if not (tf.is_tensor(X) and tf.is_tensor(y)) or tf.distribute.has_strategy():
            return None
        try:
            read = [*_net(net), *_loss(loss), *_updater(updater, *self._updater)]
        except (Opaque, RecursionError, ValueError):  # ValueError: an enclosing name has no value
            return None
        if len(read) != len(self._read) or not all(map(is_, read, self._read)):
            self._read, self._graphs, self._seen = read, {}, Counter[Any]()
            self._hooked = any(callable(value) and not is_keras(value) for value in read)
        batch = (*X.shape, X.dtype, *y.shape, y.dtype)
        self._seen[batch] += 1
        if self._seen[batch] == BATCHES_BEFORE_GRAPH and len(self._graphs) < MAX_GRAPHS and not self._hooked:
            self._graphs[batch] = _traced(step, X, y)
        return self._graphs.get(batch)


def _traced(step: Callable[..., Any], X: Any, y: Any) -> Any:
    try:
        return tf.function(step, autograph=False).get_concrete_function(X, y)
    except Exception:  # code that works on values, but not on symbols, may raise anything
        return None


def is_keras(thing: Any) -> bool:
    """Whether Keras defines this class or function."""
    return (getattr(thing, "__module__", None) or "").partition(".")[0] in ("keras", "tf_keras")


def _is_of_keras(function: Any) -> bool:
    """Whether Keras defines this function; one of the reader's may have its name from `wraps`."""
    known = vars(modules[function.__module__]) if is_keras(function) else {}
    return isinstance(function, FunctionType) and known.get(function.__name__) is function


def _net(net: Any) -> list[Any]:
    """Return what `net` reads. Raises Opaque where it may do more than compute; so do the functions below."""
    if type(net) is not tf.keras.Sequential:
        return _function(net)
    for layer in net.layers:
        constraints = [getattr(layer, f"{of}_constraint", None) for of in ("kernel", "bias")]
        if (
            type(layer) not in LAYERS
            or any(constraints)
            or not _is_of_keras(getattr(layer, "activation", LINEAR))
        ):
            raise Opaque
    return [value for part in (net, *net.layers) for value in _object(part)]


def _loss(loss: Any) -> list[Any]:
    read = [tf.keras.backend.epsilon()]
    if isinstance(loss, partial) and is_keras(loss.func) and not loss.args:
        read += _numbers(loss.keywords)
        loss = loss.func
    if isinstance(loss, tf.keras.losses.Loss) and is_keras(type(loss)):
        return read + _numbers(getattr(loss, "_fn_kwargs", {})) + _object(loss)
    return [*read, loss] if _is_of_keras(loss) else read + _function(loss)


def _numbers(keywords: dict[str, Any]) -> list[Any]:
    """Return names and values of arguments that cannot change in themselves."""
    if not all(isinstance(value, (int, float, str, type(None))) for value in keywords.values()):
        raise Opaque
    return [*keywords, *keywords.values()]


def _updater(updater: Any, computing: Any, code: Any) -> list[Any]:
    if type(updater) in OPTIMISERS and not isinstance(updater._learning_rate, Schedule):
        return _object(updater)
    if type(updater) is computing and isinstance(updater.lr, (int, float)) and _code(computing) == code:
        return [updater.lr, *updater.params]
    if type(updater) is computing or hasattr(updater, "apply_gradients"):
        raise Opaque
    return [*updater.params]  # all that the graph uses of an updater that runs eagerly


def _code(updater: Any) -> tuple[Any, Any]:
    """Return the functions of the class `updater`, which the reader may replace."""
    return updater.__call__, updater.__call__.__globals__["sgd"]


def _object(thing: Any) -> list[Any]:
    return [thing, *vars(thing).values()]


def _function(function: Any) -> list[Any]:
    """Return the code of a function of the reader's, and what it reads from outside."""
    names = _outer_names(function.__code__) if isinstance(function, FunctionType) else None
    if names is None or function.__defaults__ or function.__kwdefaults__ or vars(function):
        raise Opaque
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    read: list[Any] = [function.__code__]
    for name in names:
        value = cells[name].cell_contents if name in cells else function.__globals__.get(name)
        if isinstance(value, FunctionType):
            read += _function(value)
        elif isinstance(value, (int, float)) or value is tf or tf.is_tensor(value):
            read.append(value)
        else:
            raise Opaque
    return read


@lru_cache(maxsize=64)
def _outer_names(code: CodeType) -> list[str] | None:
    """Return the global and the enclosing names that `code` reads; None if it may do more than compute."""
    names = []
    for instruction in dis.get_instructions(code):
        kind, name = instruction.opname, instruction.argval
        attribute = kind in ("LOAD_ATTR", "LOAD_METHOD")
        if not kind.startswith(INSTRUCTIONS) or (attribute and name not in ATTRIBUTES):
            return None
        if kind in ("LOAD_GLOBAL", "LOAD_DEREF"):
            names.append(name)
    return names
