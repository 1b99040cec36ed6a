"""Every framework, scratch and concise, follows the float64 reference for ten epochs."""

from functools import lru_cache

import numpy as np
import pytest

from d2l_compat.data import fashion_mnist, iterators
from d2l_compat.helpers import reference

W = np.random.default_rng(0).normal(0, 0.01, (784, 10)).astype("float32")


@lru_cache(maxsize=1)
def yardstick():
    """Return the reference's epochs from `W`, in the order of seed 0."""
    data = fashion_mnist.load()

    def batches(images, labels, shuffle):
        return iterators.DataIter(images, labels, 256, shuffle)

    iterators.seed_order(0)
    epochs, _ = reference.train(
        W,
        batches(data.train_images, data.train_labels, True),
        batches(data.test_images, data.test_labels, False),
    )
    return epochs


@pytest.mark.parametrize("concise", [False, True], ids=["scratch", "concise"])
def test_ten_epochs_follow_the_reference(d2l, concise):
    expected = yardstick()
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    model = d2l.softmax_regression(W, lr=0.1, concise=concise)
    d2l.set_seed(0)
    history = d2l.train_ch3(model.net, train_iter, test_iter, model.loss, 10, model.updater)

    np.testing.assert_allclose(history.train_loss, [e.train_loss for e in expected], rtol=0, atol=1e-6)
    train_correct = np.multiply(history.train_acc, len(train_iter.images))
    np.testing.assert_allclose(train_correct, [e.train_correct for e in expected], rtol=0, atol=3)
    test_correct = np.multiply(history.test_acc, len(test_iter.images))
    np.testing.assert_allclose(test_correct, [e.test_correct for e in expected], rtol=0, atol=3)
