"""Plain PyTorch."""

import torch
from torch.utils.data import DataLoader, TensorDataset


def eager(model):
    """Return an epoch that adds up loss and accuracy batch by batch, as the book does."""
    is_optimiser = isinstance(model.updater, torch.optim.Optimizer)

    def epoch(batches):
        loss_sum = correct = 0.0
        for X, y in batches:
            y_hat = model.net(X)
            l = model.loss(y_hat, y)
            if is_optimiser:
                model.updater.zero_grad()
                l.mean().backward()
                model.updater.step()
            else:
                l.sum().backward()
                model.updater(len(y))
            loss_sum += l.sum().item()
            correct += (y_hat.argmax(1) == y).sum().item()
        return loss_sum, correct

    return epoch


TYPES = ("bfloat16", "float64")


def typed(model, dtype):
    """Return the concise `model` with its parameters in another type of numbers."""
    dtype = getattr(torch, dtype)
    net = model.net.to(dtype)
    return model._replace(net=lambda X: net(X.to(dtype)))


EPOCHS = {"the bare loop": eager}


def evaluate(net, batches):
    """Count the correct predictions."""
    with torch.no_grad():
        return sum((net(X).argmax(1) == y).sum().item() for X, y in batches)


def loader(X, y, batch_size):
    """Shuffle the rows of two tensors."""
    return DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size, shuffle=True)


def d2l_iterators(d2l, data, batch_size):
    """Return d2l's own, which read the copy that torchvision downloads."""
    return d2l.load_data_fashion_mnist(batch_size)
