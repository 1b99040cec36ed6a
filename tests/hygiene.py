"""What a committed notebook must be, besides giving its stored outputs again.

nbval passes a notebook without outputs, and a cell whose magic does not exist; these rules do not.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from d2l_compat import frameworks
from d2l_compat.lessons.execute import KERNELSPEC, LANGUAGE_INFO
from d2l_compat.lessons.results import runs

ALLOWED_TAGS = {"answers", "framework", "nbval-ignore-output"}
LONGEST_LINE = 78
LONGEST_CELL = 12
LARGEST_FILE = 1_500_000  # bytes

# Words and numbers joined by hyphens. Generated ids mix digits into their letters or are long hexadecimal.
READABLE_ID = re.compile(r"(?!.*\b[0-9a-f]{8,}\b)[a-z]+\d*(-([a-z]+\d*|\d+))*")
ABSOLUTE_PATH = re.compile(r"""(?<![^\s"'(=>,:[])(?:file://)?/(?:[\w.+-]+/)+[\w.+-]+|\b[A-Z]:\\\w+""")
OBJECT_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


def read(path: Path) -> NotebookNode:
    """Return the notebook as it is in the file: nothing validated, nothing repaired."""
    return nbformat.reader.reads(path.read_text(encoding="utf-8"))


def problems(notebook: NotebookNode, path: Path) -> list[str]:
    """Return everything that is wrong with a notebook read from `path`, a line each; none if it is clean."""
    found = [*_format(notebook), *_size(path)]
    if found:
        return found
    return [problem for rule in RULES for problem in rule(notebook)]


def _format(notebook):
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        yield f"notebook format {notebook.nbformat}.{notebook.nbformat_minor}, expected 4.5"
        return
    for error in nbformat.validator.iter_validate(notebook):
        yield f"not a valid notebook: {error.message}"


def _size(path):
    size = path.stat().st_size
    if size > LARGEST_FILE:
        yield f"the file has {size} bytes, at most {LARGEST_FILE} are allowed"


def _kernel(notebook):
    for key, expected in (("kernelspec", KERNELSPEC), ("language_info", LANGUAGE_INFO)):
        stored = notebook.metadata.get(key)
        if stored != expected:
            yield f"{key} is {stored}, expected {expected}"


def _frameworks(notebook):
    needed, known = notebook.metadata.get("d2l_compat", {}).get("frameworks"), frameworks()
    if not isinstance(needed, list) or not {*needed} <= {*known}:
        yield (
            f"metadata d2l_compat.frameworks is {needed}, expected a list of the frameworks that it needs, "
            f"out of {', '.join(known)}, empty if it needs none"
        )


def _ids(notebook):
    for name, count in Counter(cell.id for cell in notebook.cells).items():
        if count > 1:
            yield f"cell {name!r}: {count} cells have this id"
        if not READABLE_ID.fullmatch(name):
            yield f"cell {name!r}: the id is no readable name in lower case like 'softmax-define'"


def _tags(notebook):
    for before, cell in zip([None, *notebook.cells], notebook.cells):
        tags = set(cell.metadata.get("tags", ()))
        for tag in sorted(tags - ALLOWED_TAGS):
            yield f"cell {cell.id!r}: the tag {tag!r} is none of {sorted(ALLOWED_TAGS)}"
        reason_given = before and before.cell_type == "markdown" and "because" in before.source
        if "nbval-ignore-output" in tags and not reason_given:
            yield f"cell {cell.id!r}: output ignored, and the prose before gives no reason with 'because'"
        if re.search(r"^\s*#\s*(NBVAL_|PYTEST_VALIDATE_)", cell.source, re.MULTILINE):
            yield f"cell {cell.id!r}: a comment steers nbval; use a tag, and say why in the prose before"


def _timing(notebook):
    for cell in notebook.cells:
        if "execution" in cell.metadata:
            yield f"cell {cell.id!r}: execution times are stored in its metadata"


def _source(notebook):
    for cell in _code(notebook):
        lines = cell.source.splitlines()
        if len(lines) > LONGEST_CELL:
            yield f"cell {cell.id!r}: {len(lines)} lines, at most {LONGEST_CELL} are allowed"
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST_LINE:
                yield (
                    f"cell {cell.id!r}, line {number}: {len(line)} columns, "
                    f"at most {LONGEST_LINE} are allowed"
                )
        if cell.source.rstrip().endswith(";"):
            yield f"cell {cell.id!r}: ends in ';', which hides its output from Jupyter and not from nbval"


def _execution(notebook):
    cells = _code(notebook)
    if cells and not any(cell.outputs for cell in cells):
        yield "no code cell has outputs: the notebook was stripped or never executed"
        return
    for expected, cell in enumerate(cells, 1):
        if cell.execution_count != expected:
            yield (
                f"cell {cell.id!r}: execution count {cell.execution_count}, expected {expected}: "
                "not executed once from top to bottom"
            )
        elif not cell.outputs and _must_print(cell.source):
            yield f"cell {cell.id!r}: shows something when executed, and has no stored output"


def _must_print(source):
    # A call may return None, so of calls only those of print and show count.
    statements = ast.parse(TransformerManager().transform_cell(source)).body
    shown = any(
        isinstance(s, ast.Expr)
        and isinstance(s.value, ast.Call)
        and ast.unparse(s.value.func) in ("print", "plt.show")
        for s in statements
    )
    return shown or any(
        isinstance(s, ast.Expr) and not isinstance(s.value, ast.Call) for s in statements[-1:]
    )


def _outputs(notebook):
    for cell in _code(notebook):
        for output in cell.outputs:
            yield from (f"cell {cell.id!r}: {problem}" for problem in _output_problems(output))


def _output_problems(output):
    text = _text(output)
    if output.output_type == "error":
        yield f"stored error {output.ename}: {output.evalue}"
    elif "UsageError:" in text:
        yield f"unknown magic, {text.strip()}"
    elif output.get("name") == "stderr":
        yield f"output on stderr: {text.strip().splitlines()[0]}"
    else:
        for what, pattern in (
            ("an absolute path", ABSOLUTE_PATH),
            ("an object's address", OBJECT_ADDRESS),
        ):
            match = pattern.search(text)
            if match:
                yield f"output holds {what}: {match[0]}"


def _text(output):
    shown = {"stdout": output.get("text", ""), **output.get("data", {})}
    return "\n".join(
        "".join(value) for kind, value in shown.items() if kind == "stdout" or kind.startswith("text/")
    )


def _data(notebook):
    if any(run.is_synthetic for run in runs(notebook)):
        yield "stored results are of the synthetic stand-in: refresh the notebook with the real data"


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


RULES = (_kernel, _frameworks, _ids, _tags, _timing, _source, _execution, _outputs, _data)
