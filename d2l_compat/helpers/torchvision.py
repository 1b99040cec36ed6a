"""Which version and build of torchvision fits the torch that is here: no other can be imported with it."""

from __future__ import annotations

import importlib
import re
import runpy
from importlib.util import find_spec
from pathlib import Path

INDEX = " --index-url https://download.pytorch.org/whl/"
ANEW = " --force-reinstall --no-deps"  # pip takes the same version of another build for installed


def lack() -> tuple[str, str] | None:
    """Return why torchvision cannot be imported here and what to do, or None where it can."""
    try:
        importlib.import_module("torchvision")
    except Exception as error:  # one that was made for another torch can raise anything
        return advice(error)
    return None


def advice(error: Exception) -> tuple[str, str]:
    """Return what is wrong, and what to do, where importing torchvision raised `error`."""
    is_missing = isinstance(error, ModuleNotFoundError) and error.name == "torchvision"
    what = f"torchvision is installed, but cannot be imported ({type(error).__name__}: {error})"
    if is_missing:
        what = "torchvision is not installed"
    torch = find_spec("torch")
    if torch is None or torch.origin is None:
        both = f"get two that fit: pip install torch torchvision (without an Nvidia GPU with{INDEX}cpu)"
        return f"{what}, nor is torch" if is_missing else f"{what}; torch is not", both
    # Not torch itself, which takes seconds to import.
    version = runpy.run_path(str(Path(torch.origin).with_name("version.py")))
    command = fitting(version["__version__"], version["cuda"]) + ("" if is_missing else ANEW)
    return what, f"get the one for torch {version['__version__']}: {command}"


def fitting(torch: str, cuda: str | None) -> str:
    """Return the command that installs the torchvision for versions of `torch` and `cuda` (None: no CUDA).

    torchvision 0.(N + 15).P is built for torch 2.N.P, and 0.15.(P + 1) for 2.0.P.
    >>> fitting("2.13.0+cpu", None)
    'pip install torchvision==0.28.0 --index-url https://download.pytorch.org/whl/cpu'
    """
    numbers = re.fullmatch(r"2\.(\d+)\.(\d+)(?:\+(\w[\w.]*))?", torch)
    if numbers is None:  # before 2.0, or no release
        return "pip install --upgrade torch torchvision"
    minor, patch = int(numbers[1]), int(numbers[2])
    version = f"0.{minor + 15}.{patch + (minor == 0)}"
    build = numbers[3] or (f"cu{cuda.replace('.', '')}" if cuda else "cpu")
    is_published = re.fullmatch(r"cpu|xpu|cu\d+|rocm[\d.]+", build)
    return f"pip install torchvision=={version}{INDEX + build if is_published else ''}"
