"""``python -m d2l_compat run script.py``, and the Python processes that notebooks and scripts start."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from d2l_compat.commands import command_line
from d2l_compat.foreign import children

HELPER = "import d2lzh\nprint('helper', d2lzh.train_ch3.__module__)"
SCRIPT = """\
# %% [markdown]
# # Lesson
# %%
import os, sys
import d2lzh_pytorch as d2l
# %%
print(__name__, os.path.basename(__file__), sys.argv[1:], os.path.basename(sys.path[0]))
print(d2l, os.environ.get("D2L_COMPAT_TOLD"), [p for p in sys.path if p.endswith("start")])
"""


def run(path, *arguments, **options):
    """Run the script `path` with the command; return the finished process."""
    command = [sys.executable, "-m", "d2l_compat", "run", str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.mark.framework("torch")
def test_a_script_runs_as_python_would_run_it_with_its_imports_redirected(tmp_path):
    folder = tmp_path / "lesson"
    folder.mkdir()
    (folder / "script.py").write_text(SCRIPT)
    process = run(folder / "script.py", "--", "--epochs", "3")
    assert process.stdout.splitlines() == [
        "__main__ script.py ['--epochs', '3'] lesson",
        "<module 'd2lzh_pytorch' (d2l_compat)> None []",
    ]
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.parametrize(
    ("code", "status", "last"),
    [
        ("\nraise ValueError('nothing')", 1, "exit status 1"),
        ("raise SystemExit(3)", 1, "exit status 3"),
        ("import os\nos.kill(os.getpid(), 9)", 1, "ended by SIGKILL"),
    ],
)
def test_a_script_that_fails_is_named_and_the_exit_status_is_1(tmp_path, code, status, last):
    path = tmp_path / "script.py"
    path.write_text(code)
    process = run(path)
    assert process.returncode == status
    *traceback, failed = process.stderr.splitlines()
    assert failed == f"FAILED {path}: {last}"
    if "raise ValueError" in code:
        assert traceback[1] == f'  File "{path}", line 2, in <module>'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.py"], "No such file"),
        (["script.py", "--timeout", "3"], "for notebooks only"),
        (["lesson.ipynb", "--", "1"], "for scripts only"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text("1")
    assert command_line.main(["run", *arguments]) == 2
    assert said in capsys.readouterr().err


EXPORTED = """\
#!/usr/bin/env python
# coding: utf-8
# In[1]:
get_ipython().system('pip install d2l==0.17.6')
get_ipython().run_line_magic('matplotlib', 'inline')
# In[2]:
import os, sys
import d2lzh_pytorch as d2l
get_ipython().run_cell_magic('time', '', 'print(d2l)')
print(__name__, os.path.basename(__file__), sys.argv[1:], os.path.basename(sys.path[0]))
"""


@pytest.mark.framework("torch")
@pytest.mark.parametrize(
    ("end", "status", "failed"),
    [("", 0, ""), ("1 / 0", 1, "exit status 1"), ("sys.exit()", 0, ""), ("sys.exit(3)", 1, "exit status 3")],
    ids=["to its end", "error", "exit", "exit with a status"],
)
def test_a_script_that_jupyter_exported_runs_in_ipython(tmp_path, end, status, failed):
    path = tmp_path / "script.py"
    path.write_text(EXPORTED + end)
    process = run(path, "--", "3")
    lines = process.stdout.splitlines()
    assert lines[:2] == [
        "d2l comes from d2l_compat: skipped `pip install d2l==0.17.6`",
        "<module 'd2lzh_pytorch' (d2l_compat)>",
    ]
    assert f"__main__ script.py ['3'] {tmp_path.name}" in lines
    assert process.returncode == status
    assert process.stderr == (f"FAILED {path}: {failed}\n" if failed else "")


@pytest.mark.framework("torch")
def test_processes_that_a_notebook_starts_have_their_imports_redirected(tmp_path):
    (tmp_path / "helper.py").write_text(HELPER.replace("d2lzh", "d2lzh_pytorch"))
    sources = [
        "!python helper.py",
        "import subprocess, sys\n"
        "print(subprocess.run([sys.executable, 'helper.py'], capture_output=True, text=True).stdout)",
        "import os\nos.system('python helper.py > out.txt')\nprint(open('out.txt').read())",
        "%run helper.py",
        "%unload_ext d2l_compat\nprint('start' in os.environ.get('PYTHONPATH', ''))",
    ]
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=list(map(new_code_cell, sources))), path)
    assert command_line.main(["run", str(path)]) == 0
    cells = nbformat.read(tmp_path / "lesson.executed.ipynb", as_version=4).cells
    shown = ["".join(output.text for output in cell.outputs).split() for cell in cells]
    assert [words[:1] for words in shown] == [["helper"]] * 4 + [["False"]]
    assert all("d2l_compat" in words[1] for words in shown[:4])


def test_another_sitecustomize_has_its_turn_and_a_python_without_this_package_starts(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('mine')")
    start = children.python_path().split(os.pathsep)[0]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([start, str(tmp_path)])}
    line = [sys.executable, "-c", "import sitecustomize; print(sitecustomize.__file__)"]
    process = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert process.stdout.splitlines() == ["mine", str(tmp_path / "sitecustomize.py")]
    assert process.stderr == ""


def test_check_reads_and_fixes_scripts_and_changes_nothing_else(tmp_path, capsys):
    path = tmp_path / "script.py"
    text = "# coding: latin-1\r\n# %%\r\n%matplotlib inline\r\nimport gluonbook as gb  # é\r\ngb.sgd\r\n"
    path.write_bytes(text.encode("latin-1"))
    assert command_line.main(["check", str(path)]) == 1
    assert "line 4: from d2l_compat import gluonbook as gb" in capsys.readouterr().out
    assert command_line.main(["check", "--fix", str(path)]) == 0
    fixed = text.replace("import gluonbook as gb", "from d2l_compat import gluonbook as gb")
    assert path.read_bytes() == fixed.encode("latin-1")
    path.write_bytes("# 读\nimport torch".encode("gbk"))
    assert command_line.main(["check", str(path)]) == 2
    assert "save it as UTF-8" in capsys.readouterr().err
