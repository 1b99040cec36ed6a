"""What the helpers mean in editions 2018 and 2019, and in the ports made after them."""

import functools

from . import plotting
from .call_styles import (
    accepts,
    newer_evaluate_accuracy,
    newer_train_ch3,
    older_evaluate_accuracy,
    older_train_ch3,
    placed_evaluate_accuracy,
)


class Older:
    """The older meanings, laid over the `Helpers` of any framework."""

    @accepts(lambda y_hat, y: None)
    def accuracy(self, y_hat, y):
        """Return the FRACTION of correct predictions, a float.

        `y_hat`: scores (B, classes), of which the first largest counts, or predicted classes (B,). `y`: (B,);
        both may have more axes behind. Raises ValueError where there is not one prediction a label.
        """
        return self._count_correct(y_hat, y) / self._as_numpy(y).size

    @accepts(older_evaluate_accuracy, newer_evaluate_accuracy, placed_evaluate_accuracy)
    def evaluate_accuracy(self, data_iter, net, ctx=None):
        """Return the fraction of `data_iter` that `net` gets right, without gradients.

        The order of edition 2021, ``(net, data_iter)``, is understood too. `ctx` (in the PyTorch ports
        `device`): where the net's parameters are; the batches are copied there.

        Raises TypeError for a call in neither order, ValueError where `data_iter` yields nothing.
        """
        return super().evaluate_accuracy(data_iter, net, ctx)

    @accepts(older_train_ch3, newer_train_ch3)
    def train_ch3(self, **arguments):
        """Train `net` for `num_epochs` epochs, print a line after each, and return the `History`.

        `params` are updated by `sgd` with the learning rate `lr`, which divides the gradient of each batch by
        `batch_size`, or by a `trainer` (`optimizer`) of the framework. A call in the manner of edition 2021,
        with an ``updater``, is understood too, and shows a live plot in a notebook.

        Raises TypeError for a call in neither manner, ValueError for `num_epochs` or `batch_size` below 1,
        FloatingPointError, which says where, at the first loss that is NaN or infinite.
        """
        return super().train_ch3(**arguments)

    @accepts(
        lambda batch_size, features, labels: None,
        lambda batch_size, num_examples, features, labels: None,
    )
    def data_iter(self, batch_size, features, labels, num_examples=None):
        """Yield minibatches (X, y) of `features` and `labels` once, in random order.

        The earliest notebooks pass, as second argument, how many examples to use: the first ones.
        """
        return super().data_iter(batch_size, features[:num_examples], labels[:num_examples])

    @accepts(
        lambda imgs, num_rows, num_cols, scale=2: None,
        lambda imgs, num_rows, num_cols, titles, scale=1.5: None,
        lambda imgs, num_rows, num_cols, figsize: None,
    )
    def show_images(self, imgs, num_rows, num_cols, scale=2, titles=None, figsize=None):
        """Plot images in a grid, each `scale` inches wide; return the (num_rows, num_cols) array of axes.

        `imgs` as in edition 2021, whose call with `titles` is understood too, and gives flat axes as there.
        The earliest notebooks pass, as fourth argument, the size of the whole figure.
        """
        axes = super().show_images(imgs, num_rows, num_cols, titles, scale)
        if figsize is not None:
            axes[0].figure.set_size_inches(figsize)
        return axes.reshape(num_rows, num_cols) if titles is None else axes

    def show_fashion_mnist(self, images, labels):
        """Plot images in a row, each titled with its entry of `labels`, a list of texts.

        An image is (28, 28), or with one channel, or a row of 784 pixels.
        """
        arrays = [self._as_numpy(image) for image in images]
        arrays = [array.reshape(28, 28) if array.ndim == 1 else array for array in arrays]
        plotting.show_images(arrays, 1, len(arrays), titles=labels)


class FlatLabels:
    """The `synthetic_data` of d2l 0.7 to 0.14.0 and of its forerunner, laid over any framework."""

    def synthetic_data(self, w, b, num_examples):
        """Return X, standard normal (num_examples, len(w)), and ``y = X w + b + noise``, N(0, 0.01²).

        y has one axis, as `w` has; it is (num_examples, 1) for a `w` that is a column.
        """
        X, y = super().synthetic_data(w, b, num_examples)
        return X, self.reshape(y, (num_examples, *w.shape[1:]))


@functools.wraps(plotting.semilogy)
def semilogy(*args, **kwargs):  # noqa: D103 - it has that of what it wraps
    from matplotlib import pyplot as plt

    plotting.semilogy(*args, **kwargs)
    plt.show()  # in these editions a second call in a cell makes a second figure
