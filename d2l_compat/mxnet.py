"""The face of edition 2021 (d2l 0.14 to 0.17), MXNet np: ``from d2l_compat import mxnet as d2l``.

`NDArray` is the backend of the faces of editions 2018 and 2019, which use MXNet's older semantics (nd).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as onp
from numpy.typing import NDArray as Array

from d2l_compat import mxnet_today
from d2l_compat.data.iterators import ArrayIter
from d2l_compat.helpers.backend import (
    Backend,
    Inference,
    Model,
    Step,
    is_batch_mean,
    method,
    takes,
    unknown_updater,
)
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.importing import requires
from d2l_compat.helpers.refusals import checked_losses, outputs
from d2l_compat.helpers.training import Helpers

mxnet_today.install()
with requires("MXNet", "pip install --no-deps mxnet==1.9.1 graphviz==0.8.4 requests", mxnet_today.LIBRARIES):
    import mxnet
    from mxnet import autograd, gluon, init, nd, np, npx

    # fmt: off
    # isort: off
    from mxnet.numpy import (  # names that edition 2021 has
        abs as abs, arange as arange, cos as cos, cosh as cosh, exp as exp, expand_dims as expand_dims,
        eye as eye, float32 as float32, int32 as int32, int64 as int64, linspace as linspace, log as log,
        meshgrid as meshgrid, ones as ones, ones_like as ones_like, sin as sin, sinh as sinh, stack as stack,
        tanh as tanh, zeros as zeros, zeros_like as zeros_like,
    )
    # isort: on
    # fmt: on

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_newer import *  # noqa: F403 - what editors show; `export` binds it

BATCH_SIZE = 256  # what editions 2018 and 2019 divide every batch by, the short last one too


class MXNet(Backend):
    """The contract, met with MXNet np and Gluon."""

    name = "mxnet"
    version = mxnet.__version__
    tensors = (nd.NDArray,)  # the base class of np's arrays too
    wraps_one = False
    label_dtype = "int32"
    cross_entropy = "gluon.loss.SoftmaxCrossEntropyLoss()"
    arrays, pick = np, staticmethod(npx.pick)

    def prepare(self) -> None:
        npx.set_np()

    def check_semantics(self) -> None:
        """Raise RuntimeError under the semantics that this face is not for."""
        if not npx.is_np_array():
            raise RuntimeError(
                "expected MXNet's np semantics, received its older nd ones, with which every process and "
                "every thread starts. Call mxnet.npx.set_np() first."
            )

    def tensor(self, array: Array[Any]) -> Any:
        self.check_semantics()
        # Shares memory: np.array() costs a third of a step.
        return nd.from_numpy(array, array_cls=np.ndarray)

    def to_numpy(self, tensor: Any) -> Array[Any]:
        return tensor.asnumpy()

    def as_loader(self, batches: ArrayIter) -> Any:
        self.check_semantics()
        return batches

    def devices(self) -> tuple[Any, list[Any]]:
        return mxnet.cpu(), [mxnet.gpu(i) for i in range(mxnet.context.num_gpus())]

    def seed(self, seed: int) -> None:
        mxnet.random.seed(seed)

    def inference(self, net: Any, updater: Any = None, ctx: Any = None, restores: bool = True) -> Inference:
        place = ctx[0] if isinstance(ctx, list) else ctx
        return Inference(lambda X: outputs(net, X if place is None else X.as_in_context(place)))

    def step(self, net: Any, loss: Any, updater: Any, highest: int | None = None) -> Step:
        if not (isinstance(updater, gluon.Trainer) or takes(updater, 1)):
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "gluon.Trainer", own)
        # A trainer divides by the batch size itself, as the reader's own updater does.
        update = updater.step if isinstance(updater, gluon.Trainer) else updater

        def step(X: Any, y: Any) -> tuple[float, Any]:
            n = y.size
            with autograd.record():
                y_hat = outputs(net, X)
                l = checked_losses(self, loss, y_hat, y, highest)
                l = l.astype("float32") if l.dtype == onp.float16 else l  # sums need more than 16 bits
                total = l * n if is_batch_mean(loss, l) else l.sum()
            total.backward()
            update(n)
            return total.asnumpy().item(), y_hat

        return step

    def older_updater(self, batch_size: int, params: Any, lr: Any, trainer: Any) -> Any:
        if trainer is None:
            return lambda _: sgd(params, lr, batch_size)
        return (lambda _: trainer.step(batch_size)) if isinstance(trainer, gluon.Trainer) else trainer

    def takes_float_labels(self, loss: Any) -> bool:
        return True

    def matmul(self, a: Any, b: Any) -> Any:
        return self.arrays.dot(a, b)

    def reshape(self, tensor: Any, shape: Sequence[int]) -> Any:
        return tensor.reshape(shape)

    def normal(self, mean: float, std: float, shape: Sequence[int]) -> Any:
        self.check_semantics()
        return self.arrays.random.normal(mean, std, shape)

    def softmax_model(self, W: Any, lr: float, concise: bool) -> Model:
        """Return the chapter's model, as `Helpers.softmax_regression` says."""
        self.check_semantics()
        W = self.normal(0, 0.01, (784, 10)) if W is None else self.arrays.array(W, dtype="float32")
        return self._concise(W, lr) if concise else self._scratch(W, lr)

    def _scratch(self, W: Any, lr: float) -> Model:
        mx = self.arrays
        b = mx.zeros(10)
        for param in (W, b):
            param.attach_grad()

        def net(X: Any) -> Any:
            exp = mx.exp(mx.dot(X.reshape((-1, 784)), W) + b)
            return exp / exp.sum(axis=1, keepdims=True)

        def cross_entropy(y_hat: Any, y: Any) -> Any:
            return -mx.log(self.pick(y_hat, y))

        return Model(net, cross_entropy, self._updater([W, b], lr), lambda: (W.asnumpy(), b.asnumpy()))

    def _concise(self, W: Any, lr: float) -> Model:
        net = gluon.nn.Dense(10, in_units=784)
        net.initialize(init.Zero())
        net.weight.set_data(W.T)
        return Model(
            net,
            gluon.loss.SoftmaxCrossEntropyLoss(),
            self._updater(None, lr, gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})),
            lambda: (net.weight.data().asnumpy().T, net.bias.data().asnumpy()),
        )

    def _updater(self, params: Any, lr: float, trainer: Any = None) -> Any:
        return trainer or (lambda batch_size: sgd(params, lr, batch_size))


class NDArray(MXNet):
    """The contract, met with MXNet nd and Gluon."""

    arrays, pick = nd, staticmethod(nd.pick)

    def prepare(self) -> None:
        npx.reset_np()

    def check_semantics(self) -> None:
        if npx.is_np_array():
            raise RuntimeError(
                "expected MXNet's nd semantics, for which this module is made, received its np ones. Call "
                "mxnet.npx.reset_np() first, or import that of edition 2021, d2l_compat.mxnet."
            )

    def tensor(self, array: Array[Any]) -> Any:
        self.check_semantics()
        return nd.from_numpy(array)  # shares memory

    def _updater(self, params: Any, lr: float, trainer: Any = None) -> Any:
        return self.older_updater(BATCH_SIZE, params, lr, trainer)


def sgd(params: Any, lr: float, batch_size: int) -> None:
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``.

    `params`: arrays whose ``.grad`` holds the gradient of the loss summed over the batch. `lr`: learning rate
    (edition 2021, equation 3.1.9). Raises TypeError for an array without a gradient.

    >>> w = np.ones(1)
    >>> w.attach_grad()
    >>> with autograd.record():
    ...     l = (3 * w).sum()
    >>> l.backward()
    >>> d2l.sgd([w], lr=0.1, batch_size=1)
    >>> round(w.item(), 2)
    0.7
    """
    for param in params:
        param[:] -= lr / batch_size * param.grad


def size(a: Any) -> int:
    """Return the number of elements."""
    return a.size


def transpose(a: Any) -> Any:
    """Return the transpose."""
    return a.T


batch_matmul = npx.batch_dot
tensor = np.array
concat = np.concatenate
matmul = np.dot
normal = np.random.normal
rand = np.random.rand
randn = np.random.randn
sigmoid = npx.sigmoid

# These call the method, so they take anything that has it: MXNet's arrays and NumPy's.
argmax = method("argmax")
astype = method("astype")
numpy = method("asnumpy")
reduce_mean = method("mean")
reduce_sum = method("sum")
repeat = method("repeat")
reshape = method("reshape")
swapaxes = method("swapaxes")
to = method("as_in_context")

backend = MXNet()
export(globals(), Helpers(backend, model=backend.softmax_model))
