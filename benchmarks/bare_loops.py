"""The training loop a user would write by hand, in each framework: what an epoch of ours is measured against.

Each function takes a `Model` of `softmax_regression` and in-memory batches of native tensors, and adds up
loss and accuracy batch by batch, as the book does.
"""


def torch(model, batches):
    """One epoch in plain PyTorch."""
    import torch

    optimiser = isinstance(model.updater, torch.optim.Optimizer)
    loss_sum = correct = 0.0
    for X, y in batches:
        y_hat = model.net(X)
        l = model.loss(y_hat, y)
        if optimiser:
            model.updater.zero_grad()
            l.mean().backward()
            model.updater.step()
        else:
            l.sum().backward()
            model.updater(len(y))
        loss_sum += l.sum().item()
        correct += (y_hat.argmax(1) == y).sum().item()
    return loss_sum, correct


def tensorflow(model, batches):
    """One epoch in plain TensorFlow, eager."""
    import tensorflow as tf

    keras = isinstance(model.net, tf.keras.Model)
    loss_sum = correct = 0.0
    for X, y in batches:
        with tf.GradientTape() as tape:
            y_hat = model.net(X)
            l = model.loss(y, y_hat) if keras else model.loss(y_hat, y)
        if keras:
            params = model.net.trainable_variables
            model.updater.apply_gradients(zip(tape.gradient(l, params), params))
            loss_sum += float(l) * len(y)
        else:
            model.updater(len(y), tape.gradient(l, model.updater.params))
            loss_sum += float(tf.reduce_sum(l))
        hits = tf.cast(tf.argmax(y_hat, axis=1), y.dtype) == y
        correct += float(tf.reduce_sum(tf.cast(hits, y.dtype)))
    return loss_sum, correct


def mxnet(model, batches):
    """One epoch in plain MXNet np."""
    from mxnet import autograd, gluon

    step = model.updater.step if isinstance(model.updater, gluon.Trainer) else model.updater
    loss_sum = correct = 0.0
    for X, y in batches:
        with autograd.record():
            y_hat = model.net(X)
            l = model.loss(y_hat, y)
        l.backward()
        step(len(y))
        loss_sum += float(l.sum())
        correct += float((y_hat.argmax(axis=1).astype(y.dtype) == y).sum())
    return loss_sum, correct
