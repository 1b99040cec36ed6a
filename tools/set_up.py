"""Makes an environment for the frameworks that FRAMEWORKS names: ``python tools/set_up.py .venv``.

It has the Python that runs this, and what the requirements files pin; nothing is compiled. ``TORCH=gpu`` asks
for the default build of PyTorch. ``--frameworks`` prints this Python's version and what has wheels for it.
"""

import argparse
import importlib.util
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MACHINE = platform.machine()
PYTHON = "{}.{}".format(*sys.version_info)
sys.path.insert(0, str(ROOT))

CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
NEEDED_BY = {"tensorflow": ["tensorflow", "keras", "tf-keras"]}
LIBRARIES = {"libgomp.so.1": "libgomp1", "libquadmath.so.0": "libquadmath0"}  # by Debian's package


def left_out(version=sys.version_info, system=sys.platform, machine=MACHINE):
    """Return the frameworks that have no wheels here, each with the reason."""
    reasons = {}
    if tuple(version[:2]) > (3, 13):
        reasons["tensorflow"] = "TensorFlow has no release for Python 3.14 yet"
        reasons["paddle"] = "PaddlePaddle has no release for Python 3.14 yet"
    if (system, machine) == ("darwin", "x86_64"):
        reasons = dict.fromkeys(["tensorflow", "torch", "jax", "paddle"], "no longer built for Intel Macs")
    if (system, machine) == ("linux", "aarch64"):
        reasons["paddle"] = "PaddlePaddle has no build for Linux on Arm"
    if (system, machine) != ("linux", "x86_64"):
        reasons["mxnet"] = "MXNet was built for Linux x86-64 alone"
    return reasons


def main():
    """Make the environment, or say what it would hold."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--frameworks", action="store_true")
    parser.add_argument("--requirements", default="requirements")
    arguments = parser.parse_args()
    from d2l_compat import frameworks

    known = [name for name in reversed(frameworks()) if name not in left_out()]  # PyTorch first
    if arguments.frameworks:
        print(PYTHON, *known)
        return
    chosen = os.environ.get("FRAMEWORKS", "").split() or known
    refuse(chosen)
    for name in sorted({*frameworks()} - {*chosen}):
        print(f"set-up: {name} is left out: {left_out().get(name, 'FRAMEWORKS does not name it')}")
    install(arguments.folder, arguments.requirements, chosen, {*frameworks()} - {*chosen})


def refuse(chosen):
    """Stop, with a reason, where something is missing that pip will not bring."""
    for name, reason in left_out().items():
        if name in chosen:
            sys.exit(f"set-up: FRAMEWORKS names {name}, which cannot be installed here: {reason}")
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(
            f"set-up: {sys.executable} has no module {' and no module '.join(missing)}. "
            f"On Debian and Ubuntu: apt-get install python{PYTHON}-venv"
        )
    lacking = [package for library, package in LIBRARIES.items() if not loads(library)]
    if "mxnet" in chosen and lacking:
        sys.exit(
            f"set-up: MXNet needs {' and '.join(lacking)} of the system. On Debian and Ubuntu: "
            f"apt-get install {' '.join(lacking)}. Or leave MXNet out: FRAMEWORKS names the others"
        )


def loads(library):
    """Whether the system has a shared `library`."""
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install(folder, requirements, chosen, unchosen):
    """Fill the environment in `folder`, which is made anew where it has another Python."""
    subprocess.run([sys.executable, "-m", "venv", *renewal(folder), folder], check=True)
    lock = ROOT / f"{requirements}.lock"
    if "torch" in chosen and sys.platform == "linux" and os.environ.get("TORCH") != "gpu":
        small = ["--no-deps", "--index-url", CPU_BUILDS, "--timeout", "5", "--retries", "0"]
        pip(folder, *small, pin("torch", requirements), check=False)
    pip(folder, "-c", lock, "-r", without(unchosen, ROOT / f"{requirements}.txt", folder))
    if requirements == "requirements":
        pip(folder, "--no-deps", "-r", without(unchosen, ROOT / "requirements-no-deps.txt", folder))
    pip(folder, "--no-deps", "-e", ROOT)
    if "torch" in chosen:
        build = "import torch; print(f'set-up: PyTorch {torch.__version__}, CUDA {torch.version.cuda}')"
        subprocess.run([python(folder), "-c", build], check=True)


def renewal(folder):
    """Return the option that empties `folder`, where another version of Python made it."""
    settings = folder / "pyvenv.cfg"
    text = settings.read_text("utf-8") if settings.is_file() else ""
    version = re.search(r"^version\w* = (\d+\.\d+)", text, re.MULTILINE)
    return ["--clear"] if version and version[1] != PYTHON else []


def pip(folder, *arguments, check=True):
    """Install by the pip of the environment in `folder`: wheels only, no bytecode of what is not imported."""
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary", ":all:"]
    subprocess.run([python(folder), "-m", "pip", "install", *options, *arguments], check=check)


def python(folder):
    """Return the Python of the environment in `folder`."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def pin(package, requirements):
    """Return the ``package==version`` of a requirements file."""
    return re.search(rf"^{package}==[\w.]+", (ROOT / f"{requirements}.txt").read_text("utf-8"), re.M)[0]


def without(unchosen, requirements, folder):
    """Write the lines of a file that no framework of `unchosen` needs into `folder`; return the new file."""
    names = tuple(prefix for name in unchosen for prefix in NEEDED_BY.get(name, [name]))
    lines = requirements.read_text("utf-8").splitlines()
    chosen = folder / requirements.name
    chosen.write_text("\n".join(line for line in lines if not line.startswith(names)), "utf-8")
    return chosen


if __name__ == "__main__":
    main()
