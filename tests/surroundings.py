"""Prints what the import of a face changes for everyone else in the process: a line of JSON for each face.

``python tests/surroundings.py FRAMEWORK FACE...``; FACE may be ``gluonbook-np``: MXNet's np semantics are on
before the import. Each face is imported by a process of its own, which has imported the framework before.
"""

import importlib
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import threading
import warnings

import matplotlib
import numpy as np


def of_python():
    """Return the settings of Python, NumPy and matplotlib, by name."""
    loggers = [logging.getLogger(), *map(logging.getLogger, LOGGERS)]
    return {
        **{f"os.environ[{name!r}]": value for name, value in os.environ.items()},
        "working folder": os.getcwd(),
        "sys.path": [*sys.path],
        "sys.meta_path": [*sys.meta_path],
        "sys.path_hooks": [*sys.path_hooks],
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook),
        "recursion limit": sys.getrecursionlimit(),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "warnings.filters": [*warnings.filters],
        "warnings.showwarning": warnings.showwarning,
        "logging": [(logger.name, logger.level, logger.disabled, logger.handlers) for logger in loggers],
        "signals": {number.name: signal.getsignal(number) for number in signal.Signals},
        "start of processes": multiprocessing.get_start_method(allow_none=True),
        "random": random.getstate(),
        "numpy.random": np.random.get_state()[1:],
        "numpy.geterr": np.geterr(),
        "numpy.get_printoptions": np.get_printoptions(),
        "matplotlib.rcParams": {**matplotlib.rcParams.copy()},
    }


def of_torch():
    """Return the settings of PyTorch, and its generator."""
    import torch

    return {
        "default dtype": torch.get_default_dtype(),
        "default device": torch.tensor(0).device,
        "grad mode": torch.is_grad_enabled(),
        "generator": torch.get_rng_state().tolist(),
        "seed": torch.initial_seed(),
        "threads": torch.get_num_threads(),
        "warn always": torch.is_warn_always_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "matmul precision": torch.get_float32_matmul_precision(),
        "autocast": torch.is_autocast_enabled(),
        "print options": vars(torch._tensor_str.PRINT_OPTS),
    }


def of_tensorflow():
    """Return the settings of TensorFlow and Keras."""
    import tensorflow as tf

    return {
        "eager": tf.executing_eagerly(),
        "functions run eagerly": tf.config.functions_run_eagerly(),
        "floatx": tf.keras.backend.floatx(),
        "image data format": tf.keras.backend.image_data_format(),
        "policy": tf.keras.mixed_precision.global_policy().name,
        "soft placement": tf.config.get_soft_device_placement(),
        "jit": tf.config.optimizer.get_jit(),
        "devices": [device.name for device in tf.config.get_visible_devices()],
        "generator": tf.random.get_global_generator().state.numpy().tolist(),
    }


def of_mxnet():
    """Return MXNet's semantics and modes."""
    import mxnet

    return {
        "np arrays": mxnet.npx.is_np_array(),
        "np shapes": mxnet.npx.is_np_shape(),
        "recording": mxnet.autograd.is_recording(),
        "training": mxnet.autograd.is_training(),
        "context": str(mxnet.context.current_context()),
    }


def of_jax():
    """Return JAX's settings."""
    import jax

    return {f"jax.config.{name}": value for name, value in jax.config.values.items()}


def of_paddle():
    """Return PaddlePaddle's settings, and its generator."""
    import paddle

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


def draws_of_torch():
    """Return the first draws from seed 0."""
    import torch

    torch.manual_seed(0)
    return torch.randn(3).tolist()


def draws_of_tensorflow():
    """Return the first draws from seed 0."""
    import tensorflow as tf

    tf.random.set_seed(0)
    return tf.random.normal((3,)).numpy().tolist()


def draws_of_mxnet():
    """Return the first draws from seed 0."""
    import mxnet

    mxnet.random.seed(0)
    return mxnet.nd.random.normal(shape=(3,)).asnumpy().tolist()


def draws_of_jax():
    """Return the first draws from key 0."""
    import jax

    return jax.random.normal(jax.random.key(0), (3,)).tolist()


def draws_of_paddle():
    """Return the first draws from seed 0."""
    import paddle

    paddle.seed(0)
    return paddle.randn([3]).tolist()


def changes(framework, face, semantics=""):
    """Return what the import of `face` changes, by name: what it was before and is after, as text."""
    if semantics == "np":
        sys.modules["mxnet"].npx.set_np()
    settings, draws = globals()[f"of_{framework}"], globals()[f"draws_of_{framework}"]
    before = {"draws": draws(), **of_python(), **settings()}
    importlib.import_module(f"d2l_compat.{face}")
    after = {**of_python(), **settings(), "draws": draws()}
    pairs = {name: [str(before.get(name)), str(after.get(name))] for name in {*before, *after}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def in_a_fork(function, *args):
    """Return the result of a call in a copy of this process, as JSON."""
    receiver, sender = os.pipe()
    if os.fork():
        os.close(sender)
        with open(receiver, encoding="utf-8") as result:
            return result.read()
    with open(sender, "w", encoding="utf-8") as result:
        json.dump(function(*args), result)
    os._exit(0)


if __name__ == "__main__":
    environ = dict(os.environ)
    importlib.import_module(sys.argv[1])
    os.environ.clear()  # of what the framework has set: where the face comes first, it must set no more
    os.environ.update(environ)
    LOGGERS = sorted(logging.root.manager.loggerDict)  # those that a face brings are its own
    for asked in sys.argv[2:]:
        print(asked, in_a_fork(changes, sys.argv[1], *asked.split("-")))
