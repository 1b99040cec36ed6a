"""Minibatches that are a `tf.data.Dataset`, as Keras wants, and that a Python loop gets uncopied."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import tensorflow as tf

from d2l_compat.data.iterators import ArrayIter
from d2l_compat.data.iterators import Pass as ArrayPass


class Batches(tf.data.Dataset):  # type: ignore[misc]  # TensorFlow has no types
    """The minibatches of an `iterators.ArrayIter`, with its attributes, as a dataset.

    A Python loop gets them as they are made. Keras, graphs, and datasets made from this one, such as
    ``take(1)``, get copies from a generator: the same batches in the same seeded order.
    """

    def __init__(self, batches: ArrayIter):
        self._batches = batches
        first = batches.take(np.arange(len(batches.arrays[0]))[:1])
        spec = tf.nest.map_structure(lambda part: tf.TensorSpec((None, *part.shape[1:]), part.dtype), first)
        copies = tf.data.Dataset.from_generator(batches.__iter__, output_signature=spec)
        self._copies = copies.apply(tf.data.experimental.assert_cardinality(len(batches)))
        super().__init__(self._copies._variant_tensor)

    def _inputs(self) -> list[Any]:
        return [self._copies]

    @property
    def element_spec(self) -> Any:
        """The shapes and dtypes of a batch, as tf.data has them."""
        return self._copies.element_spec

    def __iter__(self) -> Any:
        return Pass(iter(self._batches), self._copies) if tf.executing_eagerly() else super().__iter__()

    def __len__(self) -> int:
        return len(self._batches)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._batches, name)


class Pass(tf.data.Iterator):  # type: ignore[misc]
    """One pass over `Batches`. A graph, such as Keras's training step, gets copies of what is left of it."""

    def __init__(self, batches: ArrayPass, copies: Any):
        self._batches, self._copies = batches, copies
        self._is_begun = False

    @functools.cached_property
    def _rest(self) -> Any:
        copies, batches = self._copies, self._batches
        with tf.init_scope():
            if self._is_begun:
                # Without a reference to self: such a cycle would keep the iterator until Python ends, and
                # TensorFlow 2.21 waits for it for ever.
                copies = tf.data.Dataset.from_generator(lambda: batches, output_signature=self.element_spec)
            return iter(copies)

    def __next__(self) -> Any:
        if "_rest" in vars(self) or not tf.executing_eagerly():
            return next(self._rest)
        self._is_begun = True
        return next(self._batches)

    next = __next__

    def get_next(self) -> Any:
        """Return the next batch; raise tf.errors.OutOfRangeError after the last."""
        return self._rest.get_next()

    def get_next_as_optional(self) -> Any:
        """Return a tf.experimental.Optional with the next batch, if there is one."""
        return self._rest.get_next_as_optional()

    @property
    def element_spec(self) -> Any:
        """The shapes and dtypes of a batch, as tf.data has them."""
        return self._copies.element_spec

    @property
    def _type_spec(self) -> Any:
        return tf.data.IteratorSpec(self.element_spec)

    @property
    def _iterator_resource(self) -> Any:
        return self._rest._iterator_resource
