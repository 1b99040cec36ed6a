"""Every face of this package, in one table: which edition it is, which imports mean it, and what it has.

A face is a module that a notebook imports in place of the book's: ``from d2l_compat import torch as d2l``.
Whatever needs to know about faces, such as the redirection of imports and the tables in the documents, asks
here, and the faces take their names from here. No framework is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

# fmt: off
EVERYWHERE = {
    "History", "Timer", "accuracy", "cpu", "data_iter", "evaluate_accuracy", "get_fashion_mnist_labels",
    "linreg", "load_data_fashion_mnist", "num_gpus", "plt", "semilogy", "set_axes", "set_figsize", "set_seed",
    "sgd", "show_images", "softmax_regression", "squared_loss", "train_ch3", "try_all_gpus", "try_gpu",
    "use_svg_display",
}
OLDER = EVERYWHERE | {"show_fashion_mnist"}
CURVES = {"Accumulator", "Animator", "evaluate_loss", "load_array", "plot"}
ADDED = CURVES | {"get_dataloader_workers", "predict_ch3", "synthetic_data", "train_epoch_ch3"}
NEWER = EVERYWHERE | ADDED
TENSORS = NEWER | {
    "abs", "arange", "argmax", "astype", "batch_matmul", "concat", "cos", "cosh", "exp", "expand_dims", "eye",
    "float32", "int32", "int64", "linspace", "log", "matmul", "meshgrid", "normal", "numpy", "ones",
    "ones_like", "rand", "reduce_mean", "reduce_sum", "repeat", "reshape", "sigmoid", "sin", "sinh", "size",
    "stack", "tanh", "tensor", "transpose", "zeros", "zeros_like",
}
PLACED = TENSORS | {"randn", "swapaxes", "to"}
LOST = {"data_iter", "semilogy", "show_fashion_mnist"}  # what d2l had before 0.10, and no longer in it

_MXNET = {"autograd": "mxnet.autograd", "gluon": "mxnet.gluon", "init": "mxnet.init"}
ND = {**_MXNET, "mx": "mxnet", "nd": "mxnet.nd", "nn": "mxnet.gluon.nn", "np": "numpy"}
NP = {**_MXNET, "np": "mxnet.np", "npx": "mxnet.npx"}
TORCH = {"nn": "torch.nn", "np": "numpy", "torch": "torch"}
TENSORFLOW = {"keras": "tensorflow.keras", "np": "numpy", "tf": "tensorflow"}

D2L = ("d2l", "d2l.d2l")
D2LZH = ("d2lzh", "d2lzh.utils")
PARTS = ("d2l.base", "d2l.data", "d2l.data.base", "d2l.data.fashion_mnist", "d2l.figure", "d2l.model",
         "d2l.train", "d2l.utils")

BRINGING = {
    "keras": "tensorflow", "tf_keras": "tensorflow", "torchvision": "torch", "torchtext": "torch",
    "pytorch_lightning": "torch", "flax": "jax", "haiku": "jax", "optax": "jax", "gluoncv": "mxnet",
}
"""Packages that import a framework, and which."""
# fmt: on


@dataclass(frozen=True)
class Edition:
    """The module `face` of this package, for the edition in `words`, on a `framework`.

    `imports`: modules that a notebook for it may import; first those that mean it rather than another.
    `names`: what the face defines. `modules`: what the edition's own module had imported and notebooks took
    from it, by name. `until`: the last release on the package index that it fits, by package. `written`: the
    framework's name as the framework writes it, in the line of its own face.

    Where an edition means something else than that of 2021: `is_nd`, it is for MXNet's older semantics;
    `is_fraction`, its accuracy is a fraction, not a number; `averages_batches`, its figures of training are
    means over batches; `divides_twice`, it divides the gradient of a mean loss by the batch size once more.
    """

    face: str
    framework: str
    words: str
    imports: tuple[str, ...]
    names: frozenset[str] | set[str]
    modules: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    written: str = ""
    is_nd: bool = False
    is_fraction: bool = False
    averages_batches: bool = False
    divides_twice: bool = False


# fmt: off
_TABLE = (
    Edition("torch", "torch", "edition 2021 (d2l 0.14 to 0.17), PyTorch", ("d2l.torch", *D2L), PLACED,
            written="PyTorch"),
    Edition("tensorflow", "tensorflow", "edition 2021 (d2l 0.14 to 0.17), TensorFlow",
            ("d2l.tensorflow", *D2L), TENSORS | {"Updater"}, written="TensorFlow"),
    Edition("mxnet", "mxnet", "edition 2021 (d2l 0.14 to 0.17), MXNet np", ("d2l.mxnet",), PLACED,
            written="MXNet"),
    Edition("paddle", "paddle", "edition 2021 (d2l 0.17), PaddlePaddle", ("d2l.paddle", *D2L), PLACED,
            written="PaddlePaddle"),
    Edition("jax", "jax", "edition 2021 (d2l 0.14 to 0.17), carried over to JAX", ("d2l.jax", *D2L),
            PLACED | {"Updater", "get_key"}, written="JAX"),
    Edition("d2l_2019", "mxnet", "edition 2019 (d2l 0.5 and 0.6, on the index 0.8.6 to 0.9), MXNet nd",
            D2L + PARTS, OLDER | NEWER, ND, {"gluonbook": (0, 8, 10), "d2l": (0, 9, 2)},
            is_nd=True, is_fraction=True),
    Edition("all_deep_learning", "mxnet",
            "d2l.AllDeepLearning (autumn 2019, on the index d2l 0.10), MXNet nd",
            ("d2l.AllDeepLearning", *D2L, *PARTS), NEWER, ND, {"d2l": (0, 10, 3)}, is_nd=True),
    Edition("d2l_2020", "mxnet", "d2l 0.7 and 0.8 (on the index 0.11 to 0.13), MXNet np",
            D2L + PARTS, NEWER, NP, {"d2l": (0, 13, 2)}),
    Edition("d2l_pytorch", "torch", "the port with modules d2l.data and d2l.train (2019), PyTorch",
            PARTS + D2L, OLDER | CURVES, TORCH, is_fraction=True),
    Edition("gluonbook", "mxnet", "edition 2018 (gluonbook to 0.8.8), MXNet nd",
            ("gluonbook", "gluonbook.utils"),
            OLDER | {"set_fig_size", "train_cpu"}, ND, {"gluonbook": (0, 8, 8), "d2l": (0, 8, 5)},
            is_nd=True, is_fraction=True, averages_batches=True),
    Edition("utils_2018", "mxnet", "the earliest edition (February 2018), MXNet nd", ("utils",),
            OLDER | {"SGD", "set_fig_size", "train_cpu"}, ND, {"gluonbook": (0, 6)},
            is_nd=True, is_fraction=True, averages_batches=True),
    Edition("d2lzh", "mxnet", "d2lzh (first Chinese edition), MXNet nd", D2LZH, OLDER, ND,
            is_nd=True, is_fraction=True),
    Edition("d2lzh_pytorch", "torch", "d2lzh_pytorch (first Chinese edition), PyTorch",
            ("d2lzh_pytorch", "d2lzh_pytorch.utils", "d2lzh1981", *D2LZH), OLDER | {"FlattenLayer"}, TORCH,
            is_fraction=True, divides_twice=True),
    Edition("d2ltorch", "torch", "d2ltorch (a port), PyTorch", ("d2ltorch",),
            OLDER | {"FlattenLayer", "params_init"}, TORCH, is_fraction=True, divides_twice=True),
    Edition("d2lzh_tensorflow2", "tensorflow", "d2lzh_tensorflow2 (first Chinese edition), TensorFlow",
            ("d2lzh_tensorflow2", *D2LZH), OLDER, TENSORFLOW, is_fraction=True),
)
# fmt: on

EDITIONS = {edition.face: edition for edition in sorted(_TABLE, key=lambda edition: edition.face)}
"""The table, by the name of the face, sorted."""

FRAMEWORKS = tuple(face for face, edition in EDITIONS.items() if face == edition.framework)
"""The frameworks, each with a face of its own name, sorted."""

WRITTEN = {"python": "Python", **{face: EDITIONS[face].written or face for face in FRAMEWORKS}}
"""How the frameworks write their names, and Python its own."""

FACELESS = ("d2l.mindspore",)
"""Modules of d2l for which there is no face; there may be others."""

ANYBODYS = ("utils",)
"""Modules with so common a name that a file of the user's own goes first."""

MODULES = {module for edition in _TABLE for module in edition.imports}
"""All modules that mean a face."""


def editions_of(module: str) -> list[Edition]:
    """Return the editions that had `module`, the likeliest first: several where its name does not tell."""
    having = (edition for edition in _TABLE if module in edition.imports)
    return sorted(having, key=lambda edition: edition.imports.index(module))


def beside(
    module: str,
    imported: Iterable[str],
    has_np: Callable[[], bool],
    is_newer: Callable[[], bool | None],
) -> Edition | None:
    """Return the edition that a `module` which several had means beside the `imported` modules, or None.

    These are in the order of their import: of two frameworks the first counts. `has_np`: whether MXNet has
    its NumPy semantics. `is_newer`: whether helpers are used that only d2l from 0.10 on had, or others are
    called as they are there; None if nothing tells.
    """
    names = list(imported)  # other threads may be importing
    editions = editions_of(module)
    frameworks = [name for name in names if name in {edition.framework for edition in editions}]
    having = [edition for edition in editions if edition.framework in frameworks[:1]]
    if frameworks[:1] == ["mxnet"] and len(having) > 1:
        is_nd = not has_np()
        having = [edition for edition in having if edition.is_nd == is_nd]
    seen = {edition.face: len({*names}.intersection(edition.imports)) for edition in having}
    having = [edition for edition in having if seen[edition.face] == max(seen.values())]
    if len(having) > 1 and (newer := is_newer()) is not None:
        having = [edition for edition in having if edition.is_fraction != newer]
    return having[0] if having else None


def of_release(package: str, version: tuple[int, ...] | None) -> Edition | None:
    """Return the edition of the `version` of a `package`, such as (0, 10, 3); None where its imports tell."""
    fitting = [edition for edition in _TABLE if version and version <= edition.until.get(package, ())]
    return min(fitting, key=lambda edition: edition.until[package], default=None)
