"""What beginners slip on, by framework: classes, data sets, nets and losses of its own, for `test_slips`.

`nets`: functions that put a net of that kind into the backend's concise model.
"""

import importlib
from functools import partial


class Torch:
    """PyTorch's own."""

    def __init__(self):
        torch = importlib.import_module("torch")
        nn, F = torch.nn, torch.nn.functional
        self.classes = {"net": nn.Linear, "loss": nn.CrossEntropyLoss, "updater": torch.optim.SGD}
        self.dataset = torch.utils.data.TensorDataset
        self.losses = {
            "BCE": nn.BCEWithLogitsLoss(),
            "MSE": nn.MSELoss(),
            "MSE, a function": F.mse_loss,
            "L1, per example": nn.L1Loss(reduction="none"),
            "Huber, a partial": partial(F.huber_loss, delta=2.0),
            "swapped": lambda y, y_hat: F.cross_entropy(y_hat, y),
        }

        class Argmax(nn.Module):
            def forward(self, y_hat):
                return y_hat.argmax(1)

        def shared(*layers):
            return lambda model: model._replace(
                net=nn.Sequential(*(layer or model.net[1] for layer in layers))
            )

        self.nets = {
            "no Flatten": shared(None),
            "Flatten(0)": shared(nn.Flatten(0), None),
            "argmax": shared(nn.Flatten(), None, Argmax()),
        }


class TensorFlow:
    """TensorFlow's and Keras's own."""

    def __init__(self):
        tf = importlib.import_module("tensorflow")
        keras = tf.keras
        self.classes = {
            "net": keras.Sequential,
            "loss": keras.losses.SparseCategoricalCrossentropy,
            "updater": keras.optimizers.SGD,
        }
        self.dataset = lambda *arrays: tf.data.Dataset.from_tensor_slices(arrays)
        self.losses = {
            "BCE": keras.losses.BinaryCrossentropy(from_logits=True),
            "BCE, a function": keras.losses.binary_crossentropy,
            "MSE": keras.losses.MeanSquaredError(),
            "categorical": keras.losses.CategoricalCrossentropy(from_logits=True),
            "swapped": lambda y, y_hat: tf.nn.sparse_softmax_cross_entropy_with_logits(y, y_hat),
        }

        def unbuilt(*layers):
            def net():
                keras.utils.set_random_seed(0)
                return keras.Sequential([layer() for layer in layers])

            def slipped(model):
                built = net()
                built(tf.zeros((6, 28, 28, 1)))
                given = net()
                return model._replace(
                    net=given,
                    updater=keras.optimizers.SGD(0.1),
                    parameters=lambda: (given if given.built else built).get_weights(),
                )

            return slipped

        dense, argmax = (
            partial(keras.layers.Dense, 10),
            partial(keras.layers.Lambda, lambda X: tf.argmax(X, 1)),
        )
        self.nets = {
            "no Flatten": unbuilt(dense),
            "Flatten(0)": unbuilt(partial(keras.layers.Lambda, lambda X: tf.reshape(X, (1, -1))), dense),
            "argmax": unbuilt(keras.layers.Flatten, dense, argmax),
        }


class MXNet:
    """Gluon's own."""

    def __init__(self):
        gluon = importlib.import_module("mxnet.gluon")
        nn, loss = gluon.nn, gluon.loss
        self.classes = {"net": nn.Dense, "loss": loss.SoftmaxCrossEntropyLoss, "updater": gluon.Trainer}
        self.dataset = gluon.data.ArrayDataset
        self.losses = {
            "BCE": loss.SigmoidBCELoss(),
            "MSE": loss.L2Loss(),
            "swapped": lambda y, y_hat: loss.SoftmaxCrossEntropyLoss()(y_hat.astype("float32"), y),
        }

        def no_flatten(model):
            net = nn.Dense(10, flatten=False, in_units=28)
            net.initialize()
            trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
            return model._replace(net=net, updater=trainer, parameters=lambda: [net.weight.data().asnumpy()])

        self.nets = {
            "no Flatten": no_flatten,
            "Flatten(0)": lambda model: model._replace(net=lambda X: model.net(X.reshape((1, -1)))),
            "argmax": lambda model: model._replace(net=lambda X: model.net(X).argmax(axis=1)),
        }


class JAX:
    """JAX has no classes of its own: those of the reader, and the face's `Updater`."""

    def __init__(self):
        jnp = importlib.import_module("jax.numpy")
        d2l = importlib.import_module("d2l_compat.jax")
        self.classes = {"net": type("Net", (), {}), "loss": type("Loss", (), {}), "updater": d2l.Updater}
        self.dataset = lambda X, y: list(zip(X, y))

        def net(forward):
            return lambda model: model._replace(net=lambda params, X: forward(model, params, X))

        self.losses = {"swapped": lambda y, y_hat: -jnp.log(y_hat[jnp.arange(len(y)), y])}
        self.nets = {
            "no Flatten": net(lambda model, params, X: X @ params["W"] + params["b"]),
            "Flatten(0)": net(lambda model, params, X: X.reshape(-1) @ params["W"] + params["b"]),
            "argmax": net(lambda model, params, X: model.net(params, X).argmax(1)),
        }


class Paddle:
    """PaddlePaddle's own."""

    def __init__(self):
        paddle = importlib.import_module("paddle")
        nn, F = paddle.nn, paddle.nn.functional
        self.classes = {"net": nn.Linear, "loss": nn.CrossEntropyLoss, "updater": paddle.optimizer.SGD}
        self.dataset = lambda X, y: paddle.io.TensorDataset([X, y])
        self.losses = {
            "BCE": nn.BCEWithLogitsLoss(),
            "MSE": nn.MSELoss(),
            "MSE, a function": F.mse_loss,
            "L1, per example": nn.L1Loss(reduction="none"),
            "smooth, a partial": partial(F.smooth_l1_loss, delta=2.0),
            "swapped": lambda y, y_hat: F.cross_entropy(y_hat, y),
        }

        def shared(*layers):
            return lambda model: model._replace(
                net=nn.Sequential(*(layer or model.net[1] for layer in layers))
            )

        def argmax(model):
            return model._replace(net=lambda X: model.net(X).argmax(1))

        self.nets = {"no Flatten": shared(None), "Flatten(0)": shared(nn.Flatten(0), None), "argmax": argmax}


KITS = {"torch": Torch, "tensorflow": TensorFlow, "mxnet": MXNet, "jax": JAX, "paddle": Paddle}
LOSSES = {
    "torch": ["BCE", "MSE", "MSE, a function", "L1, per example", "Huber, a partial", "swapped"],
    "tensorflow": ["BCE", "BCE, a function", "MSE", "categorical", "swapped"],
    "mxnet": ["BCE", "MSE", "swapped"],
    "jax": ["swapped"],
    "paddle": ["BCE", "MSE", "MSE, a function", "L1, per example", "smooth, a partial", "swapped"],
}
