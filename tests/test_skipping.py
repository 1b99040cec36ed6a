"""Commands that install or download d2l are replaced by a line that says so; all others run."""

import ast
import sys

import pytest
from IPython import display
from IPython.core.inputtransformer2 import TransformerManager

import d2l_compat
from d2l_compat.foreign import extension, redirect, skipping
from d2l_compat.foreign.skipping import Skip, note

SKIPPED = [
    "pip install d2l",
    "pip install d2l==0.17.6",
    "pip3 install -U d2l",
    "/opt/bin/pip install --upgrade 'd2l>=0.17'",
    "{sys.executable} -m pip install d2l -f https://d2l.ai/whl.html  # installing d2l",
    "python -m pip install -q D2L[all]",
    "pip install git+https://github.com/d2l-ai/d2l-zh@release",
    "pip install 'd2l @ git+https://github.com/d2l-ai/d2l-en.git'",
    "pip install https://example.org/d2l-0.17.6-py3-none-any.whl",
    "pip install d2lzh",
    "pip install gluonbook",
    "pip uninstall -y d2l",
    "conda install -c conda-forge d2l",
    "cd .. && pip install d2l",
    "git clone https://github.com/d2l-ai/d2l-en.git",
    "git clone https://github.com/someone/Dive-into-DL-PyTorch",
    "wget https://raw.githubusercontent.com/d2l-ai/d2l-en/master/d2l/torch.py",
    "wget -q https://example.org/d2l.py",
    "curl https://d2l.ai/d2l-en-0.17.0.zip -o d2l-en.zip && unzip d2l-en.zip",
    "curl -L https://github.com/d2l-ai/d2l-zh/archive/master.zip",
]
RUN = [
    "pip install matplotlib",
    "pip install d2l_compat",
    "pip install d2lbook",
    "pip install -r requirements.txt",
    "pip list | grep d2l",
    "ls d2l",
    "echo pip install",
    "echo 'an open quotation",
    "wget http://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip",
    "wget https://github.com/d2l-ai/d2l-en/raw/master/data/pokemon.zip",
    "git clone https://github.com/zalandoresearch/fashion-mnist",
    "",
]


@pytest.mark.parametrize("command", SKIPPED)
def test_what_installs_or_downloads_d2l_is_skipped_and_shown(command):
    assert note(command).startswith(f"d2l comes from d2l_compat: skipped `{' '.join(command.split())}`")


@pytest.mark.parametrize("command", RUN)
def test_any_other_command_runs(command):
    assert note(command) is None


def test_the_note_names_what_else_the_line_would_have_installed():
    assert note("pip install -i https://pypi.org/simple torch==1.12 d2l==0.17.6 matplotlib") == (
        "d2l comes from d2l_compat: skipped `pip install -i https://pypi.org/simple torch==1.12 d2l==0.17.6 "
        "matplotlib`, also torch==1.12, matplotlib"
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [(object(), "MXNet is installed: skipped `pip install -U mxnet-cu101mkl==1.6.0`"), (None, None)],
    ids=["MXNet installed", "no MXNet"],
)
def test_pins_of_mxnet_are_skipped_only_where_it_is_installed(monkeypatch, found, expected):
    monkeypatch.setattr(skipping, "find_spec", lambda name: found)
    assert note("pip install -U mxnet-cu101mkl==1.6.0") == expected


def run_cell(cell):
    """Run a cell as IPython would, in a shell that only records its calls; return them and the variables."""
    tree = Skip().visit(ast.parse(TransformerManager().transform_cell(cell)))
    calls = []

    class Shell:
        def __getattr__(self, name):
            return lambda *arguments: calls.append((name, *arguments))

    space = {"get_ipython": Shell, "os": Shell()}
    exec(compile(ast.fix_missing_locations(tree), "cell", "exec"), space)
    return calls, space


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("x = !pip install d2l", []),
        ("!pip install d2l\nx = 1", 1),
        ("%pip install d2l\nx = 1", 1),
        ("%conda install d2l\nx = 1", 1),
        ("if True:\n    !pip install d2l\nx = 1", 1),
        ("x = os.system('pip install d2l')", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_in_a_cell_the_command_is_replaced_by_its_note(capsys, cell, value):
    calls, space = run_cell(cell)
    assert (calls, space["x"]) == ([], value)
    assert capsys.readouterr().out.startswith("d2l comes from d2l_compat: skipped `")


def test_a_text_that_looks_like_a_command_stays(capsys):
    calls, space = run_cell('x = """\n!pip install d2l\n"""')
    assert (calls, space["x"]) == ([], "\n!pip install d2l\n")
    assert capsys.readouterr().out == ""


def test_other_magics_and_commands_run_as_they_are():
    calls, _ = run_cell("%matplotlib inline\n!ls\n%config InlineBackend.figure_format = 'svg'")
    assert calls == [
        ("run_line_magic", "matplotlib", "inline"),
        ("system", "ls"),
        ("run_line_magic", "config", "InlineBackend.figure_format = 'svg'"),
    ]


def test_of_a_script_only_the_lines_concerned_are_replaced():
    ((_, magic, _, script),), _ = run_cell("%%bash\nls\npip install \\\n  d2l\necho done\n")
    assert magic == "bash"
    assert script.splitlines() == [
        "ls",
        "echo 'd2l comes from d2l_compat: skipped `pip install d2l`'",
        "echo done",
    ]


def test_unloading_the_extension_restores_ipython_and_imports():
    class Shell:
        def __init__(self):
            self.ast_transformers = []

    before = dict(vars(display))
    shell = Shell()
    d2l_compat.load_ipython_extension(shell)
    d2l_compat.load_ipython_extension(shell)
    assert callable(display.set_matplotlib_formats)
    assert len(shell.ast_transformers) == 1
    assert any(isinstance(finder, type(redirect._first)) for finder in sys.meta_path)
    d2l_compat.unload_ipython_extension(shell)
    assert shell.ast_transformers == []
    assert vars(display) == before
    assert extension._lent == []
    assert not any(isinstance(finder, type(redirect._first)) for finder in sys.meta_path)
