"""The published helper modules that the faces stand for, with the checksums of the files they come in.

Nothing of them is in this repository: they are fetched, unpacked into an ignored folder, and never installed.
"""

from __future__ import annotations

from typing import NamedTuple

from d2l_compat.editions import EDITIONS

NAMES = {face: {*edition.names, *edition.modules} for face, edition in EDITIONS.items()}
"""The names that each face has."""

HELPERS = sorted(set().union(*NAMES.values()))
FRAMEWORKS = {face: edition.framework for face, edition in EDITIONS.items()}
"""The framework of each face."""


class File(NamedTuple):
    """One file on the Python package index, pinned by its SHA-256."""

    project: str
    version: str
    name: str
    sha256: str


class Published(NamedTuple):
    """One helper `module` of a release, the `face` that stands for it, and how it is run.

    `kit`: whose words its world has, see `kits`. `stubs`: what it imports and is not needed here.
    """

    file: File
    module: str
    face: str
    kit: str
    stubs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How tests and tables call it: ``d2l-0.17.6-torch``."""
        return "-".join([self.file.project, self.file.version, *self.module.split(".")[1:]])


GLUONBOOK_06 = File(
    "gluonbook",
    "0.6",
    "gluonbook-0.6.tar.gz",
    "f0468f726be6ce3eebca927c1899c1a340a8090c8d0bb16f42c513537e0d888b",
)
GLUONBOOK = File(
    "gluonbook",
    "0.8.10",
    "gluonbook-0.8.10.tar.gz",
    "b9116eaf231088139341c6e2eb89151e8ca6eb4010f7f5e0b4f5e2013ff21b25",
)
D2LZH = File(
    "d2lzh",
    "1.0.0",
    "d2lzh-1.0.0.tar.gz",
    "c0b7b7efc07b1ed0ce593727035a1a5ec53b3f8983465643a9be193d631847b1",
)
D2LTORCH = File(
    "d2ltorch",
    "0.0.2",
    "d2ltorch-0.0.2.tar.gz",
    "cea302711a9823e53503ad66fb4ed743d9603dccd7bd6fcd87135b1e8a20704f",
)
D2L = {
    version: File("d2l", version, name, sha256)
    for version, name, sha256 in (
        ("0.8.2", "d2l-0.8.2.tar.gz", "6bf3de01e39decfdb02e46ceb95278a461f0aedf00f8762b3d7f3acd7f9fea7c"),
        ("0.8.7", "d2l-0.8.7.tar.gz", "7e921ed7a29b9f5966149a4e55089688c1d5d9a77f93940da292a6017d4799c2"),
        (
            "0.10.3",
            "d2l-0.10.3-py3-none-any.whl",
            "2644c640ba5f0b17be86e5245cd83b35c98a5c2317ffa95ec4a345b74c797cab",
        ),
        (
            "0.11.4",
            "d2l-0.11.4-py3-none-any.whl",
            "f207c1d19964ae4731ad6bcb5017ebd2d1d68f2ae6b463a2a9ae46f2734cff9c",
        ),
        (
            "0.13.2",
            "d2l-0.13.2-py3-none-any.whl",
            "50380f158fd9227609e16a76c7bf13fbdb1c09c01d03dcf6db477c5214915c37",
        ),
        (
            "0.14.4",
            "d2l-0.14.4-py3-none-any.whl",
            "35e155c4d38aebb6876f358a465ae6bfc4e9bfd3461ccc3b1b862ea64ce52840",
        ),
        (
            "0.16.6",
            "d2l-0.16.6-py3-none-any.whl",
            "7f6a7df22f75ade4124759b3c11e9d55ce71a20e8d2075b6a033b3c0b6b66f65",
        ),
        (
            "0.17.6",
            "d2l-0.17.6-py3-none-any.whl",
            "2698f034d892e02de47ed100e22f114de0c93252c851bf492cf5088bd7c96e25",
        ),
        (
            "1.0.3",
            "d2l-1.0.3-py3-none-any.whl",
            "c625a01e66eb5d793a7e0a6f8582b1e1e35dfad02b5e77f3d2ab299d07177ba6",
        ),
    )
}

VISION = ("torchvision", "torchvision.datasets", "torchvision.transforms")
FLAX = ("flax", "flax.linen", "flax.training", "optax", "tensorflow_datasets", "tensorflow")
EDITION_2021 = ("0.14.4", "0.16.6", "0.17.6", "1.0.3")

# The slowest come first: two run at a time.
PUBLISHED = [
    *(Published(D2L[v], "d2l.tensorflow", "tensorflow", "tensorflow", ("pandas",)) for v in EDITION_2021),
    *(Published(D2L[v], "d2l.mxnet", "mxnet", "mxnet", ("pandas",)) for v in EDITION_2021),
    Published(D2L["0.13.2"], "d2l.mxnet", "d2l_2020", "mxnet", ("pandas",)),
    Published(D2L["0.11.4"], "d2l", "d2l_2020", "mxnet", ("pandas",)),
    *(
        Published(D2L[v], "d2l.torch", "torch", "torch", ("pandas", "scipy", "scipy.spatial", *VISION))
        for v in ("0.13.2", *EDITION_2021)
    ),
    Published(D2L["0.17.6"], "d2l.paddle", "paddle", "paddle", ("pandas",)),
    Published(D2L["1.0.3"], "d2l.jax", "jax", "jax", ("pandas", *FLAX)),
    Published(D2L["0.10.3"], "d2l", "all_deep_learning", "mxnet.ND"),
    Published(D2L["0.8.7"], "d2l", "d2l_2019", "mxnet.ND"),
    Published(D2LZH, "d2lzh", "d2lzh", "mxnet.ND"),
    Published(GLUONBOOK, "gluonbook", "d2l_2019", "mxnet.ND"),
    Published(D2L["0.8.2"], "d2l", "gluonbook", "mxnet.ND"),
    Published(GLUONBOOK_06, "gluonbook", "utils_2018", "mxnet.ND2018"),
    Published(D2LTORCH, "d2ltorch", "d2ltorch", "torch", ("torchtext", *VISION)),
]
