"""The chapter's helpers, as edition 2021 means them, written once against the contract of `Backend`."""

import math
import platform
import random
import sys
import time

import numpy as np

from . import checks, data_iter, fashion_mnist, plotting
from .call_styles import (
    accepts,
    newer_evaluate_accuracy,
    newer_train_ch3,
    older_evaluate_accuracy,
    older_train_ch3,
    placed_evaluate_accuracy,
)
from .history import History
from .regression import Regression


class Accumulator:
    """Sums over `n` variables: ``add(1, 2.5)``, then ``[i]`` reads and ``reset()`` zeroes them."""

    def __init__(self, n):
        self.data = [0.0] * n

    def add(self, *args):
        """Add a number, or tensor of one element, to each sum.

        Raises ValueError unless there are `n`, and for a tensor of more elements, or of none.
        """
        if len(args) != len(self.data):
            raise ValueError(f"Accumulator.add: expected {len(self.data)} values, received {len(args)}")
        self.data = [total + _number(value) for total, value in zip(self.data, args)]

    def reset(self):
        """Set every sum to zero."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, i):
        return self.data[i]


class Helpers(Regression):
    """What the reader calls. A framework's module subclasses this and exports the bound methods."""

    averages_batches = False
    """Whether training figures are means over batches, a short last one weighing like any (edition 2018)."""

    def set_seed(self, seed):
        """Seed the framework, Python and NumPy, and the order of examples in every later epoch."""
        random.seed(seed)
        np.random.seed(seed)
        self.seed(seed)
        data_iter.seed_order(seed)

    def load_data_fashion_mnist(self, batch_size, resize=None, root=None, release=fashion_mnist.CURRENT.name):
        """Return iterators over the training and the test set of Fashion-MNIST.

        Each yields X, float32 in [0, 1], (B, 1, 28, 28) (TensorFlow, JAX (B, 28, 28, 1)), and y, integers
        (B,): int64 in PyTorch, else int32. The training set is reshuffled for every pass.
        `resize` scales the images to that many pixels a side, or to (height, width).

        `release` is that of the data, by name: ``'2017-08-31'``, or ``'2017-08-26'``, which MXNet ships and
        the editions of 2018 and 2019 were run on. The iterators carry the name of what they hold as
        ``release``, and where it was found as ``source``; the synthetic stand-in is ``'synthetic'``.

        `root`: a folder that is looked into first, for the four files in itself or in FashionMNIST/raw.
        Where it lacks one, or a checksum is wrong, it is passed over for the usual places, and a line on
        stderr says so if it holds other data: nothing unverified is used, nothing ever written into it.

        Raises ValueError for a bad batch size, an unknown release or a damaged file, TypeError for a `root`
        that is no path,
        `fashion_mnist.DataNotFound` where there is neither a copy of the data nor a network.
        """
        dataset = fashion_mnist.load(fashion_mnist.named(release), root)
        train = self._iter(dataset, dataset.train_images, dataset.train_labels, batch_size, True, resize)
        test = self._iter(dataset, dataset.test_images, dataset.test_labels, batch_size, False, resize)
        return train, test

    def _iter(self, dataset, images, labels, batch_size, shuffle, resize):
        labels = labels.astype(self.label_dtype)
        batches = data_iter.DataIter(images, labels, batch_size, shuffle, self.image_batch, resize)
        batches.release, batches.source = dataset.release, dataset.source
        return self.as_loader(batches)

    def image_batch(self, images, rows, labels):
        """Return the batch (X, y) of the `rows` of `images`, with their `labels`: what `DataIter` yields."""
        return self.images(images, rows), self.tensor(labels)

    def get_fashion_mnist_labels(self, labels):
        """Return the names of `labels`, any iterable of numbers from 0 to 9. Raises ValueError for others."""
        numbers = [self._as_numpy(label).item() for label in labels]
        for number in numbers:
            if number not in range(len(fashion_mnist.LABELS)):
                raise ValueError(f"labels: expected whole numbers from 0 to 9, received {number}")
        return [fashion_mnist.LABELS[int(number)] for number in numbers]

    def show_images(self, imgs, num_rows, num_cols, titles=None, scale=1.5):
        """Plot images in a grid, each `scale` inches wide; return the flat array of num_rows * num_cols axes.

        `imgs`: tensors, arrays or Pillow images (height, width), or with one channel before or after; at
        least as many as cells are used.
        """
        arrays = [self._as_numpy(img) for img in imgs]
        return plotting.show_images(arrays, num_rows, num_cols, titles, scale)

    def plot(self, X, Y=None, *args, **kwargs):
        """Plot curves: see `plotting.plot`. `X`, `Y`: tensors, arrays, or lists of them or of numbers."""
        return plotting.plot(self._as_curves(X), self._as_curves(Y), *args, **kwargs)

    def _as_curves(self, values):
        if isinstance(values, (list, tuple)):
            return [self._as_numpy(value) for value in values]
        return values if values is None else self._as_numpy(values)

    def accuracy(self, y_hat, y):
        """Return the NUMBER of correct predictions, a float.

        `y_hat`: scores (B, classes), of which the first largest counts, or predicted classes (B,). `y`: (B,).
        Either may have a second axis of length one. Raises ValueError where they are not of one length.
        """
        return self._count_correct(y_hat, y)

    def _count_correct(self, y_hat, y):
        scores, y = self._numbers("y_hat", y_hat), self._numbers("y", y)
        predicted = _predicted(scores)
        if predicted is scores and scores.dtype.kind == "f" and (scores % 1).any():
            checks.warn_of_scores()
        if predicted.size != y.size:
            raise ValueError(
                f"accuracy: expected one prediction a label, received y_hat of shape {scores.shape} "
                f"and y of shape {y.shape}"
            )
        return float(np.count_nonzero(predicted.reshape(-1) == y.reshape(-1)))

    def _numbers(self, name, values):
        """Return `values`, called `name`, as an array of numbers. Raises TypeError where they are none."""
        try:
            array = self._as_numpy(values)
        except ValueError:  # of a list whose parts differ in shape
            array = np.array(None)
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"accuracy: expected {name} to be a tensor, an array or a list of numbers, or tensors of one "
                f"shape; received {type(values)}"
            )
        return array

    @accepts(newer_evaluate_accuracy, older_evaluate_accuracy, placed_evaluate_accuracy)
    def evaluate_accuracy(self, net, data_iter, ctx=None):
        """Return the fraction of `data_iter` that `net` gets right, in evaluation mode, without gradients.

        The order of editions 2018 and 2019, ``(data_iter, net, ctx=None)``, is understood too; `ctx` (or
        `device`) is where the net's parameters are, and the batches are copied there. A net that has modes is
        left in evaluation mode.

        Raises TypeError for a call in neither order, ValueError where `data_iter` yields nothing, or a batch
        without examples.
        """
        checks.require_objects(net=net)
        metric = Accumulator(2)  # correct predictions, examples
        for place, X, y in self._batches(data_iter):
            X = X if ctx is None else self.to(X, ctx)
            with checks.naming(place):
                y_hat = self.predict(net, X)
                checks.require_predictions(y_hat, y)
            metric.add(self._count_correct(y_hat, y), _size(y))
        return metric[0] / metric[1]

    def train_epoch_ch3(self, net, train_iter, loss, updater):
        """Train for one epoch; return the mean training loss per example, and the training accuracy.

        `loss`: a function (y_hat, y) or the framework's own loss, per example or batch mean: both train along
        the mean gradient and report the mean loss. A scalar counts as a mean, unless the framework's own loss
        says that it sums: a function of yours must not return the sum. `updater`: the framework's own
        optimiser or a function of the batch size (TensorFlow: an `Updater`). Both figures are taken as
        training goes, before each step. The code of all three is taken as it is when this is called: JAX runs
        that of net and loss once a call for each shape of batch; what it read holds to the end of the call.

        Dropout is active while the net is trained, in TensorFlow too, where the book's own function calls a
        Keras model as ``net(X)`` and so leaves it off.

        Raises FloatingPointError at the first loss that is NaN or infinite, ValueError where `train_iter`
        yields nothing; TypeError or ValueError for an updater that is none, and, naming the batch and before
        its update, for one without examples, labels that are not the numbers of classes of the net, and a
        net or a loss whose result has another shape.
        """
        checks.require_objects(net=net, loss=loss, updater=updater)
        self.check_updater(updater)
        self.train_mode(net)
        metric = Accumulator(3)  # summed loss, correct predictions, examples
        train_step = self.steps(net, loss, updater, getattr(train_iter, "highest", None))
        for place, X, y in self._batches(train_iter):
            with checks.naming(place):
                l, y_hat = train_step(X, y)
            if not math.isfinite(l):
                raise checks.not_finite_error(place, l, self._as_numpy(X))
            weight = 1 / _size(y) if self.averages_batches else 1
            metric.add(l * weight, self._count_correct(y_hat, y) * weight, _size(y) * weight)
        return metric[0] / metric[2], metric[1] / metric[2]

    def _batches(self, data_iter):
        """Yield the place, as ``'batch 1'``, X and y of each batch of `data_iter`.

        Raises TypeError or ValueError for what is no batch, and where there is none.
        """
        checks.require_iterable(data_iter)
        place = None
        for step, batch in enumerate(data_iter, 1):
            place = f"batch {step}"
            with checks.naming(place):
                X, y = checks.pair(batch, self._is_tensor)
            yield place, X, y
        if not place:
            raise checks.no_batches_error()

    def _require_pairs(self, name, data_iter):
        """Refuse a `data_iter`, called `name`, that shows without a pass that it yields no batches."""
        first = getattr(data_iter, "element_spec", None)
        if first is None and hasattr(data_iter, "__getitem__"):
            try:
                first = data_iter[0]
            except LookupError:
                raise checks.no_batches_error() from None
        if first is not None:
            with checks.naming(name):
                checks.pair(first, self._is_tensor)

    def checked_losses(self, loss, y_hat, y, highest=None):
        """Return `losses`. Raises `checks.BadBatch` where net, labels and loss do not fit each other."""
        shape = checks.require_predictions(y_hat, y)
        checks.require_scores(y_hat)
        self.check_labels(shape, y, loss, highest)
        l = self.fitting_losses(loss, y_hat, y)
        checks.require_losses(l, _size(y))
        return l

    def fitting_losses(self, loss, y_hat, y):
        """Return `losses`. Raises `checks.BadBatch` where `loss` cannot take `y_hat` and `y` as they are."""
        fits = self.fits(loss, y_hat, y)
        try:
            if not fits:
                raise ValueError("it compares them element by element")
            return self.losses(loss, y_hat, y)
        except Exception as error:
            shapes = f"y_hat of shape {tuple(y_hat.shape)} and y of shape {tuple(y.shape)}"
            remedy = (
                f"For class numbers take {self.cross_entropy}; give other targets the shape of y_hat; "
                "a function of yours is called with y_hat first."
            )
            raise checks.misfit_error(error, f"loss: expected one that takes {shapes}", remedy)  # noqa: B904

    def check_labels(self, shape, y, loss, highest=None):
        """Raise `checks.BadBatch` where `y` are not labels for a net that returns `shape`.

        `highest`: the greatest label of the data set, where that is known; one that fits vouches for `y`.
        """
        if highest is not None and len(shape) == 2 and highest < shape[1]:
            return
        if len(shape) <= 2 and _size(y) == y.shape[0]:
            classes = shape[1] if len(shape) == 2 else 1
            checks.require_labels(self._as_numpy(y), classes, self.takes_float_labels(loss), loss)

    @accepts(newer_train_ch3, older_train_ch3)
    def train_ch3(self, net, train_iter, test_iter, loss, num_epochs, updater=None, **older):
        """Train `net` for `num_epochs` epochs and return the `History`.

        In a notebook a live plot shows the progress, elsewhere one printed line an epoch. `loss` and
        `updater` as in `train_epoch_ch3`. No accuracy is demanded here: assert on the History what you
        expect.

        Editions 2018 and 2019 have, in the place of `updater`, ``batch_size, params=None, lr=None,
        trainer=None`` and print a line an epoch everywhere: `sgd` on `params`, or the framework's own
        optimiser, which MXNet steps by `batch_size` too.

        Raises TypeError for a call in neither manner, ValueError for `num_epochs` or `batch_size` below 1;
        otherwise as `train_epoch_ch3`, naming the epoch too. What ends the training early, KeyboardInterrupt
        as well, carries the epochs that were finished as its ``history``.
        """
        if num_epochs < 1:
            raise ValueError(f"num_epochs: expected at least 1, received {num_epochs}")
        checks.require_objects(net=net, loss=loss, updater=updater, trainer=older.get("trainer"))
        if older:
            updater = self._older_updater(**older)
        versions = {"python": platform.python_version(), self.name: self.version}
        history = History(self.name, versions, *_origin(train_iter))
        progress = plotting.Progress(num_epochs, history, live=not older)
        self._require_pairs("test_iter", test_iter)
        try:
            for epoch in range(1, num_epochs + 1):
                progress.add(epoch, *self._epoch(epoch, net, train_iter, test_iter, loss, updater, history))
        except BaseException as error:
            vars(error)["history"] = history  # past a class that takes no attributes
            raise
        history.peak_memory = _peak_memory()
        return history

    def _epoch(self, epoch, net, train_iter, test_iter, loss, updater, history):
        """Train for one epoch, append it to `history`, and return what was appended but the seconds."""
        start = time.perf_counter()
        try:
            train_loss, train_acc = self.train_epoch_ch3(net, train_iter, loss, updater)
        except FloatingPointError as error:
            raise FloatingPointError(f"epoch {epoch}, {error}") from None
        seconds = time.perf_counter() - start
        test_acc = self.evaluate_accuracy(self.bound(net, updater), test_iter)
        history.add(train_loss, train_acc, test_acc, seconds)
        return train_loss, train_acc, test_acc

    def _older_updater(self, batch_size, params, lr, trainer):
        if batch_size < 1:
            raise ValueError(f"batch_size: expected at least 1, received {batch_size}")
        if trainer is None and (params is None or lr is None):
            raise TypeError(
                "expected train_ch3(net, train_iter, test_iter, loss, num_epochs, updater) or train_ch3(net, "
                "train_iter, test_iter, loss, num_epochs, batch_size, params, lr, trainer=None); received "
                "batch_size with neither params and lr nor a trainer"
            )
        return self.older_updater(batch_size, params, lr, trainer)

    def predict_ch3(self, net, test_iter, n=6):
        """Show the first `n` images of `test_iter`, each titled with its true label over the predicted one.

        Right predictions are titled in green, wrong ones titled and framed in red. The net predicts in
        evaluation mode, and is afterwards in the mode in which it was. Raises ValueError for `n` below 1, or
        where `test_iter` yields nothing.
        """
        if n < 1:
            raise ValueError(f"n: expected at least 1 image to show, received {n}")
        checks.require_objects(net=net)
        images, truth, predicted = [], [], []
        with self.modes_kept(net):
            for place, X, y in self._batches(test_iter):
                with checks.naming(place):
                    y_hat = self.predict(net, X)
                    checks.require_predictions(y_hat, y)
                images.extend(self._as_numpy(X))
                truth.extend(self._as_numpy(y))
                predicted.extend(_predicted(self._as_numpy(y_hat)))
                if len(images) >= n:
                    break
        names = zip(*map(self.get_fashion_mnist_labels, (truth[:n], predicted[:n])))
        titles = [f"{true}\n{guess}" for true, guess in names]
        columns = min(len(titles), 9)
        rows, synthetic = math.ceil(len(titles) / columns), _origin(test_iter)[0] == "synthetic"
        axes = plotting.show_images(images[:n], rows, columns, titles, synthetic=synthetic)
        plotting.mark(axes, np.equal(truth[:n], predicted[:n]))

    def _as_numpy(self, values):
        """Return what `_as_array` does, to compute with: dtypes that are not NumPy's own become float32."""
        array = self._as_array(values)
        return array.astype(np.float32) if array.dtype.kind == "V" else array  # as bfloat16 of JAX is

    def _as_array(self, values):
        """Return a native tensor, a list of them, or anything that NumPy takes by itself, as an array."""
        if self._is_native(values):
            return self.to_numpy(values)
        if isinstance(values, (list, tuple)) and any(map(self._is_native, values)):
            return np.stack([self._as_array(value) for value in values])
        return np.asarray(values)

    def _is_native(self, value):
        return isinstance(value, self.tensors)

    def _is_tensor(self, value):
        return self._is_native(value) or (self.takes_arrays and hasattr(value, "shape"))


def _predicted(scores):
    """Return the classes of NumPy `scores` (B, classes); anything with a single column as it is."""
    return scores.argmax(axis=1) if scores.ndim > 1 and scores.shape[1] > 1 else scores


def get_dataloader_workers(num_workers=4):
    """Return how many processes to read data with, for loaders of one's own: `num_workers`, 0 on Windows."""
    return 0 if sys.platform == "win32" else num_workers


def _number(value):
    """Return a number, or the only element of a tensor or array, as a float."""
    value = value.detach() if hasattr(value, "detach") else value  # PyTorch warns of those with a gradient
    shape = tuple(getattr(value, "shape", ()))
    if math.prod(shape) != 1:
        raise ValueError(
            f"Accumulator.add: expected a number or a tensor of one element, received shape {shape}. "
            "Add its sum or its mean."
        )
    return float(value[(0,) * len(shape)] if shape else value)  # NumPy 2.4 converts no arrays with axes


def _peak_memory():
    """Most memory that this process has held so far, in bytes; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _size(y):
    """Number of labels in `y`, which a framework may call a method, a property or neither."""
    return math.prod(y.shape)


def _origin(train_iter):
    """Data release and source of an iterator of ours; None, None for the reader's own."""
    return getattr(train_iter, "release", None), getattr(train_iter, "source", None)
