"""What stands in, within one process, for what the releases import or download and this does not need."""

from __future__ import annotations

import dataclasses
import socket
import sys
from contextlib import contextmanager
from types import ModuleType

import numpy as np
from IPython import display
from matplotlib_inline import backend_inline
from PIL import Image

from d2l_compat.data import fashion_mnist, synthetic

DATA = dataclasses.replace(synthetic.generate(seed=1, num_train=40, num_test=20), release="small")


class _AnyMeta(type):
    """Attributes of a class that stands for whatever was asked for: classes of the same kind."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Anything,), {})


class _Anything(metaclass=_AnyMeta):
    """May be subclassed, called with anything, and used as a decorator; does nothing."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return self


class _Stub(ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Anything,), {})


@contextmanager
def stubs(names):
    """Put stubs in the place of the modules that are named, for as long as a release is imported."""
    real = {name: sys.modules.pop(name, None) for name in names}
    for name in names:
        stub = sys.modules[name] = _Stub(name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, stub)
    if "torchvision" in names:
        _torchvision()
    yield
    for name, module in real.items():
        del sys.modules[name]
        if module:
            sys.modules[name] = module


def install():
    """Forbid connections, quieten IPython, and put the small data in the place of the large."""
    socket.socket.connect = _refuse
    # They need a notebook around them; set_matplotlib_formats is gone from IPython.
    display.set_matplotlib_formats = backend_inline.set_matplotlib_formats = _nothing
    display.display = display.clear_output = _nothing
    fashion_mnist.load = lambda *args, **kwargs: DATA


def _nothing(*args, **kwargs):
    pass


def _refuse(*args):
    raise OSError("the comparison of the releases uses no network")


class NoD2L:
    """A finder for `sys.meta_path` with which there is no d2l to be imported."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Raise ModuleNotFoundError for d2l."""
        if name.split(".")[0] == "d2l":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def part(train):
    """Return the images and labels of the training set, or else of the test set."""
    return (DATA.train_images, DATA.train_labels) if train else (DATA.test_images, DATA.test_labels)


def _torchvision():
    """Make of the stub what the loaders of the book use of torchvision."""
    torchvision = sys.modules["torchvision"]

    class FashionMNIST:
        def __init__(self, root, train, transform=None, download=False):
            self.images, self.labels = part(train)
            self.transform = transform

        def __len__(self):
            return len(self.labels)

        def __getitem__(self, index):
            image = Image.fromarray(self.images[index])
            return self.transform(image) if self.transform else image, int(self.labels[index])

    def to_tensor():
        import torch

        return lambda image: torch.from_numpy(np.array(image, "float32")[None] / 255)

    def resize(size):
        height, width = (size, size) if isinstance(size, int) else size
        return lambda image: image.resize((width, height), Image.BILINEAR)

    def compose(steps):
        def transform(image):
            for step in steps:
                image = step(image)
            return image

        return transform

    torchvision.datasets.FashionMNIST = FashionMNIST
    torchvision.transforms.ToTensor = to_tensor
    torchvision.transforms.Resize = resize
    torchvision.transforms.Compose = compose
