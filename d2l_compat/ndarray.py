"""MXNet's older ``nd`` interface: the backend behind the faces of editions 2018 and 2019."""

from .backend import Model
from .importing import requires
from .mxnet import MXNet

with requires("MXNet", "pip install mxnet 'numpy<1.24'"):
    from mxnet import gluon, init, nd, npx

BATCH_SIZE = 256  # what these editions divide every batch by, the short last one too


class NDArray(MXNet):
    """The contract of `backend.Backend`, met with MXNet nd and Gluon."""

    def prepare(self):
        npx.reset_np()

    def check_semantics(self):
        if npx.is_np_array():
            raise RuntimeError(
                "expected MXNet's nd semantics, which this face is for, received its np ones. Call "
                "mxnet.npx.reset_np() first, or use the face of edition 2021, d2l_compat.mxnet."
            )

    def tensor(self, array):
        self.check_semantics()
        return nd.from_numpy(array)  # shares memory

    def matmul(self, a, b):
        return nd.dot(a, b)

    def normal(self, mean, std, shape):
        self.check_semantics()
        return nd.random.normal(mean, std, shape)

    def softmax_regression(self, W=None, lr=0.1, concise=False):
        self.check_semantics()
        W = nd.random.normal(scale=0.01, shape=(784, 10)) if W is None else nd.array(W, dtype="float32")
        return self._concise(W, lr) if concise else self._scratch(W, lr)

    def _scratch(self, W, lr):
        b = nd.zeros(10)
        for param in (W, b):
            param.attach_grad()

        def net(X):
            exp = (nd.dot(X.reshape((-1, 784)), W) + b).exp()
            return exp / exp.sum(axis=1, keepdims=True)

        def cross_entropy(y_hat, y):
            return -nd.pick(y_hat, y).log()

        updater = self.older_updater(BATCH_SIZE, [W, b], lr, None)
        return Model(net, cross_entropy, updater, lambda: (W.asnumpy(), b.asnumpy()))

    def _concise(self, W, lr):
        net = gluon.nn.Dense(10, in_units=784)
        net.initialize(init.Zero())
        net.weight.set_data(W.T)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
        return Model(
            net,
            gluon.loss.SoftmaxCrossEntropyLoss(),
            self.older_updater(BATCH_SIZE, None, None, trainer),
            lambda: (net.weight.data().asnumpy().T, net.bias.data().asnumpy()),
        )
