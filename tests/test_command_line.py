"""``python -m d2l_compat``: the environment report and ``data``."""

import pytest

from conftest import CHOSEN
from d2l_compat import __main__ as command_line
from d2l_compat import fashion_mnist, frameworks


def test_the_report_names_every_framework_and_the_data(capsys):
    assert command_line.main([]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert set(lines) == {"d2l_compat", "python", "data", *frameworks()}
    assert all("not available" not in lines[name] for name in CHOSEN)
    assert "verified" in lines["data"] or "synthetic" in lines["data"]


def test_a_missing_framework_is_reported_with_its_reason(capsys, monkeypatch):
    monkeypatch.setattr(command_line, "frameworks", lambda: ("nosuch",))
    assert command_line.main([]) == 0
    assert "nosuch       not available: No module named" in capsys.readouterr().out


def test_the_report_downloads_nothing(capsys, monkeypatch, tmp_path):
    def no_download(*args):
        raise AssertionError("the report must not download")

    monkeypatch.setattr(fashion_mnist, "_download", no_download)
    monkeypatch.delenv("D2L_COMPAT_DATA", raising=False)
    for home in ("HOME", "XDG_CACHE_HOME", "KERAS_HOME"):
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert command_line.main([]) == 0
    assert "data         not available" in capsys.readouterr().out


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
