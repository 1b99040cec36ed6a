"""A training process: it imports one face and serves requests, one JSON line in, one JSON line out.

``python -m d2l_compat.reproduce.child FACE``. It ends when its input ends, whatever it is doing then, so that
it never outlives the process that started it; and when nothing has been asked for a while.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import platform
import queue
import sys
import threading
from importlib.util import find_spec
from types import CodeType
from typing import Any

import numpy as np

from d2l_compat.data import fashion_mnist
from d2l_compat.lessons import trials
from d2l_compat.lessons.trials import prepared

CONTROLLED = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
"""The environment variables to start it with. One thread: then sums are added in the same order everywhere.

TensorFlow writes no start-up notes: the last lines of a process that died are then about its end.
"""

PATIENCE = 60
"""Seconds without a request after which the process ends."""


TOGETHER = 50
"""Untrained nets in one matrix product: more would only take more memory."""


@functools.cache
def environment(face: str, release: str) -> dict[str, str]:
    """Return what determines a run besides its `store.Spec`: versions, this package's code, and the data.

    The code is that of all modules of the package that training loads, the data are the very arrays.
    """
    d2l = prepared(face)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, release=release)
    backend = d2l.backend
    data = hashlib.sha256()
    for part in (train_iter, test_iter):
        data.update(part.images.tobytes() + part.labels.astype(np.uint8).tobytes())
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "numpy": np.__version__,
        backend.name: backend.version,
        "code": _code(),
        "release": train_iter.release,
        "data": data.hexdigest(),
    }


def train(
    face: str, style: str, seed: int, num_epochs: int, batch_size: int, lr: float, release: str
) -> dict:
    """Train once; return the curves, the untrained accuracy, environment, host and source of the data."""
    determined_by = environment(face, release)
    trial = trials.train(face, style, seed, None, num_epochs, batch_size, lr, release)
    history = trial.history
    return {
        "environment": determined_by,
        "host": platform.node(),
        "source": history.source,
        "seconds": sum(history.seconds),
        "untrained_acc": trial.untrained_acc,
        "train_loss": history.train_loss,
        "train_acc": history.train_acc,
        "test_acc": history.test_acc,
    }


def untrained(face: str, draws: int, releases: list[str]) -> dict:
    """Evaluate as many untrained nets, from the seeds 0, 1, 2, ..., on the first of `releases` that is here.

    Returns that ``"release"``, and as ``"accuracies"`` what `evaluate_accuracy` returns for each net. One
    matrix product serves many nets, since scores have the order of their probabilities.
    """
    d2l = prepared(face)
    _, test = d2l.load_data_fashion_mnist(256, release=_first_here(releases))
    X, y = test.images.reshape(-1, 784) / np.float32(255), test.labels[:, None]
    accuracies = []
    for start in range(0, draws, TOGETHER):
        W = [_initial(d2l, seed) for seed in range(start, min(start + TOGETHER, draws))]
        scores = (X @ np.hstack(W)).reshape(len(X), len(W), 10)
        accuracies += (scores.argmax(2) == y).mean(0).tolist()
    return {"release": test.release, "accuracies": accuracies}


def _initial(d2l, seed):
    """Return the weights, NumPy (784, 10), that a run from `seed` starts with; its biases are zero."""
    d2l.set_seed(seed)
    W, _ = d2l.softmax_regression().parameters()
    return W


def _first_here(releases):
    """Return the first of `releases` whose files are on this machine; the last one is not looked for."""
    for release in releases[:-1]:
        with contextlib.suppress(
            OSError, ValueError
        ):  # the folder that D2L_COMPAT_DATA names has another release
            fashion_mnist.locate(fashion_mnist.named(release), download=False)
            return release
    return releases[-1]


def _code():
    """Return a checksum of the code of every module of this package that is loaded, as it was compiled."""
    checksum = hashlib.sha256()
    loaded = {name for name in sys.modules if name.split(".")[0] == "d2l_compat"}
    for name in sorted(loaded | {"d2l_compat.reproduce.child"}):  # this module may be __main__
        checksum.update(name.encode())
        spec: Any = find_spec(name)
        _add(checksum, spec.loader.get_code(name))
    return checksum.hexdigest()


def _add(checksum, code):
    """Add to `checksum` what `code` does, but not where its file is."""
    checksum.update(repr((code.co_name, code.co_names, code.co_varnames)).encode() + code.co_code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _add(checksum, constant)
        else:
            checksum.update(repr(constant).encode())


def serve(face: str) -> None:
    """Answer each request, ``{"do": name, **arguments}``, with a result or an error; never return."""
    # Nothing else that is written to stdout may get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests: queue.Queue[dict] = queue.Queue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    while True:
        try:
            request = requests.get(timeout=PATIENCE)
        except queue.Empty:
            _end()
        answers.write(json.dumps(_answer(face, request)) + "\n")
        answers.flush()


def _receive(requests):
    for line in sys.stdin:
        requests.put(json.loads(line))
    _end()


def _end():
    os._exit(0)  # at once: nobody waits for a training in progress


def _answer(face, request):
    do: Any = {"environment": environment, "train": train, "untrained": untrained}[request.pop("do")]
    try:
        return {"result": do(face, **request)}
    except Exception as error:  # the process that asked reports it, whatever it is
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    serve(sys.argv[1])
