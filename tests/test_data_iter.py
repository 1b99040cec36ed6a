"""The order, the scaling and the shapes of minibatches."""

import itertools

import numpy as np
import pytest
from PIL import Image

from d2l_compat.data import iterators

IMAGES = np.random.default_rng(0).integers(0, 256, (10, 28, 28), dtype=np.uint8)
LABELS = np.arange(10)


def iterate(batch_size=4, shuffle=True, images=IMAGES, labels=LABELS, resize=None):
    return iterators.DataIter(images, labels, batch_size, shuffle, resize=resize)


def order(batches):
    return np.concatenate([y for _, y in batches]).tolist()


def test_a_pass_holds_every_example_once_in_batches_of_the_size_asked():
    batches = list(iterate())
    assert [len(y) for _, y in batches] == [4, 4, 2]
    assert len(iterate()) == 3
    assert sorted(order(batches)) == list(range(10))


def test_pixels_become_float32_fractions_exactly():
    X, y = next(iter(iterate()))
    assert X.dtype == np.float32
    np.testing.assert_array_equal(X, (IMAGES[y] / 255).astype("float32"))


def test_each_pass_shuffles_examples_not_batches():
    shuffled = iterate(batch_size=2)
    first, second = order(shuffled), order(shuffled)
    assert first != second

    def partners(labels):
        return {frozenset(pair) for pair in zip(labels[::2], labels[1::2])}

    assert partners(first) != partners(second)


def test_without_shuffling_the_order_is_that_of_the_files():
    assert order(iterate(shuffle=False)) == list(range(10))


def test_a_seed_fixes_all_later_passes():
    shuffled = iterate()
    iterators.seed_order(7)
    passes = [order(shuffled) for _ in range(3)]
    iterators.seed_order(7)
    assert [order(shuffled) for _ in range(3)] == passes


def test_the_images_stay_bytes_in_memory():
    assert iterate().images.dtype == np.uint8


@pytest.mark.parametrize("resize", [14, np.int64(14), (14, 14)], ids=["number", "numpy", "pair"])
def test_resize_is_pillows_bilinear(resize):
    X, y = next(iter(iterate(resize=resize)))
    expected = Image.fromarray(IMAGES[y[0]]).resize((14, 14), Image.Resampling.BILINEAR)
    np.testing.assert_array_equal(X[0], np.asarray(expected, dtype="float32") / np.float32(255))


def test_resize_takes_height_before_width():
    X, _ = next(iter(iterate(resize=(32, 20))))
    assert X.shape == (4, 32, 20)


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_size_below_one_is_an_error(d2l, batch_size):
    with pytest.raises(ValueError, match=f"at least 1, received {batch_size}"):
        d2l.load_data_fashion_mnist(batch_size)


@pytest.mark.parametrize("batch_size", [2.5, "256", None, True])
def test_a_batch_size_that_is_no_integer_is_an_error(batch_size):
    with pytest.raises(TypeError, match="expected an integer"):
        iterate(batch_size)


@pytest.mark.parametrize("resize", [0, -1, 3.5, (1, 2, 3), (0, 5), "64"], ids=str)
def test_a_resize_that_is_no_size_is_an_error(resize):
    with pytest.raises(ValueError, match="resize: expected pixels above 0"):
        iterate(resize=resize)


def test_the_first_batch_of_the_data_set(d2l, backend):
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=256)
    X, y = next(iter(train_iter))
    image = (28, 28, 1) if backend.channels_last else (1, 28, 28)
    assert tuple(X.shape) == (256, *image)
    assert backend.to_numpy(X).dtype == np.float32
    assert tuple(y.shape) == (256, *backend.label_shape)
    assert backend.to_numpy(y).dtype == backend.label_dtype
    assert (len(train_iter), len(test_iter)) == (235, 40)


def test_every_framework_scales_pixels_to_the_same_bits(backend):
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    scaled = backend.to_numpy(backend.images(pixels, np.arange(len(pixels))))
    np.testing.assert_array_equal(scaled.ravel(), (np.arange(256) / 255).astype("float32"))


def test_scaled_pixels_start_where_frameworks_share_memory():
    scaled = [iterators.scale(IMAGES[:n]) for n in range(1, 8)]
    assert {array.__array_interface__["data"][0] % 64 for array in scaled} == {0}


def test_a_batch_is_not_changed_by_those_after_it(d2l, backend):
    train_iter, _ = d2l.load_data_fashion_mnist(256)
    X, y = next(batches := iter(train_iter))
    before = backend.to_numpy(X).copy(), backend.to_numpy(y).copy()
    for _ in batches:
        pass
    np.testing.assert_array_equal(backend.to_numpy(X), before[0])
    np.testing.assert_array_equal(backend.to_numpy(y), before[1])


def test_resized_batches(d2l, backend):
    train_iter, _ = d2l.load_data_fashion_mnist(32, resize=64)
    X, _ = next(iter(train_iter))
    assert tuple(X.shape) == ((32, 64, 64, 1) if backend.channels_last else (32, 1, 64, 64))


def test_every_framework_sees_the_order_of_the_seed(d2l, backend):
    train_iter, _ = d2l.load_data_fashion_mnist(256)
    d2l.set_seed(3)
    labels = [backend.to_numpy(y).reshape(-1) for _, y in itertools.islice(train_iter, 2)]
    expected = train_iter.labels[np.random.default_rng(3).permutation(60_000)[:512]]
    np.testing.assert_array_equal(np.concatenate(labels), expected)
