"""Spoilt notebooks for `check`, `compare` and `run`: they are read, or refused with one line and status 2.

``python tests/slow/fuzz_notebook.py 1000000`` tries a million with each command, and reports how many were
refused. `run` stops short of executing anything.
"""

import contextlib
import io
import json
import logging
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from unittest import mock

from d2l_compat.__main__ import main
from d2l_compat.foreign import run
from d2l_compat.helpers.history import History

HOSTILE = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        10**400,
        "",
        [],
        {},
        [[]],
        [{}],
        [None],
        {"": None},
    ),
    *(
        "\ud800",
        "\0",
        "\x1b[31m",
        "a\rb\u2028c",
        "<script>1</script>",
        "../../x",
        "x" * 10_000,
        "%" * 50,
        "(",
    ),
    *(
        "code",
        "markdown",
        "raw",
        "error",
        "stream",
        "execute_result",
        "display_data",
        "cells",
        "R",
        "python2",
    ),
    *(
        "import d2l",
        "from d2l import torch as d2l",
        "%%time\n!pip install d2l",
        "$\\frac{a}$",
        "[a](javascript:b)",
    ),
    *("image/png", "image/svg+xml", "text/html", "application/json", "A" * 999, "\\begin{a}", "é😀", "1e999"),
)
NESTED = ("[" * 100_000, '{"a":' * 100_000, "[" * 900 + "]" * 900, '{"cells":[' + "[" * 50_000, "9" * 50_000)


def valid():
    """Return a notebook with a cell and an output of every kind, as JSON would give it."""
    history = History("torch", {"torch": "2.13.0"}, "synthetic", "generator")
    history.add(0.7876, 0.747, 0.804, 1.5)
    data, metadata = history._repr_mimebundle_()
    data.update({"image/png": "iVBORw0KGgo=", "image/svg+xml": "<svg/>", "text/markdown": "*a* $x$"})
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
        {"output_type": "display_data", "data": data, "metadata": metadata},
        {
            "output_type": "execute_result",
            "data": {"text/html": "<b>1</b>"},
            "metadata": {},
            "execution_count": 1,
        },
    ]
    sources = ["from d2l import torch as d2l", "d2l.train_ch3(net, a, b, loss, 5, 256, None, None, t)"]
    cells = [
        {
            "cell_type": "markdown",
            "id": "m",
            "metadata": {},
            "source": ["# Title\n", "$\\frac{1}{2}$ <b>x</b>"],
        },
        {"cell_type": "raw", "id": "r", "metadata": {}, "source": "raw"},
        *(
            {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": i, "source": source}
            for i, source in enumerate(sources, 1)
        ),
    ]
    cells[2]["outputs"], cells[3]["outputs"] = outputs, []
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def places(value):
    """Yield (container, key) for everything inside of `value`."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def spoil(notebook, rng):
    """Change one thing in `notebook`: a value, its absence, its repetition, or a key."""
    found = list(places(notebook))
    if not found:
        return
    container, key = rng.choice(found)
    kind = rng.randrange(5)
    if kind <= 2:
        container[key] = rng.choice(HOSTILE)
    elif kind == 3:
        del container[key]
    elif isinstance(container, list):
        container[key:key] = [container[key]] * rng.choice((1, 2, 50))
    else:
        container[str(rng.choice(HOSTILE))] = container[key]


def spoil_bytes(data, rng):
    """Return `data` with some of its bytes changed, lost or repeated."""
    data = bytearray(data)
    at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    kind = rng.randrange(5)
    if kind == 0:
        data[at : at + 1] = rng.randbytes(1)
    elif kind == 1:
        del data[at:to]
    elif kind == 2:
        data[at:at] = data[at:to]
    elif kind == 3:
        data[at:to] = rng.choice(
            (b"\xff\xfe", b"\xef\xbb\xbf", b"\\ud800", b"NaN", b"1e999", b"\0", b"\\u0000")
        )
    else:
        data[at:to] = rng.choice(NESTED).encode()
    return bytes(data)


def inputs(rng):
    """Yield contents of files without end: spoilt one to four times as JSON, as bytes, or both."""
    while True:
        notebook = valid()
        as_bytes = rng.random() < 0.3
        for _ in range(rng.choice((0, 1)) if as_bytes else rng.choice((1, 1, 2, 4))):
            spoil(notebook, rng)
        data = json.dumps(notebook, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
        for _ in range(rng.choice((1, 2)) if as_bytes else 0):
            data = spoil_bytes(data, rng)
        yield data


def quietly(arguments):
    """Return the exit status of a command, and what it said on stderr. No notebook is executed."""
    with contextlib.ExitStack() as stack:
        # nbformat logs what it refuses: half characters too, which no report of pytest-xdist can hold.
        stack.enter_context(mock.patch.object(logging.getLogger("traitlets"), "disabled", True))
        stack.enter_context(mock.patch.object(run, "run_cells", return_value=None))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        said = stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        return main(arguments), said.getvalue()


class Commands:
    """The three commands, in a folder of their own beside a notebook that is good."""

    def __init__(self, folder):
        self.path, good = Path(folder, "spoilt.ipynb"), Path(folder, "good.ipynb")
        good.write_text(json.dumps(valid()), encoding="utf-8")
        out = [str(Path(folder, name)) for name in ("page.html", "out.ipynb")]
        self.lines = {
            "check": ["check", str(self.path)],
            "fix": ["check", "--fix", str(self.path)],
            "compare": ["compare", str(self.path), str(good), "-o", out[0]],
            "run": ["run", str(self.path), "-o", out[1]],
        }

    def try_input(self, data):
        """Give `data` to each command; return {command: status}, and assert that nothing else can happen."""
        statuses = {}
        for name, arguments in self.lines.items():
            self.path.write_bytes(data)
            status, said = quietly(arguments)
            assert status in (0, 1, 2), (name, status)
            if status == 2:
                assert said.startswith("error: "), (name, said)
                assert len(said.splitlines()) == 1, (name, said)
            statuses[name] = status
        return statuses


def try_inputs(number, folder, seed=0):
    """Try so many inputs; return how many of them each command refused."""
    commands, refused = Commands(folder), Counter()
    for _, data in zip(range(number), inputs(random.Random(seed))):
        try:
            statuses = commands.try_input(data)
        except BaseException:
            print(f"input: {data!r}", file=sys.stderr)
            raise
        refused.update(name for name, status in statuses.items() if status == 2)
    return refused


if __name__ == "__main__":
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        refused = try_inputs(count, folder, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    for name in refused:
        print(f"{name}: {count} inputs, {refused[name]} refused in one line, {count - refused[name]} read")
