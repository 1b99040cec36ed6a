"""Inputs that a fuzzer finds by watching the code: none has another end than the documented ones."""

import subprocess
import sys
from pathlib import Path

import pytest

FUZZER = Path(__file__).with_name("fuzz_atheris.py")


@pytest.mark.parametrize(("kind", "runs"), [("idx", 100_000), ("notebook", 500)])
def test_what_a_fuzzer_finds_is_read_or_refused(tmp_path, kind, runs):
    command = [sys.executable, str(FUZZER), kind, f"-runs={runs}", "-seed=1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"Done {runs} runs" in done.stderr
    assert not list(tmp_path.iterdir())
