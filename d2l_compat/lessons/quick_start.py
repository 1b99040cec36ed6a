"""What lets a command, and the processes that it starts, begin fast."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType
from typing import Any

GRAMMAR = "rfc3987_syntax"


class _Deferred(ModuleType):
    """A module that is imported when something in it is used, not before."""

    def is_valid_syntax(self, *arguments: Any) -> bool:
        return bool(_imported().is_valid_syntax(*arguments))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system looks for
            raise AttributeError(name)
        return getattr(_imported(), name)


def _imported():
    if isinstance(sys.modules.get(GRAMMAR), _Deferred):
        del sys.modules[GRAMMAR]
    return importlib.import_module(GRAMMAR)


@contextmanager
def without_grammar() -> Iterator[None]:
    """Import jsonschema in this block without building the grammar of internationalised addresses.

    That takes longer than everything else that a command imports, and notebooks have no such addresses. The
    grammar is built when one is checked.
    """
    if GRAMMAR not in sys.modules and find_spec(GRAMMAR):
        sys.modules[GRAMMAR] = _Deferred(GRAMMAR)
    try:
        yield
    finally:
        if isinstance(sys.modules.get(GRAMMAR), _Deferred):
            del sys.modules[GRAMMAR]
