"""PaddlePaddle, whose loaders give labels in a column."""

from functools import partial

import paddle
from paddle import nn
from paddle.nn import functional

from kits import LikeTorch, in_this_process


class Kit(LikeTorch):
    """PaddlePaddle's words."""

    axis, keep = "axis", "keepdim"
    types = ("float64",)  # on a CPU it multiplies no matrices of 16 bits
    nn, F, Layer = nn, functional, nn.Layer

    def classes(self):
        return {"net": nn.Linear, "loss": nn.CrossEntropyLoss, "updater": paddle.optimizer.SGD}

    def dataset(self, X, y):
        return paddle.io.TensorDataset([X, y])

    def seed(self):
        paddle.seed(0)

    def draws(self):
        paddle.seed(0)
        return paddle.randn([3]).tolist()

    def settings(self):
        flags = paddle.base.core.globals()
        return {
            "default dtype": paddle.get_default_dtype(),
            "device": paddle.get_device(),
            "dynamic mode": paddle.in_dynamic_mode(),
            "grad mode": paddle.is_grad_enabled(),
            "flags": {name: str(flags[name]) for name in flags.keys()},  # noqa: SIM118 - no mapping of Python's
            "generator": str(paddle.get_rng_state()[0].current_seed()),
            "print options": vars(paddle.tensor.to_string.DEFAULT_PRINT_OPTIONS),
        }

    def label_layout(self, labels):
        return labels.reshape(len(labels), -1)

    def tensor(self, array):
        return paddle.to_tensor(array)

    def dtype(self, name):
        return getattr(paddle, name)

    def trainable(self, tensor):
        tensor.stop_gradient = False
        return tensor

    def linear(self, weights, bias, dropout):
        linear = nn.Linear(*weights.shape)
        linear.weight.set_value(weights)
        linear.bias.set_value(bias)
        net = nn.Sequential(nn.Dropout(0.5), linear) if dropout else nn.Sequential(linear)
        return net, net.parameters()

    def descent(self, params, lr):
        return paddle.optimizer.SGD(lr, params)

    def unfit_losses(self):
        return {**super().unfit_losses(), "smooth, a partial": partial(functional.smooth_l1_loss, delta=2.0)}

    def ctx(self):
        return paddle.CPUPlace()

    def read_here(self, part):
        in_this_process(paddle.io.DataLoader)
        paddle.vision.datasets.FashionMNIST = lambda mode, transform: Examples(
            *part(mode == "train"), transform
        )


class Examples:
    """PaddlePaddle's FashionMNIST: images for the transform, labels int64 (1,)."""

    def __init__(self, images, labels, transform):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        from PIL import Image

        return self.transform(Image.fromarray(self.images[index])), self.labels[index : index + 1].astype(int)
