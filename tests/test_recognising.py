"""Files are known by their content: found under any name, unpacked or not, and others named as what they are.

Every test runs on small files of its own and in a home of its own, with no mirror.
"""

import gzip
import hashlib
import re
import shutil

import pytest
from small_data import FILES, assert_same, cache, damage, idx, move_home, unpack

from d2l_compat.data import fashion_mnist, recognising
from d2l_compat.data.fashion_mnist import DataNotFound


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    return move_home(tmp_path, monkeypatch)


@pytest.fixture
def unpacked(tmp_path, originals):
    return unpack(originals, tmp_path / "unpacked")


@pytest.fixture(params=["data folder", "root"])
def load(request, monkeypatch, release):
    """Load the small release from a folder that is named in one way or the other."""

    def load(folder):
        if request.param == "root":
            return fashion_mnist.load(release, folder)
        monkeypatch.setenv("D2L_COMPAT_DATA", str(folder))
        return fashion_mnist.load(release)

    return load


# Found by content

NAMES = {
    "as unpacked": "{}",
    "with a dot": "{dotted}",
    "a second copy of a browser's": "{} (1)",
    "with .gz": "{}.gz",
    "with .idx": "{}.idx",
    "in capitals": "{upper}",
    "in a folder of its name": "{}/{}",
    "renamed": "{number}.bin",
}


@pytest.mark.parametrize("form", ["gzipped", "unpacked"])
@pytest.mark.parametrize("pattern", NAMES.values(), ids=NAMES)
def test_a_file_is_found_under_any_name(tmp_path, originals, unpacked, load, dataset, form, pattern):
    folder = tmp_path / "folder"
    for number, name in enumerate(FILES):
        plain = name[:-3]
        words = {"dotted": plain.replace("-idx", ".idx"), "upper": plain.upper(), "number": number}
        target = folder / pattern.format(plain, plain, **words)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(originals / name if form == "gzipped" else unpacked / plain, target)
    assert_same(load(folder), dataset)


def test_some_files_may_be_gzipped_and_others_unpacked(originals, unpacked, load, dataset):
    for name in FILES[:2]:
        (unpacked / name[:-3]).unlink()
        shutil.copy(originals / name, unpacked)
    assert_same(load(unpacked), dataset)


def test_a_right_file_is_found_beside_a_damaged_one(originals, unpacked, load, dataset):
    for name in FILES:
        shutil.copy(originals / name, unpacked)
    damage(unpacked / FILES[0])
    damage(unpacked / FILES[3][:-3])
    assert_same(load(unpacked), dataset)


@pytest.mark.parametrize("layout", ["FashionMNIST/raw", "small"])
def test_a_folder_may_be_that_of_torchvision_or_have_the_name_of_the_release(
    tmp_path, unpacked, load, dataset, layout
):
    shutil.copytree(unpacked, tmp_path / "folder" / layout)
    assert_same(load(tmp_path / "folder"), dataset)


def test_arrays_of_unpacked_files_are_read_only(unpacked, load):
    assert not load(unpacked).train_images.flags.writeable


def test_unpacked_copies_of_torchvision_are_found(tmp_path, unpacked, release):
    shutil.copytree(unpacked, "data/FashionMNIST/raw")
    assert fashion_mnist.load(release).source == "torchvision copy"


@pytest.mark.parametrize("name", FILES)
def test_an_unpacked_file_with_a_wrong_checksum_is_refused(unpacked, load, release, name):
    damage(unpacked / name[:-3])
    with pytest.raises((OSError, ValueError), match="with another checksum: not Fashion-MNIST") as error:
        load(unpacked)
    assert name[:-3] in str(error.value)


def test_the_checksum_that_is_expected_is_that_of_the_form(monkeypatch, unpacked, release):
    damage(unpacked / FILES[0][:-3])
    monkeypatch.setenv("D2L_COMPAT_DATA", str(unpacked))
    with pytest.raises(ValueError, match=f"expected the sha256 checksum {release.unpacked[FILES[0][:-3]]}"):
        fashion_mnist.load(release)


# Named as what it is


MNIST = {
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""The public checksums, gzipped and unpacked."""

OTHERS = {
    "another data set, unpacked": (FILES[0][:-3], idx(5, 28, 28), "an IDX file with another checksum"),
    "gzipped anew": (FILES[0], gzip.compress(idx(5, 28, 28)), "a gzip file with another checksum"),
    "Kaggle's tables": ("fashion-mnist_train.csv", b"label,pixel1,pixel2\n2,0,0\n", "a table of Kaggle's"),
    "an archive": ("archive.zip", b"PK\3\4...", "an archive (unpack it)"),
    "a web page": (FILES[0], b"<html>Please log in</html>", "a web page"),
    "a pointer": (FILES[0], b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    "nothing": (FILES[0], b"", "an empty file"),
    "a text": (FILES[0], b"hello", "something else"),
}


def test_the_files_of_mnist_are_known_by_their_public_checksums():
    assert {digest[:16] for digest in MNIST} == recognising.MNIST


@pytest.mark.parametrize(("name", "content", "words"), OTHERS.values(), ids=OTHERS)
def test_a_file_of_another_kind_is_named_in_the_one_error(tmp_path, load, name, content, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_bytes(content)
    with pytest.raises((OSError, ValueError), match=re.escape(words)) as error:
        load(tmp_path / "folder")
    assert str(tmp_path / "folder") in str(error.value)
    assert name in str(error.value)


@pytest.mark.parametrize("place", [".", "MNIST/raw"])
def test_the_files_of_mnist_are_named(monkeypatch, tmp_path, load, place):
    folder = tmp_path / "folder" / place
    folder.mkdir(parents=True)
    (folder / FILES[1]).write_bytes(b"digits")
    monkeypatch.setattr(recognising, "MNIST", {hashlib.sha256(b"digits").hexdigest()[:16]})
    with pytest.raises(FileNotFoundError, match=f"MNIST, the digits, in {FILES[1]}"):
        load(tmp_path / "folder")


def test_a_path_to_a_file_is_named_so(unpacked, load):
    with pytest.raises(FileNotFoundError, match=r"Fashion-MNIST small") as error:
        load(unpacked / FILES[0][:-3])
    assert "file" in str(error.value)
    assert str(unpacked / FILES[0][:-3]) in str(error.value)


def test_a_data_folder_that_is_a_file_is_told_to_be_its_folder(monkeypatch, unpacked, release):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(unpacked / FILES[1][:-3]))
    with pytest.raises(FileNotFoundError, match=r"expected the folder of .* a file: .*\. Name its folder\."):
        fashion_mnist.load(release)


def test_a_file_is_never_read_beyond_a_limit(monkeypatch, tmp_path, release):
    monkeypatch.setattr(recognising, "LIMIT", 10)
    (tmp_path / FILES[0]).write_bytes(b"<" + bytes(100))
    assert recognising.file(tmp_path / FILES[0], release).startswith("a web page")


# A root that is passed over


def test_an_error_says_what_the_root_holds(tmp_path, release):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/fashion-mnist_test.csv").write_text("label,pixel1,pixel2\n")
    for use in fashion_mnist.load, fashion_mnist.locate:
        with pytest.raises(
            DataNotFound, match=r"The root .*/root, which comes first, holds a table of Kaggle"
        ):
            use(release, root=tmp_path / "root")


def test_an_error_says_that_the_root_holds_nothing(monkeypatch, tmp_path, release):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(
        FileNotFoundError, match=r"nowhere: .*/root, .* holds nothing that looks like the data"
    ):
        fashion_mnist.load(release, tmp_path / "root")


@pytest.mark.parametrize("fault", ["damaged", "incomplete"])
def test_one_line_tells_of_a_root_with_other_files(capfd, tmp_path, originals, release, fault):
    root = shutil.copytree(originals, tmp_path / "root")
    shutil.copytree(originals, cache())
    if fault == "damaged":
        damage(root / FILES[2])
    else:
        (root / FILES[2]).unlink()
    assert fashion_mnist.load(release, root).source == "cache"
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(
        f"{root} does not hold the 4 files of Fashion-MNIST small, which were taken from the"
    )
    assert err.count("\n") == 1


@pytest.mark.parametrize("there", ["nothing", "a folder", "other things", "the files"])
def test_no_line_tells_of_a_root_that_holds_no_data_or_the_right_ones(
    capfd, tmp_path, originals, release, there
):
    shutil.copytree(originals, cache())
    root = tmp_path / "root"
    if there == "the files":
        shutil.copytree(originals, root)
    elif there != "nothing":
        root.mkdir()
    if there == "other things":
        for name in "mnist.ipynb", "houses.csv", "photos.zip", "fashion_mnist.py":
            (root / name).write_text("text")
    fashion_mnist.load(release, root)
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_read_is_said_to_be_so(monkeypatch, unpacked, release):
    def locked(path, release):
        raise PermissionError(f"locked: {path.name}")

    monkeypatch.setattr(recognising, "file", locked)
    assert recognising.seen(unpacked, release) == "what cannot be read: locked: t10k-images-idx3-ubyte"
