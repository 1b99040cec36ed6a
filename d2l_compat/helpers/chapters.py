"""The helpers of the chapter on linear regression, and those that weight decay and dropout add.

Like those of `training`, they are written once, on the contract in `backend`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from numpy.typing import NDArray

from d2l_compat.data.iterators import ArrayIter
from d2l_compat.helpers import plotting, refusals
from d2l_compat.helpers.backend import Backend, Batches, Function, Loader
from d2l_compat.helpers.history import History
from d2l_compat.helpers.timer import Timer

T = TypeVar("T")


class Chapters:
    """What the reader calls besides the helpers of softmax regression, on a `backend`."""

    Animator, History, Timer = plotting.Animator, History, Timer

    def __init__(self, backend: Backend, **meanings: Any):
        self.backend = backend
        vars(self).update(meanings)

    def linreg(self, X: T, w: T, b: Any) -> T:
        """Return the linear model ``X w + b`` (edition 2021, equation 3.1.4), a tensor (n, k).

        `X`: (n, d), `w`: (d, k), `b`: a number, or a tensor (k,). Raises the framework's own error where the
        shapes do not fit.

        >>> X, w = d2l.ones((2, 3)), d2l.ones((3, 1))
        >>> d2l.numpy(d2l.linreg(X, w, 0.5)).tolist()
        [[3.5], [3.5]]
        """
        y_hat: T = self.backend.matmul(X, w) + b
        return y_hat

    def squared_loss(self, y_hat: T, y: Any) -> T:
        """Return half the squared errors (edition 2021, equation 3.1.5), in the shape of `y_hat`.

        `y` is reshaped to it. Raises the framework's own error unless it has as many elements.

        >>> d2l.numpy(d2l.squared_loss(d2l.ones((2, 1)), d2l.zeros((2,)))).tolist()
        [[0.5], [0.5]]
        """
        scores: Any = y_hat
        losses: T = (scores - self.backend.reshape(y, scores.shape)) ** 2 / 2
        return losses

    def synthetic_data(self, w: T, b: Any, num_examples: int) -> tuple[T, T]:
        """Return X, standard normal (num_examples, len(w)), and ``y = X w + b + noise``, (num_examples, 1).

        `w`: (d,) or (d, 1), `b`: a number. The noise is N(0, 0.01²) (edition 2021, equation 3.2.1). All are
        float32, drawn from the framework's own generator.

        >>> X, y = d2l.synthetic_data(d2l.ones((2,)), 4.2, 100)
        >>> tuple(X.shape), tuple(y.shape)
        ((100, 2), (100, 1))
        """
        column = self.backend.reshape(w, (-1, 1))
        X = self.backend.normal(0, 1, (num_examples, len(column)))
        y = self.backend.matmul(X, column) + b
        return X, y + self.backend.normal(0, 0.01, y.shape)

    def load_array(self, data_arrays: Sequence[Any], batch_size: int, is_train: bool = True) -> Loader:
        """Return an iterator over minibatches of `data_arrays`, tensors with one row for each example.

        It yields tuples with a tensor of `batch_size` rows from each, in MXNet a single one by itself; the
        last batch holds what is left. With `is_train` the examples are shuffled again for each pass.
        ``len()`` is the number of batches (edition 2021, section 3.3).

        Raises ValueError for tensors of different lengths or a `batch_size` below 1, TypeError for a
        `batch_size` that is no integer.

        >>> X, y = d2l.synthetic_data(d2l.ones((2,)), 4.2, 100)
        >>> len(d2l.load_array((X, y), batch_size=32))
        4
        """
        loader: Loader = self.backend.as_loader(self._minibatches(data_arrays, batch_size, is_train))
        return loader

    def _minibatches(self, data_arrays: Any, batch_size: int, shuffle: bool) -> ArrayIter:
        is_bare = self.backend.takes_bare and isinstance(data_arrays, self.backend.tensors)
        is_alone = is_bare or (len(data_arrays) == 1 and not self.backend.wraps_one)
        arrays = [data_arrays] if is_bare else data_arrays
        batch = self.backend.tensor if is_alone else self._batch  # methods can be sent to worker processes
        return ArrayIter([*map(self.backend.as_array, arrays)], batch_size, shuffle, batch)

    def _batch(self, *rows: NDArray[Any]) -> Any:
        return tuple(map(self.backend.tensor, rows))

    def data_iter(self, batch_size: int, features: T, labels: T) -> Iterator[tuple[T, T]]:
        """Yield minibatches (X, y) of `features` and `labels` once, in random order.

        `features` and `labels`: tensors with one row for each example; X and y have `batch_size` of them, in
        the last batch what is left. Raises as `load_array`, at the first batch (edition 2021, section 3.2).

        >>> X, y = d2l.synthetic_data(d2l.ones((2,)), 4.2, 100)
        >>> [len(y) for X, y in d2l.data_iter(32, X, y)]
        [32, 32, 32, 4]
        """
        yield from self._minibatches((features, labels), batch_size, shuffle=True)

    def evaluate_loss(self, net: Function, data_iter: Batches, loss: Function) -> float:
        """Return the mean of ``loss(net(X), y)`` over the examples of `data_iter`, without gradients.

        `net`, `data_iter` and `loss` are those of `train_epoch_ch3` (JAX: `net` is a function of X alone). y
        is reshaped like the prediction where both have the same number of elements. The net predicts in
        evaluation mode, and returns to the mode in which it was (edition 2021, section 4.4).

        Raises ValueError where `data_iter` yields nothing, or a batch without examples, TypeError for a class
        in place of a net or a loss.

        >>> X, y = d2l.synthetic_data(d2l.ones((2,)), 4.2, 100)
        >>> net = lambda X: d2l.linreg(X, d2l.ones((2, 1)), 4.2)
        >>> d2l.evaluate_loss(net, d2l.load_array((X, y), 32), d2l.squared_loss) < 0.001
        True
        """
        refusals.require_objects(net=net, loss=loss)
        total, examples = 0.0, 0
        with self.backend.inference(net) as predict:
            for place, X, y in self._batches(data_iter):
                with refusals.naming(place):
                    y_hat = predict(X)
                    if math.prod(y.shape) == math.prod(y_hat.shape):
                        y = self.backend.reshape(y, y_hat.shape)
                    losses = self.backend.as_numbers(refusals.fitting_losses(self.backend, loss, y_hat, y))
                is_sum = getattr(loss, "reduction", None) == "sum"
                total += losses.item() if is_sum else losses.mean(dtype=float).item() * len(y)
                examples += len(y)
        return total / examples

    def _batches(self, data_iter: Batches) -> Iterator[tuple[str, Any, Any]]:
        """Yield the place, such as ``'batch 1'``, X and y of each batch of `data_iter`.

        Raises TypeError or ValueError for what is no batch, and where there is none.
        """
        refusals.require_iterable(data_iter)
        place = None
        for step, batch in enumerate(data_iter, 1):
            place = f"batch {step}"
            with refusals.naming(place):
                X, y = refusals.pair(batch, self.backend)
            yield place, X, y
        if not place:
            raise refusals.no_batches_error()

    def plot(
        self,
        X: Any,
        Y: Any = None,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: plotting.Limits = None,
        ylim: plotting.Limits = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Sequence[str] | None = plotting.FMTS,
        figsize: tuple[float, float] = (3.5, 2.5),
        axes: Any = None,
    ) -> None:
        """Plot one curve or several.

        `X`, `Y`: a tensor, an array or a list of numbers (n,), or a list of these, one for each curve; a
        single X serves for every Y. `Y` alone, given as `X`, is plotted over 0, 1, 2, ... `legend`: a text
        for each curve. `xlim`, `ylim`: pairs of numbers. `xscale`, `yscale`: 'linear' or 'log'. `fmts`:
        matplotlib's format of each curve. `figsize`: width and height in inches. `axes`: to plot into instead
        of the current figure. Raises matplotlib's ValueError where a curve has not as many x as y (edition
        2021, section 2.4).

        >>> d2l.plot([1, 2, 3], [[1, 4, 9], [1, 8, 27]], 'x', 'y', legend=['square', 'cube'])
        """
        axes = plotting.plot_curves(self._as_curves(X), self._as_curves(Y), fmts, figsize, axes)
        plotting.set_axes(axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)

    def _as_curves(self, values: Any) -> Any:
        if isinstance(values, (list, tuple)):
            return [self.backend.as_numbers(value) for value in values]
        return values if values is None else self.backend.as_numbers(values)

    def cpu(self) -> Any:
        """Return the CPU as the framework's own device, such as ``torch.device('cpu')``.

        >>> device = d2l.cpu()
        """
        return self.backend.devices()[0]

    def try_gpu(self, i: int = 0) -> Any:
        """Return GPU number `i`, or the CPU where there is no such GPU. Raises ValueError for `i` below 0.

        Either is the framework's own device, such as ``torch.device('cuda:0')`` (edition 2021, section 5.6).

        >>> device = d2l.try_gpu()
        """
        if i < 0:
            raise ValueError(f"i: expected the number of a GPU, 0 or above, received {i}. cpu() is the CPU.")
        cpu, gpus = self.backend.devices()
        return gpus[i] if i < len(gpus) else cpu

    def try_all_gpus(self) -> Any:
        """Return the list of all GPUs, or of the CPU where there is none.

        >>> len(d2l.try_all_gpus()) > 0
        True
        """
        cpu, gpus = self.backend.devices()
        return gpus or [cpu]

    def num_gpus(self) -> int:
        """Return how many GPUs the framework sees.

        >>> d2l.num_gpus() >= 0
        True
        """
        return len(self.backend.devices()[1])
