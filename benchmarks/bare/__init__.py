"""What a user would write by hand, a module for each framework: what the layer is measured against.

A module supplies

- ``EPOCHS``: by name, ``the bare loop`` or ``the bare compiled loop``, functions that make an epoch of a
  `Model` of `softmax_regression`: a function of batches, which trains on them and returns summed loss and
  correct predictions, from before each step;
- ``evaluate(net, batches)``: the number of correct predictions;
- ``loader(X, y, batch_size)``: the framework's own iterator over shuffled batches of NumPy arrays, X, float32
  and shaped as in a batch, and y;
- ``d2l_iterators(d2l, data, batch_size)``: the training and test iterators of the installed d2l, on the
  images of `data`, a `FashionMNIST`.
"""
