"""What helpers find out about the reader's objects, and about the machine, where neither says much."""

import sys

import pytest

from d2l_compat.helpers.backend import takes
from d2l_compat.helpers.training import _peak_memory


@pytest.mark.parametrize(
    ("updater", "is_taken"),
    [(lambda batch_size: None, True), (lambda: None, False), (lambda *args: None, True), (min, True)],
    ids=["one", "none", "any number", "built in, which does not say"],
)
def test_an_updater_is_one_that_can_be_called_with_the_batch_size(updater, is_taken):
    assert takes(updater, 1) is is_taken


def test_the_memory_of_a_process_is_in_bytes_or_unknown(monkeypatch):
    assert _peak_memory() > 10**7
    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    assert _peak_memory() is None
