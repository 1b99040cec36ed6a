"""``python -m d2l_compat``: the environment report and ``data``."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import d2l_compat
from conftest import CHOSEN
from d2l_compat import frameworks
from d2l_compat.commands import command_line, environment
from d2l_compat.data import fashion_mnist
from d2l_compat.editions import EDITIONS, WRITTEN


def test_the_report_names_every_framework_and_the_data(capsys):
    assert command_line.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {tuple(line.split()[:2]): line for line in lines[2:]}
    assert lines[0].startswith("d2l_compat 0.")
    assert lines[1].startswith("Python 3.")
    assert {name for kind, name in rows if kind == "backend"} == {WRITTEN[name] for name in frameworks()}
    assert {name for kind, name in rows if kind == "edition"} == set(EDITIONS)
    assert {name for kind, name in rows if kind == "data"} == {"2017-08-31", "2017-08-26"}
    assert all("not available" not in rows["backend", WRITTEN[name]] for name in CHOSEN)


def test_the_report_says_which_edition_a_face_is_of():
    assert f"edition {'gluonbook':18} edition 2018 (gluonbook to 0.8.8), MXNet nd" in environment.lines()


def test_a_missing_framework_is_reported_with_its_reason(capsys, monkeypatch):
    monkeypatch.setattr(environment, "FRAMEWORKS", ("nosuch",))
    assert command_line.main([]) == 0
    assert "backend nosuch             not available: No module named" in capsys.readouterr().out


def test_the_report_downloads_nothing(capsys, monkeypatch, tmp_path):
    def no_download(*args):
        raise AssertionError("the report must not download")

    monkeypatch.setattr(fashion_mnist, "_download", no_download)
    monkeypatch.delenv("D2L_COMPAT_DATA", raising=False)
    for home in ("HOME", "XDG_CACHE_HOME", "KERAS_HOME"):
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert command_line.main([]) == 0
    assert f"data    {'2017-08-31':18} not on this machine; fetch: " in capsys.readouterr().out


def test_data_says_where_they_lie(capsys, monkeypatch):
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    assert command_line.main(["data"]) == 0
    assert "synthetic" in capsys.readouterr().out


def test_a_data_folder_without_the_files_is_exit_status_2(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path))
    assert command_line.main(["data"]) == 2
    assert "error: " in capsys.readouterr().err


def test_an_unknown_command_is_exit_status_2(capsys):
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["nonsense"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "one.ipynb", "--timeout", "abc"], "expected seconds, received abc"),
        (["run", "one.ipynb", "--timeout", "0"], "expected at least 1, received 0"),
        (["reproduce", "--seeds", "2.5"], "expected a whole number, received 2.5"),
        (["reproduce", "--seeds", "-1"], "expected a whole number, received -1"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_number_that_is_none_is_refused(capsys, arguments, message):
    with pytest.raises(SystemExit, match="2"):
        command_line.main(arguments)
    assert message in capsys.readouterr().err


COMMANDS = ["report", "data", "helpers", "check", "run", "compare", "execute", "lab", "reproduce"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example_that_parses(capsys, command):
    with pytest.raises(SystemExit, match="0"):
        command_line.main([command, "-h"])
    example = capsys.readouterr().out.splitlines()[-1].partition("example: d2l-compat ")[2]
    assert command_line._parser().parse_args(example.split()).do.__name__ == command


def test_the_module_and_the_script_are_the_same_command_line(capsys):
    process = subprocess.run(
        [sys.executable, "-m", "d2l_compat", "--version"], capture_output=True, text=True, check=True
    )
    assert process.stdout == f"d2l_compat {d2l_compat.__version__}\n"
    (script,) = entry_points(group="console_scripts", name="d2l-compat")
    assert script.load() is command_line.main
