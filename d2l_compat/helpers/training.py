"""The helpers of softmax regression in edition 2021, written once, on the contract in `backend`."""

from __future__ import annotations

import math
import platform
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from d2l_compat.data import fashion_mnist, iterators
from d2l_compat.helpers import call_styles, plotting, refusals
from d2l_compat.helpers.backend import Batches, Function, Loader, Model
from d2l_compat.helpers.call_styles import accepts
from d2l_compat.helpers.chapters import Chapters
from d2l_compat.helpers.history import History, Progress


class Accumulator:
    """Keeps `n` sums (edition 2021, section 3.6): `add` adds to each, ``[i]`` reads one, `reset` zeroes them.

    Reading raises IndexError for an `i` that is not below `n`.

    >>> metric = d2l.Accumulator(2)
    >>> metric.add(3, 4), metric[1]
    (None, 4.0)
    """

    def __init__(self, n: int):
        self.data = [0.0] * n

    def add(self, *args: Any) -> None:
        """Add a number, or a tensor of one element, to each sum.

        Raises ValueError unless there are `n`, and for a tensor of more elements, or of none.
        """
        if len(args) != len(self.data):
            raise ValueError(
                f"Accumulator.add: expected {len(self.data)} values, one for each sum, received {len(args)}"
            )
        self.data = [total + _number(value) for total, value in zip(self.data, args)]

    def reset(self) -> None:
        """Set every sum to zero."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, i: int) -> float:
        return self.data[i]


def get_dataloader_workers(num_workers: int = 4) -> int:
    """Return how many processes a loader of your own should read data with: `num_workers`, or 0 on Windows.

    The iterators of this package need none (edition 2021, section 3.5).

    >>> d2l.get_dataloader_workers() in (0, 4)
    True
    """
    return 0 if sys.platform == "win32" else num_workers


class Helpers(Chapters):
    """What the reader calls, on a `backend`. A face exports the bound methods.

    `averages_batches`: whether training figures are means over batches, in which a short last one weighs as
    much as any other (edition 2018). `face`: the name of the face that exports them. `model`: the
    function that makes the model of `softmax_regression`; the face of JAX defines that helper itself.
    """

    averages_batches = False
    face: str | None = None
    model: Callable[[Any, float, bool], Model]

    Accumulator = Accumulator
    get_dataloader_workers = staticmethod(get_dataloader_workers)
    semilogy = staticmethod(plotting.semilogy)
    set_axes = staticmethod(plotting.set_axes)
    set_fig_size = staticmethod(plotting.set_fig_size)
    set_figsize = staticmethod(plotting.set_figsize)
    use_svg_display = staticmethod(plotting.use_svg_display)

    def set_seed(self, seed: int) -> None:
        """Seed the framework, Python and NumPy, and the order of examples in every later epoch.

        `seed`: a whole number from 0 to 2³² - 1. Raises ValueError for others, TypeError for anything else.

        >>> d2l.set_seed(0)
        """
        np.random.seed(seed)  # first: it refuses what is no seed
        random.seed(seed)
        self.backend.seed(seed)
        iterators.seed_order(seed)

    def load_data_fashion_mnist(
        self,
        batch_size: int,
        resize: int | tuple[int, int] | None = None,
        root: str | Path | None = None,
        release: str = fashion_mnist.CURRENT.name,
    ) -> tuple[Loader, Loader]:
        """Return iterators over the training and the test set of Fashion-MNIST (edition 2021, section 3.5).

        Each yields batches of B = `batch_size` examples, the last one what is left: X, float32 in [0, 1],
        (B, 1, 28, 28), in TensorFlow and JAX (B, 28, 28, 1); and y, the classes, integers (B,): int64 in
        PyTorch, int64 (B, 1) in PaddlePaddle, else int32. The training set is reshuffled for every pass.
        ``len()`` is the number of batches.

        `resize` scales the images to that many pixels a side, or to (height, width).

        `root`: a folder to search first, for the four files in itself or in FashionMNIST/raw. Where one is
        missing, or a checksum is wrong, the usual places are searched instead, and a line on stderr says so
        if the folder holds other data. Nothing unverified is used, and nothing is written into the folder.

        `release` names the release of the data: ``'2017-08-31'``, or ``'2017-08-26'``, which MXNet ships and
        on which the editions of 2018 and 2019 were run. The iterators have the name of what they hold as
        ``release``, and where it was found as ``source``; the synthetic stand-in is ``'synthetic'``.

        Raises ValueError for a `batch_size` below 1, a bad `resize`, an unknown `release` or a damaged file,
        TypeError for a `batch_size` that is no integer or a `root` that is no path, and
        `fashion_mnist.DataNotFound` where there is neither a copy of the data nor a network.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=256)
        >>> len(train_iter), len(test_iter)
        (235, 40)
        """
        dataset = fashion_mnist.load(fashion_mnist.named(release), root)
        train = self._iter(dataset, "train", batch_size, True, resize)
        test = self._iter(dataset, "test", batch_size, False, resize)
        return train, test

    def _iter(
        self, dataset: fashion_mnist.FashionMNIST, part: str, batch_size: int, shuffle: bool, resize: Any
    ) -> Loader:
        images, labels = getattr(dataset, f"{part}_images"), getattr(dataset, f"{part}_labels")
        labels = labels.astype(self.backend.label_dtype)
        batches = iterators.DataIter(images, labels, batch_size, shuffle, self._examples, resize)
        batches.release, batches.source = dataset.release, dataset.source
        loader: Loader = self.backend.as_loader(batches)
        return loader

    def _examples(self, images: NDArray[np.uint8], rows: NDArray[np.intp], labels: NDArray[Any]) -> Any:
        y = labels.reshape(-1, *self.backend.label_shape)
        return self.backend.images(images, rows), self.backend.tensor(y)

    def get_fashion_mnist_labels(self, labels: Iterable[Any]) -> list[str]:
        """Return the names of `labels`, any iterable of numbers from 0 to 9. Raises ValueError for others.

        >>> d2l.get_fashion_mnist_labels([0, 9])
        ['t-shirt', 'ankle boot']
        """
        numbers = [self.backend.as_numbers(label).item() for label in labels]
        for number in numbers:
            if number not in range(len(fashion_mnist.LABELS)):
                raise ValueError(f"labels: expected whole numbers from 0 to 9, received {number}")
        return [fashion_mnist.LABELS[int(number)] for number in numbers]

    def show_images(
        self,
        imgs: Sequence[Any],
        num_rows: int,
        num_cols: int,
        titles: Sequence[str] | None = None,
        scale: float = 1.5,
    ) -> NDArray[Any]:
        """Plot images in a grid, each `scale` inches wide; return the flat array of num_rows * num_cols axes.

        `imgs`: tensors, arrays or Pillow images (height, width), or with one channel before or after; those
        beyond the last cell are left out. `titles`: texts, one for each image or for the first of them.
        Raises matplotlib's TypeError for an image that it cannot show (edition 2021, section 3.5).

        >>> axes = d2l.show_images([[[0, 255], [255, 0]]], 1, 1, titles=['a check'])
        """
        arrays = [self.backend.as_numbers(img) for img in imgs]
        return plotting.show_images(arrays, num_rows, num_cols, titles, scale)

    def accuracy(self, y_hat: Any, y: Any) -> float:
        """Return the NUMBER of correct predictions, a float; in editions 2018 and 2019 it was a fraction.

        `y_hat`: scores (B, classes), of which the first largest counts, or predicted classes (B,). `y`: (B,).
        Either may have a second axis of length one. Raises ValueError where they are not of one length,
        TypeError for anything but numbers.

        >>> d2l.accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
        1.0
        """
        return self._count_correct(y_hat, y)

    def _count_correct(self, y_hat: Any, y: Any) -> float:
        scores, y = self._numbers("y_hat", y_hat), self._numbers("y", y)
        predicted = _predicted(scores)
        if predicted is scores and scores.dtype.kind == "f" and (scores % 1).any():
            refusals.warn_of_scores()
        if predicted.size != y.size:
            raise ValueError(
                f"accuracy: expected one prediction for each label, received y_hat of shape {scores.shape} "
                f"and y of shape {y.shape}. Pass those of the same examples."
            )
        return float(np.count_nonzero(predicted.reshape(-1) == y.reshape(-1)))

    def _numbers(self, name: str, values: Any) -> NDArray[Any]:
        """Return `values`, called `name`, as an array of numbers. Raises TypeError where they are none."""
        try:
            array = self.backend.as_numbers(values)
        except ValueError:  # a list whose parts differ in shape
            array = np.array(None)
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"accuracy: expected {name} to be a tensor, an array or a list of numbers, or tensors of one "
                f"shape; received {type(values)}"
            )
        return array

    @accepts(*call_styles.NEWER_EVALUATE)
    def evaluate_accuracy(self, net: Function, data_iter: Batches, ctx: Any = None) -> float:
        """Return the fraction of `data_iter` that `net` gets right, in evaluation mode, without gradients.

        `net`: a function of X, or a model of the framework; one that has modes is left in evaluation mode.
        `data_iter` yields batches (X, y). The order of editions 2018 and 2019, ``(data_iter, net,
        ctx=None)``, is accepted too; `ctx` (or `device`) is where the net's parameters are, and the batches
        are copied there (TensorFlow takes none).

        Raises TypeError for a call in neither order, ValueError where `data_iter` yields nothing, or a batch
        without examples or with predictions and labels that do not fit.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> d2l.evaluate_accuracy(d2l.softmax_regression().net, test_iter) < 0.5
        True
        """
        return self._evaluate(net, data_iter, ctx=ctx)

    def _evaluate(self, net: Function, data_iter: Batches, updater: Any = None, ctx: Any = None) -> float:
        refusals.require_objects(net=net)
        metric = Accumulator(2)  # correct predictions, examples
        with self.backend.inference(net, updater, ctx, restores=False) as predict:
            for place, X, y in self._batches(data_iter):
                with refusals.naming(place):
                    y_hat = predict(X)
                    refusals.require_predictions(y_hat, y)
                metric.add(self._count_correct(y_hat, y), _size(y))
        return metric[0] / metric[1]

    def train_epoch_ch3(
        self, net: Function, train_iter: Batches, loss: Function, updater: Any
    ) -> tuple[float, float]:
        """Train for one epoch; return the mean training loss per example, and the training accuracy: floats.

        `net`: a function of X, or a model of the framework (JAX: a function of (params, X)). `train_iter`
        yields batches (X, y). `loss`: a function (y_hat, y) or the framework's own loss, per example or batch
        mean: both train along the mean gradient and report the mean loss. A scalar counts as a mean, unless
        the framework's own loss says that it sums: a function of yours must not return the sum. `updater`:
        the framework's own optimiser or a function of the batch size (TensorFlow, JAX: an `Updater`).

        Both figures are taken during training, before each step. In JAX the code of net and loss runs once
        per call for each shape of batch; the values that it read then hold to the end of the call.

        Dropout is active while the net is trained, in TensorFlow too, where the book's own function calls a
        Keras model as ``net(X)`` and so leaves it off.

        Raises FloatingPointError at the first loss that is NaN or infinite, ValueError where `train_iter`
        yields nothing, TypeError or ValueError for what is not an updater. A batch without examples, labels
        that are not class numbers of the net, and a result of net or loss in another shape raise the same;
        the error names the batch and comes before its update.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> net, loss, updater, _ = d2l.softmax_regression()
        >>> train_loss, train_acc = d2l.train_epoch_ch3(net, test_iter, loss, updater)
        """
        refusals.require_objects(net=net, loss=loss, updater=updater)
        step = self.backend.step(net, loss, updater, getattr(train_iter, "highest", None))
        metric = Accumulator(3)  # summed loss, correct predictions, examples
        for place, X, y in self._batches(train_iter):
            with refusals.naming(place):
                l, y_hat = step(X, y)
            if not math.isfinite(l):
                raise refusals.not_finite_error(place, l, self.backend.as_numbers(X))
            weight = 1 / _size(y) if self.averages_batches else 1
            metric.add(l * weight, self._count_correct(y_hat, y) * weight, _size(y) * weight)
        return metric[0] / metric[2], metric[1] / metric[2]

    @accepts(*call_styles.NEWER_TRAIN)
    def train_ch3(
        self,
        net: Function,
        train_iter: Batches,
        test_iter: Batches,
        loss: Function,
        num_epochs: int,
        updater: Any = None,
        **older: Any,
    ) -> History:
        """Train `net` for `num_epochs` epochs and return the `History`.

        In a notebook a live plot shows the progress, elsewhere one printed line an epoch, and the plot is
        there afterwards for ``plt.show()`` and ``plt.savefig``. `net`, `train_iter`, `loss` and `updater` are
        those of `train_epoch_ch3`; `test_iter` is evaluated after each epoch. No accuracy is demanded here:
        assert on the History what you expect.

        Editions 2018 and 2019 pass ``batch_size, params=None, lr=None, trainer=None`` in the place of
        `updater`: then `sgd` updates `params`, or the `trainer` does, the framework's own optimiser, which
        MXNet steps by `batch_size`; and a line is printed after each epoch, in notebooks too.

        Raises TypeError for a call in neither manner, ValueError for `num_epochs` or `batch_size` below 1;
        otherwise as `train_epoch_ch3`, naming the epoch too. An exception that ends the training early, also
        KeyboardInterrupt, has the finished epochs as its ``history``.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> net, loss, updater, _ = d2l.softmax_regression()
        >>> history = d2l.train_ch3(net, test_iter, test_iter, loss, 1, updater)
        epoch 1, loss ..., train acc ..., test acc ...
        """
        if num_epochs < 1:
            raise ValueError(f"num_epochs: expected at least 1, received {num_epochs}")
        refusals.require_objects(net=net, loss=loss, updater=updater, trainer=older.get("trainer"))
        if older:
            updater = self._older_updater(**older)
        versions = {"python": platform.python_version(), self.backend.name: self.backend.version}
        history = History(self.backend.name, versions, *_origin(train_iter), self.face)
        progress = Progress(num_epochs, history, live=not older)
        refusals.require_pairs("test_iter", test_iter, self.backend)
        try:
            for epoch in range(1, num_epochs + 1):
                start = time.perf_counter()
                try:
                    train_loss, train_acc = self.train_epoch_ch3(net, train_iter, loss, updater)
                except FloatingPointError as error:
                    raise FloatingPointError(f"epoch {epoch}, {error}") from None
                seconds = time.perf_counter() - start
                test_acc = self._evaluate(net, test_iter, updater)
                history.add(train_loss, train_acc, test_acc, seconds)
                progress.add(epoch, train_loss, train_acc, test_acc)
        except BaseException as error:
            vars(error)["history"] = history  # also into one whose class refuses attributes
            raise
        finally:
            history.peak_memory = _peak_memory()
            progress.close()
        return history

    def _older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        if batch_size < 1:
            raise ValueError(f"batch_size: expected at least 1, received {batch_size}")
        if trainer is None and (params is None or lr is None):
            raise TypeError(
                "expected train_ch3(net, train_iter, test_iter, loss, num_epochs, updater) or train_ch3(net, "
                "train_iter, test_iter, loss, num_epochs, batch_size, params, lr, trainer=None); received "
                "batch_size without params and lr, and without a trainer. Pass params and lr, or a trainer."
            )
        return self.backend.older_updater(batch_size, params, lr, trainer)

    def softmax_regression(self, W: Any = None, lr: float = 0.1, concise: bool = False) -> Model:
        """Return the chapter's model (edition 2021, equations 3.4.5 and 3.4.8), ready for `train_ch3`.

        It is a named tuple `Model`: ``net``, ``loss``, ``updater``, and ``parameters``, a function that
        returns W (784, 10) and b (10,) as NumPy arrays. The biases start at zero.

        `W`: initial weights, NumPy float32 (784, 10); None draws them from N(0, 0.01²) with the framework's
        own generator. `lr`: learning rate. `concise` chooses the built-in layer, loss and optimiser instead
        of functions written out; in d2lzh_pytorch and d2ltorch this loss is a mean. In MXNet, raises
        RuntimeError under the semantics, nd or np, that the face is not for.

        >>> net, loss, updater, weights = d2l.softmax_regression()
        """
        return self.model(W, lr, concise)

    def predict_ch3(self, net: Function, test_iter: Batches, n: int = 6) -> None:
        """Show the first `n` images of `test_iter`, each titled with its true label over the predicted one.

        `net` and `test_iter` are those of `evaluate_accuracy`. Titles of right predictions are green; wrong
        ones have a red title and frame. The net predicts in evaluation mode, and returns to the mode in which
        it was. Raises ValueError for `n` below 1, or where `test_iter` yields nothing (edition 2021, section
        3.6).

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> d2l.predict_ch3(d2l.softmax_regression().net, test_iter, n=3)
        """
        if n < 1:
            raise ValueError(f"n: expected at least 1 image to show, received {n}")
        refusals.require_objects(net=net)
        images: list[Any] = []
        truth: list[Any] = []
        predicted: list[Any] = []
        with self.backend.inference(net) as predict:
            for place, X, y in self._batches(test_iter):
                with refusals.naming(place):
                    y_hat = predict(X)
                    refusals.require_predictions(y_hat, y)
                images.extend(self.backend.as_numbers(X))
                truth.extend(self.backend.as_numbers(y).reshape(-1))
                predicted.extend(_predicted(self.backend.as_numbers(y_hat)))
                if len(images) >= n:
                    break
        names = zip(*map(self.get_fashion_mnist_labels, (truth[:n], predicted[:n])))
        titles = [f"{true}\n{guess}" for true, guess in names]
        columns = min(len(titles), 9)
        rows, synthetic = math.ceil(len(titles) / columns), _origin(test_iter)[0] == "synthetic"
        axes = plotting.show_images(images[:n], rows, columns, titles, synthetic=synthetic)
        plotting.mark(axes, np.equal(truth[:n], predicted[:n]))


def _predicted(scores: NDArray[Any]) -> NDArray[Any]:
    """Return the predicted classes of NumPy `scores` (B, classes); a single column is returned as it is."""
    return scores.argmax(axis=1) if scores.ndim > 1 and scores.shape[1] > 1 else scores


def _number(value: Any) -> float:
    """Return a number, or the only element of a tensor or array, as a float."""
    if isinstance(value, (float, int)):
        return float(value)
    value = value.detach() if hasattr(value, "detach") else value  # PyTorch warns of those with a gradient
    shape = tuple(getattr(value, "shape", ()))
    if math.prod(shape) != 1:
        raise ValueError(
            f"Accumulator.add: expected a number or a tensor of one element, received shape {shape}. "
            "Add its sum or its mean."
        )
    for name in ("item", "asscalar", "numpy"):  # nd has only the second, TensorFlow the third
        if hasattr(value, name):
            return float(np.asarray(getattr(value, name)()).item())
    return float(value)


def _peak_memory() -> int | None:
    """Return the most memory that this process has held so far, in bytes; None if the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _size(y: Any) -> int:
    """Return the number of labels in `y`: ``size`` is a method, a property or missing in the frameworks."""
    return math.prod(y.shape)


def _origin(train_iter: Any) -> tuple[str | None, str | None]:
    """Return the data release and source of one of our iterators; None, None for the reader's own."""
    return getattr(train_iter, "release", None), getattr(train_iter, "source", None)
