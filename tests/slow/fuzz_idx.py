"""Spoilt IDX files for the reader: no input may do anything but give an array or raise ValueError.

``python tests/slow/fuzz_idx.py 1000000`` tries a million and reports how many were refused.
"""

import gzip
import io
import random
import struct
import sys

import numpy as np

from d2l_compat.data.fashion_mnist import MAX_BYTES, read_idx

VALID = (
    struct.pack(">4B3I", 0, 0, 8, 3, 2, 3, 4) + bytes(range(24)),
    struct.pack(">4BI", 0, 0, 8, 1, 20) + bytes(range(20)),
)
NUMBERS = (0, 1, 2**7, 2**8 - 1, 2**16, MAX_BYTES, MAX_BYTES + 1, 2**31, 2**32 - 1)


def check(data):
    """Read `data`; return the array or None where it was refused, and assert that nothing else can happen."""
    try:
        array = read_idx(io.BytesIO(data), "fuzzed.gz")
    except ValueError:
        return None
    assert array.dtype == np.uint8
    assert array.ndim in (1, 3)
    assert 0 < array.nbytes <= MAX_BYTES
    content = gzip.decompress(data)
    assert content[4:] == struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    return array


def spoil(data, rng):
    """Return `data` with one thing changed: bytes, a number, the length, or the place of a part."""
    data = bytearray(data)
    at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    kind = rng.randrange(6)
    if kind == 0 and data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at:to] = rng.randbytes(rng.randrange(9))
    elif kind == 2:
        data[at : at + 4] = struct.pack(">I", rng.choice(NUMBERS))
    elif kind == 3:
        del data[at:to]
    elif kind == 4:
        data[at:at] = data[at:to]
    else:
        data += rng.randbytes(rng.randrange(1, 50))
    return bytes(data)


def inputs(rng):
    """Yield files without end: spoilt one to four times, before they are compressed, after it, or both."""
    while True:
        content = rng.choice(VALID)
        before = rng.choice((0, 1, 1, 2, 4))
        after = rng.choice((0, 0, 0, 1, 2, 4)) if before else rng.choice((1, 2, 4))
        for _ in range(before):
            content = spoil(content, rng)
        data = gzip.compress(content, 1)
        for _ in range(after):
            data = spoil(data, rng)
        yield data


def try_inputs(number, seed=0):
    """Try so many inputs; return how many of them were read."""
    stream = inputs(random.Random(seed))
    return sum(check(next(stream)) is not None for _ in range(number))


if __name__ == "__main__":
    number = int(sys.argv[1])
    read = try_inputs(number)
    print(f"{number} inputs: {number - read} refused with ValueError, {read} read, nothing else")
