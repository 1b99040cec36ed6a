"""The face of edition 2021 (d2l 0.17), PaddlePaddle: ``from d2l_compat import paddle as d2l``."""

from __future__ import annotations

import math
import sys
import warnings
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


def _refuse_after_tensorflow() -> None:
    """Raise ImportError where PaddlePaddle would end the process: tried on Linux, with 2.15 to 2.21."""
    version = getattr(sys.modules.get("tensorflow"), "__version__", "0")
    ends = sys.platform == "linux" and [*map(int, version.split(".")[:2])] >= [2, 20]
    if ends and "paddle" not in sys.modules:
        raise ImportError(
            f"d2l_compat needs PaddlePaddle here, which would end this process after TensorFlow {version}. "
            "Import paddle, or this face, first: in a new process, such as a restarted kernel"
        )


_refuse_after_tensorflow()
with requires("PaddlePaddle", "pip install paddlepaddle"), warnings.catch_warnings():
    warnings.filterwarnings("ignore", "No ccache found")  # only extensions need it, and none is here
    import paddle
    from paddle import nn
    from paddle.nn import functional

    # fmt: off
    # isort: off
    from paddle import (  # names that edition 2021 has
        abs as abs, arange as arange, concat as concat, cos as cos, cosh as cosh, exp as exp, eye as eye,
        float32 as float32, int32 as int32, int64 as int64, linspace as linspace, log as log,
        matmul as matmul, meshgrid as meshgrid, normal as normal, ones as ones, ones_like as ones_like,
        rand as rand, randn as randn, sin as sin, sinh as sinh, stack as stack, tanh as tanh, zeros as zeros,
        zeros_like as zeros_like,
    )
    from paddle.nn.functional import sigmoid as sigmoid
    # isort: on
    # fmt: on

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_newer import *  # noqa: F403 - what editors show; `export` binds it

# Losses for which PaddlePaddle broadcasts y_hat and y of different shapes.
MODULES = nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss
FUNCTIONS = functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss, functional.square_error_cost


class Paddle(Backend):
    """The contract, met with PaddlePaddle."""

    name = "paddle"
    version = paddle.__version__
    tensors = (paddle.Tensor,)
    label_dtype = "int64"
    label_shape = (1,)
    cross_entropy = "nn.CrossEntropyLoss()"

    def tensor(self, array: NDArray[Any]) -> Any:
        return paddle.to_tensor(array)

    def to_numpy(self, tensor: Any) -> NDArray[Any]:
        array: NDArray[Any] = (tensor.astype("float32") if _is_half(tensor) else tensor).numpy()
        return array

    def as_loader(self, batches: ArrayIter) -> Any:
        if isinstance(batches, DataIter):
            batches.dataset = Examples(batches)
        else:
            batches.dataset = paddle.io.TensorDataset([*map(self.tensor, batches.arrays)])
        return batches

    def devices(self) -> tuple[Any, list[Any]]:
        gpus = range(paddle.device.cuda.device_count())
        return paddle.CPUPlace(), [paddle.CUDAPlace(i) for i in gpus]

    def seed(self, seed: int) -> None:
        paddle.seed(seed)

    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        parts = net.sublayers(include_self=True) if isinstance(net, nn.Layer) else []

        def predict(X: Any) -> Any:
            with paddle.no_grad():
                return outputs(net, X if ctx is None else X.to(ctx))

        return evaluating(net, parts, predict, restores)

    def step(self, net: Any, loss: Any, updater: Any, highest: int | None = None) -> Step:
        is_optimiser = isinstance(updater, paddle.optimizer.Optimizer)
        if not (is_optimiser or takes(updater, 1)):
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "paddle.optimizer.Optimizer", own)
        if isinstance(net, nn.Layer):
            net.train()

        def step(X: Any, y: Any) -> tuple[float, Any]:
            y_hat = outputs(net, X)
            l = checked_losses(self, loss, y_hat, y, highest)
            l = l.astype("float32") if _is_half(l) else l  # sums need more than 16 bits
            n = math.prod(y.shape)
            total = l * n if is_batch_mean(loss, l) else l.sum()
            if is_optimiser:
                updater.clear_grad()
                (total / n).backward()
                updater.step()
            else:
                total.backward()
                updater(n)
            # On a CPU the loss may be finite although scores are not: then this makes the sum NaN.
            return total.item() + 0 * y_hat.detach().astype("float32").max().item(), y_hat

        return step

    def older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        if trainer is not None:
            return trainer
        params = list(params)
        for param in params:
            param.clear_gradient()  # what earlier cells left there is no part of this training
        return lambda _: sgd(params, lr, batch_size)

    def losses(self, loss: Any, y_hat: Any, y: Any) -> Any:
        named = getattr(loss, "func", loss)  # what a functools.partial wraps
        if (isinstance(named, MODULES) or named in FUNCTIONS) and y_hat.shape != y.shape:
            raise ValueError("it compares them element by element")
        return loss(y_hat, y)

    def matmul(self, a: Any, b: Any) -> Any:
        return paddle.matmul(a, b)

    def reshape(self, tensor: Any, shape: Sequence[int]) -> Any:
        return tensor.reshape(shape)

    def normal(self, mean: float, std: float, shape: Sequence[int]) -> Any:
        return paddle.normal(mean, std, shape)


class Examples:
    """The examples of the batches, in the framework's manner: ``[i]`` is X (1, height, width) and y (1,)."""

    def __init__(self, batches: DataIter):
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches.labels)

    def __getitem__(self, i: int) -> tuple[Any, Any]:
        X, y = self._batches.take(np.array([range(len(self))[i]]))
        return X[0], y[0]


def _is_half(tensor: Any) -> bool:
    return tensor.dtype in (paddle.float16, paddle.bfloat16)


def softmax_model(W: Any, lr: float, concise: bool) -> Model:
    """Return the chapter's model, as `Helpers.softmax_regression` says."""
    W = 0.01 * paddle.randn([784, 10]) if W is None else paddle.to_tensor(W, dtype="float32")
    return _concise(W, lr) if concise else _scratch(W, lr)


def _scratch(W: Any, lr: float) -> Model:
    b = paddle.zeros([10])
    W.stop_gradient = b.stop_gradient = False

    def net(X: Any) -> Any:
        exp = paddle.exp(X.reshape([-1, 784]) @ W + b)
        return exp / exp.sum(1, keepdim=True)

    def cross_entropy(y_hat: Any, y: Any) -> Any:
        return -paddle.take_along_axis(y_hat, y.reshape([-1, 1]), 1).flatten().log()

    return Model(
        net, cross_entropy, lambda batch_size: sgd([W, b], lr, batch_size), lambda: (W.numpy(), b.numpy())
    )


def _concise(W: Any, lr: float) -> Model:
    linear = nn.Linear(784, 10)
    linear.weight.set_value(W)
    net = nn.Sequential(nn.Flatten(), linear)
    return Model(
        net,
        nn.CrossEntropyLoss(reduction="none"),
        paddle.optimizer.SGD(learning_rate=lr, parameters=net.parameters()),
        lambda: (linear.weight.numpy(), linear.bias.numpy()),
    )


def sgd(params: Iterable[Any], lr: float, batch_size: int) -> None:
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``, then zero the gradients.

    `params`: tensors whose ``.grad`` holds the gradient of the loss summed over the batch. `lr`: learning
    rate (edition 2021, equation 3.1.9). Raises TypeError for a tensor without a gradient.

    >>> w = paddle.to_tensor([1.0], stop_gradient=False)
    >>> (3 * w).sum().backward()
    >>> d2l.sgd([w], lr=0.1, batch_size=1)
    >>> round(w.item(), 2)
    0.7
    """
    with paddle.no_grad():
        for param in params:
            param.subtract_(param.grad * (lr / batch_size))
            param.clear_gradient()


def numpy(x: Any, *args: Any, **kwargs: Any) -> NDArray[Any]:
    """Return a tensor as a NumPy array, cut off from its gradient."""
    array: NDArray[Any] = x.detach().numpy(*args, **kwargs)
    return array


batch_matmul = paddle.bmm
tensor = paddle.to_tensor

# These call the method, so they take anything that has it: tensors, NumPy's arrays, layers.
argmax = method("argmax")
astype = method("astype")
expand_dims = method("unsqueeze")
reduce_mean = method("mean")
reduce_sum = method("sum")
repeat = method("repeat")
reshape = method("reshape")
size = method("numel")
swapaxes = method("swapaxes")
to = method("to")
transpose = method("t")

backend = Paddle()
export(globals(), Helpers(backend, model=softmax_model))
