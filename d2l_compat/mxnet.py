"""The face of edition 2021 (d2l 0.14 to 0.17), MXNet np: ``from d2l_compat import mxnet as d2l``."""

from . import checks
from .backend import Model, is_batch_mean, method, takes, unknown_updater
from .helpers import Accumulator, Helpers, get_dataloader_workers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator, semilogy, set_axes, set_figsize, use_svg_display
from .timer import Timer

with requires("MXNet", "pip install mxnet 'numpy<1.24'"):
    import mxnet
    from mxnet import autograd, gluon, np, npx

    # fmt: off
    # isort: off
    from mxnet.numpy import (  # under the names that the editions of 2021 have for them
        abs, arange, array as tensor, concatenate as concat, cos, cosh, dot as matmul, exp, expand_dims, eye,
        float32, int32, int64, linspace, log, meshgrid, ones, ones_like, sin, sinh, stack, tanh, zeros,
        zeros_like,
    )
    # isort: on
    # fmt: on


class MXNet(Helpers):
    """The contract of `backend.Backend`, met with MXNet np and Gluon."""

    name = "mxnet"
    version = mxnet.__version__
    tensors = (mxnet.nd.NDArray,)  # from which np's arrays are derived
    label_dtype = "int32"
    cross_entropy = "gluon.loss.SoftmaxCrossEntropyLoss()"

    def prepare(self):
        npx.set_np()

    def check_semantics(self):
        """Raise RuntimeError under the semantics that this face is not for."""
        if not npx.is_np_array():
            raise RuntimeError(
                "expected MXNet's np semantics, received its older nd ones, with which every process and "
                "every thread starts. Call mxnet.npx.set_np() first."
            )

    def _iter(self, *args):
        self.check_semantics()
        return super()._iter(*args)

    def tensor(self, array):
        self.check_semantics()
        # Shares memory: np.array() costs a third of a step.
        return mxnet.nd.from_numpy(array, array_cls=np.ndarray)

    def batch(self, *rows):  # of one array Gluon's loader makes no tuple
        return super().batch(*rows) if len(rows) > 1 else self.tensor(*rows)

    def to_numpy(self, tensor):
        return tensor.asnumpy()

    def seed(self, seed):
        mxnet.random.seed(seed)

    def to(self, X, ctx):
        return X.as_in_context(ctx[0] if isinstance(ctx, list) else ctx)

    def predict(self, net, X):
        return checks.outputs(net, X)

    def check_updater(self, updater):
        if not (isinstance(updater, gluon.Trainer) or takes(updater, 1)):
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "gluon.Trainer", own)

    def takes_float_labels(self, loss):
        return True

    def train_step(self, net, X, y, loss, updater, highest=None):
        n = y.size
        with autograd.record():
            y_hat = checks.outputs(net, X)
            l = self.checked_losses(loss, y_hat, y, highest)
            l = l.astype("float32") if l.dtype == np.float16 else l  # sums need more than 16 bits
            total = l * n if is_batch_mean(loss, l) else l.sum()
        if isinstance(updater, gluon.Trainer):
            updater = updater.step  # divides by the batch size itself, as an updater of one's own does
        total.backward()
        updater(n)
        return total.asnumpy().item(), y_hat

    def older_updater(self, batch_size, params, lr, trainer):
        if trainer is None:
            return lambda _: sgd(params, lr, batch_size)
        return (lambda _: trainer.step(batch_size)) if isinstance(trainer, gluon.Trainer) else trainer

    def matmul(self, a, b):
        return np.dot(a, b)

    def reshape(self, tensor, shape):
        return tensor.reshape(shape)

    def normal(self, mean, std, shape):
        self.check_semantics()
        return np.random.normal(mean, std, shape)

    def cpu(self):
        return mxnet.cpu()

    def gpus(self):
        return [mxnet.gpu(i) for i in range(mxnet.context.num_gpus())]

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        self.check_semantics()
        W = np.random.normal(0, 0.01, (784, 10)) if W is None else np.array(W, dtype="float32")
        return _concise(W, lr) if concise else _scratch(W, lr)


def _scratch(W, lr):
    b = np.zeros(10)
    for param in (W, b):
        param.attach_grad()

    def net(X):
        exp = np.exp(np.dot(X.reshape(-1, 784), W) + b)
        return exp / exp.sum(1, keepdims=True)

    def cross_entropy(y_hat, y):
        return -np.log(npx.pick(y_hat, y))

    return Model(
        net,
        cross_entropy,
        lambda batch_size: sgd([W, b], lr, batch_size),
        lambda: (W.asnumpy(), b.asnumpy()),
    )


def _concise(W, lr):
    net = gluon.nn.Dense(10, in_units=784)
    net.initialize()
    net.weight.set_data(W.T)
    return Model(
        net,
        gluon.loss.SoftmaxCrossEntropyLoss(),
        gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr}),
        lambda: (net.weight.data().asnumpy().T, net.bias.data().asnumpy()),
    )


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent: ``param -= lr * grad / batch_size``.

    `params`: arrays whose ``.grad`` holds the gradient of the summed loss (edition 2021).
    """
    for param in params:
        param[:] -= lr / batch_size * param.grad


_mxnet = MXNet()

set_seed = _mxnet.set_seed
load_data_fashion_mnist = _mxnet.load_data_fashion_mnist
get_fashion_mnist_labels = _mxnet.get_fashion_mnist_labels
show_images = _mxnet.show_images
accuracy = _mxnet.accuracy
evaluate_accuracy = _mxnet.evaluate_accuracy
train_epoch_ch3 = _mxnet.train_epoch_ch3
train_ch3 = _mxnet.train_ch3
predict_ch3 = _mxnet.predict_ch3
softmax_regression = _mxnet.softmax_regression
cpu = _mxnet.cpu
data_iter = _mxnet.data_iter
evaluate_loss = _mxnet.evaluate_loss
linreg = _mxnet.linreg
load_array = _mxnet.load_array
num_gpus = _mxnet.num_gpus
plot = _mxnet.plot
squared_loss = _mxnet.squared_loss
synthetic_data = _mxnet.synthetic_data
try_all_gpus = _mxnet.try_all_gpus
try_gpu = _mxnet.try_gpu


def size(a):
    """Return the number of elements."""
    return a.size


def transpose(a):
    """Return the transpose."""
    return a.T


batch_matmul = npx.batch_dot
normal = np.random.normal
rand = np.random.rand
randn = np.random.randn
sigmoid = npx.sigmoid

# Called by method, so that they take what has the method: MXNet's arrays and NumPy's.
argmax = method("argmax")
astype = method("astype")
numpy = method("asnumpy")
reduce_mean = method("mean")
reduce_sum = method("sum")
repeat = method("repeat")
reshape = method("reshape")
swapaxes = method("swapaxes")
to = method("as_in_context")

__getattr__ = fall_through("mxnet")
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
