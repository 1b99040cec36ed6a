"""How fast the layer is: ``python benchmarks/speed.py torch [tensorflow mxnet]``, one process a framework.

Prints a Markdown table of ratios, medians of 7 interleaved repetitions: an epoch of `train_epoch_ch3` against
the bare loop of the same framework on batches in memory, and a pass over the training iterator against its
NumPy floor (gather uint8 rows, scale to float32); and the seconds that loading the data set takes.
"""

import dataclasses
import importlib
import statistics
import subprocess
import sys
import time

import bare_loops
import numpy as np

from d2l_compat import fashion_mnist

REPETITIONS = 7


def seconds(function, *args):
    """Wall time of one call."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def report(what, ours, theirs):
    """Time two functions in turn, so that a drifting machine weighs on both alike, and print one row."""
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(REPETITIONS)]
    ratio = statistics.median(a / b for a, b in pairs)
    own, other = (statistics.median(column) for column in zip(*pairs))
    print(f"| {what} | {ratio:.2f} | {own:.3f} s | {other:.3f} s |", flush=True)


def floor(images):
    """The least that minibatches cost: gather shuffled uint8 rows, scale them to float32."""
    order = np.random.default_rng(0).permutation(len(images))
    for start in range(0, len(images), 256):
        np.divide(images[order[start : start + 256]], np.float32(255), dtype=np.float32)


def measure(framework):
    """Print the rows of one framework."""
    d2l = importlib.import_module(f"d2l_compat.{framework}")
    d2l.set_seed(0)
    train_iter, _ = d2l.load_data_fashion_mnist(256)
    report(
        f"{framework}: a pass over the training iterator / the NumPy floor",
        lambda: [None for _ in train_iter],
        lambda: floor(train_iter.images),
    )
    batches = list(train_iter)
    bare = getattr(bare_loops, framework)
    for concise in (False, True):
        ours, theirs = d2l.softmax_regression(concise=concise), d2l.softmax_regression(concise=concise)
        report(
            f"{framework}: an epoch, {'concise' if concise else 'from scratch'} / the bare loop",
            lambda m=ours: d2l.train_epoch_ch3(m.net, train_iter, m.loss, m.updater),
            lambda m=theirs: bare(m, batches),
        )


def measure_loading():
    """Print how long loading takes, with nothing kept from before."""
    times = []
    for _ in range(REPETITIONS):
        unseen = dataclasses.replace(fashion_mnist.CURRENT)  # another identity: not yet in memory
        times.append(seconds(fashion_mnist.load, unseen))
    print(f"| loading and verifying the four files | | {statistics.median(times):.3f} s | |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(sys.argv[1])
    else:
        print("| | ratio | ours | against |\n| --- | --- | --- | --- |", flush=True)
        measure_loading()
        for name in sys.argv[1:]:
            subprocess.run([sys.executable, __file__, name], check=True)
