"""What keeps a command's start short."""

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
    """A module that is imported when something of it is used, not when it is named."""

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

    That takes longer than everything else that a command imports; notebooks have no such addresses. What
    does check one builds it then.
    """
    if GRAMMAR not in sys.modules and find_spec(GRAMMAR):
        sys.modules[GRAMMAR] = _Deferred(GRAMMAR)
    try:
        yield
    finally:
        if isinstance(sys.modules.get(GRAMMAR), _Deferred):
            del sys.modules[GRAMMAR]
