"""Imports that may fail: the frameworks themselves, and the installed d2l behind each face."""

import importlib
import pkgutil
from contextlib import contextmanager

from .redirect import suspended

_MXNET = {"autograd": "mxnet.autograd", "gluon": "mxnet.gluon", "init": "mxnet.init"}
ND = {**_MXNET, "mx": "mxnet", "nd": "mxnet.nd", "nn": "mxnet.gluon.nn", "np": "numpy"}
NP = {**_MXNET, "np": "mxnet.np", "npx": "mxnet.npx"}
TORCH = {"nn": "torch.nn", "np": "numpy", "torch": "torch"}
TENSORFLOW = {"keras": "tensorflow.keras", "np": "numpy", "tf": "tensorflow"}
"""What the editions' modules had imported, and notebooks took from them: names, each with its module."""


@contextmanager
def requires(framework, command):
    """Turn the failed import of `framework` into an ImportError that names the `command` to install it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ImportError(
            f"d2l_compat needs {framework} here, and it cannot be imported ({error}). "
            f"Install it with: {command}"
        ) from error


def prepared(face):
    """Return the module of a `face`, by name, in a process of our own, where what it needs is set."""
    module = importlib.import_module(f"d2l_compat.{face}")
    module.accuracy.__self__.prepare()
    return module


def chapters_only(face, modules):
    """Return a module `__getattr__` for a `face` behind which there is no installed package.

    It gives ``plt``, matplotlib's, and the `modules`, one of the tables above; for any other name the
    AttributeError says what the face holds.
    """
    modules = {"plt": "matplotlib.pyplot", **modules}

    def __getattr__(name):  # noqa: N807 - PEP 562 names it
        if name in modules:
            return pkgutil.resolve_name(modules[name])
        advice = f". It holds the helpers of chapters 3 and 4: define {name} in the notebook that needs it"
        raise AttributeError(
            f"module 'd2l_compat.{face}' has no attribute {name!r}{'' if name.startswith('_') else advice}"
        )

    return __getattr__


def fall_through(framework):
    """Return a module `__getattr__` that looks names up in the installed ``d2l.<framework>``.

    d2l is imported at the first such name, not before: it is optional, slow to import, and on some
    machines broken by its own dependencies. A name found nowhere raises AttributeError.
    """

    def __getattr__(name):  # noqa: N807 - PEP 562 names it
        if name.startswith("_"):  # interpreters and inspectors probe modules for private names
            raise AttributeError(f"module 'd2l_compat.{framework}' has no attribute {name!r}")
        if name == "plt":
            return importlib.import_module("matplotlib.pyplot")
        try:
            with suspended():
                d2l = importlib.import_module(f"d2l.{framework}")
        except Exception as error:  # a broken dependency of d2l can raise anything
            missing = error.name if isinstance(error, ModuleNotFoundError) else None
            remedy = f"If you need it: pip install {missing}" if missing else "Mend that installation"
            raise AttributeError(
                f"d2l_compat.{framework} does not define {name!r}, and d2l.{framework}, which might, "
                f"cannot be imported ({type(error).__name__}: {error}). {remedy}"
            ) from error
        try:
            return getattr(d2l, name)
        except AttributeError:
            raise AttributeError(
                f"neither d2l_compat.{framework} nor the installed d2l.{framework} defines {name!r}"
            ) from None

    return __getattr__
