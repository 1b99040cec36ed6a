"""Small releases of the data, a home for them to lie in, and mirrors on the loopback interface."""

import gzip
import hashlib
import shutil
import struct
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch

from d2l_compat.data.fashion_mnist import Release

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def release_of(folder, mirrors=(), algorithm="sha256", name="small"):
    """Return a release that the files in `folder` are, gzipped, and unpacked too where they can be."""
    contents = {name: (folder / name).read_bytes() for name in FILES}
    plain = {name[:-3]: gzip.decompress(content) for name, content in contents.items()}
    digests, unpacked = (
        {name: hashlib.new(algorithm, content).hexdigest() for name, content in files.items()}
        for files in (contents, plain)
    )
    sizes = {name: len(content) for name, content in {**contents, **plain}.items()}
    return Release(name, algorithm, digests, tuple(mirrors), sizes, unpacked)


def unpack(folder, target):
    """Write the files of `folder` into `target`, made if need be, unpacked; return `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (target / name[:-3]).write_bytes(gzip.decompress((folder / name).read_bytes()))
    return target


def cache(name="small"):
    """Return the folder of the per-user cache for the release `name`."""
    return pooch.os_cache("d2l_compat") / "fashion-mnist" / name


def write(folder, dataset):
    """Write `dataset` into `folder`, made if need be, as the publisher's four files; equal ones are equal."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
    for name, array in zip(FILES, parts):
        content = idx(*array.shape, content=array.tobytes())
        (folder / name).write_bytes(gzip.compress(content, compresslevel=1, mtime=0))


def damage(path):
    """Change one byte of the file."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def idx(*shape, content=None):
    """Return an uncompressed IDX file that announces `shape` and holds `content`, by default zeros."""
    content = bytes(np.prod(shape)) if content is None else content
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + content


def move_home(tmp_path, monkeypatch):
    """Keep the copies, caches and proxies of whoever runs the tests out of them; return the new home."""
    for name in "D2L_COMPAT_DATA", "KERAS_HOME", "MXNET_HOME", "MXNET_GLUON_REPO":
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    for name in "HOME", "USERPROFILE":
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    work = tmp_path / "work" / "here"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    return home


def assert_same(loaded, dataset):
    """Assert that both data sets have equal arrays."""
    for field in "train_images", "train_labels", "test_images", "test_labels":
        assert np.array_equal(getattr(loaded, field), getattr(dataset, field))


@contextmanager
def running(server):
    """Serve in a thread as long as the context lasts."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


class Mirrors:
    """An HTTP server whose sub-folders of `folder` are mirrors; `requests` are the paths it was asked for."""

    def __init__(self, folder):
        self.folder, self.requests = folder, requests = folder, []

        class Handler(SimpleHTTPRequestHandler):
            def log_request(self, code="-", size="-"):
                requests.append(self.path)

            def log_error(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))

    def url(self, name):
        """Return the base URL of the mirror `name`."""
        return f"http://127.0.0.1:{self.server.server_port}/{name}/"

    def add(self, name, originals):
        """Make a mirror `name` of the files in `originals`."""
        shutil.copytree(originals, self.folder / name)
        return self.url(name)
