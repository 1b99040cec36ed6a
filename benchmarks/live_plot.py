"""What the live plot costs: ``main(framework)``, in a kernel, prints it as JSON."""

from __future__ import annotations

import json
from functools import partial
from unittest import mock

from benchmarks.timing import compare
from d2l_compat.helpers import plotting
from d2l_compat.lessons.trials import prepared

EPOCHS = 10


def main(framework: str) -> None:
    """Train with the live plot, and with printed lines, as outside Jupyter; print the row."""
    d2l = prepared(framework)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    net, loss, updater, _ = d2l.softmax_regression(concise=True)
    train = partial(d2l.train_ch3, net, train_iter, test_iter, loss, EPOCHS, updater)

    def printing() -> None:
        with mock.patch.object(plotting, "in_jupyter", return_value=False):
            train()

    print(json.dumps(compare("training with the live plot", train, {"with printed lines": printing})))
