"""Images, curves, and what shows a training."""

from __future__ import annotations

import numpy as np
from battery import Case, Script, tensor
from facts import numpy
from matplotlib import pyplot as plt
from PIL import Image
from stand_ins import DATA


def animated(world, animator):
    """Return the points and the axes of an Animator with two curves."""
    for epoch in (1, 2):
        animator.add(epoch, (0.5 / epoch, 1 - 0.1 / epoch))
    return _seen(animator)


def _seen(animator):
    assert animator.fig.axes  # the face draws when it is asked for the figure
    return {"X": animator.X, "Y": animator.Y, "axes": animator.axes[0], "number of axes": len(animator.axes)}


# Figures

IMAGES = DATA.test_images / np.float32(255)
TITLES = ["one", "two", "three", "four"]


SHOW = [
    *(
        Case("show_images", name, {"imgs": tensor(IMAGES[:4]), "num_rows": 2, "num_cols": 2, **more})
        for name, more in {
            "a tensor": {},
            "one row": {"num_rows": 1, "num_cols": 3},
            "one column": {"num_rows": 3, "num_cols": 1},
            "one image": {"num_rows": 1, "num_cols": 1},
            "a scale": {"scale": 1},
            "titles": {"titles": TITLES[:4]},
            "titles and a scale": {"titles": TITLES[:4], "scale": 2},
            "titles None": {"titles": None},
            "fewer titles": {"titles": TITLES[:2]},
            "a size": {"figsize": (9, 4)},
            "a list of tensors": {"imgs": lambda world: [world.tensor(image) for image in IMAGES[:4]]},
            "one channel": {"imgs": lambda world: world.tensor(world.image_layout(IMAGES[:4]))},
            "Pillow's images": {
                "imgs": lambda world: [Image.fromarray(image) for image in DATA.test_images[:4]]
            },
            "NumPy arrays": {"imgs": lambda world: list(IMAGES[:4])},
        }.items()
    ),
    *(
        Case("show_fashion_mnist", name, {"images": imgs, "labels": TITLES[:3]})
        for name, imgs in {
            "a tensor": tensor(IMAGES[:3, None]),
            "flat": tensor(IMAGES[:3].reshape(3, 784)),
            "without a channel": tensor(IMAGES[:3]),
            "a list": lambda world: [world.tensor(image) for image in IMAGES[:3]],
        }.items()
    ),
    *(
        Case(
            "predict_ch3",
            f"{name}",
            {
                "net": lambda world: world.image_net(),
                "test_iter": lambda w, size=size: w.image_batches(size),
                **more,
            },
            lambda world, result: type(result).__name__,
        )
        for name, size, more in (
            ("six", 20, {}),
            ("n=3", 20, {"n": 3}),
            ("n=9", 10, {"n": 9}),
            ("n=10", 20, {"n": 10}),
            ("n=1", 20, {"n": 1}),
            ("more than a batch", 4, {"n": 6}),
        )
    ),
]
X, Y = np.arange(1, 6, dtype="float32"), np.arange(1, 6, dtype="float32") ** 2
CURVES = {
    "two tensors": {"X": tensor(X), "Y": tensor(Y)},
    "lists of numbers": {"X": lambda world: list(range(1, 6)), "Y": lambda world: [1, 4, 9, 16, 25]},
    "one curve alone": {"X": tensor(Y)},
    "two curves over one X": {"X": tensor(X), "Y": lambda w: [w.tensor(Y), w.tensor(X)]},
    "an X for each": {
        "X": lambda w: [w.tensor(X), w.tensor(X + 1)],
        "Y": lambda w: [w.tensor(Y), w.tensor(X)],
    },
    "curves alone": {"X": lambda w: [w.tensor(Y), w.tensor(X)]},
    "NumPy arrays": {"X": lambda world: X, "Y": lambda world: [Y, X]},
    "a matrix": {"X": tensor(X), "Y": tensor(np.stack([X, Y]))},
    "all that there is": {
        "X": tensor(X),
        "Y": lambda w: [w.tensor(Y), w.tensor(X)],
        "xlabel": "x",
        "ylabel": "f(x)",
        "legend": lambda world: ["one", "two"],
        "xlim": lambda world: [0, 6],
        "ylim": lambda world: [1, 30],
        "xscale": "linear",
        "yscale": "log",
        "fmts": lambda world: ["r-", "b--"],
        "figsize": (4, 3),
        "axes": lambda world: plt.subplots()[1],
    },
    "fmts None": {"X": tensor(X), "Y": tensor(Y), "fmts": None},
    "more curves than formats": {"X": tensor(X), "Y": lambda w: [w.tensor(Y + i) for i in range(6)]},
}
AXES = {
    "xlabel": "x",
    "ylabel": "y",
    "xlim": lambda world: [0, 5],
    "ylim": (1, 10),
    "xscale": "log",
    "yscale": "linear",
    "legend": lambda world: ["one"],
}


def _axes(world):
    axes = plt.subplots()[1]
    axes.plot([1, 2, 3])
    return axes


FIGURES = [
    *(Case("plot", name, arguments) for name, arguments in CURVES.items()),
    Case("set_axes", "all", {"axes": _axes, **AXES}),
    Case(
        "set_axes",
        "no limits, no legend",
        {"axes": _axes, **AXES, "xlim": None, "ylim": None, "legend": None},
    ),
    *(
        Case(
            "set_figsize",
            name,
            arguments,
            lambda world, result: [result, list(plt.rcParams["figure.figsize"])],
        )
        for name, arguments in {"none": {}, "one": {"figsize": (7, 2)}}.items()
    ),
    *(
        Case("set_fig_size", name, arguments, lambda world, result: list(plt.rcParams["figure.figsize"]))
        for name, arguments in {
            "none": {"mpl": lambda w: plt},
            "one": {"mpl": lambda w: plt, "figsize": (7, 2)},
        }.items()
    ),
    Case("use_svg_display", "outside a notebook", {}),
    *(
        Case(
            "semilogy",
            name,
            {"x_vals": [1, 2, 3], "y_vals": [1, 10, 100], "x_label": "x", "y_label": "y", **more},
        )
        for name, more in {
            "one curve": {},
            "two curves": {"x2_vals": [1, 2, 3], "y2_vals": [2, 20, 200], "legend": ["train", "test"]},
            "two and a size": {"x2_vals": [1], "y2_vals": [2], "legend": ["a", "b"], "figsize": (4, 3)},
            "a size": {"figsize": (4, 3)},
            "ranges": {
                "x_vals": range(1, 4),
                "x2_vals": range(1, 4),
                "y2_vals": [1, 2, 3],
                "legend": ["a", "b"],
            },
        }.items()
    ),
    Script(
        "semilogy",
        "two in a cell",
        lambda world, d2l: [d2l.semilogy([1, 2], [1, factor], "x", "y") for factor in (10, 100)],
    ),
    Case("Animator", "two curves", {}, animated),
    Case(
        "Animator",
        "all that there is",
        {
            "xlabel": "epoch",
            "ylabel": "loss",
            "legend": lambda world: ["train", "test"],
            "xlim": lambda world: [1, 3],
            "ylim": lambda world: [0, 1],
            "xscale": "linear",
            "yscale": "linear",
            "fmts": ("-", "r:"),
            "nrows": 1,
            "ncols": 2,
            "figsize": (6, 2),
        },
        animated,
    ),
    *(
        Case(
            "Animator",
            name,
            {"xlabel": "x"},
            lambda world, animator, add=add: (add(world, animator), _seen(animator))[1],
        )
        for name, add in {
            "a number": lambda world, animator: [animator.add(x, x * 2) for x in range(3)],
            "a missing point": lambda world, animator: [
                animator.add(x, (x, None if x else 1)) for x in range(3)
            ],
            "an x for each curve": lambda world, animator: animator.add([1, 2], [3, 4]),
            "a tensor of one number": lambda world, animator: animator.add(
                1, float(numpy(world.tensor(np.float32(2))))
            ),
        }.items()
    ),
    Case("Animator", "fmts None", {"fmts": None}, animated),
]

CASES = [*SHOW, *FIGURES]
