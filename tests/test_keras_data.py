"""Keras itself loads, with no network, what ``data --for keras`` has put where it looks."""

import subprocess
import sys

import numpy as np
import pytest
from small_data import move_home, release_of, write

from d2l_compat.data import copies, synthetic

pytestmark = pytest.mark.framework("tensorflow")

LOAD = """
import socket
import sys

import numpy as np
import tensorflow as tf


def refuse(*args, **kwargs):
    raise OSError("no network here")


socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
try:
    tf.keras.datasets.fashion_mnist.load_data()
except Exception as error:
    print(error, flush=True)
sys.stdin.readline()
train, test = tf.keras.datasets.fashion_mnist.load_data()
np.savez(sys.argv[1], *train, *test)
"""
"""Loads the data with Keras twice: the second time when a line comes in."""


@pytest.fixture
def keras(tmp_path, monkeypatch):
    """A process that loads into ``arrays.npz``; Keras's own folder is there, wherever its version looks."""
    home = move_home(tmp_path, monkeypatch)
    monkeypatch.setenv("KERAS_HOME", str(home / ".keras"))
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "originals"))
    command = [sys.executable, "-c", LOAD, tmp_path / "arrays.npz"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def test_keras_loads_the_files_without_a_network(tmp_path, monkeypatch, keras):
    dataset = synthetic.generate(num_train=30, num_test=20)
    write(tmp_path / "originals", dataset)
    monkeypatch.setattr(copies, "CURRENT", release_of(tmp_path / "originals"))
    assert any("no network here" in line for line in keras.stdout)
    copies.put("keras", None)
    keras.communicate("\n")
    assert keras.returncode == 0
    expected = dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
    for array, right in zip(np.load(tmp_path / "arrays.npz").values(), expected):
        assert np.array_equal(array, right)
