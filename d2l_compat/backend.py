"""The contract: what a framework must supply for the helpers to run on it.

What a backend is made for, and why it looks as it does:

1. Native tensors in, native tensors out. The reader's `net`, `loss` and `updater` belong to the framework.
2. As few primitives as possible. Whatever can be said in NumPy or in Python is said once, in `helpers`.
3. Numbers leave the framework as NumPy arrays or floats, so that counting is the same everywhere.
4. A new framework is one new file that subclasses `Helpers`, and its notebooks.
"""

import contextlib
import inspect
import math
from abc import ABC, abstractmethod
from typing import Any, Callable, NamedTuple

import numpy as np

from .data_iter import scale


class Model(NamedTuple):
    """Softmax regression ready for `train_ch3`: the chapter's model in one framework's own terms."""

    net: Any
    loss: Any
    updater: Any
    parameters: Callable  # () -> (W, b): the present values, NumPy float32 (784, 10) and (10,)


class Backend(ABC):
    """The primitives of one framework. Shapes: B examples a batch, 28 x 28 pixels, 10 classes."""

    name: str
    """The framework's module name, which is also the name of its face: ``'torch'``."""

    version: str
    """The framework's version, as it reports it."""

    tensors: tuple
    """The classes of its tensors, with those derived from them."""

    label_dtype: str
    """dtype of the labels y in a batch, as the book's own loader gave them: ``'int64'`` or ``'int32'``."""

    cross_entropy: str
    """A loss that takes class numbers, as the reader writes it."""

    takes_arrays = False
    """Whether NumPy arrays pass for tensors."""

    channels_last = False
    """Whether X in a batch is (B, 28, 28, 1) instead of (B, 1, 28, 28)."""

    def prepare(self):  # noqa: B027 - most frameworks need nothing
        """Set what the framework needs in a process of our own. Notebooks set it; an import sets nothing."""

    @abstractmethod
    def tensor(self, array):
        """Return the NumPy `array` as a native tensor of the same shape and dtype. May share memory."""

    def images(self, images, rows):
        """Return the `rows` (B,) of uint8 NumPy `images` (n, height, width) as a native batch X.

        X is float32 in [0, 1]. A framework that does this faster than NumPy does so itself, to the same bits.
        """
        X = scale(images.take(rows, axis=0))
        return self.tensor(np.expand_dims(X, -1 if self.channels_last else 1))

    def as_loader(self, batches):
        """Return the `ArrayIter` `batches` with what readers know of the framework's own loaders."""
        return batches

    def to(self, X, ctx):
        """Return `X` where `ctx` says: a device or, in MXNet, a context or a list with one."""
        raise TypeError(f"{self.name} places tensors by itself: expected no ctx or device, received {ctx!r}")

    @abstractmethod
    def to_numpy(self, tensor):
        """Return a native `tensor` as a NumPy array of the same shape and dtype. May share memory.

        Numbers of which NumPy has no dtype, as bfloat16 where nothing has registered one, become float32.
        """

    @abstractmethod
    def seed(self, seed):
        """Seed every random generator of the framework with the int `seed`."""

    def train_mode(self, net):  # noqa: B027 - not every framework has modes
        """Switch `net` to training behaviour, where the framework keeps that in the net."""

    def modes_kept(self, net):
        """Return a context that leaves `net`, and every part of it, in the mode in which it was entered."""
        return contextlib.nullcontext()

    @abstractmethod
    def predict(self, net, X):
        """Return ``net(X)`` as a native tensor, in inference mode and without recording gradients.

        A net that keeps its mode is left in inference mode, but within `modes_kept`.
        """

    def bound(self, net, updater):
        """Return `net` as a function of X alone: where it does not own its parameters, those of `updater`."""
        return net

    def check_updater(self, updater):  # noqa: B027 - a step may find out by itself
        """Raise TypeError where `updater` is none that `train_step` takes."""

    def takes_float_labels(self, loss):
        """Whether `loss` takes labels that are whole numbers stored as floats."""
        return False

    def fits(self, loss, y_hat, y):
        """Whether `loss` compares `y_hat` with `y` as they are; False where it would only broadcast them."""
        return True

    @abstractmethod
    def train_step(self, net, X, y, loss, updater, highest=None):
        """Make one step of minibatch gradient descent on the batch `X`, `y`.

        Returns the loss summed over the batch, a float, and ``y_hat = net(X)`` from before the step,
        a native tensor. `loss` returns per-example losses or a scalar, which is their mean unless
        the loss says ``reduction='sum'``. An optimiser of the framework steps along the gradient of the
        mean; an `updater` of the reader's own is given the gradient of the sum, and divides by
        the batch size it is called with (editions 2018 to 2021).

        The loss is called by `checked_losses`, after the net and before the update, so that bad input raises
        `checks.BadBatch` and changes no parameter. `highest`: the greatest label of the data set, where it is
        known, for that check.
        """

    def steps(self, net, loss, updater, highest=None):
        """Return ``step(X, y)``, which is `train_step` for the batches of one pass over the data.

        A framework that compiles net and loss does so here, for this pass: before the next one the reader may
        have changed their code, or anything that they read.
        """
        return lambda X, y: self.train_step(net, X, y, loss, updater, highest)

    @abstractmethod
    def older_updater(self, batch_size, params, lr, trainer):
        """Return the updater for `train_step` that editions 2018 and 2019 would have made in `train_ch3`.

        Without a `trainer` it is `sgd` on `params`, which divides the summed gradient of each batch, the
        short last one too, by `batch_size`; otherwise it steps the `trainer`, in the manner of its edition.
        """

    @abstractmethod
    def matmul(self, a, b):
        """Return the product of two native tensors, the second a matrix (or a vector, where allowed)."""

    @abstractmethod
    def reshape(self, tensor, shape):
        """Return the native `tensor` in another `shape`."""

    @abstractmethod
    def normal(self, mean, std, shape):
        """Return a native float32 tensor of draws from N(`mean`, `std`²)."""

    def losses(self, loss, y_hat, y):
        """Return ``loss(y_hat, y)``, with the arguments in the order that `loss` takes."""
        return loss(y_hat, y)

    @abstractmethod
    def cpu(self):
        """Return the CPU, as the framework names devices."""

    @abstractmethod
    def gpus(self):
        """Return the list of the GPUs that the framework sees."""

    @abstractmethod
    def softmax_regression(self, W=None, lr=0.1, concise=False):
        """Return the chapter's model as a `Model`: 784 inputs, 10 outputs, biases zero.

        `W`: initial weights, NumPy float32 (784, 10); None draws them from N(0, 0.01²) with the framework's
        own generator. `lr`: learning rate. `concise` chooses the framework's built-in layer, loss and
        optimiser instead of functions written out.
        """


def is_batch_mean(loss, l):
    """Whether `l`, what `loss` returned, is the mean of a batch: neither per-example losses nor a sum.

    It is one number; of a batch of one example, mean, sum and the example's own loss are the same.
    """
    return math.prod(l.shape) == 1 and getattr(loss, "reduction", None) != "sum"


def method(name):
    """Return a function that calls the method `name` of its first argument, as ``d2l.reshape(x, 2, 3)``."""

    def call(x, *args, **kwargs):
        return getattr(x, name)(*args, **kwargs)

    call.__doc__ = f"Return ``x.{name}(*args, **kwargs)``."
    return call


def takes(updater, count):
    """Whether `updater` can be called with `count` arguments."""
    try:
        return bool(inspect.signature(updater).bind(*range(count)))
    except ValueError:  # of what is built in or compiled, nothing is known
        return True
    except TypeError:
        return False


def unknown_updater(updater, native, own):
    """Return the TypeError for an `updater` that is neither a `native` optimiser nor of one's `own`."""
    return TypeError(
        f"updater: expected a {native}, or one's own such as {own}; received an object of {type(updater)}"
    )
