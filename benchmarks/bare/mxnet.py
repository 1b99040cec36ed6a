"""Plain MXNet np and Gluon."""

from unittest import mock

from mxnet import autograd, gluon, nd, np


def eager(model):
    """Return an epoch that adds up loss and accuracy batch by batch, as the book does."""
    step = model.updater.step if isinstance(model.updater, gluon.Trainer) else model.updater

    def epoch(batches):
        loss_sum = correct = 0.0
        for X, y in batches:
            with autograd.record():
                y_hat = model.net(X)
                l = model.loss(y_hat, y)
            l.backward()
            step(len(y))
            loss_sum += float(l.sum())
            correct += float(_correct(y_hat, y))
        return loss_sum, correct

    return epoch


def _correct(y_hat, y):
    return (y_hat.argmax(axis=1).astype(y.dtype) == y).sum()


EPOCHS = {"the bare loop": eager}


def evaluate(net, batches):
    """Count the correct predictions."""
    return sum(int(_correct(net(X), y)) for X, y in batches)


def loader(X, y, batch_size):
    """Shuffle the rows of two arrays."""
    dataset = gluon.data.ArrayDataset(np.array(X), np.array(y, dtype=y.dtype))
    return gluon.data.DataLoader(dataset, batch_size, shuffle=True)


def d2l_iterators(d2l, data, batch_size):
    """Return d2l's own, with the images of `data` in place of the older release that Gluon downloads."""

    def dataset(train):
        part = "train" if train else "test"
        images, labels = getattr(data, f"{part}_images"), getattr(data, f"{part}_labels")
        pixels = nd.array(images[..., None], dtype="uint8").as_np_ndarray()
        return gluon.data.ArrayDataset(pixels, labels.astype("int32"))

    with mock.patch.object(gluon.data.vision, "FashionMNIST", dataset):
        return d2l.load_data_fashion_mnist(batch_size)
