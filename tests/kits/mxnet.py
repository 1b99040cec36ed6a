"""MXNet: with NumPy semantics, with the older ones of nd, and as it was in early 2018."""

from contextlib import suppress

import mxnet
import numpy as np
from mxnet import gluon
from mxnet.gluon import nn

from kits import Kit as Common
from kits import NotHereError, in_this_process


class Kit(Common):
    """MXNet's words, with NumPy semantics."""

    axis, keep = "axis", "keepdims"
    types = ("float16", "float64")
    np, npx = mxnet.np, mxnet.npx
    dataset = gluon.data.ArrayDataset

    def classes(self):
        return {"net": nn.Dense, "loss": gluon.loss.SoftmaxCrossEntropyLoss, "updater": gluon.Trainer}

    def seed(self):
        with suppress(mxnet.MXNetError):
            mxnet.nd.waitall()  # so that errors of earlier calls are not met by this one
        self.set_semantics()
        mxnet.random.seed(0)

    def set_semantics(self):
        """Turn on the semantics that its arrays need."""
        mxnet.npx.set_np()

    def draws(self):
        mxnet.random.seed(0)
        return mxnet.nd.random.normal(shape=(3,)).asnumpy().tolist()

    def settings(self):
        return {
            "np arrays": mxnet.npx.is_np_array(),
            "np shapes": mxnet.npx.is_np_shape(),
            "recording": mxnet.autograd.is_recording(),
            "training": mxnet.autograd.is_training(),
            "context": str(mxnet.context.current_context()),
        }

    def tensor(self, array):
        return self.np.array(array, dtype=array.dtype)

    def numpy(self, tensor):
        return (tensor if hasattr(tensor, "asnumpy") else tensor.data()).asnumpy()

    def dtype(self, name):
        return getattr(self.np, name)

    def matmul(self, a, b):
        return self.np.dot(a, b)

    def trainable(self, tensor):
        tensor.attach_grad()
        return tensor

    def subclassed(self, tensor):
        tensor.__class__ = type("Own", (mxnet.np.ndarray,), {"__module__": __name__})
        return tensor

    def gradients(self, params, total):
        with mxnet.autograd.record():
            value = total(*params)
        value.backward()

    def gradient(self, param):
        return (param.grad if hasattr(param, "asnumpy") else param.grad()).asnumpy()

    def linear(self, weights, bias, dropout):
        net = nn.Sequential()
        if dropout:
            net.add(nn.Dropout(0.5))
        net.add(nn.Dense(len(bias), in_units=len(weights)))
        net.initialize()
        net[-1].weight.set_data(self.tensor(weights.T.copy()))
        net[-1].bias.set_data(self.tensor(bias))
        return net, net.collect_params().values()

    def own_updater(self, d2l, params, lr):
        if not all(hasattr(param, "asnumpy") for param in params):
            raise NotHereError  # Gluon's parameters are no arrays
        return super().own_updater(d2l, params, lr)

    def optimiser(self, net, params, lr):
        if not hasattr(net, "collect_params"):
            raise NotHereError
        return gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})

    def loss(self, kind):
        def cross_entropy(y_hat, y):
            return -self.npx.pick(self.npx.log_softmax(y_hat), y)

        losses = {
            "own, per example": cross_entropy,
            "own, mean": lambda y_hat, y: cross_entropy(y_hat, y).mean(),
            "native, per example": gluon.loss.SoftmaxCrossEntropyLoss(),
        }
        if kind not in losses:
            raise NotHereError
        return losses[kind]

    def l2(self):
        return gluon.loss.L2Loss()

    def unfit_losses(self):
        cross_entropy = gluon.loss.SoftmaxCrossEntropyLoss()
        return {
            "BCE": gluon.loss.SigmoidBCELoss(),
            "MSE": gluon.loss.L2Loss(),
            "swapped": lambda y, y_hat: cross_entropy(y_hat.astype("float32"), y),
        }

    def unfit_nets(self):
        def no_flatten(model):
            net = nn.Dense(10, flatten=False, in_units=28)
            net.initialize()
            trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
            return model._replace(net=net, updater=trainer, parameters=lambda: [net.weight.data().asnumpy()])

        return {
            "no Flatten": no_flatten,
            "Flatten(0)": lambda model: model._replace(net=lambda X: model.net(X.reshape((1, -1)))),
            "argmax": lambda model: model._replace(net=lambda X: model.net(X).argmax(axis=1)),
        }

    def ctx(self):
        return mxnet.cpu()

    def contexts(self):
        return [mxnet.cpu()]

    def read_here(self, part):
        def get_data(loader):  # images uint8 (n, 28, 28, 1), labels int32
            images, labels = part(loader._train)
            labels = labels.astype("int32")
            is_np = mxnet.npx.is_np_array()
            loader._data = (mxnet.np if is_np else mxnet.nd).array(images[..., None], dtype="uint8")
            loader._label = mxnet.np.array(labels, dtype="int32") if is_np else labels

        in_this_process(gluon.data.DataLoader)
        gluon.data.vision.FashionMNIST._get_data = get_data


class ND(Kit):
    """The same with the older semantics."""

    np = npx = mxnet.nd

    def set_semantics(self):
        mxnet.npx.reset_np()

    def tensor(self, array):
        return super().tensor(np.atleast_1d(array))  # nd has none without axes

    def dtype(self, name):
        return name


class ND2018(ND):
    """MXNet of early 2018, when labels were floats, as an argmax of nd is."""

    labels = "float32"
