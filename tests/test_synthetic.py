"""The stand-in looks like the data, can be learnt as far as the data can, and is written as they are."""

import numpy as np
import pytest

from d2l_compat.data import synthetic
from d2l_compat.data.iterators import DataIter
from d2l_compat.helpers import reference


@pytest.fixture(scope="module")
def dataset():
    return synthetic.generate()


@pytest.mark.parametrize(
    ("field", "shape"),
    [
        ("train_images", (60000, 28, 28)),
        ("train_labels", (60000,)),
        ("test_images", (10000, 28, 28)),
        ("test_labels", (10000,)),
    ],
)
def test_arrays_have_the_form_of_the_real_ones(dataset, field, shape):
    array = getattr(dataset, field)
    assert array.shape == shape
    assert array.dtype == np.uint8
    assert not array.flags.writeable


def test_it_says_its_name(dataset):
    assert (dataset.release, dataset.source) == ("synthetic", "generator")


def test_images_use_the_grey_levels_and_labels_the_ten_classes(dataset):
    assert dataset.train_images.min() == 0
    assert dataset.train_images.max() > 240
    for labels in dataset.train_labels, dataset.test_labels:
        counts = np.bincount(labels)
        assert len(counts) == 10
        assert counts.min() > 0.9 * counts.mean()


def test_softmax_regression_learns_it_as_far_as_the_real_data(dataset):
    def batches(images, labels, shuffle):
        return DataIter(images, labels, 256, shuffle)

    W = np.random.default_rng(0).normal(0, 0.01, (784, 10))
    epochs, _ = reference.train(
        W,
        batches(dataset.train_images, dataset.train_labels, True),
        batches(dataset.test_images, dataset.test_labels, False),
        num_epochs=3,
    )
    assert epochs[-1].train_loss < 0.45
    assert 0.75 < epochs[-1].train_correct / 60000 < 0.95
    assert 0.75 < epochs[-1].test_correct / 10000 < 0.95


def test_the_seed_decides_everything():
    first, second, other = (synthetic.generate(seed, 50, 20) for seed in (1, 1, 2))
    for field in "train_images", "train_labels", "test_images", "test_labels":
        assert np.array_equal(getattr(first, field), getattr(second, field))
        assert not np.array_equal(getattr(first, field), getattr(other, field))


def test_training_and_test_examples_differ():
    dataset = synthetic.generate(0, 50, 50)
    assert not np.array_equal(dataset.train_images, dataset.test_images)
