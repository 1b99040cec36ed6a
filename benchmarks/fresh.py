"""What a fresh process takes: ``python -m benchmarks.fresh MODE FRAMEWORK FACE`` prints it as JSON.

MODE ``import`` imports the framework, then the face; ``load`` then loads the data twice; ``ours`` loads them
and trains for an epoch; ``bare`` trains the bare loop on all batches in memory. Times are in seconds. Memory
is in MB: by how much the most that the process has ever held has grown.
"""

import importlib
import json
import math
import sys
import time


def peak():
    """Return the most memory that the process has held so far, in MB; nan where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return math.nan
    unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def seconds(function, *args):
    """Return the wall time of a call, and its result."""
    start = time.perf_counter()
    result = function(*args)
    return time.perf_counter() - start, result


def main(mode, framework, face):
    """Return the figures by name."""
    figures = {}
    figures["framework"], _ = seconds(importlib.import_module, framework)
    before = peak()
    figures["face"], d2l = seconds(importlib.import_module, f"d2l_compat.{face}")
    d2l.backend.prepare()
    if mode == "load":
        before = peak()
        figures["cold"], _ = seconds(d2l.load_data_fashion_mnist, 256)
        figures["warm"], _ = seconds(d2l.load_data_fashion_mnist, 256)
    elif mode == "ours":
        train_iter, _ = d2l.load_data_fashion_mnist(256)
        model = d2l.softmax_regression(concise=True)
        d2l.train_epoch_ch3(model.net, train_iter, model.loss, model.updater)
    elif mode == "bare":
        batches = list(d2l.load_data_fashion_mnist(256)[0])
        loop = next(iter(importlib.import_module(f"benchmarks.bare.{framework}").EPOCHS.values()))
        loop(d2l.softmax_regression(concise=True))(batches)
    return {**figures, "memory": peak() - before}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
