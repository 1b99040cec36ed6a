"""Downloads under faults: whatever a mirror, a disk or a signal does, only verified files are ever left.

Every test has small files of its own, a home of its own, and an HTTP server on the loopback interface.
"""

import hashlib
import multiprocessing
import os
import random
import resource
import shutil
import signal
import time
import tracemalloc

import pytest
from faulty_server import FaultyServer
from small_data import FILES, assert_same, cache, damage, move_home, release_of, running, unpack

from d2l_compat.data import copies, download, fashion_mnist, synthetic
from d2l_compat.data.fashion_mnist import DataNotFound

WHAT_IS_SAID = {
    "missing": "404",
    "broken": "500",
    "moved_in_circles": "redirects",
    "truncated": "IncompleteRead",
    "short": "hash of downloaded file",
    "altered": "hash of downloaded file",
    "web_page": "hash of downloaded file",
    "reset": "Connection reset",
    "silent": "timed out",
    "trickle": "expected the file within 0.3 s",
    "endless": "expected at most",
    "bomb": "hash of downloaded file",
    "bomb_in_transit": "hash of downloaded file",
    "unreachable": "ConnectionError",
}
"""Every fault that spoils a download, and words of what is reported of its mirror."""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of the test's own, and patience that is short."""
    monkeypatch.setattr(download, "SILENCE", 0.2)
    monkeypatch.setattr(download, "DURATION", 0.3)
    return move_home(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def dataset():
    return synthetic.generate(num_train=300, num_test=20)


@pytest.fixture
def server(originals):
    server = FaultyServer(originals)
    with running(server):
        yield server


@pytest.fixture
def mirrored(server, originals):
    """Return a function that makes a release on mirrors with the faults it is given."""

    def mirrored(*faults):
        urls = ["http://127.0.0.1:9/" if fault == "unreachable" else server.url(fault) for fault in faults]
        return release_of(originals, urls)

    return mirrored


def listing():
    return sorted(path.name for path in cache().glob("*"))


# What a mirror can do


@pytest.mark.parametrize("kind", ["good", "slow", "moved"])
def test_a_mirror_that_gives_the_files_suffices(server, mirrored, dataset, kind):
    assert_same(fashion_mnist.load(mirrored(kind)), dataset)
    assert [name for fault, name in server.requests if fault == kind] == list(FILES)
    assert listing() == sorted(FILES)


@pytest.mark.parametrize("fault", WHAT_IS_SAID)
def test_a_faulty_mirror_leaves_nothing_and_the_next_attempt_succeeds(mirrored, dataset, fault):
    with pytest.raises(DataNotFound, match=WHAT_IS_SAID[fault]):
        fashion_mnist.load(mirrored(fault))
    assert listing() == []
    assert_same(fashion_mnist.load(mirrored("good")), dataset)
    assert listing() == sorted(FILES)


@pytest.mark.parametrize("fault", WHAT_IS_SAID)
def test_the_mirror_after_a_faulty_one_is_asked(server, mirrored, dataset, fault):
    assert_same(fashion_mnist.load(mirrored(fault, "good")), dataset)
    assert [name for kind, name in server.requests if kind == "good"] == list(FILES)
    assert listing() == sorted(FILES)


def test_every_mirror_is_asked_once_in_order_before_giving_up(server, mirrored):
    order = ["broken", "missing", "altered", "reset"]
    with pytest.raises(DataNotFound) as error:
        fashion_mnist.load(mirrored(*order))
    assert server.requests == [(fault, FILES[0]) for fault in order]
    lines = str(error.value).splitlines()[1:-1]
    assert [line.split(": ")[0].strip() for line in lines] == [server.url(fault) for fault in order]
    assert listing() == []


# Many processes


def fetch(environment, release, start, results):
    """Load `release` when `start` is set; report the digest of the training images."""
    os.environ.update(environment)
    start.wait()
    images = fashion_mnist.load(release).train_images
    results.put(hashlib.sha256(images.tobytes()).hexdigest())


def fetch_and_stay(environment, release, ready):
    """Locate `release`, then wait to be killed."""
    os.environ.update(environment)
    ready.send(True)
    fashion_mnist.locate(release)
    signal.pause()


@pytest.fixture(scope="module")
def processes():
    """A context whose processes start within milliseconds, with no thread of this one nor its environment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["d2l_compat.data.download", "d2l_compat.data.fashion_mnist"])
    return context


def test_eight_processes_download_one_set_of_files(server, mirrored, processes, dataset):
    server.pace = 0.01
    start, results = processes.Event(), processes.Queue()
    arguments = dict(os.environ), mirrored("slow"), start, results
    fetchers = [processes.Process(target=fetch, args=arguments, daemon=True) for _ in range(8)]
    for fetcher in fetchers:
        fetcher.start()
    start.set()
    digests = {results.get(timeout=120) for _ in fetchers}
    for fetcher in fetchers:
        fetcher.join()
    assert [fetcher.exitcode for fetcher in fetchers] == [0] * 8
    assert digests == {hashlib.sha256(dataset.train_images.tobytes()).hexdigest()}
    assert server.requests == [("slow", name) for name in FILES]
    assert listing() == sorted(FILES)


def wait_for_pieces(server, number):
    """Return once the server has sent so many pieces of the 20 that each of the four files comes in."""
    deadline = time.monotonic() + 60
    while len(server.pieces) < number:
        assert time.monotonic() < deadline, f"expected {number} pieces, there were {len(server.pieces)}"
        time.sleep(0.0005)


def test_a_fetch_killed_at_any_of_50_moments_leaves_whole_files_only(server, mirrored, processes, originals):
    random_numbers = random.Random(0)
    for _ in range(50):
        server.pieces, moment = [], random_numbers.randint(0, 80)
        here, there = processes.Pipe()
        arguments = dict(os.environ), mirrored("slow"), there
        fetcher = processes.Process(target=fetch_and_stay, args=arguments, daemon=True)
        fetcher.start()
        here.recv()
        wait_for_pieces(server, moment)
        time.sleep(random_numbers.uniform(0, 0.002))
        os.kill(fetcher.pid, signal.SIGKILL)
        fetcher.join()
        left = [name for name in listing() if name in FILES]
        assert len(left) >= (moment - 1) // 20
        assert all((cache() / name).read_bytes() == (originals / name).read_bytes() for name in left)
        assert fashion_mnist.locate(mirrored("good"))[0] == cache()
        assert listing() == sorted(FILES)
        shutil.rmtree(cache())


# What a disk can do


EXPECTED_FOLDER = "expected a folder to download Fashion-MNIST into, received: "


def test_a_full_disk_is_an_error_that_helps_and_leaves_nothing(mirrored, dataset):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**15, hard))
    try:
        with pytest.raises(OSError, match=EXPECTED_FOLDER + r".*too large.*32 MB free") as error:
            fashion_mnist.load(mirrored("good"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not isinstance(error.value, DataNotFound)
    assert listing() == []
    assert_same(fashion_mnist.load(mirrored("good")), dataset)


def test_a_cache_that_nobody_may_write_is_an_error_that_helps(server, monkeypatch, mirrored):
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/cache")  # where not even root makes folders
    with pytest.raises(OSError, match=EXPECTED_FOLDER + ".*/proc/cache.*Make it writable"):
        fashion_mnist.load(mirrored("good"))
    assert server.requests == []


def test_a_folder_where_a_file_should_be_is_an_error_that_helps(mirrored, dataset):
    (cache() / FILES[1]).mkdir(parents=True)
    with pytest.raises(OSError, match=EXPECTED_FOLDER + f".*directory.*{FILES[1]}"):
        fashion_mnist.load(mirrored("good"))
    assert listing() == sorted(FILES[:2])
    (cache() / FILES[1]).rmdir()
    assert_same(fashion_mnist.load(mirrored("good")), dataset)


@pytest.mark.parametrize("name", ["with spaces in it", "Größe 数据 🧥", "%41&#+;'"])
def test_the_path_of_the_cache_may_be_any(monkeypatch, tmp_path, mirrored, dataset, name):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
    assert_same(fashion_mnist.load(mirrored("good")), dataset)
    assert fashion_mnist.locate(mirrored()) == (cache(), "cache")
    assert cache().is_relative_to(tmp_path / name)


def test_the_cache_may_be_a_symlink(tmp_path, mirrored, dataset):
    (tmp_path / "elsewhere").mkdir()
    cache().parent.mkdir(parents=True)
    cache().symlink_to(tmp_path / "elsewhere")
    assert_same(fashion_mnist.load(mirrored("good")), dataset)
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == sorted(FILES)


def test_a_symlink_to_a_verified_file_is_used(originals, mirrored, dataset):
    cache().mkdir(parents=True)
    for name in FILES:
        (cache() / name).symlink_to(originals / name)
    assert fashion_mnist.load(mirrored()).source == "cache"


@pytest.mark.parametrize("target", ["damaged", "absent", "itself"])
def test_a_symlink_to_anything_else_is_replaced_and_its_target_left(tmp_path, originals, mirrored, target):
    damaged = shutil.copy(originals / FILES[0], tmp_path / "damaged")
    damage(tmp_path / "damaged")
    before = (tmp_path / "damaged").read_bytes()
    cache().mkdir(parents=True)
    link = cache() / FILES[0]
    link.symlink_to({"damaged": damaged, "absent": tmp_path / "absent", "itself": link}[target])
    assert fashion_mnist.load(mirrored("good")).source == "download"
    assert not link.is_symlink()
    assert (tmp_path / "damaged").read_bytes() == before
    assert not (tmp_path / "absent").exists()


def test_a_file_that_is_too_large_is_not_read_whole(originals, mirrored, monkeypatch):
    release = mirrored()
    os.truncate(originals / FILES[0], 2**40)  # sparse: it takes no room
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    with pytest.raises(ValueError, match="received a file of more than .* bytes"):
        fashion_mnist.load(release)


def test_an_unpacked_file_that_is_too_large_is_not_read_whole(tmp_path, originals, mirrored, monkeypatch):
    release = mirrored()
    unpack(originals, tmp_path / "unpacked")
    os.truncate(tmp_path / "unpacked" / FILES[0][:-3], 2**40)  # sparse: it takes no room
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "unpacked"))
    tracemalloc.start()
    try:
        with pytest.raises(FileNotFoundError, match=f"a folder without {FILES[0]}"):
            fashion_mnist.load(release)
        assert tracemalloc.get_traced_memory()[1] < 2**27
    finally:
        tracemalloc.stop()


def test_an_unpacked_file_that_changes_between_two_looks_is_refused(tmp_path, originals, mirrored, dataset):
    release, root = mirrored("good"), unpack(originals, tmp_path / "unpacked")
    assert fashion_mnist.load(release, root).source == "root"
    damage(root / FILES[2][:-3])
    again = fashion_mnist.load(release, root)
    assert again.source == "download"
    assert_same(again, dataset)
    assert listing() == sorted(FILES)


@pytest.mark.parametrize("loader", copies.LOADERS)
def test_a_full_disk_leaves_whole_files_for_a_loader_only(monkeypatch, tmp_path, originals, loader):
    monkeypatch.setattr(copies, "CURRENT", release_of(originals))
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**15, hard))
    try:
        with pytest.raises(OSError, match=r"expected a folder to put .*too large.*90 MB free"):
            copies.put(loader, str(tmp_path / "there"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    left = [path for path in (tmp_path / "there").rglob("*") if path.is_file()]
    assert all(path.read_bytes() == (originals / path.name).read_bytes() for path in left)
    copies.put(loader, str(tmp_path / "there"))
    assert {path.name for path in (tmp_path / "there").rglob("*.gz")} == set(FILES)


def test_eight_processes_may_put_the_files_at_once(tmp_path, originals, processes):
    start, results = processes.Event(), processes.Queue()
    arguments = originals, str(tmp_path / "there"), start, results
    putters = [processes.Process(target=put, args=arguments, daemon=True) for _ in range(8)]
    for putter in putters:
        putter.start()
    start.set()
    assert len({results.get(timeout=120) for _ in putters}) == 1
    for putter in putters:
        putter.join()
    assert {path.name for path in (tmp_path / "there").rglob("*") if path.is_file()} == set(FILES)


def put(originals, home, start, results):
    """Put the small release in `originals` where Keras looks, when `start` is set; report what was said."""
    copies.CURRENT = release_of(originals)
    os.environ["D2L_COMPAT_DATA"] = str(originals)
    start.wait()
    results.put(copies.put("keras", home))
