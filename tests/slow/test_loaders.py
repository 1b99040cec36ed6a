"""torchvision finds what ``data --for torchvision`` has put, by layout and checksums, on the real data.

It does not import beside this torch, so what its `FashionMNIST` looks at stands here.
"""

import hashlib

import pytest

from d2l_compat.data import copies, fashion_mnist

RESOURCES = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
"""What torchvision downloads where an unpacked file is missing, with the MD5 checksums that it wants."""


def test_torchvision_finds_the_unpacked_files_and_else_the_gzipped_ones(tmp_path):
    if fashion_mnist.is_synthetic():  # no real data here: then nothing may be put
        with pytest.raises(ValueError, match="stand-in"):
            copies.put("torchvision", str(tmp_path))
        return
    copies.put("torchvision", str(tmp_path))
    raw = tmp_path / "FashionMNIST" / "raw"
    assert all((raw / name.removesuffix(".gz")).is_file() for name in RESOURCES)
    md5 = {name: hashlib.md5((raw / name).read_bytes()).hexdigest() for name in RESOURCES}
    assert md5 == RESOURCES
    assert fashion_mnist.locate(root=tmp_path) == (raw, "root")
