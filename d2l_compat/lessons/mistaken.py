"""What a file is that is no notebook, and what to do with it."""

from __future__ import annotations

import re

KINDS = (
    (r"\A\s*\Z", "an empty file", "save the notebook again where it was written"),
    (r"\Aversion https://git-lfs\.", "a Git LFS pointer", "fetch the notebook with git lfs pull"),
    (r"\A(PK\x03\x04|\x1f\x8b|\x89PNG|%PDF)", "an archive, an image or a PDF", "give the notebook itself"),
    (r"\A\s*<(!doctype|html|head|body|\?xml|!--)", "a web page", "download the raw file instead"),
    (r"^<{7} ", "a notebook with a merge conflict", "resolve it, as with git checkout --ours or --theirs"),
    (
        r"^(import|from)\s+\w",
        "a Python script",
        "give it a name that ends in .py; d2l-compat run and check take it",
    ),
)


def named(data: bytes) -> str | None:
    """Return what a file with the content `data` is, and the remedy; None if it is not recognised."""
    text = data.decode("latin-1")
    for pattern, what, remedy in KINDS:
        if re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
            return f"this is {what}: {remedy}"
    return None
