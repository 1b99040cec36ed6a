"""The face of edition 2021 (d2l 0.14 to 0.17), PyTorch: ``from d2l_compat import torch as d2l``."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from d2l_compat.data.iterators import ArrayIter, DataIter
from d2l_compat.helpers.backend import (
    Backend,
    Inference,
    Model,
    Step,
    evaluating,
    is_batch_mean,
    method,
    takes,
    unknown_updater,
)
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.importing import requires
from d2l_compat.helpers.refusals import checked_losses, outputs
from d2l_compat.helpers.training import Helpers

with requires("PyTorch", "pip install torch"):
    import torch
    from torch import nn
    from torch.nn import functional
    from torch.utils import data

    # fmt: off
    # isort: off
    from torch import (  # names that edition 2021 has
        abs as abs, arange as arange, cos as cos, cosh as cosh, exp as exp, eye as eye, float32 as float32,
        int32 as int32, int64 as int64, linspace as linspace, log as log, matmul as matmul,
        meshgrid as meshgrid, normal as normal, ones as ones, ones_like as ones_like, rand as rand,
        randn as randn, sigmoid as sigmoid, sin as sin, sinh as sinh, stack as stack, tanh as tanh,
        tensor as tensor, zeros as zeros, zeros_like as zeros_like,
    )
    # isort: on
    # fmt: on

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_newer import *  # noqa: F403 - what editors show; `export` binds it

# Losses for which PyTorch broadcasts y_hat and y of different shapes, with no more than a warning.
MODULES = nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss
FUNCTIONS = functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss, functional.huber_loss


class Torch(Backend):
    """The contract, met with PyTorch."""

    name = "torch"
    version = torch.__version__
    tensors = (torch.Tensor,)
    label_dtype = "int64"
    cross_entropy = "nn.CrossEntropyLoss()"
    _pixels: tuple[Any, Any] = None, None

    def tensor(self, array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(array)

    def to_numpy(self, tensor: torch.Tensor) -> NDArray[Any]:
        tensor = tensor.detach().cpu()
        try:
            return tensor.numpy()
        except TypeError:  # bfloat16, or a float of eight bits
            return tensor.float().numpy()

    def images(self, images: NDArray[np.uint8], rows: NDArray[np.intp]) -> torch.Tensor:
        array, pixels = self._pixels
        if array is not images:  # only when another data set is asked for: train and test alternate
            pixels = torch.from_numpy(np.asarray(_Writable(images)))
            self._pixels = images, pixels
        X = pixels.index_select(0, torch.from_numpy(rows))
        return X.to(torch.float32).div_(255).unsqueeze(1)  # threaded, unlike NumPy

    def as_loader(self, batches: ArrayIter) -> Any:
        if isinstance(batches, DataIter):
            batches.dataset = Examples(batches)
        else:
            arrays = (np.require(array, requirements="W") for array in batches.arrays)
            batches.dataset = data.TensorDataset(*map(self.tensor, arrays))
        return batches

    def devices(self) -> tuple[torch.device, list[torch.device]]:
        return torch.device("cpu"), [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]

    def seed(self, seed: int) -> None:
        torch.manual_seed(seed)

    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        parts = net.modules() if isinstance(net, nn.Module) else []

        def predict(X: torch.Tensor) -> torch.Tensor:
            torch.clear_autocast_cache()  # it has copies of the weights, with gradients
            with torch.set_grad_enabled(False):  # as no_grad, and entered in a fifth of the time
                return outputs(net, X if ctx is None else X.to(ctx))

        return evaluating(net, parts, predict, restores)

    def step(self, net: Any, loss: Any, updater: Any, highest: int | None = None) -> Step:
        is_optimiser = isinstance(updater, torch.optim.Optimizer)
        if not (is_optimiser or takes(updater, 1)):
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "torch.optim.Optimizer", own)
        if isinstance(net, nn.Module):
            net.train()

        def step(X: torch.Tensor, y: torch.Tensor) -> tuple[float, torch.Tensor]:
            torch.clear_autocast_cache()  # it has copies of the weights as they were, or without gradients
            y_hat = outputs(net, X)
            l = checked_losses(self, loss, y_hat, y, highest)
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

        return step

    def objective(self, l: torch.Tensor, total: torch.Tensor, n: int, is_optimiser: bool) -> torch.Tensor:
        """Return the scalar whose gradient is taken: for an optimiser the mean, otherwise the sum."""
        return total / n if is_optimiser else total

    def older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        if trainer is not None:
            return trainer
        params = list(params)
        for param in params:
            param.grad = None  # what earlier cells left there is no part of this training
        return lambda _: sgd(params, lr, batch_size)

    def losses(self, loss: Any, y_hat: torch.Tensor, y: torch.Tensor) -> Any:
        named = getattr(loss, "func", loss)  # what a functools.partial wraps
        if (isinstance(named, MODULES) or named in FUNCTIONS) and y_hat.shape != y.shape:
            raise ValueError("it compares them element by element")
        return loss(y_hat, y)

    def matmul(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return torch.matmul(a, b)

    def reshape(self, tensor: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
        return tensor.reshape(tuple(shape))

    def normal(self, mean: float, std: float, shape: Sequence[int]) -> torch.Tensor:
        return torch.normal(mean, std, tuple(shape))


class Examples(data.Dataset[Any]):
    """The examples of the batches, as in torchvision: ``[i]`` is X (1, height, width) and y, an int.

    ``data``: the images, uint8 (n, 28, 28), and ``targets``: the labels, int64 (n,), both copies.
    """

    def __init__(self, batches: DataIter):
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches.labels)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        X, y = self._batches.take(np.array([range(len(self))[i]]))
        return X[0], y.item()

    @functools.cached_property
    def data(self) -> torch.Tensor:
        """The images, uint8 (n, 28, 28)."""
        return torch.tensor(self._batches.images)

    @functools.cached_property
    def targets(self) -> torch.Tensor:
        """The labels, int64 (n,)."""
        return torch.tensor(self._batches.labels)


class _Writable:
    """The memory of `array` without the read-only flag, about which PyTorch warns. Only read from it."""

    def __init__(self, array: NDArray[np.uint8]):
        self.array = array
        address, _ = array.__array_interface__["data"]
        self.__array_interface__ = {**array.__array_interface__, "data": (address, False)}


def softmax_model(W: Any, lr: float, concise: bool) -> Model:
    """Return the chapter's model, as `Helpers.softmax_regression` says."""
    W = 0.01 * torch.randn(784, 10) if W is None else torch.tensor(W, dtype=torch.float32)
    return _concise(W, lr) if concise else _scratch(W, lr)


def _scratch(W: torch.Tensor, lr: float) -> Model:
    W.requires_grad_()
    b = torch.zeros(10, requires_grad=True)

    def net(X: torch.Tensor) -> torch.Tensor:
        exp = torch.exp(X.reshape(-1, 784) @ W + b)
        return exp / exp.sum(1, keepdim=True)

    def cross_entropy(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return -y_hat.gather(1, y.unsqueeze(1)).squeeze(1).log()

    return Model(
        net,
        cross_entropy,
        lambda batch_size: sgd([W, b], lr, batch_size),
        lambda: (W.detach().numpy(), b.detach().numpy()),
    )


def _concise(W: torch.Tensor, lr: float) -> Model:
    linear = nn.Linear(784, 10)
    net = nn.Sequential(nn.Flatten(), linear)
    with torch.no_grad():
        linear.weight.copy_(W.T)
        linear.bias.zero_()
    return Model(
        net,
        nn.CrossEntropyLoss(reduction="none"),
        torch.optim.SGD(net.parameters(), lr=lr),
        lambda: (linear.weight.detach().numpy().T, linear.bias.detach().numpy()),
    )


def sgd(params: Iterable[Any], lr: float, batch_size: int) -> None:
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``, then zero the gradients.

    `params`: tensors whose ``.grad`` holds the gradient of the loss summed over the batch. `lr`: learning
    rate (edition 2021, equation 3.1.9). Raises TypeError for a tensor without a gradient.

    >>> w = torch.ones(1, requires_grad=True)
    >>> (3 * w).sum().backward()
    >>> d2l.sgd([w], lr=0.1, batch_size=1)
    >>> round(w.item(), 2)
    0.7
    """
    with torch.no_grad():
        for param in params:
            param.sub_(param.grad, alpha=float(lr / batch_size))
            param.grad.zero_()


def numpy(x: torch.Tensor, *args: Any, **kwargs: Any) -> NDArray[Any]:
    """Return a tensor as a NumPy array, cut off from its gradient."""
    return x.detach().numpy(*args, **kwargs)


batch_matmul = torch.bmm
concat = torch.cat

# These call the method, so they take anything that has it: tensors, NumPy's arrays, modules.
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

backend = Torch()
export(globals(), Helpers(backend, model=softmax_model))
