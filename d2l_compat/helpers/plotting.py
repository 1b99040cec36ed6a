"""Figures: grids of images, and curves that grow while a model trains."""

from __future__ import annotations

import base64
import io
import itertools
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

FMTS = ("-", "m--", "g-.", "r:")  # of the curves; None means these too, as it was the default until d2l 0.13
KEPT = 10  # figures of curves that pyplot keeps; it warns of more than 20 figures
Limits = Any
"""The limits of an axis: a pair of numbers, or None."""

# matplotlib is imported where a figure is made: its import takes longer than all the rest of this package's.


def in_jupyter() -> bool:
    """Return whether this is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def use_svg_display() -> None:
    """Let Jupyter show matplotlib figures as SVG; outside it, do nothing.

    >>> d2l.use_svg_display()
    """
    if in_jupyter():
        from matplotlib_inline import backend_inline

        backend_inline.set_matplotlib_formats("svg")


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of later matplotlib figures, width and height in inches, and use SVG in Jupyter.

    >>> d2l.set_figsize((4, 3))
    """
    from matplotlib import pyplot as plt

    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def set_fig_size(mpl: Any, figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Do what `set_figsize` does, called as in the earliest notebooks: with matplotlib, `mpl`, first.

    `figsize`: width and height in inches.

    >>> import matplotlib
    >>> d2l.set_fig_size(matplotlib, (4, 3))
    """
    set_figsize(figsize)


def set_axes(
    axes: Any,
    xlabel: str | None,
    ylabel: str | None,
    xlim: Limits,
    ylim: Limits,
    xscale: str,
    yscale: str,
    legend: Sequence[str] | None,
) -> None:
    """Label and scale matplotlib `axes`, with a grid, and with a legend if `legend` has entries.

    `xlabel`, `ylabel`: texts; `xlim`, `ylim`: pairs of numbers; each may be None. `xscale`, `yscale`:
    'linear' or 'log'. `legend`: a text for each curve, or None. Raises matplotlib's ValueError for an unknown
    scale.

    >>> fig, axes = d2l.plt.subplots()
    >>> d2l.set_axes(axes, 'epoch', 'loss', [1, 10], [0, 1], 'linear', 'linear', ['train'])
    """
    _label(axes, xlabel, ylabel, xlim, ylim, xscale, yscale)
    if legend:
        axes.legend(legend)
    axes.grid()


def _label(axes: Any, xlabel: Any, ylabel: Any, xlim: Limits, ylim: Limits, xscale: str, yscale: str) -> None:
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    axes.set(**{key: value for key, value in {"xlim": xlim, "ylim": ylim}.items() if value is not None})


def plot_curves(X: Any, Y: Any, fmts: Sequence[str] | None, figsize: tuple[float, float], axes: Any) -> Any:
    """Plot one curve or several into the current figure, or into `axes`; return the axes.

    `X`, `Y`: an array (n,), or a list of these; a single X serves for every Y. `Y` alone, given as `X`, is
    plotted over 0, 1, 2, ...
    """
    from matplotlib import pyplot as plt

    set_figsize(figsize)
    axes = plt.gca() if axes is None else axes
    X, Y = (None, _curves(X)) if Y is None else (_curves(X), _curves(Y))
    X = [range(len(y)) for y in Y] if X is None else X * len(Y) if len(X) == 1 else X
    if len(Y) == 1:
        Y = Y * len(X)
    axes.cla()
    for x, y, fmt in zip(X, Y, itertools.cycle(fmts or FMTS)):
        axes.plot(x, y, fmt)
    return axes


def _curves(values: Any) -> list[Any]:
    """Return an array (n,), or a list of numbers, as a list of one curve; a list of curves as it is."""
    is_one = getattr(values, "ndim", None) == 1 or getattr(values[0], "ndim", 0) == 0
    return [values] if is_one else list(values)


def semilogy(
    x_vals: Any,
    y_vals: Any,
    x_label: str,
    y_label: str,
    x2_vals: Any = None,
    y2_vals: Any = None,
    legend: Sequence[str] | None = None,
    figsize: tuple[float, float] = (3.5, 2.5),
) -> None:
    """Plot `y_vals` over `x_vals`, and dotted `y2_vals` over `x2_vals`, with a logarithmic y axis.

    The values: lists or arrays of numbers (n,). `x_label`, `y_label`: texts. `legend`: two texts, shown where
    there are two curves. `figsize`: width and height in inches. Raises matplotlib's ValueError where a curve
    has not as many x as y (edition 2019).

    >>> d2l.semilogy([1, 2, 3], [0.5, 0.05, 0.005], 'epoch', 'loss')
    """
    from matplotlib import pyplot as plt

    set_figsize(figsize)
    plt.xlabel(x_label)
    plt.ylabel(y_label)
    plt.semilogy(x_vals, y_vals)
    if x2_vals is not None and y2_vals is not None:
        plt.semilogy(x2_vals, y2_vals, linestyle=":")
        plt.legend(legend)


def show_images(
    images: Sequence[NDArray[Any]],
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
    synthetic: bool = False,
) -> NDArray[Any]:
    """Plot NumPy `images`, (height, width) or with one channel, in a grid; return the flat array of axes.

    There may be fewer `titles` than images: the first images get them. The figure says so if the images are
    `synthetic`, or are found in the stand-in.
    """
    from matplotlib import pyplot as plt

    from d2l_compat.data.fashion_mnist import is_stand_in

    fig, grid = plt.subplots(num_rows, num_cols, figsize=(num_cols * scale, num_rows * scale), squeeze=False)
    axes: NDArray[Any] = grid.flatten()
    for ax in axes:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    for ax, image in zip(axes, images):
        ax.imshow(_without_channel(image), cmap="gray_r")
    for ax, title in zip(axes, () if titles is None else titles):
        ax.set_title(title, fontsize=9)
    if synthetic or any(map(is_stand_in, images[: len(axes)])):
        fig.suptitle("synthetic data")
    fig.tight_layout()
    return axes


def _without_channel(image: NDArray[Any]) -> NDArray[Any]:
    if image.ndim == 3 and 1 in (image.shape[0], image.shape[-1]):
        return image.reshape(image.shape[1:] if image.shape[0] == 1 else image.shape[:-1])
    return image


def mark(axes: Iterable[Any], right: Iterable[bool]) -> None:
    """Title each of the `axes` in green where the booleans `right` say so, else in red, with a red frame."""
    for ax, is_right in zip(axes, right):
        ax.title.set_color("tab:green" if is_right else "tab:red")
        if not is_right:
            ax.spines[:].set_visible(True)
            ax.spines[:].set_color("tab:red")
            ax.spines[:].set_linewidth(2)


def _figure(figsize: tuple[float, float]) -> Any:
    """Return a figure for curves: in Jupyter one unknown to pyplot, which would show it a second time.

    Elsewhere pyplot shows it when asked to; it knows the last `KEPT` of them.
    """
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    if in_jupyter() or threading.current_thread() is not threading.main_thread():
        return Figure(figsize=figsize)
    try:
        with plt.ioff():  # nothing pops up by itself
            fig = plt.figure(figsize=figsize)
    except ImportError:  # the backend wants a display and there is none: no reason to end a training
        return Figure(figsize=figsize)
    fig.set_label("curves")
    ours = [n for n, label in zip(plt.get_fignums(), plt.get_figlabels()) if label == "curves"]
    for number in ours[:-KEPT]:
        plt.close(number)
    return fig


class Animator:
    """Curves that grow while a model trains (edition 2021): live in Jupyter, elsewhere for ``plt.show()``.

    `xlabel`, `ylabel`: texts. `legend`: a text for each curve. `xlim`, `ylim`: pairs of numbers, None for
    what the curves need. `xscale`, `yscale`: 'linear' or 'log'. `fmts`: matplotlib's format of each curve.
    `nrows`, `ncols`: of the grid of axes; the first are drawn into. `figsize`: width and height in inches.

    ``add(x, y)`` appends a point to each curve; `y` is a number, or a sequence with a number or None for
    each curve. The attributes `fig` and `axes` are the matplotlib figure and its list of axes, `X` and `Y`
    the points so far, None before the first. Outside Jupyter pyplot keeps the last ten figures.

    >>> animator = d2l.Animator(xlabel='epoch', xlim=[1, 2], legend=['train', 'test'])
    >>> animator.add(1, (0.7, 0.8))
    """

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: Limits = None,
        ylim: Limits = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Sequence[str] | None = FMTS,
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (3.5, 2.5),
    ):
        self.fig = _figure(figsize)
        self.axes = list(self.fig.subplots(nrows, ncols, squeeze=False).flat)
        self._labels = (xlabel, ylabel, xlim, ylim, xscale, yscale)
        self._legend = legend or []
        self.fmts = fmts or FMTS
        self.X: Any = None
        self.Y: Any = None
        self._display: Any = None

    def config_axes(self) -> None:
        """Label and scale the first of the `axes`, with a grid and a legend; each drawing ends with it."""
        _label(self.axes[0], *self._labels)
        if self._legend:
            self.axes[0].legend(self._legend)
        self.axes[0].grid(alpha=0.4)

    def add(self, x: Any, y: Any) -> None:
        """Append (x, y_i) to curve i for every y_i in `y` that is not None, and redraw.

        `x`, `y`: numbers, tensors of one element, or sequences of these, one for each curve.
        """
        ys = _listed(y)
        xs = [x] * len(ys) if len(_listed(x)) == 1 else _listed(x)
        self.X, self.Y = self.X or [], self.Y or []
        for curves in (self.X, self.Y):
            curves.extend([] for _ in ys[len(curves) :])
        for i, (a, b) in enumerate(zip(xs, ys)):
            if a is not None and b is not None:
                self.X[i].append(float(a))
                # PyTorch warns of tensors with a gradient.
                self.Y[i].append(float(b.detach() if hasattr(b, "detach") else b))
        self.draw()

    def draw(self) -> None:
        """Draw the curves `Y` over `X` again, and show them in Jupyter."""
        self.axes[0].cla()
        for x, y, fmt in zip(self.X, self.Y, itertools.cycle(self.fmts)):
            self.axes[0].plot(x, y, fmt)
        self.config_axes()
        if in_jupyter():
            self._show()

    def _show(self) -> None:
        from IPython.display import display

        png = io.BytesIO()
        self.fig.savefig(png, format="png", bbox_inches="tight", dpi=110)
        bundle = {
            "text/plain": repr(self.fig),
            "image/png": base64.b64encode(png.getvalue()).decode(),
        }
        if self._display is None:
            self._display = display(bundle, raw=True, display_id=True)
        else:
            self._display.update(bundle, raw=True)


def _listed(values: Any) -> list[Any]:
    """Return a sequence as a list, and a number, or a tensor without dimensions, as a list of one."""
    is_number = getattr(values, "ndim", None) == 0 or not hasattr(values, "__len__")
    return [values] if is_number else list(values)
