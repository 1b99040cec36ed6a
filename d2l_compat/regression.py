"""The helpers of the chapters on linear regression, and what those on weight decay and dropout add to them.

As `helpers`, they are written once against the contract of `Backend`.
"""

import math

from . import checks
from .backend import Backend
from .data_iter import ArrayIter


class Regression(Backend):
    """What the reader calls beside the helpers of softmax regression."""

    def linreg(self, X, w, b):
        """Return the linear model ``X w + b``, for `X` (n, d) and `w` (d, k)."""
        return self.matmul(X, w) + b

    def squared_loss(self, y_hat, y):
        """Return half the squared errors, of the shape of `y_hat`, into which `y` is brought."""
        return (y_hat - self.reshape(y, y_hat.shape)) ** 2 / 2

    def synthetic_data(self, w, b, num_examples):
        """Return X, standard normal (num_examples, len(w)), and ``y = X w + b + noise``, (num_examples, 1).

        The noise is N(0, 0.01²). Drawn from the framework's own generator.
        """
        X = self.normal(0, 1, (num_examples, len(w)))
        y = self.matmul(X, self.reshape(w, (-1, 1))) + b
        return X, y + self.normal(0, 0.01, y.shape)

    def load_array(self, data_arrays, batch_size, is_train=True):
        """Return an iterator over minibatches of `data_arrays`, tensors with one row an example.

        With `is_train` the examples are shuffled anew for each pass. ``len()`` is the number of batches.
        """
        return self.as_loader(self._minibatches(data_arrays, batch_size, is_train))

    def _minibatches(self, data_arrays, batch_size, shuffle):
        arrays = [self._as_array(array) for array in data_arrays]
        return ArrayIter(arrays, batch_size, shuffle, self.batch)

    def batch(self, *rows):
        """Return the NumPy `rows`, some of each array, as what an iteration over the arrays yields."""
        return tuple(map(self.tensor, rows))

    def data_iter(self, batch_size, features, labels):
        """Yield minibatches (X, y) of `features` and `labels` once, in random order."""
        yield from self._minibatches((features, labels), batch_size, shuffle=True)

    def evaluate_loss(self, net, data_iter, loss):
        """Return the mean of ``loss(net(X), y)`` over the examples of `data_iter`, without gradients.

        y is brought into the shape of the prediction where both have as many elements. The net predicts in
        evaluation mode, and is afterwards in the mode in which it was. Raises ValueError where `data_iter`
        yields nothing, or a batch without examples.
        """
        total = examples = 0
        checks.require_objects(net=net, loss=loss)
        with self.modes_kept(net):
            for place, X, y in self._batches(data_iter):
                n = len(y)
                with checks.naming(place):
                    y_hat = self.predict(net, X)
                    if math.prod(y.shape) == math.prod(y_hat.shape):
                        y = self.reshape(y, y_hat.shape)
                    losses = self._as_numpy(self.fitting_losses(loss, y_hat, y))
                is_sum = getattr(loss, "reduction", None) == "sum"
                total += losses.item() if is_sum else losses.mean(dtype=float).item() * n
                examples += n
        return total / examples

    def try_gpu(self, i=0):
        """Return GPU number `i`, or the CPU where there is no such GPU. Raises ValueError for `i` below 0."""
        if i < 0:
            raise ValueError(f"i: expected the number of a GPU, 0 or above, received {i}. cpu() is the CPU.")
        gpus = self.gpus()
        return gpus[i] if i < len(gpus) else self.cpu()

    def try_all_gpus(self):
        """Return the list of all GPUs, or of the CPU where there is none."""
        return self.gpus() or [self.cpu()]

    def num_gpus(self):
        """Return how many GPUs the framework sees."""
        return len(self.gpus())
