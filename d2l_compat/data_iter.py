"""Minibatches of NumPy arrays, in a seeded order that is the same for every framework."""

import numpy as np
from PIL import Image

_order = np.random.default_rng(0)


def seed_order(seed):
    """Fix the order of every later shuffled pass in this process; without a call it is that of seed 0."""
    global _order
    _order = np.random.default_rng(seed)


class DataIter:
    """Passes over a data set in minibatches; examples, not batches, are shuffled anew for each pass.

    `images`: uint8 (n, 28, 28), kept as they are and scaled to float32 in [0, 1] a batch at a time. `labels`:
    integers (n,), in the dtype that y shall have. `resize`: side length in pixels, or (height, width).
    `batch`: turns a NumPy pair X (B, height, width), y (B,) into what an iteration yields. The last batch
    holds what is left. ``len()`` is the number of batches.

    Raises ValueError for a batch size below 1, TypeError for one that is not an integer.
    """

    def __init__(self, images, labels, batch_size, shuffle, batch, resize=None):
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)):
            raise TypeError(f"batch_size: expected an integer such as 256, received {batch_size!r}")
        if batch_size < 1:
            raise ValueError(f"batch_size: expected at least 1, received {batch_size}. The book uses 256.")
        self.images, self.labels = images, labels
        self.batch_size = int(batch_size)
        self.shuffle = shuffle
        self.batch = batch
        self.resize = (resize, resize) if isinstance(resize, int) else resize

    def __len__(self):
        return -(-len(self.images) // self.batch_size)

    def __iter__(self):
        n = len(self.images)
        order = _order.permutation(n) if self.shuffle else np.arange(n)
        for start in range(0, n, self.batch_size):
            rows = order[start : start + self.batch_size]
            images = np.take(self.images, rows, axis=0)
            if self.resize:
                images = _resized(images, self.resize)
            yield self.batch(np.divide(images, np.float32(255), dtype=np.float32), self.labels[rows])


def _resized(images, size):
    """Scale uint8 `images` (B, 28, 28) to `size` (height, width) with Pillow's bilinear filter."""
    height, width = size
    return np.stack([Image.fromarray(image).resize((width, height), Image.BILINEAR) for image in images])
