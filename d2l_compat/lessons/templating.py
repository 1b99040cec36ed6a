"""The templates of pages, those of one folder and the parts that all pages share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

SHARED = Path(__file__).parent / "templates"


@cache
def templates(folder: Path = SHARED) -> jinja2.Environment:
    """Return the environment of the templates in `folder`; what they are given is escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
