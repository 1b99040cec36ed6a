"""MXNet's semantics, np or nd, are the reader's to set: faces take turns, and refuse the others' ones."""

import importlib

import numpy
import pytest
from mxnet import npx
from small_model import LINE, SmallModel

from conftest import FACES
from d2l_compat import gluonbook, mxnet
from d2l_compat.editions import EDITIONS

pytestmark = pytest.mark.framework("mxnet")

NP = ("mxnet", "d2l_2020")
CALLS = {
    "load_data_fashion_mnist": [256],
    "softmax_regression": [],
    "synthetic_data": [numpy.ones(2), 1, 3],
}
MXNET = [face for face in FACES if EDITIONS[face].framework == "mxnet"]
CASES = [(face, helper) for face in MXNET for helper in CALLS if helper in EDITIONS[face].names]


@pytest.mark.parametrize(("name", "helper"), CASES)
def test_other_semantics_are_refused_where_tensors_would_be_made(name, helper):
    face = importlib.import_module(f"d2l_compat.{name}")
    kind, remedy = ("np", "set_np") if name in NP else ("nd", "reset_np")
    (npx.reset_np if kind == "np" else npx.set_np)()
    with pytest.raises(RuntimeError, match=rf"expected MXNet's {kind} semantics.*npx.{remedy}\(\)"):
        getattr(face, helper)(*CALLS[helper])


def test_faces_of_both_semantics_work_in_turn(capsys):
    for _ in range(2):
        for set_semantics, face in ((npx.set_np, mxnet), (npx.reset_np, gluonbook)):
            set_semantics()
            model = SmallModel(face)
            face.train_ch3(model.net, model.batches, model.batches, model.losses, 1, 2, model.params, 0.1)
            assert capsys.readouterr().out == LINE
            numpy.testing.assert_allclose(model.moved, [[0.05, 0.15], [0.1, 0.25]], rtol=1e-6)
