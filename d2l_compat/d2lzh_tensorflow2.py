"""The face of d2lzh_tensorflow2 (first Chinese edition), TensorFlow.

``from d2l_compat import d2lzh_tensorflow2 as d2l``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from d2l_compat import tensorflow
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import Older
from d2l_compat.tensorflow import backend, softmax_model

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_older import *  # noqa: F403 - what editors show; `export` binds it


class TensorFlowPort(Older):
    """The helpers of the port of the first Chinese edition to TensorFlow 2."""

    def data_iter(self, *args: Any, **kwargs: Any) -> Any:
        """Yield minibatches (X, y) of `features` and `labels` once, in random order, as NumPy arrays.

        `features` and `labels`: tensors or arrays with one row for each example. Raises as `data_iter` in
        `d2l_2019`.

        >>> X = d2l.np.ones((3, 2))
        >>> [len(y) for X, y in d2l.data_iter(2, X, X[:, 0])]
        [2, 1]
        """
        return (tuple(map(self.backend.to_numpy, batch)) for batch in super().data_iter(*args, **kwargs))


def sgd(params: Any, lr: float, batch_size: int, grads: Any) -> None:
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``.

    `params`: variables; `grads`: the gradients of the loss summed over the batch, one for each variable.
    `lr`: learning rate. Raises TypeError for a gradient that is None.

    >>> w = d2l.tf.Variable([1.0])
    >>> d2l.sgd([w], 0.1, 1, [d2l.tf.constant([3.0])])
    >>> round(w.numpy().item(), 2)
    0.7
    """
    tensorflow.sgd(params, grads, lr, batch_size)


export(globals(), TensorFlowPort(backend, model=softmax_model))
