"""The MXNet face, for its ``np`` interface: ``from d2l_compat import mxnet as d2l``."""

from .backend import Model, is_batch_mean, unknown_updater
from .helpers import Accumulator, Helpers
from .history import History
from .importing import fall_through, requires
from .plotting import Animator

with requires("MXNet", "pip install mxnet 'numpy<1.24'"):
    import mxnet
    from mxnet import autograd, gluon, np, npx

# Without NumPy semantics a scalar such as l.sum() has no valid shape; the book's notebooks set them too.
npx.set_np()


class MXNet(Helpers):
    """The contract of `backend.Backend`, met with MXNet np and Gluon."""

    name = "mxnet"
    version = mxnet.__version__
    label_dtype = "int32"

    def tensor(self, array):
        return mxnet.nd.from_numpy(array).as_np_ndarray()  # shares memory: np.array() costs a third of a step

    def to_numpy(self, tensor):
        return tensor.asnumpy()

    def seed(self, seed):
        mxnet.random.seed(seed)

    def predict(self, net, X):
        return net(X)

    def train_step(self, net, X, y, loss, updater):
        n = y.size
        with autograd.record():
            y_hat = net(X)
            l = loss(y_hat, y)
            total = l * n if is_batch_mean(loss, l) else l.sum()
        if isinstance(updater, gluon.Trainer):
            updater = updater.step  # divides by the batch size itself, as an updater of one's own does
        elif not callable(updater):
            own = "lambda batch_size: d2l.sgd([W, b], lr, batch_size)"
            raise unknown_updater(updater, "gluon.Trainer", own)
        total.backward()
        updater(n)
        return float(total), y_hat

    def softmax_regression(self, W=None, lr=0.1, concise=False):
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

__getattr__ = fall_through("mxnet")
__all__ = [
    "Accumulator",
    "Animator",
    "History",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "predict_ch3",
    "set_seed",
    "sgd",
    "show_images",
    "softmax_regression",
    "train_ch3",
    "train_epoch_ch3",
]
