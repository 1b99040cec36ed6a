"""The face of d2lzh_pytorch (first Chinese edition), PyTorch.

``from d2l_compat import d2lzh_pytorch as d2l``
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from d2l_compat import torch as newer
from d2l_compat.helpers import plotting
from d2l_compat.helpers.backend import Inference, Model
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.older import Older
from d2l_compat.helpers.refusals import parameters
from d2l_compat.torch import nn, torch

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_older import *  # noqa: F403 - what editors show; `export` binds it


class TorchPort(newer.Torch):
    """The ports of the first Chinese edition to PyTorch.

    The gradient is that of the SUM of what the loss returns, and `sgd` divides it by the batch size. So a
    loss that is already a mean is divided twice; the notebooks make up for it with learning rates like 100.
    The reported loss is still the mean per example.
    """

    def objective(self, l: torch.Tensor, total: torch.Tensor, n: int, is_optimiser: bool) -> torch.Tensor:
        return l.sum()

    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        if isinstance(net, nn.Module):
            ctx = next((parameter.device for parameter in net.parameters()), ctx)
        elif "is_training" in parameters(net):
            net = functools.partial(net, is_training=False)
        predict = super().inference(net, updater, ctx).predict
        is_module = isinstance(net, nn.Module)
        return Inference(predict, net.train) if is_module else Inference(predict)  # they leave it training


class Ported(Older):
    """The helpers of the ports, whose `semilogy` leaves it to the notebook to show the figure."""

    semilogy = staticmethod(plotting.semilogy)


def softmax_model(W: Any, lr: float, concise: bool) -> Model:
    """Return the chapter's model as edition 2021 does, but with a loss that is a mean where `concise`."""
    model = newer.softmax_model(W, lr, concise)
    return model._replace(loss=nn.CrossEntropyLoss()) if concise else model


class FlattenLayer(nn.Module):
    """A layer that flattens all axes but the first: (B, ...) becomes (B, inputs).

    >>> d2l.FlattenLayer()(d2l.torch.ones(2, 1, 28, 28)).shape
    torch.Size([2, 784])
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` (B, ...) as (B, inputs)."""
        return x.reshape(len(x), -1)


def sgd(params: Iterable[Any], lr: float, batch_size: int) -> None:
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``. Gradients are kept.

    `params`: tensors whose ``.grad`` holds the gradient of the sum of what the loss returned. `lr`: learning
    rate. Raises TypeError for a tensor without a gradient.

    >>> w = torch.ones(1, requires_grad=True)
    >>> (3 * w).sum().backward()
    >>> d2l.sgd([w], lr=0.1, batch_size=1)
    >>> round(w.item(), 2)
    0.7
    """
    with torch.no_grad():
        for param in params:
            param.sub_(param.grad, alpha=float(lr / batch_size))


backend = TorchPort()
export(globals(), Ported(backend, model=softmax_model))
