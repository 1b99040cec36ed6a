"""Keras itself loads, with no network, what ``data --for keras`` has put where it looks."""

import os
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
train, test = tf.keras.datasets.fashion_mnist.load_data()
np.savez(sys.argv[1], *train, *test)
"""


@pytest.fixture
def keras(tmp_path, monkeypatch):
    """Keras's own folder, wherever its version looks; load the data with it into arrays."""
    home = move_home(tmp_path, monkeypatch)
    monkeypatch.setenv("KERAS_HOME", str(home / ".keras"))
    monkeypatch.setenv("D2L_COMPAT_DATA", str(tmp_path / "originals"))

    def load():
        arrays = tmp_path / "arrays.npz"
        process = subprocess.run(
            [sys.executable, "-c", LOAD, arrays], env=os.environ, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        return list(np.load(arrays).values())

    return load


def test_keras_loads_the_files_without_a_network(tmp_path, monkeypatch, keras):
    dataset = synthetic.generate(num_train=30, num_test=20)
    write(tmp_path / "originals", dataset)
    monkeypatch.setattr(copies, "CURRENT", release_of(tmp_path / "originals"))
    with pytest.raises(AssertionError, match="no network here"):
        keras()
    copies.put("keras", None)
    expected = dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
    for array, right in zip(keras(), expected):
        assert np.array_equal(array, right)
