"""The measurements inside one framework: ``python -m benchmarks.framework torch OUT``, in a fresh process."""

from __future__ import annotations

import importlib
import json
import statistics
import sys
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import installed_d2l
from benchmarks.timing import REPETITIONS, Row, compare, seconds
from d2l_compat.data.iterators import DataIter, numpy_batch
from d2l_compat.lessons.trials import prepared

BATCH_SIZES = (32, 128, 512, 4096)
CLASSES = (10, 100, 1000)
STYLES = {"from scratch": False, "concise": True}
LOADER = "the framework's own loader"  # of the module in benchmarks/bare


class Floor:
    """The least that minibatches cost: shuffled uint8 rows gathered, and scaled to float32."""

    def __init__(self, images, batch_size):
        self.images, self.batch_size = images, batch_size

    def __iter__(self):
        order = np.random.default_rng(0).permutation(len(self.images))
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield np.divide(self.images[rows], np.float32(255), dtype=np.float32)


class Framework:
    """One face, the bare loops for it, and d2l's own iterators, or `why` there are none."""

    def __init__(self, name):
        self.d2l = prepared(name)
        self.backend = self.d2l.backend
        self.bare = importlib.import_module(f"benchmarks.bare.{name}")
        self.d2l.set_seed(0)
        self.train_iter, self.test_iter = self.d2l.load_data_fashion_mnist(256)
        self.batches = list(self.train_iter)
        self.theirs, self.d2l_iterators, self.why = installed_d2l.iterators(name, self.bare)

    def measure(self):
        """Yield all rows."""
        yield from self.iterating()
        yield from self.epochs()
        yield from self.evaluating()
        yield from self.classes()
        yield from self.batch_sizes()
        yield from self.number_types()
        yield from self.examples()
        yield from self.shares()

    def model(self, concise, dtype=None):
        """Return a new model, with parameters of the `dtype` if there is one."""
        model = self.d2l.softmax_regression(concise=concise)
        return self.bare.typed(model, dtype) if dtype else model

    def epoch(self, train_iter, *kind):
        """Return a function that trains a new model of that kind, for one more epoch at each call."""
        model = self.model(*kind)
        return partial(self.d2l.train_epoch_ch3, model.net, train_iter, model.loss, model.updater)

    def bare_epochs(self, batches, *kind):
        """Return the same for each bare loop, by name."""
        return {
            name: partial(epochs(self.model(*kind)), batches) for name, epochs in self.bare.EPOCHS.items()
        }

    def iterating(self):
        """A pass over the training iterator."""
        what = "a pass over the training iterator"
        rivals = {
            "the NumPy floor": partial(exhaust, Floor(self.train_iter.images, self.train_iter.batch_size)),
            LOADER: partial(exhaust, self.loader()),
        }
        if self.d2l_iterators:
            rivals["d2l's own"] = partial(exhaust, self.d2l_iterators[0])
        yield from compare(what, partial(exhaust, self.train_iter), rivals)
        if self.why:
            yield Row(what, "d2l's own", why=self.why)

    def loader(self):
        """Return the loader that a user of the framework would make of the whole training set in float32."""
        X, y = (np.concatenate([*map(self.backend.to_numpy, column)]) for column in zip(*self.batches))
        return self.bare.loader(X, y, self.train_iter.batch_size)

    def epochs(self):
        """An epoch of `train_epoch_ch3`, and of bare loops with the batches in memory, or fed with them."""
        feeds = {"": self.batches, ", fed by our iterator": self.train_iter}
        feeds[f", fed by {LOADER}"] = self.loader()
        for style, concise in STYLES.items():
            rivals = {
                name + fed: epoch
                for fed, batches in feeds.items()
                for name, epoch in self.bare_epochs(batches, concise).items()
            }
            if concise and self.d2l_iterators:
                own, why = installed_d2l.epoch(self.theirs, self.d2l_iterators[0])
                trainer = "d2l's own Trainer and data, without accuracy"
                if own:
                    rivals[trainer] = own
                else:
                    yield Row(f"an epoch, {style}", trainer, why=why)
            yield from compare(f"an epoch, {style}", self.epoch(self.train_iter, concise), rivals)

    def evaluating(self):
        """`evaluate_accuracy` on the test set."""
        batches = list(self.test_iter)
        for style, concise in STYLES.items():
            net = self.d2l.softmax_regression(concise=concise).net
            rivals = {
                "a bare loop": partial(self.bare.evaluate, net, batches),
                "a bare loop, fed by our iterator": partial(self.bare.evaluate, net, self.test_iter),
            }
            if self.d2l_iterators:
                rivals["d2l's own"] = partial(self.theirs.evaluate_accuracy, net, self.d2l_iterators[1])
            ours = partial(self.d2l.evaluate_accuracy, net, self.test_iter)
            yield from compare(f"`evaluate_accuracy`, {style}", ours, rivals)

    def classes(self):
        """`evaluate_accuracy` of a net with more and more classes, whose scores take no time."""
        for classes in CLASSES:
            drawn = np.random.default_rng(0).random((self.test_iter.batch_size, classes), "float32")
            scores = self.backend.tensor(drawn)
            net = partial(first_rows, scores)
            rivals = {"a bare loop, fed by our iterator": partial(self.bare.evaluate, net, self.test_iter)}
            ours = partial(self.d2l.evaluate_accuracy, net, self.test_iter)
            yield from compare(f"`evaluate_accuracy`, {classes} classes", ours, rivals)

    def batch_sizes(self):
        """An epoch in smaller and in larger batches, which is the same number of examples each time."""
        for batch_size in BATCH_SIZES:
            train_iter, _ = self.d2l.load_data_fashion_mnist(batch_size)
            yield from self.beside_bare(f"batches of {batch_size}", train_iter, False)

    def number_types(self):
        """An epoch of a net in another type of numbers, where the framework's bare loop has it."""
        for dtype in getattr(self.bare, "TYPES", ()):
            yield from self.beside_bare(dtype, self.train_iter, True, dtype)

    def beside_bare(self, what, train_iter, *kind):
        """An epoch beside the bare loops, all fed by `train_iter`."""
        bare = self.bare_epochs(train_iter, *kind)
        rivals = {f"{name}, fed by our iterator": epoch for name, epoch in bare.items()}
        return compare(f"an epoch, {what}", self.epoch(train_iter, *kind), rivals)

    def examples(self):
        """An epoch over ten times as many examples, which should take ten times as long."""
        few, many = (repeated(self.train_iter, n, native(self.backend)) for n in (6_000, 600_000))
        for n, large, small in ((60_000, self.train_iter, few), (600_000, many, self.train_iter)):
            rivals = {f"10 epochs of {n // 10:,}": partial(ten_times, self.epoch(small, False))}
            yield from compare(f"an epoch of {n:,} examples", self.epoch(large, False), rivals)

    def shares(self):
        """Where an epoch goes: its parts on their own, each as a share of the whole."""
        for style, concise in STYLES.items():
            model = self.d2l.softmax_regression(concise=concise)
            predictions = [(model.net(X), y) for X, y in self.batches]
            parts = {
                "gather and scale": partial(exhaust, self.train_iter),
                "forward, backward, step": partial(self.steps, model),
                "counting": partial(self.count, predictions),
            }
            functions = [self.epoch(self.train_iter, concise), *parts.values()]
            rounds = [[seconds(function) for function in functions] for _ in range(REPETITIONS + 1)]
            total, *figures = map(statistics.median, zip(*rounds[1:]))
            shares = {**dict(zip(parts, figures)), "the loop": total - sum(figures)}
            for name, part in shares.items():
                yield Row(f"{name}, {style}", "the whole epoch", part / total, part, total)

    def steps(self, model):
        """Make the steps of an epoch, and nothing else."""
        step = self.backend.step(model.net, model.loss, model.updater)
        for X, y in self.batches:
            step(X, y)

    def count(self, predictions):
        """Count what is correct, and nothing else."""
        for y_hat, y in predictions:
            self.d2l.accuracy(y_hat, y)


def exhaust(batches):
    """Go once through `batches`, and keep none."""
    for _ in batches:
        pass


def first_rows(scores, X):
    """Return as many rows of `scores` as there are examples in X."""
    return scores[: len(X)]


def ten_times(epoch):
    """Train for ten epochs."""
    for _ in range(10):
        epoch()


def repeated(batches, n, batch=numpy_batch):
    """Return an iterator over `n` examples, those of `batches` repeated; `batch` as in `DataIter`."""
    images, labels = np.resize(batches.images, (n, 28, 28)), np.resize(batches.labels, n)
    return DataIter(images, labels, batches.batch_size, True, batch)


def native(backend):
    """Return the function that makes the batches of a `DataIter` native tensors."""
    return lambda images, rows, labels: (backend.images(images, rows), backend.tensor(labels))


def main(name, out):
    """Write the rows of the framework `name`, as JSON, into the file `out`."""
    rows = []
    for row in Framework(name).measure():
        print(f"{name}: {row.what} / {row.against}", file=sys.stderr, flush=True)
        rows.append({"framework": name, **row._asdict()})
    Path(out).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
