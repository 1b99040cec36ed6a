"""Fashion-MNIST is found in the right order, used only when verified, and refused with a useful error.

Every test runs on small files of its own and in a home of its own; the mirrors are on the loopback interface.
"""

import gzip
import hashlib
import io
import os
import shutil
import socket
import tracemalloc
from pathlib import Path

import numpy as np
import pooch
import pytest
from small_data import FILES, Mirrors, assert_same, cache, damage, idx, move_home, release_of, running

from d2l_compat.data import download, fashion_mnist, synthetic
from d2l_compat.data.fashion_mnist import CURRENT, DataNotFound, Release


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    return move_home(tmp_path, monkeypatch)


@pytest.fixture
def mirrors(tmp_path, originals):
    """Mirrors, so far of the name ``good``."""
    mirrors = Mirrors(tmp_path / "mirrors")
    mirrors.add("good", originals)
    with running(mirrors.server):
        yield mirrors


@pytest.fixture
def closed():
    """A mirror at a port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}/"


# The release


def test_current_release_asks_the_publisher_first():
    assert "fashion-mnist.s3-website" in CURRENT.mirrors[0]
    assert len(CURRENT.mirrors) == 3
    assert all(mirror.endswith("/") for mirror in CURRENT.mirrors)


# What is loaded


def test_loaded_arrays_are_those_of_the_files(monkeypatch, originals, release, dataset):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    loaded = fashion_mnist.load(release)
    assert_same(loaded, dataset)
    assert (loaded.release, loaded.source) == ("small", "data folder")


def test_loaded_arrays_are_read_only(monkeypatch, originals, release):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    loaded = fashion_mnist.load(release)
    for array in loaded.train_images, loaded.train_labels, loaded.test_images, loaded.test_labels:
        assert array.dtype == np.uint8
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_second_load_gives_the_same_object(monkeypatch, originals, release):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    assert fashion_mnist.load(release) is fashion_mnist.load(release)


@pytest.mark.parametrize("kind", ["absent", "empty", "with other data"])
def test_roots_without_the_data_cost_no_memory(monkeypatch, tmp_path, originals, release, kind):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    roots = [tmp_path / f"root {number}" for number in range(6)]
    for root in roots:
        if kind != "absent":
            root.mkdir()
        if kind == "with other data":
            (root / FILES[0]).write_bytes(b"other")
    first = fashion_mnist.load(release)
    assert all(fashion_mnist.load(release, root) is first for root in roots)


def test_roots_with_the_data_share_one_copy_in_memory(tmp_path, originals, release):
    roots = [shutil.copytree(originals, tmp_path / f"root {number}") for number in range(6)]
    assert len({id(fashion_mnist.load(release, root).train_images) for root in roots}) == 1


def test_folders_of_all_kinds_share_one_copy_in_memory(monkeypatch, originals, release):
    shutil.copytree(originals, cache())
    cached = fashion_mnist.load(release)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    named, root = fashion_mnist.load(release), fashion_mnist.load(release, originals)
    assert [loaded.source for loaded in (cached, named, root)] == ["cache", "data folder", "root"]
    assert cached.train_images is named.train_images is root.train_images


def test_a_root_is_the_same_however_it_is_written(monkeypatch, tmp_path, originals, release):
    monkeypatch.chdir(tmp_path)
    first = fashion_mnist.load(release, str(originals))
    ways = originals, "originals", Path("originals"), "work/../originals/", f"{originals}/."
    assert all(fashion_mnist.load(release, way) is first for way in ways)


@pytest.mark.parametrize("root", [None, "a", "b"])
def test_the_stand_in_is_generated_once_whatever_the_root(monkeypatch, release, root):
    monkeypatch.setattr(synthetic, "generate", lambda: object())
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    assert fashion_mnist.load(release, root) is fashion_mnist.load(release)


def test_a_root_that_is_filled_later_is_used(monkeypatch, tmp_path, originals, release):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    root = tmp_path / "root"
    assert fashion_mnist.load(release, root).source == "data folder"
    shutil.copytree(originals, root)
    assert fashion_mnist.load(release, root).source == "root"


def test_a_file_that_was_replaced_since_a_load_is_not_used(monkeypatch, tmp_path, originals, release):
    root = shutil.copytree(originals, tmp_path / "root")
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    assert fashion_mnist.load(release, root).source == "root"
    damage(root / FILES[3])
    assert fashion_mnist.locate(release, root=root) == (originals, "data folder")
    assert fashion_mnist.load(release, root).source == "data folder"
    damage(originals / FILES[0])
    with pytest.raises(ValueError, match=FILES[0]):
        fashion_mnist.locate(release)


def test_changed_setting_is_seen(monkeypatch, originals, release):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    assert fashion_mnist.load(release).source == "data folder"
    shutil.copytree(originals, cache())
    monkeypatch.delenv("D2L_COMPAT_DATA")
    assert fashion_mnist.load(release).source == "cache"


def test_files_may_be_verified_by_sha1(monkeypatch, originals, dataset):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    assert_same(fashion_mnist.load(release_of(originals, algorithm="sha1")), dataset)


def test_stand_in_is_generated_on_request(monkeypatch):
    small = synthetic.generate(num_train=10, num_test=10)
    monkeypatch.setattr(synthetic, "generate", lambda: small)
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    assert fashion_mnist.is_synthetic()
    assert fashion_mnist.load(Release("none", "sha256", {}, ())) is small
    assert fashion_mnist.locate() == (None, "generator")


@pytest.mark.parametrize("setting", ["", "some/folder", "Synthetic"])
def test_no_other_setting_means_the_stand_in(monkeypatch, setting):
    monkeypatch.setenv("D2L_COMPAT_DATA", setting)
    assert not fashion_mnist.is_synthetic()


# Where it is looked for


@pytest.fixture
def places(home):
    """The folders that are searched, in order."""
    return {
        "cache": cache(),
        "torchvision copy": Path("data/FashionMNIST/raw").absolute(),
        "torchvision copy one folder up": Path("../data/FashionMNIST/raw").absolute(),
        "Keras copy": home / ".keras/datasets/fashion-mnist",
        "PaddlePaddle copy": home / ".cache/paddle/dataset/fashion-mnist",
    }


PLACES = ["cache", "torchvision copy", "torchvision copy one folder up", "Keras copy", "PaddlePaddle copy"]


@pytest.mark.parametrize("place", PLACES)
def test_first_place_that_holds_the_files_is_used(places, originals, release, dataset, place):
    for later in PLACES[PLACES.index(place) :]:
        shutil.copytree(originals, places[later])
    folder, source = fashion_mnist.locate(release)
    assert folder == places[place]
    assert source == place.replace(" one folder up", "")
    loaded = fashion_mnist.load(release)
    assert_same(loaded, dataset)
    assert loaded.source == source


def test_keras_home_is_honoured(monkeypatch, tmp_path, originals, release):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    shutil.copytree(originals, tmp_path / "keras/datasets/fashion-mnist")
    assert fashion_mnist.locate(release) == (tmp_path / "keras/datasets/fashion-mnist", "Keras copy")


@pytest.mark.parametrize("place", PLACES[:-1])
@pytest.mark.parametrize("name", FILES)
def test_place_with_a_damaged_file_is_passed_over(places, originals, release, place, name):
    shutil.copytree(originals, places[place])
    damage(places[place] / name)
    shutil.copytree(originals, places[PLACES[-1]])
    assert fashion_mnist.locate(release) == (places[PLACES[-1]], PLACES[-1])


def test_place_without_all_files_is_passed_over(places, originals, release):
    shutil.copytree(originals, places["torchvision copy"])
    (places["torchvision copy"] / FILES[3]).unlink()
    shutil.copytree(originals, places["Keras copy"])
    assert fashion_mnist.locate(release) == (places["Keras copy"], "Keras copy")


def test_data_folder_comes_before_every_place(monkeypatch, places, originals, release):
    for place in places.values():
        shutil.copytree(originals, place)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    assert fashion_mnist.locate(release) == (originals, "data folder")


def test_data_folder_may_be_given_from_home(monkeypatch, home, originals, release):
    shutil.copytree(originals, home / "files")
    monkeypatch.setenv("D2L_COMPAT_DATA", "~/files")
    assert fashion_mnist.locate(release) == (home / "files", "data folder")


# A relative setting is for processes that work elsewhere too


@pytest.fixture
def relative(monkeypatch, tmp_path, originals):
    """Set D2L_COMPAT_DATA to a relative path; return the absolute one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("D2L_COMPAT_DATA", "originals")
    return str(originals)


@pytest.mark.parametrize("use", [fashion_mnist.load, fashion_mnist.locate], ids=lambda use: use.__name__)
def test_relative_setting_is_resolved_where_it_is_read(monkeypatch, tmp_path, relative, release, use):
    before = use(release)
    assert os.environ["D2L_COMPAT_DATA"] == relative
    monkeypatch.chdir(tmp_path / "work")
    assert use(release) == before


def test_setting_that_begins_at_home_is_resolved_for_kernels(monkeypatch, home, originals, release):
    shutil.copytree(originals, home / "files")
    monkeypatch.setenv("D2L_COMPAT_DATA", "~/files")
    fashion_mnist.load(release)
    assert os.environ["D2L_COMPAT_DATA"] == str(home / "files")


@pytest.mark.parametrize("value", ["", "synthetic"])
def test_other_settings_stay_as_they_are(monkeypatch, value):
    monkeypatch.setenv("D2L_COMPAT_DATA", value)
    assert fashion_mnist.setting() == os.environ["D2L_COMPAT_DATA"] == value


# A data folder that is refused, although the cache has what is asked for


def test_data_folder_without_a_file_is_refused(monkeypatch, originals, release):
    shutil.copytree(originals, cache())
    (originals / FILES[1]).unlink()
    (originals / FILES[2]).unlink()
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    with pytest.raises(FileNotFoundError) as error:
        fashion_mnist.load(release)
    assert not isinstance(error.value, DataNotFound)
    message = str(error.value)
    assert str(originals) in message
    assert f"without {FILES[1]}, {FILES[2]}." in message
    assert "unset D2L_COMPAT_DATA" in message


def test_data_folder_that_does_not_exist_is_refused(monkeypatch, tmp_path, originals, release):
    shutil.copytree(originals, cache())
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        fashion_mnist.locate(release)


@pytest.mark.parametrize("name", FILES)
def test_data_folder_with_a_wrong_checksum_is_refused(monkeypatch, originals, release, name):
    shutil.copytree(originals, cache())
    damage(originals / name)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    with pytest.raises(ValueError, match="sha256 checksum") as error:
        fashion_mnist.load(release)
    message = str(error.value)
    assert str(originals / name) in message
    assert f"expected the sha256 checksum {release.digests[name]}" in message
    assert f"received {hashlib.sha256((originals / name).read_bytes()).hexdigest()}" in message
    assert "replace it, or unset D2L_COMPAT_DATA" in message


# Verified files that do not hold the data


@pytest.mark.parametrize(
    ("name", "content", "expected", "received"),
    [
        (FILES[1], idx(30, content=bytes([*range(10)] * 2 + [10] * 10)), "labels from 0 to 9", "10"),
        (FILES[3], idx(20, content=b"\xff" * 20), "labels from 0 to 9", "255"),
        (FILES[1], idx(29), "30 labels", "(29,)"),
        (FILES[1], idx(30, 28, 28), "30 labels", "(30, 28, 28)"),
        (FILES[0], idx(30, 28, 27), "images of 28 x 28 pixels", "(30, 28, 27)"),
        (FILES[2], idx(20), "images of 28 x 28 pixels", "(20,)"),
    ],
    ids=[
        "a label 10",
        "a label 255",
        "a label too few",
        "images as labels",
        "narrow images",
        "labels as images",
    ],
)
def test_contents_that_do_not_fit_are_refused(monkeypatch, originals, name, content, expected, received):
    (originals / name).write_bytes(gzip.compress(content))
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    with pytest.raises(ValueError, match=name) as error:
        fashion_mnist.load(release_of(originals))
    before, after = str(error.value).split(", received ", maxsplit=1)
    assert before.endswith(f"{name}: expected {expected}")
    assert received in after
    assert "Replace the file" in after


# IDX files

LABELS_FILE = gzip.compress(idx(5, content=bytes(range(5))))


def test_idx_of_one_dimension_is_read():
    assert fashion_mnist.read_idx(io.BytesIO(LABELS_FILE), "labels").tolist() == [0, 1, 2, 3, 4]


def test_idx_of_three_dimensions_is_read():
    array = fashion_mnist.read_idx(
        io.BytesIO(gzip.compress(idx(2, 3, 4, content=bytes(range(24))))), "images"
    )
    assert np.array_equal(array, np.arange(24).reshape(2, 3, 4))
    assert array.dtype == np.uint8
    assert not array.flags.writeable


@pytest.mark.parametrize(
    ("data", "expected", "received"),
    [
        (b"", "an IDX header", "nothing"),
        (b"<html>Not Found</html>", "a whole gzip file", "Not a gzipped file"),
        (idx(5), "a whole gzip file", "Not a gzipped file"),
        (LABELS_FILE[:-9], "a whole gzip file", "ended before the end-of-stream marker"),
        (LABELS_FILE[:14], "a whole gzip file", "ended before the end-of-stream marker"),
        (LABELS_FILE[:10] + b"\xff" * 20, "a whole gzip file", "invalid block"),
        (LABELS_FILE[:-8] + bytes(8), "a whole gzip file", "CRC"),
        (LABELS_FILE + b"more", "a whole gzip file", "Not a gzipped file"),
        (gzip.compress(b"\0\0\x0d\x01" + idx(5)[4:]), "00000801 or 00000803", "00000d01"),
        (gzip.compress(idx(5, 5)), "00000801 or 00000803", "00000802"),
        (gzip.compress(idx(2, 28, 28)[:11]), "an IDX header of 16 bytes", "11"),
        (gzip.compress(idx(5, content=bytes(4))), "the 5 bytes", "4"),
        (gzip.compress(idx(5, content=bytes(6))), "the 5 bytes", "more"),
        (gzip.compress(idx(0, 28, 28)), "an array of 1 to", "(0, 28, 28)"),
        (
            gzip.compress(idx(2**32 - 1, 2**32 - 1, 2**32 - 1, content=b"")),
            "an array of 1 to",
            "(4294967295, ",
        ),
        (gzip.compress(idx(fashion_mnist.MAX_BYTES + 1, content=b"")), "an array of 1 to", "(134217729,)"),
    ],
    ids=[
        "empty",
        "a web page",
        "not compressed",
        "truncated",
        "truncated in the header",
        "garbled",
        "wrong checksum inside",
        "followed by something",
        "another element type",
        "two dimensions",
        "header cut short",
        "header says too much",
        "header says too little",
        "a dimension of zero",
        "dimensions beyond any memory",
        "one byte above the limit",
    ],
)
def test_idx_that_lies_is_refused(data, expected, received):
    with pytest.raises(ValueError, match="labels.gz: expected") as error:
        fashion_mnist.read_idx(io.BytesIO(data), "labels.gz")
    before, after = str(error.value).split(", received ", maxsplit=1)
    assert expected in before
    assert received in after
    assert "Replace the file" in after


def test_memory_stays_bounded_by_what_the_header_says():
    bomb = gzip.compress(idx(10, content=bytes(2**26)), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="the 10 bytes"):
            fashion_mnist.read_idx(io.BytesIO(bomb), "bomb.gz")
        assert tracemalloc.get_traced_memory()[1] < 2**21
    finally:
        tracemalloc.stop()


def test_a_file_that_changes_after_it_was_verified_is_refused(monkeypatch, originals, release):
    def verified(paths, *args):
        found = checked(paths, *args)
        if "images" in found.path.name:
            pixels = gzip.decompress(found.path.read_bytes())
            found.path.write_bytes(gzip.compress(pixels[:-1] + b"!"))  # an array as good as the other
        return found

    checked = fashion_mnist.verified
    monkeypatch.setattr(fashion_mnist, "verified", verified)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    with pytest.raises(ValueError, match=r"train-images.*stays as it is while it is read.*start again"):
        fashion_mnist.load(release)


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
def test_a_file_is_never_in_memory_beside_its_array(tmp_path, packed):
    content = idx(2**24, content=bytes(2**24))
    path = tmp_path / "labels"
    path.write_bytes(gzip.compress(content, compresslevel=0) if packed else content)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    kind = {"digests": {"labels.gz": digest}} if packed else {"unpacked": {"labels": digest}}
    release = Release("large", "sha256", **{"digests": {"labels.gz": ""}, **kind}, mirrors=())
    del content
    tracemalloc.start()
    try:
        found = fashion_mnist.verified([path], release, "labels.gz")
        with found.open() as file:
            assert fashion_mnist.read_idx(file, path, found.packed).nbytes == 2**24
        assert tracemalloc.get_traced_memory()[1] < 2**24 + 2**21
    finally:
        tracemalloc.stop()


# Downloads


def requested(mirrors):
    return [tuple(path.strip("/").split("/")) for path in mirrors.requests]


def test_files_are_downloaded_once(mirrors, originals, dataset):
    release = release_of(originals, [mirrors.url("good")])
    loaded = fashion_mnist.load(release)
    assert_same(loaded, dataset)
    assert loaded.source == "download"
    assert requested(mirrors) == [("good", name) for name in FILES]
    assert fashion_mnist.locate(release) == (cache(), "cache")
    assert len(mirrors.requests) == 4


def test_one_line_tells_of_the_download(mirrors, originals, capfd):
    fashion_mnist.locate(release_of(originals, [mirrors.url("good")]))
    out, err = capfd.readouterr()
    assert out == ""
    assert err == f"downloading Fashion-MNIST small to {cache()}\n"


def test_next_mirror_is_asked_for_what_is_left_only(mirrors, originals):
    partial = mirrors.add("partial", originals)
    damage(mirrors.folder / "partial" / FILES[2])
    release = release_of(originals, [partial, mirrors.url("good")])
    assert fashion_mnist.locate(release) == (cache(), "download")
    assert requested(mirrors)[3:] == [("good", FILES[2]), ("good", FILES[3])]


def test_damaged_file_in_the_cache_is_downloaded_again(mirrors, originals, dataset):
    shutil.copytree(originals, cache())
    damage(cache() / FILES[0])
    loaded = fashion_mnist.load(release_of(originals, [mirrors.url("good")]))
    assert_same(loaded, dataset)
    assert requested(mirrors) == [("good", FILES[0])]
    assert (cache() / FILES[0]).read_bytes() == (originals / FILES[0]).read_bytes()


def test_a_download_that_was_killed_before_it_named_its_file_is_none(mirrors, originals):
    shutil.copytree(originals, cache())
    (cache() / FILES[3]).rename(cache() / "tmpabcdefgh")
    release = release_of(originals, [mirrors.url("good")])
    assert fashion_mnist.locate(release) == (cache(), "download")
    assert requested(mirrors) == [("good", FILES[3])]
    assert sorted(path.name for path in cache().iterdir()) == sorted(FILES)


def test_no_copy_and_no_network_is_an_error_that_helps(originals, closed):
    with pytest.raises(DataNotFound) as error:
        fashion_mnist.load(release_of(originals, [closed]))
    message = str(error.value)
    assert closed in message
    assert f"Put {', '.join(FILES)} into {cache()}" in message
    assert "a folder that D2L_COMPAT_DATA names" in message
    assert "D2L_COMPAT_DATA=synthetic" in message


def test_stand_in_is_never_chosen_silently(monkeypatch, originals, closed):
    monkeypatch.setattr(synthetic, "generate", lambda: pytest.fail("the stand-in was generated"))
    with pytest.raises(DataNotFound):
        fashion_mnist.load(release_of(originals, [closed]))


def test_a_mirror_that_sends_too_much_is_given_up(mirrors, originals):
    release = release_of(originals, [mirrors.url("good")])
    with open(mirrors.folder / "good" / FILES[0], "ab") as file:
        file.write(b"more")
    with pytest.raises(DataNotFound, match=r"expected at most \d+ bytes, received more"):
        fashion_mnist.load(release)


def test_a_mirror_that_takes_too_long_is_given_up(mirrors, originals, monkeypatch):
    monkeypatch.setattr(download, "DURATION", -1)
    with pytest.raises(DataNotFound, match=r"expected the file within -1 s, received \d+ bytes"):
        fashion_mnist.load(release_of(originals, [mirrors.url("good")]))


def test_cache_that_cannot_be_written_is_an_error_that_helps(home, mirrors, originals):
    home.mkdir()
    (home / ".cache").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="expected a folder to download Fashion-MNIST into") as error:
        fashion_mnist.load(release_of(originals, [mirrors.url("good")]))
    assert not isinstance(error.value, DataNotFound)
    assert str(cache()) in str(error.value)
    assert "set D2L_COMPAT_DATA" in str(error.value)
    assert mirrors.requests == []


def test_pooch_is_quiet_in_a_download_only(monkeypatch, mirrors, originals):
    messages = []
    monkeypatch.setattr(pooch.get_logger(), "handle", lambda record: messages.append(record.getMessage()))
    fashion_mnist.locate(release_of(originals, [mirrors.url("good")]))
    pooch.get_logger().info("afterwards")
    assert messages == ["afterwards"]


def test_label_names_are_the_ten_of_the_book():
    assert len(set(fashion_mnist.LABELS)) == 10
    assert fashion_mnist.LABELS[0] == "t-shirt"
    assert fashion_mnist.LABELS[9] == "ankle boot"
