"""The frameworks that see a GPU here, and where nets and batches are put on it."""

import importlib

import pytest

from d2l_compat.lessons.trials import prepared

NAMES = [pytest.param(name, marks=pytest.mark.framework(name)) for name in ("torch", "jax")]


@pytest.fixture(params=NAMES, scope="session")
def d2l(request):
    """The face of a framework, JAX with products of all bits: unless told otherwise it rounds factors."""
    face = prepared(request.param)
    if request.param == "jax":
        face.jax.config.update("jax_default_matmul_precision", "highest")
    return face


@pytest.fixture(scope="session")
def bare(d2l):
    """What the benchmark holds against the helpers in this framework."""
    return importlib.import_module(f"benchmarks.bare.{d2l.backend.name}")


@pytest.fixture(scope="session")
def device(d2l):
    """The first GPU. Where there is none the tests fail: they are for machines that have one."""
    device = d2l.try_gpu()
    if device == d2l.cpu():
        name, version = d2l.backend.name, d2l.backend.version
        pytest.fail(f"expected a GPU, and a build of {name} that sees it; {name} {version} sees none")
    return device


def pytest_terminal_summary(terminalreporter):
    """Say on which devices the tests ran, and what they measured."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
