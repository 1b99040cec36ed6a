"""What a user would write by hand, which the helpers are measured against: a module for each framework.

A module supplies

- ``EPOCHS``: functions by name, ``the bare loop`` or ``the bare compiled loop``. Each takes a `Model` of
  `softmax_regression` and returns an epoch: a function that trains on batches and returns the summed loss and
  the number of correct predictions, both from before each step;
- ``evaluate(net, batches)``: the number of correct predictions;
- ``loader(X, y, batch_size)``: the framework's own iterator over shuffled batches of the NumPy arrays X,
  float32 and shaped as in a batch, and y;
- ``d2l_iterators(d2l, data, batch_size)``: the training and test iterators of the installed d2l, on the
  images of `data`, a `FashionMNIST`.
"""
