"""``data --for`` puts verified files where Keras and torchvision look, and leaves alone what is there."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path

import pytest
from small_data import FILES, damage, move_home, release_of, unpack, write

from d2l_compat import __main__ as command_line
from d2l_compat.data import copies, fashion_mnist, files, synthetic

PLAIN = tuple(name[:-3] for name in FILES)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    return move_home(tmp_path, monkeypatch)


@pytest.fixture
def originals(tmp_path, monkeypatch):
    """The files of a small release in the place of the current one, in the folder D2L_COMPAT_DATA names."""
    write(tmp_path / "originals", synthetic.generate(num_train=30, num_test=20))
    monkeypatch.setattr(copies, "CURRENT", release_of(tmp_path / "originals", name="2017-08-31"))
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "originals"))
    return tmp_path / "originals"


LAYOUTS = {"keras": ("datasets/fashion-mnist", FILES), "torchvision": ("FashionMNIST/raw", (*FILES, *PLAIN))}


@pytest.fixture(params=LAYOUTS)
def loader(request):
    return request.param


@pytest.fixture
def put(loader, tmp_path, capsys):
    """Run the command for a folder; return its status, and what it printed."""

    def put(*arguments):
        status = command_line.main(["data", "--for", loader, *map(str, arguments or [tmp_path / "there"])])
        return status, "".join(capsys.readouterr())

    return put


@pytest.fixture
def target(loader, tmp_path):
    return tmp_path / "there" / LAYOUTS[loader][0]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def identity(path):
    """Return what tells whether it is the same file, unchanged, although it may have been read."""
    status = path.lstat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.usefixtures("originals")
def test_the_files_lie_where_the_loader_looks_and_have_the_right_checksums(put, loader, target):
    status, printed = put()
    assert status == 0
    assert sorted(contents(target)) == sorted(LAYOUTS[loader][1])
    known = {**copies.CURRENT.digests, **copies.CURRENT.unpacked}
    assert all(sum_of(path) == known[path.name] for path in target.iterdir())
    assert printed.count("\n") == 1
    assert str(target) in printed


def test_a_copy_is_found_by_this_package_too(put, tmp_path, originals):
    put()
    place = tmp_path / "there"
    if (place / "datasets").is_dir():
        place = place / "datasets/fashion-mnist"
    assert fashion_mnist.load(copies.CURRENT, place).source == "root"


@pytest.mark.usefixtures("originals")
def test_the_line_says_what_to_do_next(put, loader, tmp_path):
    _, printed = put()
    if loader == "torchvision":
        assert f"torchvision.datasets.FashionMNIST(root='{tmp_path / 'there'}', download=True)" in printed
    else:
        assert "keras.datasets.fashion_mnist.load_data()" in printed
        assert f"with KERAS_HOME={tmp_path / 'there'}; Keras 2 " in printed


@pytest.mark.usefixtures("originals")
def test_files_that_are_there_and_right_are_kept(put, target):
    put()
    (target / FILES[2]).unlink()
    before = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
    assert put()[0] == 0
    after = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
    assert FILES[2] in after
    assert before.items() <= after.items()


@pytest.mark.parametrize("fault", ["damaged", "a text", "a folder", "a dangling link", "another file"])
def test_a_file_that_is_there_and_wrong_is_an_error_and_nothing_is_written(put, target, originals, fault):
    target.mkdir(parents=True)
    wrong = target / FILES[3]
    if fault == "damaged":
        shutil.copy(originals / FILES[3], wrong)
        damage(wrong)
    elif fault == "a text":
        wrong.write_text("mine")
    elif fault == "a folder":
        wrong.mkdir()
    elif fault == "a dangling link":
        wrong.symlink_to(target / "nowhere")
    else:
        shutil.copy(originals / FILES[1], wrong)
    before = identity(wrong)
    status, printed = put()
    assert status == 2
    assert f"{wrong}: expected nothing, or that file of Fashion-MNIST" in printed
    assert "move it away" in printed
    assert list(target.iterdir()) == [wrong]
    assert identity(wrong) == before


def test_from_unpacked_files_the_gzipped_ones_are_made(put, target, monkeypatch, tmp_path, originals):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(unpack(originals, tmp_path / "unpacked")))
    assert put()[0] == put()[0] == 0  # what was made is right, and kept
    for name in FILES:
        assert gzip.decompress((target / name).read_bytes()) == gzip.decompress(
            (originals / name).read_bytes()
        )


def test_a_file_that_is_spoilt_meanwhile_is_not_put(put, target, monkeypatch, originals):
    locate = fashion_mnist.locate

    def locate_and_spoil(*arguments):
        found = locate(*arguments)
        damage(originals / FILES[0])
        return found

    monkeypatch.setattr(fashion_mnist, "locate", locate_and_spoil)
    status, printed = put()
    assert status == 2
    assert "expected the sha256 checksum" in printed
    assert not (target / FILES[0]).exists()


@pytest.mark.usefixtures("originals")
def test_files_appear_whole(put, target, monkeypatch):
    monkeypatch.setattr(files.os, "replace", lambda *_: pytest.fail("interrupted"))
    with pytest.raises(pytest.fail.Exception):
        put()
    assert list(target.iterdir()) == []


@pytest.mark.usefixtures("originals")
def test_a_folder_that_cannot_be_made_is_an_error_that_helps(put, tmp_path):
    (tmp_path / "there").write_text("a file")
    status, printed = put()
    assert status == 2
    assert "expected a folder to put Fashion-MNIST into, received: " in printed


def test_the_stand_in_is_not_put_anywhere(put, target, monkeypatch):
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    status, printed = put()
    assert status == 2
    assert "the stand-in must not lie where they are looked for" in printed
    assert not target.exists()


def test_another_release_is_refused(put, tmp_path, loader):
    status, printed = put(tmp_path, "--release", "2017-08-26")
    assert status == 2
    assert f"expected the release 2017-08-31, which {loader} has, received --release 2017-08-26" in printed


@pytest.mark.usefixtures("originals")
@pytest.mark.parametrize("named", [False, True], ids=["in the home", "in KERAS_HOME"])
def test_keras_has_a_folder_of_its_own(monkeypatch, tmp_path, home, capsys, named):
    if named:
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    assert command_line.main(["data", "--for", "keras"]) == 0
    folder = (tmp_path / "keras" if named else home / ".keras") / "datasets/fashion-mnist"
    assert sorted(os.listdir(folder)) == sorted(FILES)
    printed = capsys.readouterr().out
    assert "KERAS_HOME" not in printed
    assert ("Keras 2" in printed) == named


def test_torchvision_has_no_folder_of_its_own(capsys):
    assert command_line.main(["data", "--for", "torchvision"]) == 2
    assert "expected the folder that notebooks pass as root, received none" in capsys.readouterr().err


def test_a_folder_without_a_loader_is_an_error_that_helps(capsys):
    assert command_line.main(["data", "folder"]) == 2
    assert "received folder. Add --for keras or --for torchvision" in capsys.readouterr().err


@pytest.mark.usefixtures("originals")
def test_a_relative_folder_is_told_as_an_absolute_one(put):
    assert f"{Path.cwd() / 'there'}" in put("there")[1]
