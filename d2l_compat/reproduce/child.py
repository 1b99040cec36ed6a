"""A training process: it imports one face and serves requests, one JSON line in, one JSON line out.

``python -m d2l_compat.reproduce.child FACE``. It ends with its input, whatever it is doing then, so that it
never outlives the process that started it, however that one ended; and when nothing has been asked for
a while.
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
from pathlib import Path

import numpy as np

from d2l_compat import fashion_mnist, trials
from d2l_compat.importing import prepared

CONTROLLED = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "agg",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
"""The environment variables to start it with. One thread: sums are then taken in one order everywhere.

TensorFlow writes no start-up notes: the last words of a process that died are its own.
"""

PATIENCE = 60
"""Seconds without a request after which the process ends."""


TOGETHER = 50
"""Untrained nets in one matrix product: more would only take more memory."""


@functools.cache
def environment(face: str, release: str) -> dict[str, str]:
    """Return what determines a run besides its `runs.Spec`: versions, this package's code, and the data.

    The code is that of all modules of the package that training loads, the data are the very arrays.
    """
    d2l = prepared(face)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, release=release)
    backend = d2l.accuracy.__self__
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
    """Train once; return the curves, the accuracy of the untrained net, and where and on what that was."""
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

    Returns that ``"release"``, and as ``"accuracies"`` what `evaluate_accuracy` says of each net: from one
    matrix product for many of them, since their scores are in the order of their probabilities.
    """
    d2l = prepared(face)
    backend = d2l.accuracy.__self__
    _, test = d2l.load_data_fashion_mnist(256, release=_first_here(releases))
    X, y = test.images.reshape(-1, 784) / np.float32(255), test.labels[:, None]
    accuracies = []
    for start in range(0, draws, TOGETHER):
        W = [_initial(backend, seed) for seed in range(start, min(start + TOGETHER, draws))]
        scores = (X @ np.hstack(W)).reshape(len(X), len(W), 10)
        accuracies += (scores.argmax(2) == y).mean(0).tolist()
    return {"release": test.release, "accuracies": accuracies}


def _initial(backend, seed):
    """Return the weights, NumPy (784, 10), that a run from `seed` starts with; its biases are zero."""
    backend.set_seed(seed)
    W, _ = backend.softmax_regression().parameters()
    return W


def _first_here(releases):
    """Return the first of `releases` whose files are on this machine; the last one is taken for granted."""
    for release in releases[:-1]:
        with contextlib.suppress(OSError, ValueError):  # a folder that D2L_COMPAT_DATA names has another one
            fashion_mnist.locate(fashion_mnist.named(release), download=False)
            return release
    return releases[-1]


def _code():
    """Return a checksum of this file and of the source of every module of this package that is loaded."""
    code = hashlib.sha256(Path(__file__).read_bytes())
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] == "d2l_compat" and getattr(module, "__file__", None):
            code.update(name.encode() + Path(module.__file__).read_bytes())
    return code.hexdigest()


def serve(face: str) -> None:
    """Answer each request, ``{"do": name, **arguments}``, with a result or an error; never return."""
    # Whatever else writes to stdout must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = queue.Queue()
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
    os._exit(0)  # at once: a training in progress is wanted by nobody


def _answer(face, request):
    do = {"environment": environment, "train": train, "untrained": untrained}[request.pop("do")]
    try:
        return {"result": do(face, **request)}
    except Exception as error:  # whatever it is, the process that asked reports it
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    serve(sys.argv[1])
