"""What is published, for the tests that install it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from the sdist; both pass the index's checks."""
    folder = tmp_path_factory.mktemp("published")
    tools = [sys.executable, "-m"]
    subprocess.run([*tools, "build", "--outdir", folder, ROOT], check=True, capture_output=True)
    sdist, built = sorted(folder.iterdir(), key=lambda path: path.suffix != ".gz")
    subprocess.run([*tools, "twine", "check", "--strict", sdist, built], check=True)
    subprocess.run([*tools, "check_wheel_contents", built], check=True)
    return built
