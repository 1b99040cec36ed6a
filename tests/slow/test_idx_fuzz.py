"""Whatever is in a file, the IDX reader gives the array that it holds or raises ValueError, within bounds."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest
from fuzz_idx import MAX_BYTES, VALID, check, try_inputs
from hypothesis import example, given, settings
from hypothesis import strategies as st

thorough = settings(max_examples=2000, deadline=None, database=None, derandomize=True)

dimension = st.one_of(st.integers(0, 6), st.sampled_from([MAX_BYTES, 2**31, 2**32 - 1]))


@thorough
@given(st.binary(max_size=300))
def test_bytes_that_are_no_gzip_file_are_refused(data):
    assert check(data) is None or data[:2] == b"\x1f\x8b"


@thorough
@given(st.binary(max_size=300))
def test_any_compressed_bytes_are_read_or_refused(content):
    check(gzip.compress(content, 1))


@thorough
@given(st.sampled_from([1, 3]), st.data())
def test_a_file_is_read_exactly_if_it_holds_what_its_header_announces(dimensions, data):
    shape = tuple(data.draw(dimension) for _ in range(dimensions))
    content = data.draw(st.binary(max_size=300))
    array = check(gzip.compress(struct.pack(f">HBB{dimensions}I", 0, 8, dimensions, *shape) + content, 1))
    size = np.prod(shape, dtype=object)
    assert (array is not None) == (0 < size == len(content))


@thorough
@given(st.sampled_from(VALID), st.integers(0), st.integers(0, 255))
@example(VALID[0], 3, 1)
def test_a_file_with_one_other_byte_is_read_or_refused(content, at, byte):
    data = bytearray(gzip.compress(content))
    data[at % len(data)] = byte
    check(bytes(data))


def test_a_hundred_thousand_spoilt_files_are_read_or_refused():
    read = try_inputs(100_000, seed=1)
    assert 0 < read < 50_000


@pytest.mark.parametrize("announced", [10, MAX_BYTES // 784 * 784, MAX_BYTES + 1, 2**32 - 1])
@pytest.mark.parametrize("held", [0, 100, 2**26])
def test_memory_is_bounded_whatever_the_header_says(announced, held):
    data = gzip.compress(struct.pack(">4BI", 0, 0, 8, 1, announced) + bytes(held), 1)
    tracemalloc.start()
    try:
        assert check(data) is None
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES + 2**22
    finally:
        tracemalloc.stop()
