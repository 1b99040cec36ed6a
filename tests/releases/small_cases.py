"""Sums, laps, devices, modules."""

from __future__ import annotations

import numpy as np
from battery import Case, Script
from facts import numpy
from worlds import BIAS


def name_of_device(world, device):
    """Return how the framework calls a device, or several."""
    devices = device if isinstance(device, (list, tuple)) else [device]
    return [type(device).__name__, *(str(getattr(one, "_device_name", one)) for one in devices)]


# Small things


def _sums(world, sums):
    sums.add(1, 2.5)
    sums.add(2, world.tensor(np.float32(4)))
    before = [numpy(total).item() for total in (sums[0], sums[1])]
    sums.reset()
    return [before, [float(value) for value in sums.data]]


def _laps(world, timer):
    """Return what is no time: counts, types, and whether sums agree."""
    timer.stop()
    timer.start()
    lap = timer.stop()
    sums = timer.cumsum()
    return [
        len(timer.times),
        type(lap).__name__,
        lap == timer.times[-1],
        abs(timer.sum() - sum(timer.times)) < 1e-9,
        abs(timer.avg() - sum(timer.times) / 2) < 1e-9,
        [len(sums), type(sums).__name__, abs(sums[-1] - timer.sum()) < 1e-9],
    ]


MODULES = ["autograd", "gluon", "init", "keras", "mx", "nd", "nn", "np", "npx", "plt", "tf", "torch"]
CASES = [
    Case("Accumulator", "sums", {"n": 2}, _sums),
    Script("Accumulator", "fewer values", lambda world, d2l: d2l.Accumulator(3).add(1, 2)),
    Script("Accumulator", "more values", lambda world, d2l: d2l.Accumulator(1).add(1, 2)),
    Script("Accumulator", "a slice", lambda world, d2l: d2l.Accumulator(3)[1:]),
    Script("Accumulator", "a vector", lambda world, d2l: d2l.Accumulator(1).add(world.tensor(BIAS))),
    Script(
        "Accumulator", "a vector of one", lambda world, d2l: d2l.Accumulator(1).add(world.tensor(BIAS[:1]))
    ),
    Script("Accumulator", "a NumPy number", lambda world, d2l: d2l.Accumulator(1).add(np.float32(2))),
    Script("Accumulator", "a text", lambda world, d2l: d2l.Accumulator(1).add("one")),
    Case("Timer", "two laps", {}, _laps),
    *(Case("try_gpu", f"number {i}", {"i": i}, name_of_device) for i in (0, 1, 10, -1)),
    Case("try_gpu", "the first", {}, name_of_device),
    Case("try_all_gpus", "none", {}, name_of_device),
    Case("cpu", "", {}, name_of_device),
    Case("num_gpus", "none", {}),
    Case("get_key", "one", {}, lambda w, key: [str(key.dtype), w.jax.random.normal(key, (2,)).shape]),
    Case("get_dataloader_workers", "as it is", {}),
    Case("get_dataloader_workers", "a number", {"num_workers": 3}),
    *(
        Script(name, "as it is", lambda world, d2l, name=name: getattr(d2l, name))
        for name in ("int32", "int64", "float32", *MODULES)
    ),
]
