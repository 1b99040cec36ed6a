"""Minibatches of NumPy arrays, in a seeded order that is the same for every framework."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_order = np.random.default_rng(0)


def seed_order(seed: int) -> None:
    """Fix the order of every later shuffled pass in this process; without a call it is that of seed 0."""
    global _order
    _order = np.random.default_rng(seed)


def scale(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return uint8 `images` as float32 fractions in [0, 1], of the same shape."""
    X = _aligned(images.shape)
    X[...] = images
    X /= np.float32(255)
    return X


def _aligned(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return an empty float32 array that starts at a multiple of 64 bytes, as frameworks take it uncopied."""
    size = math.prod(shape) * 4
    memory = np.empty(size + 63, np.uint8)
    start = -memory.__array_interface__["data"][0] % 64
    return memory[start : start + size].view(np.float32).reshape(shape)


def numpy_batch(images: NDArray[np.uint8], rows: NDArray[np.intp], labels: NDArray[Any]) -> Any:
    """Return a batch as the reference takes it: X, float32 in [0, 1], (B, height, width), and y (B,)."""
    return scale(images.take(rows, axis=0)), labels


class Pass:
    """One pass over a data set: an iterator that also has ``.next()``, which old notebooks call."""

    def __init__(self, batches: Iterator[Any]):
        self._batches = batches

    def __iter__(self) -> Pass:
        return self

    def __next__(self) -> Any:
        return next(self._batches)

    next = __next__


class ArrayIter:
    """Passes over `arrays`, which have one row for each example, in minibatches.

    An iteration yields ``batch(*parts)``, with a part of B rows from each array. `shuffle` draws a new order
    for each pass. The last batch holds what is left. ``len()`` is the number of batches.

    Raises ValueError for a batch size below 1, TypeError for one that is not an integer.
    """

    dataset: Any
    """The examples, where a framework's own loaders have them."""

    def __init__(
        self, arrays: Sequence[NDArray[Any]], batch_size: int, shuffle: bool, batch: Callable[..., Any]
    ):
        lengths = {len(array) for array in arrays}
        if len(lengths) != 1:
            raise ValueError(f"data_arrays: expected arrays of one length, received {sorted(lengths)}")
        self.arrays = arrays
        self.batch_size = _checked(batch_size)
        self.shuffle = shuffle
        self.batch = batch

    def __len__(self) -> int:
        return -(-len(self.arrays[0]) // self.batch_size)

    def __iter__(self) -> Pass:
        return Pass(self._batches())

    __call__ = __iter__  # notebooks for PaddlePaddle call its loaders

    def _batches(self) -> Iterator[Any]:
        n = len(self.arrays[0])
        order = _order.permutation(n) if self.shuffle else np.arange(n)
        for start in range(0, n, self.batch_size):
            yield self.take(order[start : start + self.batch_size])

    def take(self, rows: NDArray[np.intp]) -> Any:
        """Return the examples with the numbers `rows`, a NumPy array, as a batch."""
        return self.batch(*(array.take(rows, axis=0) for array in self.arrays))


class DataIter(ArrayIter):
    """Passes over a data set in minibatches; examples, not batches, are shuffled again for each pass.

    `images`: uint8 (n, 28, 28). `labels`: integers (n,), in the dtype that y is to have. `resize`: side
    length in pixels, or (height, width). The last batch holds what is left. ``len()`` is the number of
    batches.

    An iteration yields ``batch(images, rows, labels)``: `rows` are the numbers of the B images to take, and
    `labels` are theirs, (B,). By default it is `numpy_batch`.

    Raises ValueError for a batch size below 1, TypeError for one that is not an integer.
    """

    release: str | None = None
    source: str | None = None

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[Any],
        batch_size: int,
        shuffle: bool,
        batch: Callable[..., Any] = numpy_batch,
        resize: int | tuple[int, int] | None = None,
    ):
        size: Any = (resize, resize) if _is_integer(resize) else resize
        if size is not None and not _is_size(size):
            raise ValueError(f"resize: expected pixels above 0, or (height, width), received {resize!r}")
        super().__init__((images, labels), batch_size, shuffle, batch)
        self.images, self.labels = images, labels
        self.resize = size

    @property
    def highest(self) -> int | None:
        """The greatest label; None where there is none, or one is negative."""
        return int(self.labels.max()) if self.labels.size and self.labels.min() >= 0 else None

    def take(self, rows: NDArray[np.intp]) -> Any:
        labels = self.labels.take(rows)
        if not self.resize:
            return self.batch(self.images, rows, labels)
        return self.batch(_resized(self.images[rows], self.resize), np.arange(len(rows)), labels)


def _checked(batch_size: int) -> int:
    if not _is_integer(batch_size):
        raise TypeError(f"batch_size: expected an integer such as 256, received {batch_size!r}")
    if batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, received {batch_size}. The book uses 256.")
    return int(batch_size)


def _is_integer(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_size(value: Any) -> bool:
    is_pair = np.ndim(value) == 1 and len(value) == 2
    return is_pair and all(_is_integer(side) and side > 0 for side in value)


def _resized(images: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Scale uint8 `images` (B, 28, 28) to `size` (height, width) with Pillow's bilinear filter."""
    from PIL import Image  # here, as few resize: it takes longer than all other imports together

    height, width = size
    resized = (Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR) for image in images)
    return np.stack([*map(np.asarray, resized)])
