"""Two releases of the data: asked for by name, kept apart, each known by its own checksums.

The files of 2017-08-26 are not needed: small ones stand in, under checksums that are put in for the test.
"""

import dataclasses
import shutil

import pytest
from small_data import (
    FILES,
    Mirrors,
    assert_same,
    cache,
    damage,
    move_home,
    release_of,
    running,
    unpack,
    write,
)

from d2l_compat.commands import command_line, environment
from d2l_compat.data import fashion_mnist, synthetic
from d2l_compat.data.fashion_mnist import CURRENT, FIRST, RELEASES

NEW, OLD = "2017-08-31", "2017-08-26"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    return move_home(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def datasets():
    """What the small releases hold, by name."""
    return {name: synthetic.generate(seed, 30, 20) for seed, name in enumerate((NEW, OLD))}


@pytest.fixture
def originals(tmp_path, datasets):
    """Folders with the files of the small releases, by name."""
    for name, dataset in datasets.items():
        write(tmp_path / "originals" / name, dataset)
    return {name: tmp_path / "originals" / name for name in datasets}


@pytest.fixture(autouse=True)
def releases(monkeypatch, originals):
    """Put small releases in the place of both, each with the kind of checksum that the real one has."""
    for real in CURRENT, FIRST:
        small = release_of(originals[real.name], algorithm=real.algorithm)
        unpacked = small.unpacked if real.unpacked else {}
        sizes = small.sizes if real.sizes else {}
        replaced = dataclasses.replace(
            real, digests=small.digests, sizes=sizes, unpacked=unpacked, mirrors=()
        )
        monkeypatch.setitem(RELEASES, real.name, replaced)
    return RELEASES


# The tables


@pytest.mark.parametrize(
    ("release", "name", "algorithm", "digests"),
    [
        (
            CURRENT,
            NEW,
            "sha256",
            (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
        (
            FIRST,
            OLD,
            "sha1",
            (
                "0cf37b0d40ed5169c6b3aba31069a9770ac9043d",
                "236021d52f1e40852b06a4c3008d8de8aef1e40b",
                "626ed6a7c06dd17c0eec72fa3be1740f146a2863",
                "17f9ab60e7257a1620f4ad76bbbaf857c3920701",
            ),
        ),
    ],
    ids=[NEW, OLD],
)
def test_a_release_has_the_published_checksums(release, name, algorithm, digests):
    assert (release.name, release.algorithm) == (name, algorithm)
    assert release.digests == dict(zip(FILES, digests))


def test_the_current_release_has_the_published_sizes():
    assert [CURRENT.max_bytes(name) for name in FILES] == [26421880, 29515, 4422102, 5148]
    assert [CURRENT.sizes[name[:-3]] for name in FILES] == [16 + 60000 * 784, 60008, 16 + 10000 * 784, 10008]


def test_the_unpacked_files_of_the_current_release_have_the_checksums_that_are_public():
    assert [CURRENT.unpacked[name[:-3]] for name in FILES] == [
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ]


def test_of_the_first_release_only_gzipped_files_are_known():
    assert FIRST.unpacked == {}


def test_the_sizes_of_the_first_release_are_bounded():
    assert {FIRST.max_bytes(name) for name in FILES} == {fashion_mnist.MAX_FILE}


def test_releases_are_listed_by_name_the_default_first():
    assert list(RELEASES) == [NEW, OLD]
    assert all(release.name == name for name, release in RELEASES.items())


@pytest.mark.parametrize("name", ["2017-08-25", "", None], ids=repr)
def test_an_unknown_name_is_an_error_that_lists_both(d2l, name):
    with pytest.raises(ValueError, match=f"release: expected one of {NEW}, {OLD}, received {name!r}"):
        d2l.load_data_fashion_mnist(256, release=name)


# What is loaded


@pytest.mark.parametrize("name", [NEW, OLD])
def test_a_release_is_loaded_by_name_and_its_iterators_say_so(d2l, monkeypatch, originals, datasets, name):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[name]))
    train_iter, test_iter = d2l.load_data_fashion_mnist(10, release=name)
    assert train_iter.images.tolist() == datasets[name].train_images.tolist()
    assert test_iter.images.tolist() == datasets[name].test_images.tolist()
    assert {(batches.release, batches.source) for batches in (train_iter, test_iter)} == {
        (name, "data folder")
    }


def test_the_current_release_is_the_default(d2l, monkeypatch, originals):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[NEW]))
    assert d2l.load_data_fashion_mnist(10)[0].release == NEW


def test_the_stand_in_is_that_of_every_release(monkeypatch, releases):
    small = synthetic.generate(num_train=10, num_test=10)
    monkeypatch.setattr(synthetic, "generate", lambda: small)
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    assert [fashion_mnist.load(release).release for release in releases.values()] == ["synthetic"] * 2


# Never mixed


def test_each_release_has_a_cache_of_its_own(originals, releases, datasets):
    for name, folder in originals.items():
        shutil.copytree(folder, cache(name))
    for name, release in releases.items():
        assert fashion_mnist.locate(release) == (cache(name), "cache")
        assert_same(fashion_mnist.load(release), datasets[name])


def test_a_release_in_the_folder_of_the_other_is_passed_over(home, originals, releases):
    shutil.copytree(originals[NEW], cache(OLD))
    shutil.copytree(originals[OLD], home / ".keras/datasets/fashion-mnist")
    assert fashion_mnist.locate(releases[OLD])[1] == "Keras copy"


@pytest.mark.parametrize(("asked", "there"), [(OLD, NEW), (NEW, OLD)])
def test_a_data_folder_with_the_other_release_is_refused(monkeypatch, originals, releases, asked, there):
    shutil.copytree(originals[asked], cache(asked))
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[there]))
    with pytest.raises(ValueError, match=f"checksum .* of Fashion-MNIST {asked}, received") as error:
        fashion_mnist.load(releases[asked])
    assert f"this one in a sub-folder {asked}" in str(error.value)


def test_a_data_folder_may_hold_both_releases_by_name(monkeypatch, originals, releases, datasets):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[NEW].parent))
    for name, release in releases.items():
        assert fashion_mnist.locate(release) == (originals[name], "data folder")
        assert_same(fashion_mnist.load(release), datasets[name])


def test_a_data_folder_may_hold_the_other_release_below(monkeypatch, tmp_path, originals, releases):
    shutil.copytree(originals[NEW], tmp_path / "data")
    shutil.copytree(originals[OLD], tmp_path / "data" / OLD)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "data"))
    assert fashion_mnist.locate(releases[NEW])[0] == tmp_path / "data"
    assert fashion_mnist.locate(releases[OLD])[0] == tmp_path / "data" / OLD


def test_a_file_of_the_other_release_is_named_so(monkeypatch, originals, releases):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[OLD]))
    with pytest.raises(ValueError, match=rf"received \w+ \(Fashion-MNIST {OLD}\): replace it"):
        fashion_mnist.load(releases[NEW])


def test_unpacked_files_of_the_first_release_are_refused_with_the_reason(
    monkeypatch, tmp_path, originals, releases
):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(unpack(originals[OLD], tmp_path / "unpacked")))
    with pytest.raises(FileNotFoundError, match="gzipped: for unpacked ones no checksum is known"):
        fashion_mnist.load(releases[OLD])


# MXNet's copy


@pytest.mark.parametrize("name", [NEW, OLD])
def test_the_copy_that_mxnet_has_downloaded_is_found(home, originals, releases, name):
    shutil.copytree(originals[name], home / ".mxnet/datasets/fashion-mnist")
    assert fashion_mnist.locate(releases[name]) == (home / ".mxnet/datasets/fashion-mnist", "MXNet copy")


def test_mxnet_home_is_honoured(monkeypatch, tmp_path, originals, releases):
    monkeypatch.setenv("MXNET_HOME", str(tmp_path / "mxnet"))
    shutil.copytree(originals[OLD], tmp_path / "mxnet/datasets/fashion-mnist")
    assert fashion_mnist.locate(releases[OLD])[1] == "MXNet copy"


@pytest.fixture
def mirrors(tmp_path):
    mirrors = Mirrors(tmp_path / "mirrors")
    with running(mirrors.server):
        yield mirrors


def test_the_repository_that_gluon_is_told_of_is_asked_first(monkeypatch, mirrors, originals, releases):
    mirrors.add("repository/gluon/dataset/fashion-mnist", originals[OLD])
    monkeypatch.setenv("MXNET_GLUON_REPO", mirrors.url("repository").rstrip("/"))
    assert fashion_mnist.locate(releases[OLD]) == (cache(OLD), "download")
    assert mirrors.requests == [f"/repository/gluon/dataset/fashion-mnist/{name}" for name in FILES]


# A root, as the older editions pass it


@pytest.mark.parametrize("layout", [".", "FashionMNIST/raw"])
def test_a_root_with_the_files_is_used(d2l, monkeypatch, tmp_path, originals, layout):
    shutil.copytree(originals[NEW], tmp_path / "root" / layout)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[NEW]))
    train_iter, _ = d2l.load_data_fashion_mnist(10, None, str(tmp_path / "root"))
    assert (train_iter.release, train_iter.source) == (NEW, "root")


def test_a_root_may_be_given_from_home(home, originals, releases):
    shutil.copytree(originals[OLD], home / "files")
    assert fashion_mnist.locate(releases[OLD], root="~/files") == (home / "files", "root")


@pytest.mark.parametrize("fault", ["damaged", "incomplete", "of the other release", "absent"])
def test_a_root_without_the_files_is_passed_over_and_not_changed(tmp_path, originals, releases, fault):
    root = tmp_path / "root"
    if fault != "absent":
        shutil.copytree(originals[OLD if fault == "of the other release" else NEW], root)
    if fault == "damaged":
        damage(root / FILES[2])
    if fault == "incomplete":
        (root / FILES[2]).unlink()
    before = {path: path.read_bytes() for path in root.rglob("*")}
    shutil.copytree(originals[NEW], cache(NEW))
    assert fashion_mnist.locate(releases[NEW], root=root) == (cache(NEW), "cache")
    assert {path: path.read_bytes() for path in root.rglob("*")} == before


@pytest.mark.parametrize("root", [["folder"], 256, b"folder", True], ids=repr)
def test_a_root_that_is_no_path_is_an_error_that_helps(d2l, root):
    with pytest.raises(TypeError, match="root: expected a folder, as text or as a path, received") as error:
        d2l.load_data_fashion_mnist(10, None, root)
    assert repr(root) in str(error.value)
    assert "leave it out" in str(error.value)


def test_the_stand_in_comes_before_a_root(monkeypatch, originals, releases):
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    assert fashion_mnist.locate(releases[NEW], root=originals[NEW]) == (None, "generator")


# The command line


def report_lines(capsys):
    """Return the lines on the data, each with single spaces."""
    assert command_line.main([]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if line.startswith("data ")]


@pytest.fixture
def no_frameworks(monkeypatch):
    monkeypatch.setattr(environment, "FRAMEWORKS", ())


@pytest.mark.usefixtures("no_frameworks")
def test_the_report_says_where_each_release_lies(capsys, originals):
    shutil.copytree(originals[NEW], cache(NEW))
    assert report_lines(capsys) == [
        f"data {NEW} verified (sha256), cache {cache(NEW)}",
        f"data {OLD} not on this machine; fetch: python -m d2l_compat data --release {OLD}",
    ]


@pytest.mark.usefixtures("no_frameworks")
def test_the_report_says_why_a_release_is_refused(capsys, monkeypatch, originals):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals[OLD]))
    first, second = report_lines(capsys)
    assert first.startswith(f"data {NEW} not available: {originals[OLD] / FILES[0]}: expected the sha256")
    assert second == f"data {OLD} verified (sha1), data folder {originals[OLD]}"


@pytest.mark.parametrize("name", [NEW, OLD])
def test_data_fetches_either_release(capsys, monkeypatch, mirrors, originals, releases, name):
    url = mirrors.add("good", originals[name])
    monkeypatch.setitem(RELEASES, name, dataclasses.replace(releases[name], mirrors=(url,)))
    assert command_line.main(["data", "--release", name]) == 0
    assert capsys.readouterr().out == f"Fashion-MNIST {name}, verified, download {cache(name)}\n"
    assert [path.name for path in sorted(cache(name).iterdir())] == sorted(FILES)


def test_data_fetches_the_current_release_by_default(capsys, originals):
    shutil.copytree(originals[NEW], cache(NEW))
    assert command_line.main(["data"]) == 0
    assert f"Fashion-MNIST {NEW}" in capsys.readouterr().out
