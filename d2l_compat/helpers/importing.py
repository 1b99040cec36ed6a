"""Imports that may fail or be redirected: the frameworks themselves, and the installed d2l."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

installed_d2l: Callable[[], AbstractContextManager[None]] = nullcontext
"""Makes a context in which d2l is the installed one; the redirection of imports replaces this function."""


@contextmanager
def requires(framework: str, command: str, libraries: str = "") -> Iterator[None]:
    """Turn the failed import of `framework` into an ImportError that names the `command` to install it.

    `libraries`: the command that installs what the framework's own libraries need of the system.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ImportError(
            f"d2l_compat needs {framework} here, and it cannot be imported ({error}). "
            f"Install it with: {command}"
        ) from error
    except OSError as error:
        raise ImportError(
            f"d2l_compat needs {framework} here, and its library does not load ({error}). "
            f"Install the system libraries that it needs: {libraries or command}"
        ) from error
