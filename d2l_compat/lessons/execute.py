"""Execute notebooks: one in a kernel of its own, or many at a time in processes."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, NamedTuple

import nbformat
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from d2l_compat.data import fashion_mnist, files
from d2l_compat.lessons import reading
from d2l_compat.lessons.client import Client
from d2l_compat.lessons.discover import chosen_frameworks, discover
from d2l_compat.lessons.streams import tidy
from d2l_compat.lessons.workers import prepare

CELL_TIMEOUT = 600  # seconds: training in every framework took more than 300 on a busy machine
BEAT = 2  # seconds
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}


@dataclass(frozen=True)
class Execution:
    """What became of one notebook.

    `path` is relative to the folder of the notebooks. `notebook` holds the outputs, up to the error
    if there was one; it is None where the file is not a notebook. `seconds` is the wall time.
    `error` names the cell, the error and its message, and is None where all went well.
    """

    path: Path
    notebook: NotebookNode | None
    seconds: float
    error: str | None


def normalise(notebook: NotebookNode) -> None:
    """Remove, in place, what differs between machines and runs: versions, timings, widget state."""
    notebook.nbformat_minor = 5 if all("id" in cell for cell in notebook.cells) else 4
    notebook.metadata.kernelspec = nbformat.from_dict(KERNELSPEC)
    notebook.metadata.language_info = nbformat.from_dict(LANGUAGE_INFO)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)


class Failure(NamedTuple):
    """The code cell that ended a notebook, and the error it ended in."""

    cell: NotebookNode
    ename: str
    evalue: str


def client_for(notebook: NotebookNode, folder: Path, **options: Any) -> Client:
    """Return a client that executes `notebook` with `folder` as its working directory."""
    fashion_mnist.setting()  # absolute from here on, for the kernel works in another folder
    return Client(
        notebook,
        record_timing=False,
        # Only errors: a warning about each kernel's sockets would drown the progress lines.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        **options,
    )


def run_cells(client: Client, prepare: Callable[[Client], None] | None = None) -> Failure | None:
    """Execute the notebook of `client`, in place, in a fresh kernel, which is gone afterwards.

    Outputs and widgets stored before are dropped, so that what is there afterwards comes from this run.
    `prepare` is called with the client once its kernel answers. Returns None, or what ended the run.
    """
    client.nb.metadata.pop("widgets", None)
    code = [cell for cell in client.nb.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    try:
        with client.setup_kernel():
            if prepare:
                prepare(client)
            return _run_until_failure(client)
    except KeyboardInterrupt:
        if client.km and client.km.provisioner:  # before the kernel answered, nothing else ends it
            run_sync(client.km.provisioner.kill)()
            client.km.cleanup_connection_file()
        raise
    finally:
        client.set_widgets_metadata()
        for cell in code:
            tidy(cell)


def _run_until_failure(client):
    for index, cell in enumerate(client.nb.cells):
        try:
            client.execute_cell(cell, index)
        except CellExecutionError as error:
            return Failure(cell, error.ename, error.evalue)
        except KeyboardInterrupt:
            client.shutdown_kernel = "immediate"
            raise
        except Exception as error:
            return _unexpected(client, cell, client.fault or error)
        if client.fault:
            return _unexpected(client, cell, client.fault)
        if "raises-exception" not in cell.metadata.get("tags", ()):
            for shown in client.errors(cell):
                return Failure(cell, shown.ename, shown.evalue)
    return None


def _unexpected(client, cell, error):
    """Return the `Failure` of a `cell` whose code did not raise `error`, and add the error to its outputs."""
    client.shutdown_kernel = "immediate"  # a busy kernel does not answer a request
    name, evalue = type(error).__name__, str(error)
    if client.fault:
        evalue = f"a message of the kernel could not be handled: {error}"
    elif isinstance(error, CellTimeoutError):
        evalue = f"still busy after {client.timeout} s"
    elif isinstance(error, DeadKernelError):
        evalue = "the kernel died"
    cell.outputs.append(new_output("error", ename=name, evalue=evalue, traceback=[f"{name}: {evalue}"]))
    return Failure(cell, name, evalue)


def execute(notebook: NotebookNode, folder: Path) -> str | None:
    """Execute `notebook`, in place, in our own kernel with `folder` as its working directory.

    Returns None, or the cell and the error that ended it.
    """
    failure = run_cells(client_for(notebook, folder, kernel_name="python3", timeout=CELL_TIMEOUT))
    return failure and f"{reading.named(failure.cell, notebook)}: {failure.ename}: {failure.evalue}"


def execute_file(folder: Path, path: Path, target: Path) -> Execution:
    """Execute the notebook `folder / path`, normalise it and write it to `target / path`.

    In place, which means that both are the same file, only a complete run is written, and only if the file
    has not changed meanwhile.
    """
    source, destination = folder / path, target / path
    try:
        text = reading.read_text(source)
        notebook = reading.parse(text)
    except (OSError, ValueError) as refusal:
        return Execution(path, None, 0.0, str(refusal))
    start = time.perf_counter()
    error = execute(notebook, source.parent)
    seconds = time.perf_counter() - start
    normalise(notebook)
    in_place = destination.exists() and destination.samefile(source)
    if in_place and error is None and reading.read_text(source) != text:
        error = "changed on disk while it was executed, and left as it is: run this again"
    if not (in_place and error):
        files.write(destination, nbformat.writes(notebook) + "\n")
    return Execution(path, notebook, seconds, error)


def executed(folder: Path) -> list[Execution]:
    """Return what is known of each notebook below `folder` that FRAMEWORKS admits, without executing any.

    `error` says what is wrong with a file that is no notebook, was not executed or ended in an error;
    `seconds` is 0. Raises ValueError where FRAMEWORKS names what is not a framework.
    """
    return [_executed(folder, path) for path in discover(folder, chosen_frameworks())]


def _executed(folder, path):
    try:
        notebook = reading.read(path)
    except (OSError, ValueError) as error:
        return Execution(path.relative_to(folder), None, 0.0, str(error))
    return Execution(path.relative_to(folder), notebook, 0.0, reading.error_of(notebook))


def execute_all(
    folder: Path,
    paths: list[Path],
    target: Path,
    report: Callable[[Execution], None],
    waiting: Callable[[list[Path]], None],
) -> list[Execution]:
    """Execute the notebooks `paths` of `folder` into `target`, as many at a time as there are cores.

    `report` is called with each as it finishes; `waiting` is called with the unfinished ones whenever none
    has finished for `BEAT` seconds. Returns all of them in the order of `paths`.
    """
    workers = _workers(len(paths))
    # Spawned, not forked: no locks and no threads inherited from whoever calls.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, prepare, (workers,)) as pool:
        futures = {pool.submit(execute_file, folder, path, target): path for path in paths}
        pending = set(futures)
        try:
            while pending:
                done, pending = wait(pending, BEAT, FIRST_COMPLETED)
                for future in done:
                    report(future.result())
                if not done:
                    waiting([path for future, path in futures.items() if future in pending])
        except BaseException:
            # Otherwise they would continue with the queued notebooks. A kernel ends when its parent is gone.
            for worker in multiprocessing.active_children():
                worker.kill()
            raise
    return [future.result() for future in futures]


def _workers(notebooks):
    return min(os.cpu_count() or 1, notebooks, 61)  # Windows cannot wait for more than 61
