"""The face of the port with modules d2l.data and d2l.train (2019), PyTorch.

``from d2l_compat import d2l_pytorch as d2l``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from d2l_compat.helpers.call_styles import accepts
from d2l_compat.helpers.exports import export
from d2l_compat.helpers.history import History as History
from d2l_compat.helpers.older import Older
from d2l_compat.helpers.refusals import require_objects
from d2l_compat.helpers.training import Helpers
from d2l_compat.torch import backend, softmax_model, torch
from d2l_compat.torch import sgd as sgd

if TYPE_CHECKING:
    from d2l_compat.helpers.shown_alike import *  # noqa: F403 - what editors show; `export` binds it
    from d2l_compat.helpers.shown_curves import *  # noqa: F403


class D2LPyTorch(Older):
    """The port makes the optimiser itself, and takes features and labels as arguments of their own."""

    show_images: Any = Helpers.show_images

    def train_ch3(
        self,
        net: Any,
        train_iter: Any,
        test_iter: Any,
        criterion: Any,
        num_epochs: int,
        batch_size: int,
        lr: float | None = None,
    ) -> History:
        """Train `net`, an ``nn.Module``, by SGD with the learning rate `lr`; print a line after each epoch.

        `train_iter` and `test_iter` yield batches (X, y). `criterion`: a loss (y_hat, y), per example or
        their mean. `batch_size` changes nothing: the batches of `train_iter` decide. Returns the `History`.
        Raises as edition 2021's `train_ch3`, and TypeError without `lr`.

        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
        >>> net = d2l.nn.Sequential(d2l.nn.Flatten(), d2l.nn.Linear(784, 10))
        >>> loss = d2l.nn.CrossEntropyLoss()
        >>> history = d2l.train_ch3(net, test_iter, test_iter, loss, 1, 256, lr=0.1)
        epoch 1, loss ..., train acc ..., test acc ...
        """
        if lr is None:
            raise TypeError("train_ch3: expected a learning rate such as lr=0.1, received none")
        require_objects(net=net)
        trainer = torch.optim.SGD(net.parameters(), lr=lr)
        return super().train_ch3(
            net, train_iter, test_iter, criterion, num_epochs, batch_size, trainer=trainer
        )

    @accepts(lambda features, labels, batch_size, is_train=True: None)
    def load_array(self, features: Any, labels: Any, batch_size: int, is_train: bool = True) -> Any:
        """Return an iterator over minibatches (X, y) of `features` and `labels`, shuffled with `is_train`.

        Both: tensors with one row for each example. Raises as edition 2021's `load_array`.

        >>> len(d2l.load_array(d2l.torch.ones(100, 2), d2l.torch.ones(100), batch_size=32))
        4
        """
        return super().load_array((features, labels), batch_size, is_train)


helpers = D2LPyTorch(backend, model=softmax_model)
load_array, show_images, train_ch3 = helpers.load_array, helpers.show_images, helpers.train_ch3
load_data_fashion_mnist, try_all_gpus = helpers.load_data_fashion_mnist, helpers.try_all_gpus
export(globals(), helpers)
