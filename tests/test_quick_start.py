"""A command imports what it needs and no more; what it does without meanwhile works afterwards."""

import os
import subprocess
import sys

import pytest
from test_run import write

from d2l_compat import frameworks
from d2l_compat.lessons.quick_start import without_grammar

PAGES = {"nbconvert", "nh3", "jinja2", "bleach", "mistune"}
GRAMMAR = {"rfc3987_syntax", "lark"}
HEAVY = {*frameworks(), "matplotlib"}


def imported(folder, *arguments):
    """Return the modules that a process has imported when a command has run."""
    code = "import sys\nfrom d2l_compat.commands import command_line\ncommand_line.main(sys.argv[1:])"
    print_modules = "\nprint(*sys.modules, file=sys.stderr)"
    process = subprocess.run(
        [sys.executable, "-c", code + print_modules, *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(process.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (["run", "a.ipynb"], PAGES | GRAMMAR | HEAVY),
        (["check", "a.ipynb"], PAGES | GRAMMAR | HEAVY | {"nbclient", "jupyter_client"}),
        (["compare", "a.ipynb", "a.ipynb", "-o", "page.html"], GRAMMAR | HEAVY - {"matplotlib"}),
    ],
    ids=["run", "check", "compare"],
)
def test_a_command_imports_nothing_that_it_does_not_need(tmp_path, command, unneeded):
    write(tmp_path / "a.ipynb", "1")
    modules = imported(tmp_path, *command)
    assert "d2l_compat" in modules
    assert modules & unneeded == set()


def test_no_process_that_executes_notebooks_builds_the_grammar(tmp_path):
    write(tmp_path / "a.ipynb", "1")
    (tmp_path / "rfc3987_syntax.py").write_text("raise SystemExit('the grammar was imported')")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run(
        [sys.executable, "-m", "d2l_compat", "execute", tmp_path, "-o", tmp_path / "out"],
        env={**os.environ, "D2L_COMPAT_DATA": "synthetic", "PYTHONPATH": path}, check=True,
    )  # fmt: skip


def test_the_grammar_is_there_for_whoever_uses_it():
    code = (
        "from d2l_compat.lessons.quick_start import without_grammar\n"
        "with without_grammar():\n    import jsonschema\n"
        "import sys; assert not {'lark', 'rfc3987_syntax'} & set(sys.modules)\n"
        "check = jsonschema.FormatChecker()\n"
        "assert check.conforms('https://é.example', 'iri') and not check.conforms('no iri', 'iri')\n"
        "with without_grammar():\n    import rfc3987_syntax\n"
        "assert rfc3987_syntax.__file__"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_imported_in_the_meantime_is_the_module_itself():
    code = (
        "from d2l_compat.lessons.quick_start import without_grammar\n"
        "with without_grammar():\n    import rfc3987_syntax\n    assert rfc3987_syntax.parse\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_package_nothing_is_put_in_its_place(monkeypatch):
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", None)
    with without_grammar(), pytest.raises(ImportError):
        import rfc3987_syntax  # noqa: F401
