"""Tasks spread over threads of this process, or over the workers of a Dask cluster.

Both are context managers that yield one function, ``each(task, items)``: it calls the task on every item,
begins with the first ones, and yields ``(item, result)`` as they finish. It raises what a task raises.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from urllib.parse import urlsplit

from d2l_compat.helpers.importing import requires
from d2l_compat.reproduce.children import RunError, children

PATIENCE = 10
"""Seconds within which a scheduler must answer, and have a worker."""


@contextmanager
def local(workers: int) -> Iterator[Callable]:
    """Spread tasks over `workers` threads, each of which waits for a child process."""
    threads = ThreadPoolExecutor(workers)

    def each(task, items):
        futures = {threads.submit(task, item): item for item in items}
        for future in as_completed(futures):
            yield futures[future], future.result()

    try:
        yield each
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        with children.ending():
            threads.shutdown()


@contextmanager
def cluster(address: str) -> Iterator[Callable]:
    """Spread tasks over the workers of the scheduler at `address`, ``'tcp://host:port'``.

    If a worker dies, the scheduler gives its tasks to the others. Raises ValueError for what is
    no address, OSError where no scheduler answers or it has no worker, `RunError` where a task fails.
    """
    with requires("dask.distributed", 'pip install "dask[distributed]" jinja2 tqdm'):
        import distributed

    def call(pickled):
        task, item = pickle.loads(pickled)
        return task(item)

    def each(task, items):
        # Pickled here and unpickled by the worker, so that the scheduler needs no d2l_compat.
        futures = {client.submit(call, pickle.dumps((task, item)), pure=False): item for item in items}
        for future in distributed.as_completed(futures):
            yield futures.pop(future), _result(future)

    with _client(distributed, address) as client:
        yield each


def _client(distributed, address):
    expected = f"{address}: expected a Dask scheduler at an address such as tcp://10.0.0.1:8786, received"
    if not _is_address(address):
        raise ValueError(f"{expected} no such address")
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except OSError as error:
        raise OSError(f"{expected}: {str(error).splitlines()[0]}") from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except (TimeoutError, asyncio.TimeoutError):  # one class since Python 3.11
        client.close()
        raise OSError(
            f"{address}: expected workers, received a scheduler that has none. "
            f"Start some: dask worker {address}"
        ) from None
    return client


def _is_address(text):
    try:
        parts = urlsplit(text)
        return bool(parts.scheme and parts.hostname and parts.port)
    except ValueError:  # a port that is no number
        return False


def _result(future):
    try:
        return future.result()
    except RunError:
        raise
    except CancelledError:
        raise RunError("expected the scheduler to stay, but it went away: start again to continue") from None
    except (
        Exception
    ) as error:  # Dask's own, such as for a worker without the package, or a task that killed three workers
        reason = " ".join(str(error).split())
        raise RunError(
            f"expected workers with the same d2l_compat installed, received {type(error).__name__}: {reason}"
        ) from error
