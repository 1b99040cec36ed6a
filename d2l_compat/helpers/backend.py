"""The contract: what a framework supplies for the helpers to run on it.

Its principles:

1. Native tensors in, native tensors out. The reader's `net`, `loss` and `updater` belong to the framework.
2. As few primitives as possible. Whatever can be said in NumPy or in Python is said once, in the helpers.
3. Numbers leave the framework as NumPy arrays or floats, so that counting is the same everywhere.
4. The helpers call a backend, and a backend calls none of them.
"""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from d2l_compat.data.iterators import ArrayIter, scale

Tensor = Any
"""A tensor of the framework."""

Predict = Callable[[Tensor], Tensor]
Step = Callable[[Tensor, Tensor], "tuple[float, Tensor]"]
Function = Callable[..., Any]
"""A net or a loss."""

Batches = Iterable["tuple[Tensor, Tensor]"]
"""What yields X and y of each batch, such as a loader of the framework's own."""


class Model(NamedTuple):
    """Softmax regression ready for `train_ch3`: the chapter's model in one framework's own terms."""

    net: Any
    loss: Any
    updater: Any
    parameters: Callable[[], tuple[NDArray[np.float32], NDArray[np.float32]]]
    """Returns W (784, 10) and b (10,) as they now are."""


class Loader(Protocol):
    """One of our iterators over batches, with attributes that readers know from the framework's loaders."""

    release: str | None
    source: str | None

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]: ...
    def __len__(self) -> int: ...
    def __getattr__(self, name: str) -> Any: ...


class Inference:
    """A context with the function `predict`; `leave` is called at its end."""

    # Not contextlib's, which sets an attribute of exceptions: a reader's own may take none.

    def __init__(self, predict: Predict, leave: Callable[[], None] = lambda: None):
        self.predict = predict
        self.leave = leave

    def __enter__(self) -> Predict:
        return self.predict

    def __exit__(self, *error: object) -> None:
        self.leave()


def evaluating(net: Any, parts: Iterable[Any], predict: Predict, restores: bool) -> Inference:
    """Put `net` into evaluation mode, and return the `Inference` by `predict`.

    `parts`: the modules of the net, each with an attribute ``training``; none for a net without modes. If it
    `restores`, they are back in their former mode at its end.
    """
    modes = [(part, part.training) for part in parts]

    def leave() -> None:
        for part, mode in modes:
            part.training = mode

    if modes:
        net.eval()
    return Inference(predict, leave) if restores else Inference(predict)


class Backend(ABC):
    """The primitives of one framework. Shapes: B examples a batch, 28 x 28 pixels, 10 classes."""

    name: str
    """The framework's module name, which is also the name of its face: ``'torch'``."""

    version: str
    """The framework's version, as it reports it."""

    tensors: tuple[type, ...]
    """The classes of its tensors, with those derived from them."""

    takes_arrays = False
    """Whether NumPy arrays pass for tensors."""

    wraps_one = True
    """Whether the framework's loaders yield a batch of one array as a tuple."""

    takes_bare = False
    """Whether they take a tensor by itself; otherwise its rows count as the arrays."""

    label_dtype: str
    """dtype of the labels y in a batch, as the book's own loader gave them: ``'int64'`` or ``'int32'``."""

    label_shape: tuple[int, ...] = ()
    """Shape of one label: ``(1,)`` where y in a batch is (B, 1) instead of (B,)."""

    channels_last = False
    """Whether X in a batch is (B, 28, 28, 1) instead of (B, 1, 28, 28)."""

    cross_entropy: str
    """A loss that takes class numbers, as the reader writes it."""

    def prepare(self) -> None:  # noqa: B027 - most frameworks need nothing
        """Set what the framework needs in a process of our own. No import and no helper calls it."""

    @abstractmethod
    def tensor(self, array: NDArray[Any]) -> Tensor:
        """Return the NumPy `array` as a native tensor of the same shape and dtype. May share memory."""

    @abstractmethod
    def to_numpy(self, tensor: Tensor) -> NDArray[Any]:
        """Return a native `tensor` as a NumPy array of the same shape and dtype. May share memory.

        Numbers for which NumPy has no dtype, such as bfloat16 where none is registered, become float32.
        """

    def images(self, images: NDArray[np.uint8], rows: NDArray[np.intp]) -> Tensor:
        """Return the `rows` (B,) of NumPy `images` (n, height, width) as a native batch X.

        X is float32 in [0, 1]. A framework that is faster than NumPy overrides this, with the same bits.
        """
        X = scale(images.take(rows, axis=0))
        return self.tensor(np.expand_dims(X, -1 if self.channels_last else 1))

    def as_loader(self, batches: ArrayIter) -> Any:
        """Return `batches` with the attributes that readers know from the framework's own loaders."""
        return batches

    @abstractmethod
    def devices(self) -> tuple[Any, list[Any]]:
        """Return the CPU and the list of GPUs that the framework sees, as its own devices."""

    @abstractmethod
    def seed(self, seed: int) -> None:
        """Seed every random generator of the framework."""

    @abstractmethod
    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        """Return a context with the function of X that predicts with `net`, without recording gradients.

        A net that has modes is in inference mode within the context; if the context `restores`, every part of
        it is back in its former mode afterwards. A net that does not own its parameters takes those of
        `updater`. X is first copied to `ctx`: a device or, in MXNet, a context or a list with one.
        """

    @abstractmethod
    def step(self, net: Any, loss: Any, updater: Any, highest: int | None = None) -> Step:
        """Return the function ``step(X, y)`` for one pass over the training data, which begins now.

        It makes one step of minibatch gradient descent, and returns the loss summed over the batch, a float,
        and, for `accuracy`, ``y_hat = net(X)`` from before the step, or the classes (B,) that it predicts, a
        native tensor. `loss` returns per-example losses or a scalar, which is their mean unless the loss says
        ``reduction='sum'``. An optimiser of the framework steps along the gradient of the mean; an `updater`
        of the reader's own is given the gradient of the sum, and divides by the batch size it is called with
        (editions 2018 to 2021).

        Raises TypeError for an `updater` that is none, having changed nothing. Net and loss are called by
        `refusals.outputs` and `refusals.checked_losses`, before the update, so that bad input raises
        `refusals.BadBatch` and changes no parameter. `highest`: the greatest label of the data set, where it
        is known. What a framework compiles holds for this pass: before the next one the reader may have
        changed the code, or anything that it reads.
        """

    @abstractmethod
    def older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        """Return the updater for `step` that editions 2018 and 2019 would have made in `train_ch3`.

        Without a `trainer` it is `sgd` on `params`, which divides the summed gradient of each batch, the
        short last one too, by `batch_size`; otherwise it steps the `trainer`, in the manner of its edition.
        """

    def losses(self, loss: Any, y_hat: Tensor, y: Tensor) -> Tensor:
        """Return ``loss(y_hat, y)``, with the arguments in the order that `loss` takes.

        Raises ValueError where the framework's own loss would broadcast them.
        """
        return loss(y_hat, y)

    def takes_float_labels(self, loss: Any) -> bool:
        """Whether `loss` takes labels that are whole numbers stored as floats."""
        return False

    @abstractmethod
    def matmul(self, a: Tensor, b: Tensor) -> Tensor:
        """Return the product of two native tensors, the second a matrix (or a vector, where allowed)."""

    @abstractmethod
    def reshape(self, tensor: Tensor, shape: Sequence[int]) -> Tensor:
        """Return the native `tensor` in another `shape`."""

    @abstractmethod
    def normal(self, mean: float, std: float, shape: Sequence[int]) -> Tensor:
        """Return a native float32 tensor of draws from N(`mean`, `std`²)."""

    # What follows is made of the primitives.

    def is_tensor(self, value: Any) -> bool:
        """Whether `value` is a tensor of the framework, or passes for one."""
        return isinstance(value, self.tensors) or (self.takes_arrays and hasattr(value, "shape"))

    def as_array(self, values: Any) -> NDArray[Any]:
        """Return a native tensor, a list of them, or anything that NumPy takes by itself, as an array."""
        if isinstance(values, self.tensors):
            return self.to_numpy(values)
        if isinstance(values, (list, tuple)) and any(isinstance(value, self.tensors) for value in values):
            return np.stack([self.as_array(value) for value in values])
        return np.asarray(values)

    def as_numbers(self, values: Any) -> NDArray[Any]:
        """Return `values` as an array to compute with: dtypes that are not NumPy's own become float32."""
        array = self.as_array(values)
        return array.astype(np.float32) if array.dtype.kind == "V" else array  # such as JAX's bfloat16


def method(name: str) -> Callable[..., Any]:
    """Return a function that calls the method `name` of its first argument, as ``d2l.reshape(x, 2, 3)``."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    call.__doc__ = f"Return ``x.{name}(*args, **kwargs)``."
    return call


def is_batch_mean(loss: Any, l: Tensor) -> bool:
    """Whether `l`, what `loss` returned, is the mean of a batch: neither per-example losses nor a sum.

    A mean is one number. For a batch of one example the mean, the sum and the only loss are the same.
    """
    return math.prod(l.shape) == 1 and getattr(loss, "reduction", None) != "sum"


def takes(updater: Any, count: int) -> bool:
    """Whether `updater` can be called with `count` arguments."""
    try:
        return bool(inspect.signature(updater).bind(*range(count)))
    except ValueError:  # nothing is known of what is built in or compiled
        return True
    except TypeError:
        return False


def unknown_updater(updater: Any, native: str, own: str) -> TypeError:
    """Return the TypeError for an `updater` that is neither a `native` optimiser nor the reader's `own`."""
    return TypeError(
        f"updater: expected a {native}, or one's own such as {own}; received an object of {type(updater)}"
    )
