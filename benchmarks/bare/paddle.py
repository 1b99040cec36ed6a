"""Plain PaddlePaddle."""

import paddle


def eager(model):
    """Return an epoch that adds up loss and accuracy batch by batch, as the book does."""
    is_optimiser = isinstance(model.updater, paddle.optimizer.Optimizer)

    def epoch(batches):
        loss_sum = correct = 0.0
        for X, y in batches:
            y_hat = model.net(X)
            l = model.loss(y_hat, y)
            if is_optimiser:
                model.updater.clear_grad()
                l.mean().backward()
                model.updater.step()
            else:
                l.sum().backward()
                model.updater(len(y))
            loss_sum += l.sum().item()
            correct += _correct(y_hat, y)
        return loss_sum, correct

    return epoch


EPOCHS = {"the bare loop": eager}


def evaluate(net, batches):
    """Count the correct predictions."""
    with paddle.no_grad():
        return sum(_correct(net(X), y) for X, y in batches)


def loader(X, y, batch_size):
    """Shuffle the rows of two tensors."""
    dataset = paddle.io.TensorDataset([paddle.to_tensor(X), paddle.to_tensor(y)])
    return paddle.io.DataLoader(dataset, batch_size=batch_size, shuffle=True)


def d2l_iterators(d2l, data, batch_size):
    """Return d2l's own, which read the copy that PaddlePaddle downloads."""
    return d2l.load_data_fashion_mnist(batch_size)


def _correct(y_hat, y):
    return (y_hat.argmax(1) == y.flatten()).sum().item()
