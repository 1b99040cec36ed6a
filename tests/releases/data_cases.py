"""Linear regression and its data, Fashion-MNIST, and the iterators that both yield."""

from __future__ import annotations

import numpy as np
from battery import Case, Script, labels, parameters, tensor
from facts import numpy
from kits import NotHereError
from worlds import INPUTS, LABELS, TARGETS


def batches_read(world, batches, in_order=False):
    """Read an iterator twice: its length, the form of its batches, its examples, sorted if shuffled."""
    passes = [[_parts(batch) for batch in batches] for _ in range(2)]
    shapes = [str([tuple(part.shape) for part in batch]) for batch in passes[0]]
    examples = [np.vstack([_rows(batch) for batch in one]) for one in passes]
    return {
        "number of batches": len(batches),
        "type of a batch": type(next(iter(batches))).__name__,
        "tensors": str([f"{type(part).__name__} {part.dtype}" for part in passes[0][0]]),
        "shapes": " ".join(shapes if in_order else sorted(shapes)),
        "examples": examples if in_order else [rows[np.lexsort(rows.T)] for rows in examples],
    }


def in_order(world, batches):
    """Read an iterator that does not shuffle."""
    return batches_read(world, batches, in_order=True)


def train_and_test(world, pair):
    """Read what `load_data_fashion_mnist` returns."""
    train, test = pair
    return [type(pair).__name__, batches_read(world, train), in_order(world, test)]


def one_pass(world, generator):
    """Read a generator of batches, in any order."""
    batches = list(generator)
    rows = np.vstack([_rows(batch) for batch in batches])
    return [
        len(batches),
        [tuple(x.shape) for x in batches[-1]],
        batches[0][0].dtype,
        rows[np.lexsort(rows.T)],
    ]


def _parts(batch):
    return list(batch) if isinstance(batch, (list, tuple)) else [batch]


def _rows(batch):
    parts = [numpy(part) for part in batch]
    return np.hstack([part.reshape(len(part), -1).astype("float64") for part in parts])


# Regression

TRUE_WEIGHTS = np.array([2, -3.4], "float32")
REGRESSION = [
    *(
        Case(
            "linreg",
            name,
            {"X": tensor(INPUTS[:, :2]), "w": tensor(TRUE_WEIGHTS[:, None]), "b": b},
        )
        for name, b in {"b a number": 4.2, "b a tensor": tensor([4.2])}.items()
    ),
    Case("linreg", "w flat", {"X": tensor(INPUTS[:, :2]), "w": tensor(TRUE_WEIGHTS), "b": 1.5}),
    *(
        Case("squared_loss", name, {"y_hat": tensor(y_hat), "y": tensor(y)})
        for name, y_hat, y in (
            ("y in a column", INPUTS[:, :1], TARGETS),
            ("y flat", INPUTS[:, :1], TARGETS[:, 0]),
            ("both flat", INPUTS[:, 0], TARGETS[:, 0]),
            ("y_hat flat", INPUTS[:, 0], TARGETS),
        )
    ),
    *(
        Case("synthetic_data", name, {"w": tensor(w), "b": 4.2, "num_examples": 50})
        for name, w in {
            "w flat": TRUE_WEIGHTS,
            "w in a column": TRUE_WEIGHTS[:, None],
            "one weight": [2.0],
        }.items()
    ),
    Case("synthetic_data", "b a tensor", {"w": tensor(TRUE_WEIGHTS), "b": tensor(4.2), "num_examples": 50}),
    *(
        Case("data_iter", f"batch size {size}", {"batch_size": size, **more}, one_pass)
        for size in (8, 20, 64)
        for more in (
            {"features": tensor(INPUTS), "labels": tensor(TARGETS)},
            {"num_examples": 20, "features": tensor(INPUTS), "labels": tensor(TARGETS)},
        )
    ),
    *(
        Case(
            "load_array",
            f"{name}, batch size {size}",
            {"data_arrays": arrays, "batch_size": size, **more},
            look,
        )
        for name, arrays in {
            "two arrays": lambda w: (w.tensor(INPUTS), w.tensor(TARGETS)),
            "a list of them": lambda w: [w.tensor(INPUTS), w.tensor(TARGETS)],
            "labels": lambda w: (w.tensor(INPUTS), w.tensor(LABELS.astype(w.labels))),
            "three arrays": lambda w: (w.tensor(INPUTS), w.tensor(TARGETS), w.tensor(LABELS)),
        }.items()
        for size in (8, 64)
        for more, look in (
            ({}, batches_read),
            ({"is_train": True}, batches_read),
            ({"is_train": False}, in_order),
        )
    ),
]


def alone(world, batches):
    """Read an iterator over one array."""
    return {
        "type of a batch": type(next(iter(batches))).__name__,
        "arrays": [_parts(batch)[0] for batch in batches],
    }


REGRESSION += [
    Case("load_array", name, {"data_arrays": arrays, "batch_size": 8, "is_train": False}, alone)
    for name, arrays in {
        "one array": lambda w: (w.tensor(INPUTS),),
        "a bare tensor": tensor(INPUTS),
    }.items()
]

# Data

FASHION = [
    Case("load_data_fashion_mnist", name, arguments, train_and_test)
    for name, arguments in {
        "batch size 16": {"batch_size": 16},
        "batch size 1": {"batch_size": 1},
        "batch size 256": {"batch_size": 256},
        "resize None": {"batch_size": 20, "resize": None},
        "resize": {"batch_size": 20, "resize": 14},
        "resize up": {"batch_size": 20, "resize": 56},
        "a root": {"batch_size": 20, "resize": None, "root": "somewhere"},
        "the root first": {"root": "somewhere", "batch_size": 20, "resize": None, "download": True},
        "the root first, no download": {"root": "somewhere", "batch_size": 20},
    }.items()
]


def _test_iter(world, d2l):
    first = ("somewhere",) if parameters(d2l.load_data_fashion_mnist)[0] == "root" else ()
    return d2l.load_data_fashion_mnist(*first, 16)[1]


def _keras_fit(world, d2l):
    """Fit, evaluate and predict on what `load_array` returns."""
    iterator = d2l.load_array((world.tensor(INPUTS), world.tensor(TARGETS)), 8, is_train=False)
    net = world.module(columns=1)
    net.compile(optimizer="sgd", loss="mse")
    losses = net.fit(iterator, epochs=2, verbose=0).history["loss"]
    return [losses, net.evaluate(iterator, verbose=0), net.predict(iterator, verbose=0)]


def _only(framework, run):
    """Return a script for one framework: a world has it under this name."""

    def run_there(world, d2l):
        if not hasattr(world, framework):
            raise NotHereError
        return run(world, d2l)

    return run_there


def _gray(X, y):
    return 1 - X, y


ITERATORS = [
    Script("load_data_fashion_mnist", "iter() anew", lambda w, d: list(next(iter(_test_iter(w, d))))),
    *(
        Script("load_data_fashion_mnist", name, _only("tf", run))
        for name, run in {
            "take": lambda w, d: in_order(w, _test_iter(w, d).take(1)),
            "skip": lambda w, d: in_order(w, _test_iter(w, d).skip(1)),
            "map": lambda w, d: in_order(w, _test_iter(w, d).map(_gray)),
            "prefetch": lambda w, d: in_order(w, _test_iter(w, d).prefetch(1)),
            "repeat": lambda w, d: in_order(w, _test_iter(w, d).repeat(2)),
            "unbatch and batch": lambda w, d: [*map(_parts, _test_iter(w, d).unbatch().batch(5).take(2))],
            "element_spec": lambda w, d: [
                str(spec.dtype) + str(spec.shape) for spec in _test_iter(w, d).element_spec
            ],
            "cardinality": lambda w, d: int(_test_iter(w, d).cardinality()),
            "as_numpy_iterator": lambda w, d: list(next(_test_iter(w, d).as_numpy_iterator())),
        }.items()
    ),
    Script("load_array", "Keras fits, evaluates and predicts", _only("tf", _keras_fit)),
    *(
        Script("load_data_fashion_mnist", name, _only("torch", run))
        for name, run in {
            "dataset": lambda w, d: [len(_test_iter(w, d).dataset), list(_test_iter(w, d).dataset[3])],
            "batch_size": lambda w, d: _test_iter(w, d).batch_size,
        }.items()
    ),
    Script(
        "load_array",
        "dataset",
        _only("torch", lambda w, d: list(d.load_array((w.tensor(INPUTS), w.tensor(TARGETS)), 8).dataset[3])),
    ),
]
LABEL_NAMES = [
    Case("get_fashion_mnist_labels", name, {"labels": values})
    for name, values in {
        "a tensor": labels(range(10)),
        "a list": list(range(10)),
        "a NumPy array": lambda world: np.arange(10),
        "floats": tensor([3, 9]),
        "none": lambda world: [],
        "a negative number": lambda world: [-1],
        "a number too high": lambda world: [10],
        "a fraction": lambda world: [1.5],
    }.items()
]

CASES = [*REGRESSION, *FASHION, *ITERATORS, *LABEL_NAMES]
