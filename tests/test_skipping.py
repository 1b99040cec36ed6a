"""Commands that install or download d2l are replaced by a line that says so; all others run."""

import ast
import sys

import pytest
from IPython import display
from IPython.core.events import EventManager, available_events
from IPython.core.inputtransformer2 import TransformerManager

import d2l_compat
from d2l_compat.foreign import extension, installs, redirect
from d2l_compat.foreign.installs import Place, without
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
    "yes | pip install d2l > log.txt 2>&1",
    "sudo -H pip install d2l",
    "CUDA=1 {sys.executable} -m pip install d2l",
    "git clone https://github.com/d2l-ai/d2l-en.git",
    "git clone https://github.com/someone/Dive-into-DL-PyTorch",
    "wget https://raw.githubusercontent.com/d2l-ai/d2l-en/master/d2l/torch.py",
    "wget -q https://example.org/d2l.py",
    "git clone -b release --depth 1 https://github.com/d2l-ai/d2l-zh.git book",
    "git clone git@github.com:d2l-ai/d2l-pytorch-colab.git",
    "git clone --recursive ssh://git@github.com/d2l-ai/d2l-tensorflow-sagemaker",
    "git clone https://github.com/d2l-ai/d2l-tr.git",
    "git clone https://github.com/d2l-ai/d2l-pt-br.git",
    "pip install -e git+https://github.com/d2l-ai/d2l-en#egg=d2l",
    "pip install -e ./d2l-en[dev]",
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
    "echo pip install d2l",
    "echo 'pip install d2l && ls' && ls",
    "ls  # pip install d2l",
    "grep 'git clone https://github.com/d2l-ai/d2l-en' notes.txt",
    "pip install -e .",
    "cd elsewhere && pip install -e .",
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


REASON = "d2l comes from d2l_compat"
CLONE = "git clone https://github.com/d2l-ai/d2l-en"


@pytest.mark.parametrize(
    ("command", "rest", "skipped"),
    [
        ("pip install d2l && wget a.zip", "cd . && wget a.zip", ["`pip install d2l`"]),
        ("wget a.zip; pip install d2l", "wget a.zip; cd . ", ["`pip install d2l`"]),
        ("if x; then pip install d2l; fi", "if x; then cd . ; fi", ["`pip install d2l`"]),
        (
            "pip install -q torch d2l==0.17",
            "pip install -q torch",
            ["d2l==0.17 in `pip install -q torch d2l==0.17`"],
        ),
        ("pip install d2l 'numpy<2'", "pip install 'numpy<2'", ["d2l in `pip install d2l 'numpy<2'`"]),
        ("pip install d2l -r more.txt", "pip install -r more.txt", ["d2l in `pip install d2l -r more.txt`"]),
        ("(pip install d2l)", "", ["`pip install d2l`"]),
        (f"{CLONE} book && cd book && ls /", "cd . && cd . && ls /", [f"`{CLONE} book`", "`cd book`"]),
        (f"{CLONE}; cd d2l-en; pip install -e .", "", [f"`{CLONE}`", "`cd d2l-en`", "`pip install -e .`"]),
        ("wget http://x/d2l.zip; unzip d2l.zip; ls", "", ["`wget http://x/d2l.zip`", "`unzip d2l.zip`"]),
    ],
    ids=[
        "and",
        "semicolon",
        "if",
        "other package",
        "quoted",
        "file",
        "()",
        "cd",
        "into the clone",
        "archive",
    ],
)
def test_what_else_stands_on_the_line_runs(tmp_path, monkeypatch, command, rest, skipped):
    monkeypatch.chdir(tmp_path)
    left, notes = without(command, Place())
    assert left == (rest or left)
    assert bool(rest) == bool(left) or left.endswith(" ls")
    assert notes == [f"{REASON}: skipped {part}" for part in skipped]


def test_a_clone_that_is_there_is_entered_and_not_installed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d2l-zh").mkdir()
    assert without("cd d2l-zh && pip install -e .", Place())[0] == "cd d2l-zh && cd . "


@pytest.mark.parametrize(
    ("found", "expected"),
    [(object(), "MXNet is installed: skipped `pip install -U mxnet-cu101mkl==1.6.0`"), (None, None)],
    ids=["MXNet installed", "no MXNet"],
)
def test_pins_of_mxnet_are_skipped_only_where_it_is_installed(monkeypatch, found, expected):
    monkeypatch.setattr(installs, "find_spec", lambda name: found)
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


CLONED = "!git clone git@github.com:d2l-ai/d2l-pytorch-colab.git\n"


@pytest.mark.parametrize(
    "following",
    ["%cd 'd2l-pytorch-colab'\n!pip install -e .", "os.chdir('d2l-pytorch-colab')\n%pip install ."],
    ids=["%cd", "os.chdir"],
)
def test_in_a_clone_that_was_skipped_nothing_is_installed(tmp_path, monkeypatch, following, capsys):
    monkeypatch.chdir(tmp_path)
    calls, _ = run_cell(CLONED + following + "\n!ls\n%cd ..\n!pip install -e .")
    assert calls == [("system", "ls"), ("system", "pip install -e .")]
    assert capsys.readouterr().out.count(REASON) == 4


@pytest.mark.parametrize(
    ("following", "call"),
    [
        ("%cd ../data", ("run_line_magic", "cd", "{here}/data")),
        ("os.chdir('../data')", ("chdir", "{here}/data")),
        ("%cd chapter/..\n%cd ../data", ("run_line_magic", "cd", "{here}/data")),
        ("%cd ..\n%cd data", ("run_line_magic", "cd", "data")),
        ("%cd /data", ("run_line_magic", "cd", "/data")),
        ("%cd -q ..", ("run_line_magic", "cd", "-q ..")),
    ],
)
def test_the_way_out_of_a_skipped_clone_leads_where_it_would_have_led(tmp_path, monkeypatch, following, call):
    monkeypatch.chdir(tmp_path)
    calls, _ = run_cell(f"{CLONED}%cd d2l-pytorch-colab\n{following}")
    assert calls == [tuple(part.format(here=tmp_path) for part in call)]


def test_other_packages_of_a_magic_are_installed():
    assert run_cell("%pip install -U d2l torch")[0] == [("run_line_magic", "pip", "install -U torch")]
    assert run_cell("!pip install d2l && ls")[0] == [("system", "cd . && ls")]


PIP = "[sys.executable, '-m', 'pip', 'install', 'd2l']"
STARTS = "import os, subprocess, sys\nfrom subprocess import check_call\n"


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (f"subprocess.run({PIP}, capture_output=True, text=True).stdout", ""),
        (f"subprocess.check_output({PIP})", b""),
        (f"check_call({PIP})", 0),
        ("subprocess.call('pip install d2l'.split())", 0),
        ("subprocess.run('pip install d2l && echo next', shell=True, capture_output=True).stdout", b"next\n"),
        ("subprocess.call(f'{sys.executable} -m pip install d2l', shell=True)", 0),
        ("os.system('pip install d2l')", 0),
        ("subprocess.getoutput('pip install d2l')", ""),
        ("os.popen('pip install d2l').close()", None),
        ("pip.main(['install', 'd2l'])", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_pip_started_by_python_is_not_started(capsys, call, value):
    space = {}
    tree = Skip().visit(ast.parse(f"{STARTS}x = {call}"))
    exec(compile(ast.fix_missing_locations(tree), "cell", "exec"), space)
    assert space["x"] == value
    assert capsys.readouterr().out.startswith(f"{REASON}: skipped `")


@pytest.mark.parametrize(
    ("call", "left"),
    [
        ("subprocess.run(['pip', 'install', 'd2l', 'torch'])", "subprocess.run(['pip', 'install', 'torch'])"),
        ("pip.main(['install', 'd2l', name])", "pip.main(['install', name])"),
        ("os.system(f'pip install d2l {name}')", "os.system(f'pip install {name}')"),
    ],
)
def test_what_else_python_installs_is_installed(call, left):
    assert ast.unparse(Skip().visit(ast.parse(call))).endswith(f" or {left}")


@pytest.mark.parametrize(
    "call", ["print('pip install d2l')", "run(['echo', 'pip', 'install', 'd2l'])", "run(command)"]
)
def test_calls_that_install_nothing_stay(call):
    assert ast.unparse(Skip().visit(ast.parse(call))) == call


def test_unloading_the_extension_restores_ipython_and_imports():
    class Shell:
        def __init__(self):
            self.ast_transformers = []
            self.events = EventManager(self, available_events)

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
