"""The Python that make takes, and what set-up says of what it leaves out or misses."""

import subprocess
import sys
from pathlib import Path

import pytest

from d2l_compat import frameworks
from d2l_compat.editions import WRITTEN

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import set_up  # noqa: E402


def commands(folder, **versions):
    """Write commands that answer as Pythons of these versions do, and one beside that answers nothing."""
    folder.mkdir(parents=True)
    for name, version in {"python3_14": None, **versions}.items():
        path = folder / name.replace("_", ".")
        path.write_text(f"#!/bin/sh\necho {version}\n" if version else "#!/bin/sh\nexit 127\n")
        path.chmod(0o755)
    return folder


def find(tmp_path, *names):
    return subprocess.run(
        ["/bin/sh", ROOT / "tools/find-python.sh", *names],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ({"python3": "3.12", "python3_13": "3.13"}, "python3"),
        ({"python3": "3.9", "python3_11": "3.11", "python3_13": "3.13"}, "python3.13"),
        ({"python3": "3.15", "python3_10": "3.10"}, "python3.10"),
        ({"python3_12": "3.12"}, "python3.12"),
    ],
    ids=["python3 where it fits", "else the newest", "too new", "no python3"],
)
def test_make_takes_the_python_at_hand(tmp_path, versions, taken):
    commands(tmp_path / "bin", **versions)
    assert find(tmp_path).stdout.strip() == taken


def test_a_python_of_pyenv_is_found_behind_a_command_that_runs_none(tmp_path):
    commands(tmp_path / "bin", python3="3.9")
    there = commands(tmp_path / ".pyenv/versions/3.14.0/bin", python3_14="3.14")
    assert find(tmp_path).stdout.strip() == str(there / "python3.14")


def test_the_error_names_what_was_looked_for_and_what_was_found(tmp_path):
    commands(tmp_path / "bin", python3="3.9")
    process = find(tmp_path)
    assert process.returncode == 1
    assert "looked for: python3 python3.14" in process.stderr
    assert "found: python3 (Python 3.9)." in process.stderr
    process = find(tmp_path, "python3.14")
    assert "looked for: python3.14; found: none of them." in process.stderr


def test_a_chosen_framework_without_wheels_is_refused_with_the_reason(monkeypatch):
    monkeypatch.setattr(set_up, "left_out", lambda: {"tensorflow": "no release"})
    with pytest.raises(SystemExit, match="FRAMEWORKS names tensorflow.*: no release"):
        set_up.refuse(["torch", "tensorflow"])


def test_missing_modules_and_libraries_are_named_with_the_command_that_installs_them(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(set_up.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(SystemExit, match=r"no module venv and .* ensurepip.*apt-get install python3\."):
            set_up.refuse(["torch"])
    monkeypatch.setattr(set_up, "loads", lambda library: "gomp" not in library)
    with pytest.raises(SystemExit, match="MXNet needs libgomp1 of the system.*apt-get install libgomp1"):
        set_up.refuse(["mxnet"])
    set_up.refuse(["torch"])


def test_an_environment_of_another_python_is_made_anew(tmp_path):
    assert set_up.renewal(tmp_path) == []
    (tmp_path / "pyvenv.cfg").write_text("home = /usr\nversion = {}.{}.1\n".format(*sys.version_info))
    assert set_up.renewal(tmp_path) == []
    (tmp_path / "pyvenv.cfg").write_text("version_info = 3.9.1\n")
    assert set_up.renewal(tmp_path) == ["--clear"]


def test_lines_of_frameworks_that_were_not_chosen_are_left_out(tmp_path):
    given = tmp_path / "given.txt"
    given.write_text("torch==1\ntensorflow-cpu==2\nkeras==3\ntf-keras==3\njax==4\njaxlib==4\nnumpy==5\n")
    (tmp_path / "venv").mkdir()
    kept = set_up.without({"tensorflow", "jax"}, given, tmp_path / "venv")
    assert kept.read_text().split() == ["torch==1", "numpy==5"]


def wheels():
    """The table of docs/environments.md: what has wheels, by system and framework."""
    systems = {
        "Linux x86-64": ("linux", "x86_64"),
        "Linux on Arm": ("linux", "aarch64"),
        "macOS on Arm": ("darwin", "arm64"),
        "macOS on Intel": ("darwin", "x86_64"),
        "Windows": ("win32", "AMD64"),
    }
    yield f"| | {' | '.join(WRITTEN[framework] for framework in frameworks())} |"
    yield "| --- |" + " --- |" * len(frameworks())
    for system, machine in systems.items():
        ends = {
            framework: [v for v in range(10, 15) if framework not in set_up.left_out((3, v), *machine)]
            for framework in frameworks()
        }
        cells = [f"3.{v[0]} to 3.{v[-1]}" if v else "none" for v in ends.values()]
        yield f"| {system} | {' | '.join(cells)} |"


def test_the_table_of_wheels_is_what_set_up_does():
    text = (ROOT / "docs/environments.md").read_text(encoding="utf-8")
    table = text.partition("<!-- wheels -->\n")[2].partition("<!-- /wheels -->")[0]
    assert table.splitlines() == [*wheels()]
