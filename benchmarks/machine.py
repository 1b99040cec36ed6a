"""The kind of a machine: enough to tell which figures are comparable, and not whose machine it is."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from d2l_compat.data import fashion_mnist


def describe(packages):
    """Return cores, architecture, system, threads, versions of Python and of the `packages`, and the data."""
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "threads": os.environ.get("OMP_NUM_THREADS", "the frameworks' choice"),
        "python": platform.python_version(),
        "data": "synthetic" if fashion_mnist.is_synthetic() else fashion_mnist.CURRENT.name,
        **{name: found for name in ("numpy", *packages, "d2l") if (found := _version(name))},
    }


def _version(name):
    for package in (name, f"{name}-cpu"):  # TensorFlow's distribution without GPU has another name
        try:
            return version(package)
        except PackageNotFoundError:
            pass
    return None
