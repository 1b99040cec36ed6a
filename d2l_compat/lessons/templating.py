"""The templates of pages, those of one folder and the parts that all pages share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from d2l_compat.editions import WRITTEN

SHARED = Path(__file__).parent / "templates"


@cache
def templates(folder: Path = SHARED) -> jinja2.Environment:
    """Return the environment of the templates in `folder`; what they are given is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written"] = lambda name: WRITTEN.get(name, name)
    return environment
