"""A stand-in for Fashion-MNIST from a seeded generator, for machines with neither the data nor a network.

Each class is a few soft blobs. An example is its class blended with a second one, under noise. Where
the second outweighs the first nobody can tell the label. That keeps a model's accuracy below 0.9, as the real
data do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from d2l_compat.data.fashion_mnist import FashionMNIST

NOISE = 56  # grey levels; the blobs have the rest of the 256
MAX_BLEND = 150  # the share of the second class stays below this, in 256ths


def generate(seed: int = 0, num_train: int = 60000, num_test: int = 10000) -> FashionMNIST:
    """Return a `FashionMNIST` whose release is ``'synthetic'`` and whose source is ``'generator'``.

    Shapes, dtypes and ranges are those of the real data, the classes are drawn evenly, and the arrays are
    read-only. The same `seed` gives the same classes, whatever the numbers of examples.
    """
    rng = np.random.default_rng(seed)
    classes = _classes(rng)
    train, test = _examples(rng, classes, num_train), _examples(rng, classes, num_test)
    return FashionMNIST(*train, *test, release="synthetic", source="generator")


def _classes(rng: np.random.Generator) -> NDArray[np.uint16]:
    """Return what each class looks like: uint16 (10, 28, 28), from 0 to 256 - `NOISE`."""
    pixel = np.arange(28)
    centre = rng.uniform(5, 22, size=(10, 3, 2, 1))
    width = rng.uniform(2, 5, size=(10, 3, 2, 1))
    profile = np.exp(-(((pixel - centre) / width) ** 2) / 2)
    blobs = np.einsum("cbi,cbj->cij", profile[:, :, 0], profile[:, :, 1])
    grey: NDArray[np.float64] = blobs / blobs.max(axis=(1, 2), keepdims=True) * (256 - NOISE)
    return grey.round().astype(np.uint16)


def _examples(
    rng: np.random.Generator, classes: NDArray[np.uint16], n: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return `n` images and their labels, read-only."""
    labels = rng.integers(10, size=n, dtype=np.uint8)
    others = (labels + rng.integers(1, 10, size=n, dtype=np.uint8)) % 10
    blend = rng.integers(MAX_BLEND, size=(n, 1, 1), dtype=np.uint16)
    images = rng.integers(NOISE, size=(n, 28, 28), dtype=np.uint8)
    # Integers, so that every machine makes the same images; in blocks, which stay in the processor's cache.
    for start in range(0, n, 1000):
        rows = slice(start, start + 1000)
        own, other, share = classes[labels[rows]], classes[others[rows]], blend[rows]
        images[rows] += (((256 - share) * own + share * other) >> 8).astype(np.uint8)
    images.flags.writeable = labels.flags.writeable = False
    return images, labels
