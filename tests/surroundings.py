"""Prints what the import of a face brings in and changes for everyone else in the process, as JSON.

``python tests/surroundings.py FRAMEWORK FACE...``; FACE may be ``gluonbook-np``: MXNet's np semantics are on
before the import. Each face is imported by a process of its own, which has imported the framework before.
A line is the face's name and an object with its top-level ``modules`` and its ``changes``.
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

import numpy as np
from kits import kit_of


def of_python():
    """Return the settings of Python, NumPy and matplotlib, by name."""
    matplotlib = sys.modules["matplotlib"]
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


def modules(face):
    """Return the top-level modules that the import of `face` adds to those of its framework."""
    before = {name.partition(".")[0] for name in sys.modules}
    importlib.import_module(f"d2l_compat.{face}")
    return sorted({name.partition(".")[0] for name in sys.modules} - before)


def changes(framework, face, semantics=""):
    """Return what the import of `face` changes, by name: what it was before and is after, as text."""
    if semantics == "np":
        sys.modules["mxnet"].npx.set_np()
    kit = kit_of(framework)
    before = {"draws": kit.draws(), **of_python(), **kit.settings()}
    importlib.import_module(f"d2l_compat.{face}")
    after = {**of_python(), **kit.settings(), "draws": kit.draws()}
    pairs = {name: [str(before.get(name)), str(after.get(name))] for name in {*before, *after}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def in_a_fork(function, *args):
    """Return the result of a call in a copy of this process."""
    receiver, sender = os.pipe()
    if os.fork():
        os.close(sender)
        with open(receiver, encoding="utf-8") as result:
            return json.load(result)
    with open(sender, "w", encoding="utf-8") as result:
        json.dump(function(*args), result)
    os._exit(0)


if __name__ == "__main__":
    framework, *faces = sys.argv[1:]
    environ = dict(os.environ)
    importlib.import_module(framework)
    added = {asked: in_a_fork(modules, asked.removesuffix("-np")) for asked in faces}
    kit_of(framework)
    importlib.import_module("matplotlib")  # only now: no face may bring it in
    os.environ.clear()  # of what the framework has set: where the face comes first, it must set no more
    os.environ.update(environ)
    LOGGERS = sorted(logging.root.manager.loggerDict)  # those that a face brings are its own
    for asked in faces:
        changed = in_a_fork(changes, framework, *asked.split("-"))
        print(asked, json.dumps({"modules": added[asked], "changes": changed}))
