"""Plain JAX, the step compiled."""

import jax
import numpy as np
from jax import numpy as jnp


def compiled(model):
    """Return an epoch whose step, with loss and accuracy, is one compiled function."""

    def objective(params, X, y):
        y_hat = model.net(params, X)
        l = model.loss(y_hat, y)
        return l.mean(), (l.sum(), _correct(y_hat, y))

    @jax.jit
    def step(params, X, y):
        (_, figures), grads = jax.value_and_grad(objective, has_aux=True)(params, X, y)
        params = jax.tree.map(lambda param, grad: param - model.updater.lr * grad, params, grads)
        return params, figures

    def epoch(batches):
        params = model.updater.params
        loss_sum = correct = 0.0
        for X, y in batches:
            params, (l, hits) = step(params, X, y)
            loss_sum += l.item()
            correct += hits.item()
        model.updater.params = params
        return loss_sum, correct

    return epoch


def _correct(y_hat, y):
    return (y_hat.argmax(1) == y).sum()


TYPES = ("bfloat16",)  # float64 is a setting of the whole process


def typed(model, dtype):
    """Return the concise `model` with its parameters in another type of numbers."""
    model.updater.params = jax.tree.map(lambda param: param.astype(dtype), model.updater.params)
    return model._replace(net=lambda params, X: model.net(params, X.astype(dtype)))


EPOCHS = {"the bare compiled loop": compiled}


def evaluate(net, batches):
    """Count the correct predictions."""
    return sum(_correct(net(X), y).item() for X, y in batches)


def loader(X, y, batch_size):
    """Shuffle the rows of two arrays: JAX has no loader of its own."""
    order = np.random.default_rng(0).permutation(len(X))
    rows = [order[start : start + batch_size] for start in range(0, len(X), batch_size)]
    return _Batches(X, y, rows)


class _Batches:
    def __init__(self, X, y, rows):
        self.X, self.y, self.rows = X, y, rows

    def __iter__(self):
        return ((jnp.asarray(self.X[rows]), jnp.asarray(self.y[rows])) for rows in self.rows)


def d2l_iterators(d2l, data, batch_size):
    """Return d2l's own, where flax, optax and tensorflow_datasets, which d2l.jax needs, can be imported."""
    return d2l.load_data_fashion_mnist(batch_size)
