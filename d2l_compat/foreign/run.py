"""Execute a notebook written for d2l or its relatives, unmodified."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbformat import NotebookNode

from d2l_compat.data import files
from d2l_compat.foreign import keras_2
from d2l_compat.foreign.check.edition import all_told
from d2l_compat.foreign.check.program import Program
from d2l_compat.foreign.check.source import Cell
from d2l_compat.lessons.execute import client_for, run_cells
from d2l_compat.lessons.reading import read, require_python

OWN_KERNEL = "python3"
INTERRUPTED = 130  # what a shell reports after Ctrl-C

# Executed in the kernel before the first cell, in a namespace of its own. A kernel of another environment may
# not have d2l_compat: then this copy is loaded from its folder, which is not put on that kernel's path.
PREPARE = """
import importlib.util, os, sys
from pathlib import Path
from IPython import get_ipython
if sys.version_info < (3, 9):
    raise ImportError("it needs Python 3.9 or later, and this kernel runs Python " + sys.version.split()[0])
if importlib.util.find_spec("d2l_compat") is None:
    import matplotlib, numpy, PIL, pooch, requests
    spec = importlib.util.spec_from_file_location(
        "d2l_compat", Path({folder!r}, "__init__.py"), submodule_search_locations=[{folder!r}]
    )
    sys.modules["d2l_compat"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["d2l_compat"])
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")  # !python
get_ipython().extension_manager.load_extension("d2l_compat")
from d2l_compat.foreign import keras_2, redirect
redirect.told.update({told!r})
keras_2.needed = {needs_keras_2!r}
"""


def run_notebook(
    source: Path, target: Path | None = None, kernel: str | None = None, timeout: int | None = None
) -> int:
    """Execute the notebook `source` and write it to `target`, also where one of its cells fails.

    `target`: NAME.executed.ipynb beside it unless given; `kernel`: a name; `timeout`: of a cell, in seconds.
    Returns 0; 1 if a cell fails, runs longer than the timeout or ends the kernel; 130 after Ctrl-C.
    Raises ValueError or OSError, having written nothing, for input that cannot be executed.
    """
    target = target or source.with_name(f"{source.stem}.executed.ipynb")
    notebook = _read(source)
    _check_target(target, source)
    kernel = _kernel(notebook, kernel)
    progress = _Progress(notebook)
    client = client_for(
        notebook,
        source.absolute().parent,
        kernel_name=kernel,
        timeout=timeout,
        on_cell_execute=progress.begin,
        on_cell_executed=progress.end,
    )
    status, ended = 0, None
    try:
        failure = run_cells(client, _prepare)
        if failure:
            status, ended = 1, f"FAILED {source}: {progress.where}: {_first_line(*failure[1:])}"
    except KeyboardInterrupt:
        status, ended = INTERRUPTED, f"INTERRUPTED {source}: {progress.where}"
    except Exception as error:
        if not progress.count:
            raise _not_started(kernel, error) from None
        status, ended = 1, f"FAILED {source}: {progress.where}: {_first_line(type(error).__name__, error)}"
    files.write(target, nbformat.writes(notebook) + "\n")
    progress.end()
    if ended:
        print(ended, file=sys.stderr)
    print(f"written: {target}")
    return status


def _first_line(name, text):
    return f"{name}: {str(text).strip()}".splitlines()[0]


def _not_started(kernel, error):
    """Return what to raise for an `error` before the first cell; nbclient's is a RuntimeError."""
    return (
        ValueError(f"kernel {kernel!r} does not start: {error}") if isinstance(error, RuntimeError) else error
    )


def _read(path):
    try:
        return read(path)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _check_target(target: Path, source: Path) -> None:
    """Raise ValueError or OSError where `target` cannot or must not be written."""
    if target.is_dir():
        raise IsADirectoryError(
            f"expected a notebook to write, received a folder: {target}. Name a file in it."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"expected an existing folder to write to, received {target.parent}. Make it first."
        )
    if target.exists() and target.samefile(source):
        raise ValueError(
            f"expected a new notebook, received the input as the output: {target}. Name another file."
        )
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(
            f"expected a folder that can be written to, received {target.parent}; choose one with -o"
        )


def _kernel(notebook: NotebookNode, chosen: str | None) -> str:
    """Return the name of the kernel: the `chosen` one, else the notebook's own, else that of this Python."""
    spec = notebook.metadata.get("kernelspec", {})
    name = chosen or spec.get("name") or OWN_KERNEL
    specs = KernelSpecManager()
    try:
        language = specs.get_kernel_spec(name).language
    except NoSuchKernel:
        language = ""
        if chosen:
            installed = ", ".join(sorted(specs.find_kernel_specs()))
            raise ValueError(f"--kernel: expected one of {installed}; received {chosen}") from None
    if name == "python2":
        raise ValueError("expected a Python 3 notebook, received one for Python 2; try --kernel python3")
    require_python({"kernelspec": {"language": language}} if language else notebook.metadata)
    if name != OWN_KERNEL and name not in specs.find_kernel_specs():
        print(f"kernel {name!r} is not installed here: using {OWN_KERNEL} ({sys.executable})")
        return OWN_KERNEL
    if spec and not (chosen or (spec["name"] and spec["display_name"])):
        print(f"the notebook does not say which kernel it is for: using {name} ({sys.executable})")
        spec.update(name=name, display_name=spec["display_name"] or name)
    return name


def program_of(notebook: NotebookNode) -> Program:
    """Return the code of `notebook`, of which some is known before it runs."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return Program([Cell(number, source, []) for number, source in enumerate(sources, 1)])


def _prepare(client: Any) -> None:
    """Redirect the imports in the kernel, and note in the notebook which Python it is.

    Raises ValueError where d2l_compat does not load there.
    """
    program = program_of(client.nb)
    code = PREPARE.format(
        folder=str(Path(__file__).parents[1]), told=all_told(program), needs_keras_2=keras_2.needs(program)
    )
    reply = client.wait_for_reply(client.kc.execute(f"exec({code!r}, {{}})", silent=True))["content"]
    if reply["status"] != "ok":
        raise ValueError(
            f"d2l_compat does not load in the kernel {client.kernel_name!r} ({reply['ename']}: "
            f"{reply['evalue']}). Install it there, or choose another kernel with --kernel"
        )
    info = client.wait_for_reply(client.kc.kernel_info())["content"]
    client.nb.metadata.language_info = nbformat.from_dict(info["language_info"])


class _Progress:
    """Prints a line for each code cell: its beginning when the cell starts, its seconds at the end."""

    def __init__(self, notebook):
        self._total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells)
        self.count = 0
        self._started = None

    @property
    def where(self):
        """The cell that started last, by the number that its prompt will show."""
        return f"cell {self.count} of {self._total}"

    def begin(self, **_):
        self.count += 1
        print(f"{self.where} ... ", end="", flush=True)
        self._started = time.perf_counter()

    def end(self, **_):
        if self._started is not None:
            print(f"{time.perf_counter() - self._started:.1f} s", flush=True)
        self._started = None
