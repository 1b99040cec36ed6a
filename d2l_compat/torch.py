"""The face of edition 2021 (d2l 0.14 to 0.17), PyTorch: ``from d2l_compat import torch as d2l``."""

import contextlib
import functools

import numpy as np

from . import checks
from .backend import Model, is_batch_mean, method, takes, unknown_updater
from .data_iter import DataIter
from .helpers import Accumulator, Helpers, get_dataloader_workers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator, semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer

with requires("PyTorch", "pip install torch"):
    import torch
    from torch import nn
    from torch.nn import functional
    from torch.utils import data

    # fmt: off
    # isort: off
    from torch import (  # under the names that the editions of 2021 have for them
        abs, arange, bmm as batch_matmul, cat as concat, cos, cosh, exp, eye, float32, int32, int64, linspace,
        log, matmul, meshgrid, normal, ones, ones_like, rand, randn, sigmoid, sin, sinh, stack, tanh, tensor,
        zeros, zeros_like,
    )
    # isort: on
    # fmt: on


# Losses that PyTorch broadcasts, with no more than a warning, where y_hat and y differ in shape.
MODULES = nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss
FUNCTIONS = functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss, functional.huber_loss


class Torch(Helpers):
    """The contract of `backend.Backend`, met with PyTorch."""

    name = "torch"
    version = torch.__version__
    tensors = (torch.Tensor,)
    label_dtype = "int64"
    _pixels = None, None
    cross_entropy = "nn.CrossEntropyLoss()"

    def tensor(self, array):
        return torch.from_numpy(array)

    def images(self, images, rows):
        array, pixels = self._pixels
        if array is not images:  # as for all batches of an epoch but the first
            pixels = torch.from_numpy(np.asarray(_Writable(images)))
            self._pixels = images, pixels
        X = pixels.index_select(0, torch.from_numpy(rows))
        return X.to(torch.float32).div_(255).unsqueeze(1)  # threaded, unlike NumPy

    def as_loader(self, batches):
        if isinstance(batches, DataIter):
            batches.dataset = Examples(batches)
        else:
            arrays = (np.require(array, requirements="W") for array in batches.arrays)
            batches.dataset = data.TensorDataset(*map(self.tensor, arrays))
        return batches

    def to_numpy(self, tensor):
        tensor = tensor.detach().cpu()
        try:
            return tensor.numpy()
        except TypeError:  # bfloat16, or a float of eight bits
            return tensor.float().numpy()

    def to(self, X, ctx):
        return X.to(ctx)

    def seed(self, seed):
        torch.manual_seed(seed)

    def train_mode(self, net):
        if isinstance(net, nn.Module):
            net.train()

    @contextlib.contextmanager
    def modes_kept(self, net):
        modes = [(part, part.training) for part in net.modules()] if isinstance(net, nn.Module) else []
        try:
            yield
        finally:
            for part, mode in modes:
                part.training = mode

    def predict(self, net, X):
        if isinstance(net, nn.Module):
            net.eval()
        torch.clear_autocast_cache()
        with torch.no_grad():
            return checks.outputs(net, X)

    def check_updater(self, updater):
        if not (isinstance(updater, torch.optim.Optimizer) or takes(updater, 1)):
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "torch.optim.Optimizer", own)

    def fits(self, loss, y_hat, y):
        loss = getattr(loss, "func", loss)  # of a functools.partial
        broadcasts = isinstance(loss, MODULES) or loss in FUNCTIONS
        return not broadcasts or y_hat.shape == y.shape

    def train_step(self, net, X, y, loss, updater, highest=None):
        is_optimiser = isinstance(updater, torch.optim.Optimizer)
        torch.clear_autocast_cache()  # of copies of the weights as they were, or without their gradients
        y_hat = checks.outputs(net, X)
        l = self.checked_losses(loss, y_hat, y, highest)
        l = l.to(torch.promote_types(l.dtype, torch.float32))  # sums need more than 16 bits
        n = y.numel()
        total = l * n if is_batch_mean(loss, l) else l.sum()
        objective = self.objective(l, total, n, is_optimiser)
        if is_optimiser:
            updater.zero_grad()
            objective.backward()
            updater.step()
        else:
            objective.backward()
            updater(n)
        return total.item(), y_hat

    def objective(self, l, total, n, is_optimiser):
        """Return the scalar whose gradient is taken: for an optimiser the mean, otherwise the sum."""
        return total / n if is_optimiser else total

    def older_updater(self, batch_size, params, lr, trainer):
        if trainer is not None:
            return trainer
        params = list(params)
        for param in params:
            param.grad = None  # what earlier cells left there is no part of this training
        return lambda _: sgd(params, lr, batch_size)

    def matmul(self, a, b):
        return torch.matmul(a, b)

    def reshape(self, tensor, shape):
        return tensor.reshape(shape)

    def normal(self, mean, std, shape):
        return torch.normal(mean, std, shape)

    def cpu(self):
        return torch.device("cpu")

    def gpus(self):
        return [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        W = 0.01 * torch.randn(784, 10) if W is None else torch.tensor(W, dtype=torch.float32)
        return _concise(W, lr) if concise else _scratch(W, lr)


class _Writable:
    """The memory of `array`, to be read only, without the flag for which PyTorch warns once in a process."""

    def __init__(self, array):
        self.array = array
        address, _ = array.__array_interface__["data"]
        self.__array_interface__ = {**array.__array_interface__, "data": (address, False)}


class Examples(data.Dataset):
    """What batches are made of, in the manner of torchvision: ``[i]`` is X (1, height, width) and y, an int.

    ``data``: the images, uint8 (n, 28, 28), and ``targets``: the labels, int64 (n,), both copies.
    """

    def __init__(self, batches):
        self._batches = batches

    def __len__(self):
        return len(self._batches.labels)

    def __getitem__(self, i):
        X, y = self._batches.take(np.array([range(len(self))[i]]))
        return X[0], y.item()

    @functools.cached_property
    def data(self):
        return torch.tensor(self._batches.images)

    @functools.cached_property
    def targets(self):
        return torch.tensor(self._batches.labels)


def _scratch(W, lr):
    W.requires_grad_()
    b = torch.zeros(10, requires_grad=True)

    def net(X):
        exp = torch.exp(X.reshape(-1, 784) @ W + b)
        return exp / exp.sum(1, keepdim=True)

    def cross_entropy(y_hat, y):
        return -y_hat.gather(1, y.unsqueeze(1)).squeeze(1).log()

    return Model(
        net,
        cross_entropy,
        lambda batch_size: sgd([W, b], lr, batch_size),
        lambda: (W.detach().numpy(), b.detach().numpy()),
    )


def _concise(W, lr):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    with torch.no_grad():
        net[1].weight.copy_(W.T)
        net[1].bias.zero_()
    return Model(
        net,
        nn.CrossEntropyLoss(reduction="none"),
        torch.optim.SGD(net.parameters(), lr=lr),
        lambda: (net[1].weight.detach().numpy().T, net[1].bias.detach().numpy()),
    )


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``, then zero the gradients.

    `params`: tensors whose ``.grad`` holds the gradient of the summed loss (edition 2021).
    """
    with torch.no_grad():
        for param in params:
            param.sub_(param.grad, alpha=lr / batch_size)
            param.grad.zero_()


_torch = Torch()

set_seed = _torch.set_seed
load_data_fashion_mnist = _torch.load_data_fashion_mnist
get_fashion_mnist_labels = _torch.get_fashion_mnist_labels
show_images = _torch.show_images
accuracy = _torch.accuracy
evaluate_accuracy = _torch.evaluate_accuracy
train_epoch_ch3 = _torch.train_epoch_ch3
train_ch3 = _torch.train_ch3
predict_ch3 = _torch.predict_ch3
softmax_regression = _torch.softmax_regression
cpu = _torch.cpu
data_iter = _torch.data_iter
evaluate_loss = _torch.evaluate_loss
linreg = _torch.linreg
load_array = _torch.load_array
num_gpus = _torch.num_gpus
plot = _torch.plot
squared_loss = _torch.squared_loss
synthetic_data = _torch.synthetic_data
try_all_gpus = _torch.try_all_gpus
try_gpu = _torch.try_gpu


def numpy(x, *args, **kwargs):
    """Return a tensor as a NumPy array."""
    return x.detach().numpy(*args, **kwargs)


# Called by method, so that they take what has the method: tensors, NumPy's arrays, modules.
argmax = method("argmax")
astype = method("type")
expand_dims = method("unsqueeze")
reduce_mean = method("mean")
reduce_sum = method("sum")
repeat = method("repeat")
reshape = method("reshape")
size = method("numel")
swapaxes = method("swapaxes")
to = method("to")
transpose = method("t")

__getattr__ = fall_through("torch")
# fmt: off
__all__ = [
    "Accumulator", "Animator", "History", "Timer", "abs", "accuracy", "arange", "argmax", "astype",
    "batch_matmul", "concat", "cos", "cosh", "cpu", "data_iter", "evaluate_accuracy", "evaluate_loss", "exp",
    "expand_dims", "eye", "float32", "get_dataloader_workers", "get_fashion_mnist_labels", "int32", "int64",
    "linreg", "linspace", "load_array", "load_data_fashion_mnist", "log", "matmul", "meshgrid", "normal",
    "num_gpus", "numpy", "ones", "ones_like", "plot", "plt", "predict_ch3", "rand", "randn", "reduce_mean",
    "reduce_sum", "repeat", "reshape", "semilogy", "set_axes", "set_figsize", "set_seed", "sgd",
    "show_images", "sigmoid", "sin", "sinh", "size", "softmax_regression", "squared_loss", "stack",
    "swapaxes", "synthetic_data", "tanh", "tensor", "to", "train_ch3", "train_epoch_ch3", "transpose",
    "try_all_gpus", "try_gpu", "use_svg_display", "zeros", "zeros_like",
]
# fmt: on
