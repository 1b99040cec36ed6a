"""Training in child processes: the same environment, and so the same numbers, wherever it is started.

`run`, `untrained` and `environment` are the tasks of the experiment. Threads of this process call them, or
the workers of a cluster do; neither the caller's threads nor its imports influence a training.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from d2l_compat.reproduce.child import CONTROLLED
from d2l_compat.reproduce.store import Spec

ATTEMPTS = 3
"""How often a run whose process dies is started before it is given up."""


class RunError(ValueError):
    """A run cannot be made, here or anywhere: the message says which and why."""


class ChildDied(Exception):  # noqa: N818 - says what has happened
    """The process ended before it answered."""


class Child:
    """A running `d2l_compat.reproduce.child`."""

    def __init__(self, face):
        self.face = face
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        self.process: Any = subprocess.Popen(
            [sys.executable, "-m", "d2l_compat.reproduce.child", face],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            encoding="utf-8",
            env={**os.environ, **CONTROLLED},
            start_new_session=True,  # Ctrl-C is for the process that started it, which then ends it
        )

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer to a request; raise `ChildDied` where none comes."""
        try:
            self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:  # Windows has no BrokenPipeError
            line = ""
        if not line.endswith("\n"):
            raise ChildDied(self._ending())
        return json.loads(line)

    def _ending(self):
        code = self.process.wait()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        self.stderr.seek(0)
        words = self.stderr.read().decode(errors="replace").split("\n")
        last = [line.strip() for line in words if line.strip()][-1:]
        return how + "".join(f" ({line})" for line in last)

    def end(self) -> None:
        """End the process at once, and wait for that."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End the process and give back its pipes; nobody may be waiting for its answer."""
        self.end()
        self.process.stdout.close()
        self.stderr.close()
        with suppress(OSError):  # a request that it never read
            self.process.stdin.close()


class Children:
    """The child processes of this process: at most one for each thread that asks, reused if possible."""

    def __init__(self):
        self.lock = threading.Lock()
        self.idle: list[Child] = []
        self.busy: list[Child] = []
        self.is_ending = False

    def ask(self, name: str, face: str, do: str, **arguments: Any) -> dict[str, Any]:
        """Return the result of a request to a child for `face`; `name` says in errors which run it is for.

        Raises `RunError` for an error that the child reports, and after `ATTEMPTS` deaths.
        """
        for _ in range(ATTEMPTS):
            child = self._take(face)
            try:
                answer = child.ask(do, **arguments)
            except ChildDied as error:
                ending = error
                self._leave(child)
                continue
            self._put_back(child)
            if "error" in answer:
                raise RunError(f"{name}: {answer['error']}")
            return answer["result"]
        raise RunError(f"{name}: expected figures, received {ATTEMPTS} training processes {ending}")

    @contextmanager
    def ending(self) -> Iterator[None]:
        """End all of them: requests in progress fail, and no other begins until the context ends."""
        with self.lock:
            self.is_ending = True
            for child in self.busy:
                child.end()
        yield
        with self.lock:
            while self.idle:
                self.idle.pop().close()
            self.is_ending = False

    def _take(self, face):
        """Return an idle child for `face`, or a new one, which may replace an idle one for another face."""
        with self.lock:
            if self.is_ending:
                raise RunError(f"{face}: the training processes are being ended")
            fitting = [child for child in self.idle if child.face == face]
            leaving = None
            if fitting:
                child = fitting[0]
                self.idle.remove(child)
            else:
                leaving = self.idle.pop() if self.idle else None
                child = Child(face)
            self.busy.append(child)
        if leaving:
            leaving.close()
        return child

    def _put_back(self, child):
        with self.lock:
            self.busy.remove(child)
            self.idle.append(child)

    def _leave(self, child):
        with self.lock:
            self.busy.remove(child)
        child.close()


children = Children()


def environment(asked: tuple[str, str]) -> dict[str, str]:
    """Return what determines the runs of a face on a release, the two `asked`, as `child.environment` says.

    Raises `RunError` where the face or the data are not to be had.
    """
    face, release = asked
    return children.ask(face, face, "environment", release=release)


def untrained(asked: tuple[str, int, tuple[str, ...]]) -> dict:
    """Return what `child.untrained` says of a face, a number of draws and releases, the three `asked`.

    Raises `RunError` where the face or the data are not to be had.
    """
    face, draws, releases = asked
    return children.ask(f"{face}, untrained", face, "untrained", draws=draws, releases=releases)


def run(spec: Spec) -> dict:
    """Return what a run gave, as `child.train` says. Raises `RunError` where it cannot be made."""
    arguments = asdict(spec)
    arguments.pop("row")
    return children.ask(spec.name, arguments.pop("face"), "train", **arguments)
