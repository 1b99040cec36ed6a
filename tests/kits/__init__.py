"""What tests say in each framework's own words: a `Kit` for each, in the module of its name.

A kit holds nothing that a test changes. The module imports its framework, and nothing of d2l_compat: see
`surroundings`.
"""

import functools
import importlib


class NotHereError(Exception):
    """What a framework does not have; a call on it is left out."""


@functools.cache
def kit_of(name):
    """Return the kit of a framework, ``"torch"``, or another one of it, ``"mxnet.ND"``."""
    framework, _, cls = name.partition(".")
    return getattr(importlib.import_module(f"kits.{framework}"), cls or "Kit")()


class Kit:
    """What the frameworks have in common, and what each supplies; what one lacks raises NotHereError.

    Each has ``seed()``, which seeds its generators, ``tensor(array)``, ``numpy(parameter)``, ``draws()``, the
    first draws from seed 0, ``settings()``, its settings by name, the words that its functions have for an
    axis (`axis`) and for keeping it (`keep`), ``classes()`` of a net, a loss and an updater, by these names,
    and `dataset`, which makes a data set of X and y.
    """

    labels = "int32"
    """dtype of the labels that the loaders of the book yield."""

    types = ()
    """Types of numbers beside float32 that it trains in."""

    holds_gradients = True
    """Whether a tensor holds its gradient."""

    def label_layout(self, labels):
        """Return NumPy labels (n,) as the loaders of the book lay them out."""
        return labels

    def image_layout(self, images):
        """Return NumPy images (n, height, width) with a channel."""
        return images[:, None]

    def dtype(self, name):
        """Return a dtype, as the framework's functions take it."""
        raise NotHereError

    def cast(self, tensor, dtype):
        """Return a `tensor` in `dtype`, by name."""
        return tensor.astype(dtype)

    def matmul(self, a, b):
        return a @ b

    def reshape(self, tensor, shape):
        return tensor.reshape(shape)

    def mean(self, tensor):
        """Return the mean of all elements."""
        return tensor.mean()

    def sum_of_rows(self, tensor):
        """Return the sums over the second axis."""
        return tensor.sum(axis=1)

    def trainable(self, tensor):
        """Return a `tensor` as one that gradients are taken of."""
        return tensor

    def subclassed(self, tensor):
        """Return it as one of a class of the reader's; where there can be none, as one that trains."""
        return self.trainable(tensor)

    def module_parameter(self, tensor):
        """Return it as a parameter of a layer, where that is a tensor."""
        return self.trainable(tensor)

    def variable(self, array):
        """Return a parameter as a notebook for the book makes it."""
        return self.trainable(self.tensor(array))

    def gradients(self, params, total):
        """Leave the gradients of ``total(*params)`` in the `params`; where these hold none, return them."""
        raise NotHereError

    def gradient(self, param):
        """Return the gradient that a parameter holds, NumPy; None where it holds none."""
        return

    def linear(self, weights, bias, dropout):
        """Return a net of the framework's own layers, and its parameters."""
        raise NotHereError

    def own_updater(self, d2l, params, lr):
        """Return the reader's own updater, with the `sgd` or `Updater` of the module `d2l`."""
        return lambda batch_size: d2l.sgd(params, lr, batch_size)

    def descent(self, params, lr):
        """Return the framework's own gradient descent."""
        raise NotHereError

    def optimiser(self, net, params, lr):
        """Return the same for a net, and the parameters that were made for it."""
        return self.descent(params, lr)

    def loss(self, kind):
        """Return one of the `LOSSES` of `training_cases`."""
        raise NotHereError

    def l2(self):
        """Return a loss for regressions, per example."""
        raise NotHereError

    def ignoring(self):
        """Return losses that leave out a label, and which, by name."""
        return {}

    def unfit_losses(self):
        """Return losses that do not compare scores with class numbers, by name."""
        return {}

    def unfit_nets(self):
        """Return functions that put a net which gives no row of scores an example into a concise model."""
        raise NotHereError

    def ctx(self):
        """Return the CPU, where calls take a device."""
        raise NotHereError

    def contexts(self):
        """Return a list of devices, where calls take one."""
        raise NotHereError

    def read_here(self, part):
        """Make its loaders read in this process, and small data: ``part(train)`` is images and labels."""


class LikeTorch(Kit):
    """PyTorch, and what has its layers and losses under the same names: `nn`, `F`, the class `Layer`."""

    labels = "int64"

    def numpy(self, tensor):
        return tensor.detach().numpy().copy()

    def gradients(self, params, total):
        total(*params).backward()

    def gradient(self, param):
        return None if param.grad is None else param.grad.numpy().copy()

    def loss(self, kind):
        nn, F = self.nn, self.F
        return {
            "own, per example": lambda y_hat, y: F.cross_entropy(y_hat, y, reduction="none"),
            "own, mean": lambda y_hat, y: F.cross_entropy(y_hat, y),
            "native, per example": nn.CrossEntropyLoss(reduction="none"),
            "native, mean": nn.CrossEntropyLoss(),
            "native, sum": nn.CrossEntropyLoss(reduction="sum"),
        }[kind]

    def l2(self):
        return self.nn.MSELoss(reduction="none")

    def ignoring(self):
        nn, F = self.nn, self.F
        return {
            "by default": (nn.CrossEntropyLoss(), -100),
            "told": (nn.CrossEntropyLoss(ignore_index=-1, reduction="none"), -1),
            "a function": (F.cross_entropy, -100),
            "a partial": (functools.partial(F.cross_entropy, ignore_index=255), 255),
        }

    def unfit_losses(self):
        nn, F = self.nn, self.F
        return {
            "BCE": nn.BCEWithLogitsLoss(),
            "MSE": nn.MSELoss(),
            "MSE, a function": F.mse_loss,
            "L1, per example": nn.L1Loss(reduction="none"),
            "swapped": lambda y, y_hat: F.cross_entropy(y_hat, y),
        }

    def unfit_nets(self):
        nn = self.nn

        class Argmax(self.Layer):
            def forward(self, y_hat):
                return y_hat.argmax(1)

        def shared(*layers):
            return lambda model: model._replace(
                net=nn.Sequential(*(layer or model.net[1] for layer in layers))
            )

        return {
            "no Flatten": shared(None),
            "Flatten(0)": shared(nn.Flatten(0), None),
            "argmax": shared(nn.Flatten(), None, Argmax()),
        }


def in_this_process(loader):
    """Make a class of loaders read with no processes beside this one."""
    init = loader.__init__
    loader.__init__ = lambda self, *args, **kwargs: init(self, *args, **{**kwargs, "num_workers": 0})
