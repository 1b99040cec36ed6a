"""The yardstick itself: checked by numerical gradients and by numbers worked by hand."""

import numpy as np
import pytest

from d2l_compat.helpers import reference


@pytest.fixture
def problem():
    rng = np.random.default_rng(1)
    return rng.normal(size=(6, 4)), rng.normal(size=4), rng.random((5, 6)), rng.integers(0, 4, 5)


@pytest.mark.parametrize("which", [0, 1], ids=["W", "b"])
def test_gradients_agree_with_central_differences(problem, which):
    *params, X, y = problem
    gradient = reference.loss_and_gradients(*params, X, y)[1 + which]
    for place in np.ndindex(gradient.shape):
        losses = []
        for step in (1e-6, -1e-6):
            moved = [p.copy() for p in params]
            moved[which][place] += step
            losses.append(reference.loss_and_gradients(*moved, X, y)[0])
        assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


def test_the_books_probabilities_give_the_books_losses():
    logits = np.log([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    log_p = reference.log_softmax(logits)
    np.testing.assert_allclose(-log_p[[0, 1], [0, 2]], [2.3026, 0.6931], atol=5e-5)


def test_log_softmax_survives_any_logits():
    np.testing.assert_array_equal(
        reference.log_softmax(np.array([[1000.0, 0.0, -1000.0]])), [[0, -1000, -2000]]
    )


def test_one_step_worked_by_hand():
    # One pixel, two classes, weights 0: both probabilities are 1/2, the logits' gradient is (-1/2, 1/2).
    batch = [(np.array([[2.0]]), np.array([0]))]
    epochs, (W, b) = reference.train(np.zeros((1, 2)), batch, batch, lr=0.1, num_epochs=1)
    assert epochs[0] == reference.Epoch(pytest.approx(np.log(2)), 1, 1)
    np.testing.assert_allclose(W, [[0.1, -0.1]])
    np.testing.assert_allclose(b, [0.05, -0.05])
