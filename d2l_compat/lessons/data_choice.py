"""Which data the notebooks are executed on: the real files, or, with a notice, the stand-in."""

from __future__ import annotations

import os

from d2l_compat.data import fashion_mnist

ASKED_FOR = (
    "SYNTHETIC DATA, as D2L_COMPAT_DATA=synthetic asks: no figure here is Fashion-MNIST's, "
    "and stored outputs are not compared"
)
NOT_FOUND = (
    "NO DATA, NO NETWORK: using the SYNTHETIC stand-in; no figure here is Fashion-MNIST's, "
    "and stored outputs are not compared (for the real data name its folder in D2L_COMPAT_DATA)"
)


def choose() -> str | None:
    """Settle, for this process and those it starts, which data `fashion_mnist.load` returns.

    Returns None if it is the real data. Otherwise returns the line to show for the stand-in, which
    is in use from then on: D2L_COMPAT_DATA asks for it, or no copy was found and no mirror answered.
    Raises what `fashion_mnist.locate` does for a folder named in D2L_COMPAT_DATA that does not hold the data.
    """
    if fashion_mnist.is_synthetic():
        return ASKED_FOR
    try:
        fashion_mnist.locate()
    except fashion_mnist.DataNotFound:
        os.environ["D2L_COMPAT_DATA"] = "synthetic"
        return NOT_FOUND
    return None
