"""That the comparison sees what it is for: releases that are not what they should be, differences, rows."""

import hashlib
import io
import tarfile
import zipfile

import battery
import facts
import fetch
import numpy as np
import pytest
from manifest import PUBLISHED, File
from matplotlib import pyplot as plt
from table import Row


class Plain:
    """A world without tensors."""

    def __init__(self, d2l=None):
        self.d2l = d2l

    def left(self):
        """Return nothing."""
        return {}


def seen(call):
    return facts.of_call(call, Plain())[0]


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Return a function that writes an archive with the given files into the cache, and its `File`."""
    monkeypatch.setattr(fetch, "CACHE", tmp_path)
    (tmp_path / "archives").mkdir()

    def write(name, content):
        path = tmp_path / "archives" / name
        if name.endswith(".whl"):
            with zipfile.ZipFile(path, "w") as wheel:
                for inside, text in content.items():
                    wheel.writestr(inside, text)
        else:
            with tarfile.open(path, "w:gz") as sdist:
                for inside, text in content.items():
                    member = tarfile.TarInfo(inside)
                    member.size = len(text)
                    sdist.addfile(member, io.BytesIO(text.encode()))
        return File("p", "1", name, hashlib.sha256(path.read_bytes()).hexdigest())

    return write


@pytest.fixture
def no_index(monkeypatch):
    """Let pip look nowhere."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


# Fetching


def test_every_release_is_pinned_by_version_and_checksum():
    assert {(p.file.project, p.file.version) for p in PUBLISHED} == {
        *(("d2l", v) for v in ["0.8.2", "0.8.7", "0.10.3", "0.11.4", "0.13.2"]),
        *(("d2l", v) for v in ["0.14.4", "0.16.6", "0.17.6", "1.0.3"]),
        *(("gluonbook", v) for v in ("0.6", "0.8.10")),
        ("d2lzh", "1.0.0"),
        ("d2ltorch", "0.0.2"),
    }
    assert all(len(p.file.sha256) == 64 and f"-{p.file.version}" in p.file.name for p in PUBLISHED)
    assert len({p.name for p in PUBLISHED}) == len(PUBLISHED) == 24


@pytest.mark.parametrize("name", ["p-1-py3-none-any.whl", "p-1.tar.gz"])
def test_an_archive_in_the_cache_is_unpacked_without_a_network(archive, no_index, name):
    top = "" if name.endswith(".whl") else "p-1/"
    file = archive(name, {f"{top}p/__init__.py": "a = 1", f"{top}setup.py": "1 / 0", f"{top}p/data.txt": ""})
    folder = fetch.unpacked(file)
    assert [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()] == [
        "p/__init__.py"
    ]


@pytest.mark.parametrize("inside", ["../p/x.py", "/p/x.py"])
def test_a_path_that_leads_out_of_an_archive_is_refused(archive, inside):
    file = archive("p-1-py3-none-any.whl", {inside: "a = 1"})
    with pytest.raises(ValueError, match=r"expected paths inside the archive, received .*p/x\.py"):
        fetch.unpacked(file)


@pytest.mark.parametrize("there", [False, True], ids=["nothing in the cache", "another file there"])
def test_what_cannot_be_had_is_said_in_one_loud_line(archive, no_index, there):
    file = archive("p-1-py3-none-any.whl", {"p/__init__.py": "a = 1"})
    if not there:
        (fetch.CACHE / "archives" / file.name).unlink()
    with pytest.raises(
        fetch.NotFetchedError, match=r"^THE RELEASES WERE NOT COMPARED: expected p-1.*\.$"
    ) as caught:
        fetch.unpacked(file._replace(sha256="0" * 64))
    assert "\n" not in str(caught.value)


# Seeing


def draw(*curves, title="", axes=1):
    """Draw a figure with these curves."""
    figure, grid = plt.subplots(1, axes, squeeze=False)
    grid[0][0].set_title(title)
    for curve in curves:
        grid[0][0].plot(curve)
    return figure.number


def fail():
    raise KeyError("gone")


@pytest.mark.parametrize(
    ("release", "face", "different"),
    [
        (lambda: 1.0, lambda: 1.0 + 1e-6, []),
        (lambda: 1.0, lambda: 1.0001, ["returned"]),
        (lambda: 1, lambda: 1.0, ["returned: type"]),
        (lambda: (1, 2), lambda: [1, 2], ["returned: type"]),
        (lambda: [1, 2], lambda: [1], ["returned: length", "returned[1]: type", "returned[1]"]),
        (lambda: np.ones((2, 1)), lambda: np.ones((1, 2)), ["returned: shape", "returned"]),
        (lambda: np.ones(2, "f4"), lambda: np.ones(2), ["returned: dtype"]),
        (lambda: np.array([1e3, 1e-3]), lambda: np.array([1e3, 2e-3]), []),
        (lambda: np.array([np.nan, 1]), lambda: np.array([np.nan, 1]), []),
        (lambda: "a", lambda: None, ["returned: type", "returned"]),
        (lambda: print("a"), lambda: print("b"), ["printed"]),
        (lambda: 1, fail, ["raises"]),
        (fail, lambda: print("b"), ["raises"]),
        (
            lambda: bool(draw([1, 2])),
            lambda: bool(draw([1, 3])),
            ["figure 0: axes 0: limits", "figure 0: axes 0: curve 0"],
        ),
        (lambda: bool(draw(title="a")), lambda: bool(draw(title="b")), ["figure 0: axes 0: title"]),
        (lambda: bool(draw()), lambda: bool(draw(axes=2)), ["figure 0: axes"]),
        (lambda: bool(draw()), lambda: bool(draw() + draw()), ["figures"]),
    ],
)
def test_a_difference_is_seen(release, face, different):
    assert facts.differences(seen(release), seen(face)) == different


def test_a_figure_ends_where_it_is_shown():
    def two():
        for _ in range(2):
            plt.plot([1, 2])
            plt.show()

    assert seen(two)["figures"] == 2


# Calling


def release_of(**functions):
    return type("release", (), {name: staticmethod(f) for name, f in functions.items()})


def made(case, release):
    """Return what the calls that `case` stands for return on the release."""
    return {call.name: call.make(Plain(), release)() for call in battery.calls([case], release)}


def test_a_call_is_made_in_every_way_to_spell_it():
    case = battery.Case("f", "x", {"a": 1, "b": lambda world: 2})
    release = release_of(f=lambda *args, **kwargs: (args, kwargs))
    release.f.__signature__ = battery.inspect.signature(lambda a, b, c=3: None)
    assert made(case, release) == {
        "x, 2 by position": ((1, 2), {}),
        "x, 1 by position": ((1,), {"b": 2}),
        "x, 0 by position": ((), {"a": 1, "b": 2}),
    }


def test_an_argument_is_passed_by_the_name_that_the_release_has():
    case = battery.Case("f", "x", {"y_hat": 1, "y": 2})
    assert set(made(case, release_of(f=lambda output, label: (output, label))).values()) == {(1, 2)}


@pytest.mark.parametrize(
    "release",
    [release_of(), release_of(f=lambda a: a), release_of(f=lambda a, b, c: a)],
    ids=["no helper", "no argument", "another argument"],
)
def test_a_case_that_a_release_does_not_have_is_left_out(release):
    assert made(battery.Case("f", "x", {"a": 1, "b": 2}), release) == {}


# The table


@pytest.mark.parametrize(
    ("changed", "explains"),
    [
        ({}, True),
        ({"helpers": ("g", "f")}, True),
        ({"helpers": ("g",)}, False),
        ({"releases": ("d2l-0.1*",)}, True),
        ({"releases": ("d2l-1*",)}, False),
        ({"cases": ("one, * by position",)}, True),
        ({"facts": ("returned[?]",)}, False),
        ({"facts": ("returned[*]",)}, True),
    ],
)
def test_a_row_explains_what_fits_all_its_patterns(changed, explains):
    row = Row(**{"helpers": ("f",), "what": "", "why": "", "told": (), **changed})
    difference = {"helper": "f", "case": "one, 2 by position", "fact": "returned[0]"}
    assert row.explains("d2l-0.17.6-torch", difference) is explains
