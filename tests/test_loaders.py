"""Under the redirection the frameworks' own loaders take the verified files where they would download."""

import gzip
import hashlib
import importlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from small_data import FILES, move_home, release_of, unpack

from d2l_compat.data import copies, fashion_mnist
from d2l_compat.foreign import loaders


def refuse(*args, **kwargs):
    """Do as a download does where there is no network."""
    raise ConnectionError("no network here")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home without any data, and no setting: nothing is found unless a test puts it somewhere."""
    monkeypatch.delenv("D2L_COMPAT_DATA", raising=False)
    yield move_home(tmp_path, monkeypatch)
    loaders.uninstall()


@pytest.fixture
def here(originals, monkeypatch):
    """A folder with a small release, which is the current one and the first one, and which is chosen."""
    for name in ("CURRENT", "FIRST"):
        algorithm = "sha256" if name == "CURRENT" else "sha1"
        monkeypatch.setattr(fashion_mnist, name, release_of(originals, algorithm=algorithm))
    monkeypatch.setattr(copies, "CURRENT", fashion_mnist.CURRENT)
    monkeypatch.setenv("D2L_COMPAT_DATA", str(originals))
    return originals


def changed(name, monkeypatch, **content):
    """Return a module that was imported under this `name`, once the loaders are changed."""
    module = ModuleType(name)
    vars(module).update(content)
    for known in loaders.CHANGES:
        monkeypatch.delitem(sys.modules, known, raising=False)
    monkeypatch.setitem(sys.modules, name, module)
    loaders.install()
    return module


KERAS = [
    "keras.src.datasets.fashion_mnist",
    "keras.datasets.fashion_mnist",
    "tf_keras.src.datasets.fashion_mnist",
]


@pytest.mark.parametrize("name", KERAS)
def test_keras_opens_the_verified_files(monkeypatch, here, home, name):
    keras = changed(name, monkeypatch, get_file=refuse)
    paths = [keras.get_file(file, origin="https://" + file, cache_subdir="datasets") for file in FILES]
    assert paths == [str(here / file) for file in FILES]
    assert not (home / ".keras").exists()


def test_keras_opens_unpacked_files_gzipped(monkeypatch, here, tmp_path):
    monkeypatch.setenv("D2L_COMPAT_DATA", str(unpack(here, tmp_path / "plain")))
    keras = changed(KERAS[0], monkeypatch, get_file=refuse)
    for name in FILES:
        with gzip.open(keras.get_file(name)) as file, gzip.open(here / name) as original:
            assert file.read() == original.read()


def test_gluon_opens_files_of_its_own_release(monkeypatch, here):
    gluon = changed("mxnet.gluon.data.vision.datasets", monkeypatch, download=refuse)
    sha1 = hashlib.sha1((here / FILES[0]).read_bytes()).hexdigest()
    assert gluon.download("https://x/" + FILES[0], path="there", sha1_hash=sha1) == str(here / FILES[0])


def test_gluon_downloads_what_is_other_data(monkeypatch, here):
    gluon = changed("mxnet.gluon.data.vision.datasets", monkeypatch, download=lambda *args, **kwargs: "MNIST")
    assert gluon.download("https://x/" + FILES[0], sha1_hash="6c95f4b0") == "MNIST"


def paddle(monkeypatch, download):
    """Return PaddlePaddle's module of datasets, as far as it concerns the files, which `download` gets."""
    names = {"FashionMNIST": SimpleNamespace(NAME="fashion-mnist"), "_check_exists_and_download": download}
    return changed("paddle.vision.datasets.mnist", monkeypatch, **names)


def test_paddle_opens_the_verified_files_and_downloads_what_is_other_data(monkeypatch, here):
    download = paddle(monkeypatch, lambda *args: "MNIST")._check_exists_and_download
    assert download(None, "https://x/" + FILES[0], "8d4fb7e6", "fashion-mnist", True) == str(here / FILES[0])
    assert download(None, "https://x/" + FILES[0], "f68b3c2d", "mnist", True) == "MNIST"


def test_paddle_without_files_and_network_says_how(monkeypatch):
    download = paddle(monkeypatch, refuse)._check_exists_and_download
    with pytest.raises(OSError, match=r"PaddlePaddle's loader .*no network here.*d2l_compat data\. Or"):
        download(None, "https://x/" + FILES[0], "8d4fb7e6", "fashion-mnist", True)


HOW = {
    "Keras": (KERAS[0], "get_file", FILES[0], None, "data --for keras"),
    "Gluon": (
        "mxnet.gluon.data.vision.datasets", "download", "https://x/" + FILES[0],
        fashion_mnist.FIRST.digests[FILES[0]], "data --release 2017-08-26",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("module", "function", "asked", "sha1", "how"), HOW.values(), ids=HOW)
def test_without_files_and_network_the_error_says_how(monkeypatch, module, function, asked, sha1, how):
    download = getattr(changed(module, monkeypatch, **{function: refuse}), function)
    with pytest.raises(OSError, match=rf"no copy of Fashion-MNIST here.*no network here.*d2l_compat {how}"):
        download(asked, sha1_hash=sha1)


def test_the_stand_in_is_not_taken_for_the_real_data(monkeypatch):
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    keras = changed(KERAS[0], monkeypatch, get_file=lambda name: f"downloaded {name}")
    assert keras.get_file(FILES[0]) == f"downloaded {FILES[0]}"


TORCHVISION = """
from pathlib import Path


class MNIST:
    def __init__(self, root, train=True, download=False):
        self.root, self.train = root, train
        if download:
            self.download()
        if not self._check_exists():
            raise RuntimeError("Dataset not found.")

    def _check_exists(self):
        raw = Path(self.root, type(self).__name__, "raw")
        return all((raw / f"{part}-ubyte").exists() for part in ("train-images-idx3", "t10k-labels-idx1"))

    def download(self):
        if not self._check_exists():
            raise ConnectionError("no network here")


class FashionMNIST(MNIST):
    pass
"""


@pytest.fixture
def torchvision(tmp_path, monkeypatch):
    """A module that works as torchvision's does, imported under the redirection."""
    folder = tmp_path / "lib" / "torchvision" / "datasets"
    folder.mkdir(parents=True)
    (folder / "mnist.py").write_text(TORCHVISION)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    loaders.install()
    yield importlib.import_module("torchvision.datasets.mnist")
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]


def test_torchvision_finds_the_files_in_the_folder_that_it_is_given(here, torchvision):
    torchvision.FashionMNIST("data", download=True)
    raw = Path("data", "FashionMNIST", "raw")
    assert (raw / FILES[0]).read_bytes() == (here / FILES[0]).read_bytes()


def test_torchvision_writes_nothing_where_it_is_not_to_download(here, torchvision):
    with pytest.raises(RuntimeError, match="not found"):
        torchvision.FashionMNIST("data")
    assert not Path("data").exists()


def test_torchvision_s_other_data_are_its_own_affair(here, torchvision):
    with pytest.raises(ConnectionError):
        torchvision.MNIST("data", download=True)
    assert not Path("data").exists()


def test_torchvision_without_files_and_network_says_how(torchvision):
    with pytest.raises(
        OSError, match=r"could not download it \(no network here\).*data --for torchvision data"
    ):
        torchvision.FashionMNIST("data", download=True)


def test_nothing_is_left_of_it(monkeypatch):
    finders = [*sys.meta_path]
    keras = changed(KERAS[0], monkeypatch, get_file=refuse)
    assert keras.get_file is not refuse
    loaders.uninstall()
    assert (keras.get_file, sys.meta_path) == (refuse, finders)
