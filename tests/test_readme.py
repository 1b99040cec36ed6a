"""What the README says of the code is what the code says of itself."""

from pathlib import Path

import pytest

from d2l_compat.commands import catalogue
from d2l_compat.editions import EDITIONS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_it_holds_the_table_of_helpers():
    assert catalogue.table() in README


@pytest.mark.parametrize("face", EDITIONS)
def test_it_names_the_import_line_of_every_face(face):
    assert f"from d2l_compat import {face} as" in README or f"from d2l_compat.{face} import" in README
