"""Programs of MXNet's np and nd give on today's NumPy what they gave on NumPy 1.23.5."""

import json
import math
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from mxnet_programs import PREPARED, PROGRAMS

pytestmark = pytest.mark.framework("mxnet")

HERE = Path(__file__).parent
IS_OLD = version("numpy") < "1.24"

# Reasons, and how the programs begin that differ for these; `np` and `nd` are the semantics they use.
DIFFERENCES = {
    "NumPy reads the values of MXNet's arrays, which it took for sequences of objects, or refused": [
        "np: onp.array(x)",
        "np: onp.asarray(x)",
        "np: onp.array(x, copy=True)",
        "np: onp.array([x, x])",
        "np: onp.array([x.sum(), x.mean()])",
        "np: onp.asarray(x.sum())",
        "np: onp.array(b)",
        "np: onp.int64(2) * onp.asarray(x)",
        "np: onp.sum([np.array([1.,2.]), np.array([3.,4.])], axis=0)",
        "np: import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt\nx = np.arange(16.)",
        "nd: nd.array([nd.array([1]), nd.array([2])])",
        "nd: onp.array(x)",
        "nd: onp.asarray(x)",
        "nd: onp.asarray(x, dtype='int64')",
        "nd: onp.array([x, x])",
        "nd: onp.array([x.sum(), x.mean()])",
        "nd: onp.exp(x)",
        "nd: onp.dot(x, y.T)",
        "nd: onp.maximum(x, 0)",
        "nd: onp.sqrt(y)",
        "nd: onp.allclose(x, x)",
        "nd: onp.concatenate([x, x])",
    ],
    "NumPy 2 refuses copy=False where a copy is needed": ["nd: onp.array(x, copy=False)"],
    "NumPy 2 shows and names types otherwise": [
        "nd: print([x.sum().asscalar()], (x.mean().asscalar(), 1))",
        "nd: m = mx.metric.Accuracy()",
        "np: x[onp.bool_(True)]",
        "np: np.bool_",
        "np: np.result_type(x, i)",
        "np: x = np.arange(2000).reshape(2,1000); repr(x)",
    ],
    "NumPy 2 returns another scalar type": [
        "np: np.count_nonzero(x)",
        "np: np.nanpercentile(x, 50)",
        "np: for n in ('acc'",
    ],
    "alltrue is all, which MXNet computes itself": ["np: np.alltrue(b)"],
    "removed from NumPy before: the error is the same, its words are not": ["np: np.mirr", "np: np.npv"],
    "NumPy warns of what the program itself asks of it": [
        "np: onp.trapz(y)",
        "nd: num_inputs",
    ],
    "SciPy shows matrices otherwise": ["nd: x.tostype('csr').asscipy()"],
}


def near(a, b):
    """Whether two results are the same, their numbers to four digits."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(near, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) or (math.isnan(a) and math.isnan(b))
    return type(a) is type(b) and a == b


def same(then, now):
    """Whether a program gives what it gave, and warns of nothing that it did not warn of."""
    return (
        near(then["result"], now["result"])
        and then.get("printed") == now.get("printed")
        and {*now.get("warned", [])} <= {*then.get("warned", [])}
    )


def test_programs_give_what_they_gave():
    process = subprocess.run(
        [sys.executable, HERE / "mxnet_programs.py"], check=True, stdout=subprocess.PIPE, text=True
    )
    stored = (HERE / "mxnet_programs.jsonl").read_text().splitlines()
    thens, nows = ([json.loads(line) for line in lines] for lines in (stored, process.stdout.splitlines()))
    assert len(PROGRAMS) == len(thens) == len(nows) == 1132
    differ = {
        f"{semantics}: {program.removeprefix(PREPARED[semantics])}": (then, now)
        for (semantics, program), then, now in zip(PROGRAMS, thens, nows)
        if not same(then, now)
    }
    expected = [] if IS_OLD else [start for starts in DIFFERENCES.values() for start in starts]
    unexplained = {k: v for k, v in differ.items() if not any(k.startswith(start) for start in expected)}
    assert unexplained == {}
    assert [start for start in expected if not any(k.startswith(start) for k in differ)] == []
