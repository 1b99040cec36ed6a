"""What the helpers mean in editions 2018 and 2019, and in the ports of these."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from d2l_compat.helpers import call_styles, plotting
from d2l_compat.helpers.backend import Batches, Function
from d2l_compat.helpers.call_styles import accepts
from d2l_compat.helpers.chapters import T
from d2l_compat.helpers.history import History
from d2l_compat.helpers.training import Helpers

if TYPE_CHECKING:
    from d2l_compat.helpers.call_styles import P


def _shown(plot: Callable[P, None]) -> Callable[P, None]:
    """Return `plot`, which then shows its figure: in these editions two calls in a cell make two figures."""

    @functools.wraps(plot)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        from matplotlib import pyplot as plt

        plot(*args, **kwargs)
        plt.show()

    return call


class FlatLabels(Helpers):
    """The helpers of d2l 0.7 to 0.14.0, and of d2l 0.10 on the index: `synthetic_data` gives y one axis."""

    def synthetic_data(self, w: T, b: Any, num_examples: int) -> tuple[T, T]:
        """Return X, standard normal (num_examples, len(w)), and ``y = X w + b + noise``.

        `w`: (d,) or (d, 1), `b`: a number. y is (num_examples,), or (num_examples, 1) for a `w` that is a
        column. The noise is N(0, 0.01²). All are float32, drawn from the framework's own generator.

        >>> w = d2l.nd.ones(2)  # d2l_2020: d2l.np.ones(2)
        >>> X, y = d2l.synthetic_data(w, 4.2, 100)
        >>> X.shape, y.shape
        ((100, 2), (100,))
        """
        X, y = super().synthetic_data(w, b, num_examples)
        rest: Any = getattr(w, "shape", ())
        return X, self.backend.reshape(y, (num_examples, *rest[1:]))


class Older(FlatLabels):
    """The helpers of editions 2018 and 2019."""

    @accepts(lambda y_hat, y: None)
    def accuracy(self, y_hat: Any, y: Any) -> float:
        """Return the FRACTION of correct predictions, a float.

        `y_hat`: scores (B, classes), of which the first largest counts, or predicted classes (B,). `y`: (B,).
        Either may have more axes behind, if there is one prediction for each label; otherwise it raises
        ValueError. Raises TypeError for anything but numbers.

        >>> d2l.accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
        0.5
        """
        return self._count_correct(y_hat, y) / self.backend.as_array(y).size

    @accepts(*call_styles.OLDER_EVALUATE)
    def evaluate_accuracy(self, data_iter: Batches, net: Function, ctx: Any = None) -> float:
        """Return the fraction of `data_iter` that `net` gets right, without gradients.

        `data_iter` yields batches (X, y); `net`: a function of X, or a model of the framework. The order of
        edition 2021, ``(net, data_iter)``, is accepted too. `ctx` (in the PyTorch ports `device`): where the
        net's parameters are; the batches are copied there.

        Raises TypeError for a call in neither order, ValueError where `data_iter` yields nothing.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> d2l.evaluate_accuracy(test_iter, d2l.softmax_regression().net) < 0.5
        True
        """
        return self._evaluate(net, data_iter, ctx=ctx)

    @accepts(*call_styles.OLDER_TRAIN)
    def train_ch3(self, **arguments: Any) -> History:
        """Train `net` for `num_epochs` epochs, print a line after each, and return the `History`.

        `net`: a function of X, or a model of the framework. `train_iter` and `test_iter` yield batches (X,
        y). `loss`: a function (y_hat, y) or the framework's own. `sgd` updates `params` with the learning
        rate `lr`, and divides the gradient of each batch by `batch_size`; or a `trainer` (`optimizer`) of the
        framework updates them. A call in the manner of edition 2021, with an ``updater``, is accepted too,
        and shows a live plot in a notebook.

        Raises TypeError for a call in neither manner, ValueError for `num_epochs` or `batch_size` below 1,
        FloatingPointError, which says where, at the first loss that is NaN or infinite; for a batch that
        cannot be trained on, TypeError or ValueError, before its update.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> net, loss, updater, _ = d2l.softmax_regression()
        >>> history = d2l.train_ch3(net, test_iter, test_iter, loss, 1, updater=updater)
        epoch 1, loss ..., train acc ..., test acc ...
        """
        return super().train_ch3(**arguments)

    train_cpu = train_ch3  # its name in 2018

    @accepts(
        lambda batch_size, features, labels: None,
        lambda batch_size, num_examples, features, labels: None,
    )
    def data_iter(self, batch_size: int, features: Any, labels: Any, num_examples: int | None = None) -> Any:
        """Yield minibatches (X, y) of `features` and `labels` once, in random order.

        `features` and `labels`: arrays with one row for each example; X and y have `batch_size` of them, in
        the last batch what is left. The earliest notebooks call ``data_iter(batch_size, num_examples,
        features, labels)``: then only the first `num_examples` are used.

        Raises TypeError for any other call and for a `batch_size` that is no integer; ValueError, at the
        first batch, for a `batch_size` below 1 or arrays of different lengths.

        >>> X = d2l.np.ones((3, 2))
        >>> [len(y) for X, y in d2l.data_iter(2, X, X[:, 0])]
        [2, 1]
        """
        return super().data_iter(batch_size, features[:num_examples], labels[:num_examples])

    @accepts(
        lambda imgs, num_rows, num_cols, scale=2: None,
        lambda imgs, num_rows, num_cols, titles, scale=1.5: None,
        lambda imgs, num_rows, num_cols, figsize: None,
    )
    def show_images(
        self,
        imgs: Sequence[Any],
        num_rows: int,
        num_cols: int,
        scale: float = 2,
        titles: Sequence[str] | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Any:
        """Plot images in a grid, each `scale` inches wide; return the (num_rows, num_cols) array of axes.

        `imgs`: tensors, arrays or Pillow images (height, width), or with one channel before or after. The
        call of edition 2021, with `titles`, is accepted too, and returns a flat array as there. The earliest
        notebooks pass the size of the whole figure in inches as fourth argument. Raises TypeError for any
        other call.

        >>> axes = d2l.show_images([[[0, 255], [255, 0]]], 1, 1)
        """
        axes = super().show_images(imgs, num_rows, num_cols, titles, scale)
        if figsize is not None:
            axes[0].figure.set_size_inches(figsize)
        return axes.reshape(num_rows, num_cols) if titles is None else axes

    def show_fashion_mnist(self, images: Sequence[Any], labels: Sequence[str]) -> None:
        """Plot `images` in a row, each titled with its entry of `labels`, a list of texts.

        An image is a tensor or array (28, 28), or with one channel, or a row of 784 pixels. Raises
        ValueError for a row of another length.

        >>> d2l.show_fashion_mnist([[[0, 255], [255, 0]]], ['a check'])
        """
        arrays = [self.backend.as_numbers(image) for image in images]
        arrays = [array.reshape(28, 28) if array.ndim == 1 else array for array in arrays]
        plotting.show_images(arrays, 1, len(arrays), titles=labels)

    semilogy = staticmethod(_shown(plotting.semilogy))
