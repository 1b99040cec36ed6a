"""`Accumulator` against NumPy's sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2l_compat.helpers.training import Accumulator

numbers = st.floats(-1e6, 1e6)


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.tuples(*[numbers] * n), min_size=1)))
def test_it_sums_each_variable_as_numpy_does(rows):
    metric = Accumulator(len(rows[0]))
    for row in rows:
        metric.add(*row)
    np.testing.assert_allclose(
        [metric[i] for i in range(len(rows[0]))], np.sum(rows, axis=0), rtol=1e-9, atol=1e-6
    )


def test_it_takes_tensors_of_one_element(d2l, backend):
    metric = Accumulator(2)
    metric.add(backend.tensor(np.array(2.5, dtype="float32")), 1)
    assert (metric[0], metric[1]) == (2.5, 1.0)


@pytest.mark.parametrize("shape", [(2,), (1, 3), (0,)], ids=str)
def test_a_tensor_of_more_or_less_than_one_element_is_an_error_and_adds_nothing(d2l, backend, shape):
    metric = d2l.Accumulator(2)
    received = rf"expected a number or a tensor of one element, received shape \({str(shape)[1:-1]}\)"
    with pytest.raises(ValueError, match=received):
        metric.add(1, backend.tensor(np.ones(shape, "float32")))
    assert metric.data == [0, 0]


def test_reset_zeroes_every_sum():
    metric = Accumulator(2)
    metric.add(1, 2)
    metric.reset()
    assert metric.data == [0.0, 0.0]


def test_another_number_of_values_is_an_error():
    with pytest.raises(ValueError, match="expected 2 values, one for each sum, received 3"):
        Accumulator(2).add(1, 2, 3)
