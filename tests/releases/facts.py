"""What can be seen of a call: flat dictionaries from the name of a fact to a number, text or array."""

from __future__ import annotations

import io
import math
import warnings
from contextlib import redirect_stdout
from types import ModuleType

import numpy as np
from kits import NotHereError
from matplotlib import pyplot as plt

RELATIVE, ABSOLUTE = 1e-5, 1e-7


def of_call(call, world):
    """Call ``call()`` and return what it returned, printed, drew and left behind, or that it raised.

    The second result is the error's text, for people; only that there was one is a fact.
    """
    plt.close("all")
    plt.rcdefaults()
    shown, printed, error = [], io.StringIO(), None

    def show(*args, **kwargs):  # in a notebook, it ends the figures that are open
        shown.extend(_figures())
        plt.close("all")

    real, plt.show = plt.show, show
    facts = {}
    try:
        with redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            returned = call()
            facts.update(of(returned, "returned"))
    except NotHereError:
        raise
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}".splitlines()[0][:300]
    finally:
        plt.show = real
    facts["raises"] = error is not None
    facts["printed"] = printed.getvalue()
    figures = shown + _figures()
    facts["figures"] = len(figures)
    for i, figure in enumerate(figures):
        facts.update({f"figure {i}: {name}": fact for name, fact in figure.items()})
    facts.update({f"left: {name}": value for name, value in world.left().items()})
    return facts, error


def of(value, name):
    """Yield what can be said of any value, as pairs of a name, which begins with `name`, and a fact."""
    yield f"{name}: type", type(value).__name__
    if isinstance(value, (bool, int, float, str, np.generic)) or value is None:
        yield name, value
    elif isinstance(value, ModuleType):
        yield name, value.__name__
    elif isinstance(value, type) or type(value).__name__ in ("device", "Context", "DType", "dtype"):
        yield name, str(value)
    elif isinstance(value, np.ndarray) and value.dtype == object:
        yield f"{name}: shape", str(value.shape)
    elif hasattr(value, "dtype") and hasattr(value, "shape"):
        array = numpy(value)
        yield f"{name}: dtype", str(value.dtype)
        yield f"{name}: shape", str(array.shape)
        yield name, array
    elif isinstance(value, (list, tuple)):
        yield f"{name}: length", len(value)
        for i, item in enumerate(value):
            yield from of(item, f"{name}[{i}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from of(item, f"{name}[{key}]")
    elif isinstance(value, plt.Axes):
        for aspect, fact in axes_facts(value).items():
            yield f"{name}: {aspect}", fact


def numpy(tensor):
    """Return a tensor of any framework as a NumPy array."""
    if hasattr(tensor, "asnumpy"):
        return tensor.asnumpy()
    if hasattr(tensor, "detach"):
        return tensor.detach().cpu().numpy().copy()
    return np.array(tensor.numpy() if hasattr(tensor, "numpy") else tensor)


def _figures():
    """Describe the figures that pyplot has open."""
    described = []
    for number in plt.get_fignums():
        figure = plt.figure(number)
        facts = {"inches": str(figure.get_size_inches().tolist()), "axes": len(figure.axes)}
        for i, axes in enumerate(figure.axes):
            facts.update({f"axes {i}: {name}": fact for name, fact in axes_facts(axes).items()})
        described.append(facts)
    return described


def axes_facts(axes):
    """Describe what a reader sees in `axes`: texts, curves, images."""
    legend = axes.get_legend()
    facts = {
        "title": axes.get_title(),
        "x label": axes.get_xlabel(),
        "y label": axes.get_ylabel(),
        "scales": f"{axes.get_xscale()}, {axes.get_yscale()}",
        "limits": np.array([*axes.get_xlim(), *axes.get_ylim()]),
        "legend": "" if legend is None else " ".join(text.get_text() for text in legend.get_texts()),
        "curves": len(axes.lines),
        "images": len(axes.images),
    }
    for i, line in enumerate(axes.lines):
        facts[f"curve {i}"] = np.array(line.get_xydata(), "float64")
        facts[f"curve {i} is drawn"] = f"{line.get_color()} {line.get_linestyle()}"
    for i, image in enumerate(axes.images):
        facts[f"image {i}"] = np.array(image.get_array())
    return facts


def are_same(a, b):
    """Whether two facts agree: numbers to 1e-5 of the largest, anything else exactly."""
    if a is None or b is None or isinstance(a, (str, bool)) or isinstance(b, (str, bool)):
        return type(a) is type(b) and a == b
    a, b = np.asarray(a), np.asarray(b)
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    finite = [np.abs(x[np.isfinite(x)]).max(initial=0) for x in (a, b)]
    return np.allclose(a, b, rtol=0, atol=max(ABSOLUTE, RELATIVE * max(finite)), equal_nan=True)


def differences(release, face):
    """Return the names of the facts that the two dictionaries do not share, in order."""
    if release["raises"] != face["raises"]:
        # What a call that was cut short returned and drew is no second difference; what it left behind is.
        release, face = (_without(facts, "returned", "printed", "figure") for facts in (release, face))
    elif release["figures"] != face["figures"]:
        release, face = (_without(facts, "figure ") for facts in (release, face))
    elif _counts(release) != _counts(face):
        release, face = (_without(facts, "figure 0: axes ") for facts in (release, face))
    return [
        name
        for name in dict.fromkeys([*release, *face])
        if name not in release or name not in face or not are_same(release[name], face[name])
    ]


def _counts(facts):
    return [fact for name, fact in facts.items() if name.endswith(": axes")]


def _without(facts, *beginnings):
    return {name: fact for name, fact in facts.items() if not name.startswith(beginnings)}


def shown(fact):
    """Return a fact as a short text for people."""
    if isinstance(fact, np.ndarray):
        text = np.array2string(fact, precision=6, threshold=12).replace("\n", " ")
    else:
        text = f"{fact:.6g}" if isinstance(fact, float) and math.isfinite(fact) else repr(fact)
    return text if len(text) <= 160 else f"{text[:157]}..."
