"""The face of the earliest edition (February 2018), MXNet nd.

``from d2l_compat import utils_2018 as utils``. gluonbook 0.6 on the package index is of that time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from d2l_compat.helpers.call_styles import accepts
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import Older
from d2l_compat.mxnet import NDArray
from d2l_compat.mxnet import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_older import *  # noqa: F403 - what editors show; `export` binds it


class FloatLabels(NDArray):
    """As edition 2018, but with float labels: notebooks compare them with an argmax of nd, a float."""

    label_dtype = "float32"


class Utils(Older):
    """The helpers of edition 2018, some with parameters of other names."""

    squared_loss = accepts(lambda y_hat, y: None)(Older.squared_loss)

    @staticmethod
    def semilogy(
        x_vals: Any,
        y_vals: Any,
        x_label: str,
        y_label: str,
        x2_vals: Any = None,
        y2_vals: Any = None,
        legend: Any = None,
        figsize: Any = (3.5, 2.5),
    ) -> None:
        """Plot as in edition 2018; but `x2_vals` without `y2_vals` is the size of the figure, in inches.

        >>> d2l.semilogy([1, 2, 3], [0.5, 0.05, 0.005], 'epoch', 'loss', (4, 3))
        """
        if x2_vals is not None and y2_vals is None:
            figsize = x2_vals
        Older.semilogy(x_vals, y_vals, x_label, y_label, x2_vals, y2_vals, legend, figsize)


def SGD(params: Any, lr: float) -> None:  # noqa: N802 - the edition's name
    """Stochastic gradient descent: ``param -= lr * grad``, with the learning rate `lr`.

    `params`: arrays whose ``.grad`` holds the gradient of the loss. For a loss that is summed over the batch
    divide `lr` by the batch size. Raises TypeError for an array without a gradient.

    >>> w = d2l.nd.ones(1)
    >>> w.attach_grad()
    >>> d2l.SGD([w], lr=0.1)
    """
    for param in params:
        param[:] -= lr * param.grad


backend = FloatLabels()
helpers = Utils(backend, model=backend.softmax_model, averages_batches=True)
set_fig_size, train_cpu = helpers.set_fig_size, helpers.train_cpu
export(globals(), helpers)
