"""Accuracy, evaluation, training and its steps, in chapter 3 and the ports of it."""

from __future__ import annotations

import itertools

import numpy as np
from battery import Case, Script, labels, tensor
from matplotlib import pyplot as plt
from worlds import BIAS, INPUTS, LABELS, WEIGHTS

SCORES = np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], "float32")
LOSSES = ["own, per example", "own, mean", "native, per example", "native, mean", "native, sum"]


def curves_of_training(world, result):
    """Return the figures of each epoch, as the release draws them and as the face returns them."""
    if result is None:
        figures = [line.get_ydata() for line in plt.gcf().axes[0].lines]
    else:
        figures = [result.train_loss, result.train_acc, result.test_acc]
    return {"result": type(result).__name__, "epochs": np.array(figures, "float64")}


# Metrics

ACCURACY = [
    Case("accuracy", name, {"y_hat": y_hat, "y": y})
    for name, y_hat, y in (
        ("scores", tensor(SCORES), labels([0, 2])),
        ("of many", tensor(INPUTS @ WEIGHTS), labels(LABELS)),
        ("none right", tensor(SCORES), labels([0, 0])),
        ("equal scores", tensor([[1, 1, 0], [0, 2, 2]]), labels([0, 1])),
        ("one example", tensor(SCORES[:1]), labels([2])),
        ("two scores", tensor(SCORES[:, :2]), labels([1, 0])),
        ("labels as floats", tensor(SCORES), tensor([0, 2])),
        ("labels as int32", tensor(SCORES), tensor([0, 2], "int32")),
        ("labels as int64", tensor(SCORES), tensor([0, 2], "int64")),
        ("predicted classes", labels([2, 1, 1]), labels([2, 0, 1])),
        ("predicted classes in a column", tensor([[2], [1], [1]]), labels([[2], [0], [1]])),
        ("labels in a column", tensor(SCORES), labels([[0], [2]])),
        ("a score that is not a number", tensor([[np.nan, 1, 0], [0, 2, 1]]), labels([0, 1])),
    )
]


def _passes(world):
    """Return a list of batches that may be read once only."""
    return iter(world.batches())


NETS = {
    "scratch": lambda world: world.scratch(),
    "module": lambda world: world.module(),
    "module with dropout": lambda world: world.module(dropout=True),
}
EVALUATE = [
    *(
        Case("evaluate_accuracy", f"{name}, {what}", {"net": net, "data_iter": batches})
        for name, net in NETS.items()
        for what, batches in {
            "a short last batch": lambda world: world.batches(),
            "one batch": lambda world: world.batches(20),
            "batches of one": lambda world: world.batches(1, 3),
        }.items()
    ),
    Case("evaluate_accuracy", "a generator", {"net": NETS["scratch"], "data_iter": _passes}),
    Case("evaluate_accuracy", "nothing", {"net": NETS["scratch"], "data_iter": lambda world: []}),
    *(
        Case(
            "evaluate_accuracy", name, {"net": NETS["module"], "data_iter": lambda w: w.batches(), "ctx": ctx}
        )
        for name, ctx in {
            "a device": lambda world: world.ctx(),
            "a list of devices": lambda world: world.contexts(),
            "a device by name": "cpu",
        }.items()
    ),
]


def _regression(world):
    return world.module(columns=1)


EVALUATE_LOSS = [
    *(
        Case(
            helper,
            f"regression, y {'in a column' if columns else 'flat'}, {name}",
            {
                "net": _regression,
                batches: lambda world, columns=columns: world.regression_batches(columns),
                "loss": loss,
                **more,
            },
        )
        for helper, batches, more in (
            ("evaluate_loss", "data_iter", {}),
            ("train_epoch_ch3", "train_iter", {"updater": lambda world: world.optimiser(world.net)}),
        )
        for columns in (1, 0)
        for name, loss in {"native": lambda world: world.l2(), "own": lambda w: w.d2l.squared_loss}.items()
    ),
    Case(
        "evaluate_loss",
        "mean losses",
        {
            "net": _regression,
            "data_iter": lambda world: world.regression_batches(),
            "loss": lambda world: lambda y_hat, y: world.mean((y_hat - world.reshape(y, y_hat.shape)) ** 2),
        },
    ),
]


# Training


def _epochs(helper, name, net, loss, updater, **changed):
    """Return a case of training with an updater, as edition 2021 has it."""
    arguments = {
        "net": NETS[net],
        "train_iter": lambda world: world.batches(),
        "test_iter": lambda world: world.batches(20),
        "loss": lambda world: world.loss(loss),
        "num_epochs": 3,
        "updater": UPDATERS[updater],
        **changed,
    }
    if helper == "train_ch3":
        return Case(helper, name, arguments, curves_of_training)
    del arguments["test_iter"], arguments["num_epochs"]
    return Case(helper, name, arguments)


def _optimiser(world):
    return world.optimiser(world.net)


UPDATERS = {"own updater": lambda world: world.own(), "optimiser": _optimiser}
BATCHES = {
    "batches of one": {"train_iter": lambda world: world.batches(1)},
    "no short batch": {"train_iter": lambda world: world.batches(10)},
    "accuracy below what is asserted": {"train_iter": lambda world: world.batches(n=3)},
}
TRAIN = [
    *(
        _epochs("train_epoch_ch3", f"{net}, {updater}, loss: {loss}", net, loss, updater)
        for net, updater, loss in itertools.product(NETS, UPDATERS, LOSSES)
    ),
    *(
        _epochs("train_ch3", f"{net}, {updater}, loss: {loss}", net, loss, updater)
        for net, updater, loss in (
            *itertools.product(NETS, UPDATERS, LOSSES[:1]),
            *itertools.product(["module"], UPDATERS, LOSSES[1:]),
        )
    ),
    *(
        _epochs(helper, name, "scratch", LOSSES[0], "own updater", **changed)
        for helper in ("train_epoch_ch3", "train_ch3")
        for name, changed in BATCHES.items()
    ),
]
OLDER_TRAIN = [
    Case(
        "train_ch3",
        f"{name}, loss: {loss}, batch_size {batch_size}",
        {
            "net": NETS["module" if "optimiser" in name else "scratch"],
            "train_iter": lambda world: world.batches(),
            "test_iter": lambda world: world.batches(),
            "loss": lambda world, loss=loss: world.loss(loss),
            "num_epochs": epochs,
            "batch_size": batch_size,
            **more,
        },
    )
    for name, more in {
        "params and lr": {"params": lambda world: list(world.params), "lr": 0.5},
        "optimiser, params None": {"params": None, "lr": None, "trainer": _optimiser},
        "optimiser alone": {"trainer": _optimiser},
    }.items()
    for loss, (epochs, batch_size) in itertools.product(LOSSES, ((3, 8), (1, 16)))
]


def _layers(world):
    """Return a linear, a convolutional and a normalising layer of PyTorch."""
    nn = world.torch.nn
    net = nn.Sequential(nn.Linear(2, 3), nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    world.nets.append(net)
    world.params += net.parameters()
    return net


INITIALISE = [
    Case("params_init", "ones", {"model": _layers, "init": lambda world: world.torch.nn.init.ones_}),
    Script(
        "params_init",
        "with options",
        lambda world, d2l: d2l.params_init(_layers(world), world.torch.nn.init.normal_, mean=1, std=0.01),
    ),
]
OTHER_TRAIN = [
    Script("train_ch3", "a second call goes on", lambda world, d2l: _trained_twice(world, d2l)),
    Script(
        "train_ch3", "gradients that were there before", lambda world, d2l: _with_old_gradient(world, d2l)
    ),
]


def _older_call(world, d2l, net):
    return d2l.train_ch3(
        net, world.batches(), world.batches(), world.loss(LOSSES[0]), 1, 8, list(world.params), 0.5
    )


def _newer_call(world, d2l, net):
    return d2l.train_ch3(net, world.batches(), world.batches(), world.loss(LOSSES[0]), 3, world.own())


def _trained_twice(world, d2l):
    net = world.scratch()
    train = _older_call if hasattr(d2l, "show_fashion_mnist") else _newer_call
    return [type(train(world, d2l, net)).__name__ for _ in range(2)]


def _with_old_gradient(world, d2l):
    world.with_gradient(WEIGHTS)
    W = world.params[0]
    b = world.param(BIAS)
    net = lambda X: world.matmul(X, W) + b  # noqa: E731 - as a notebook writes it
    train = _older_call if hasattr(d2l, "show_fashion_mnist") else _newer_call
    return type(train(world, d2l, net)).__name__


# Steps

STEPS = [
    *(
        Case("sgd", name, {"params": lambda w: [w.with_gradient(WEIGHTS), w.with_gradient(BIAS)], **more})
        for name, more in {
            "two parameters": {"lr": 0.1, "batch_size": 4},
            "batch size 1": {"lr": 3, "batch_size": 1},
            "a rate that is a tensor": {"lr": tensor([0.1]), "batch_size": 4},
        }.items()
    ),
    Case(
        "sgd",
        "a generator",
        {"params": lambda w: iter([w.with_gradient(WEIGHTS)]), "lr": 0.1, "batch_size": 2},
    ),
    Case("SGD", "two parameters", {"params": lambda w: [w.with_gradient(WEIGHTS)], "lr": 0.1}),
    Case(
        "sgd",
        "gradients as an argument",
        {
            "params": lambda w: [w.param(WEIGHTS), w.param(BIAS)],
            "grads": lambda w: [w.tensor(WEIGHTS * 2), w.tensor(BIAS + 1)],
            "lr": 0.1,
            "batch_size": 4,
        },
    ),
    Case(
        "Updater",
        "one step",
        {"params": lambda w: [w.param(WEIGHTS)], "lr": 0.1},
        lambda world, updater: [updater(4, [world.tensor(WEIGHTS * 3)]), updater.lr, len(updater.params)],
    ),
]

CASES = [
    *ACCURACY,
    *EVALUATE,
    *EVALUATE_LOSS,
    *TRAIN,
    *OLDER_TRAIN,
    *OTHER_TRAIN,
    *INITIALISE,
    *STEPS,
]
