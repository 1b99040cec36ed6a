"""Figures: grids of images, and curves that grow while a model trains."""

from __future__ import annotations

import base64
import io
import itertools
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from d2l_compat.helpers.history import History, epoch_line

FMTS = ("-", "m--", "g-.", "r:")  # of the curves; None, the default until d2l 0.13, means these too
Limits = Any
"""Of an axis: a pair of numbers, or None."""

# matplotlib is imported where a figure is made: its import takes longer than all the rest of this package's.


def _in_jupyter() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def use_svg_display() -> None:
    """Let Jupyter show matplotlib figures as SVG; outside it, do nothing."""
    if _in_jupyter():
        from matplotlib_inline import backend_inline

        backend_inline.set_matplotlib_formats("svg")


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of later matplotlib figures, width and height in inches, and use SVG in Jupyter."""
    from matplotlib import pyplot as plt

    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def set_fig_size(mpl: Any, figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """As `set_figsize`, the way the earliest notebooks call it: with matplotlib, `mpl`, as first argument."""
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
    """Label and scale matplotlib `axes`, with a grid, and with a legend if `legend` has entries."""
    _label(axes, xlabel, ylabel, xlim, ylim, xscale, yscale)
    if legend:
        axes.legend(legend)
    axes.grid()


def _label(axes: Any, xlabel: Any, ylabel: Any, xlim: Limits, ylim: Limits, xscale: str, yscale: str) -> None:
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    axes.set(**{key: value for key, value in {"xlim": xlim, "ylim": ylim}.items() if value is not None})


def plot(
    X: Any,
    Y: Any = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    legend: Sequence[str] | None = None,
    xlim: Limits = None,
    ylim: Limits = None,
    xscale: str = "linear",
    yscale: str = "linear",
    fmts: Sequence[str] | None = FMTS,
    figsize: tuple[float, float] = (3.5, 2.5),
    axes: Any = None,
) -> None:
    """Plot one curve or several into the current figure, or into `axes`.

    `X`, `Y`: an array (n,), or a list of these, of which a single X serves for every Y. `Y` alone, given as
    `X`, is plotted over 0, 1, 2, ...
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
    set_axes(axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)


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
    """Plot `y_vals` over `x_vals`, and dotted `y2_vals` over `x2_vals`, with a logarithmic y axis."""
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

    There may be fewer `titles` than images: the first images get them. The figure says where the images are
    `synthetic`, or found in the stand-in.
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


class Animator:
    """Curves that grow while a model trains (editions 2021): live in Jupyter, silent elsewhere.

    ``add(x, y)`` appends a point to each curve; `y` is a number or a sequence with one number, or None, a
    curve. `fig` and `axes` are the matplotlib figure and its list of axes. The arguments are those of the
    book.
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
        from matplotlib.figure import Figure

        # A Figure that pyplot does not know of: a notebook would show such a one a second time.
        self._fig = Figure(figsize=figsize)
        self.axes = list(self._fig.subplots(nrows, ncols, squeeze=False).flat)
        _label(self.axes[0], xlabel, ylabel, xlim, ylim, xscale, yscale)
        self.axes[0].grid(alpha=0.4)
        self._legend = legend or []
        self.fmts = fmts or FMTS
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self._lines: list[Any] = []
        self._display: Any = None

    @property
    def fig(self) -> Any:
        """The matplotlib figure, drawn with all points so far."""
        for line, x, y in zip(self._lines, self.X, self.Y):
            line.set_data(x, y)
        self.axes[0].relim()
        self.axes[0].autoscale_view()
        return self._fig

    def add(self, x: Any, y: Any) -> None:
        """Append (x, y_i) to curve i for every y_i in `y` that is not None, and redraw in Jupyter."""
        ys = _listed(y)
        xs = [x] * len(ys) if len(_listed(x)) == 1 else _listed(x)
        while len(self.X) < len(ys):
            self._add_curve()
        for i, (a, b) in enumerate(zip(xs, ys)):
            if a is not None and b is not None:
                self.X[i].append(float(a))
                self.Y[i].append(float(b))
        if _in_jupyter():
            self._show()

    def _add_curve(self) -> None:
        fmt = self.fmts[len(self.X) % len(self.fmts)]
        self._lines += self.axes[0].plot([], [], fmt)
        self.X.append([])
        self.Y.append([])
        if self._legend:
            self.axes[0].legend(self._legend)

    def _show(self) -> None:
        from IPython.display import display

        png = io.BytesIO()
        self.fig.savefig(png, format="png", bbox_inches="tight", dpi=110)
        bundle = {
            "text/plain": repr(self._fig),
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


class Progress:
    """How `train_ch3` shows an epoch: `live`, as a plot in Jupyter, otherwise as the line of edition 2018."""

    def __init__(self, num_epochs: int, history: History, live: bool = True):
        self._animator: Animator | None = None
        self._history = history
        synthetic = history.release == "synthetic"
        if live and _in_jupyter():
            legend = ["train loss", "train acc", "test acc"]
            xlabel = "epoch (synthetic data)" if synthetic else "epoch"
            # One epoch would be an axis of no width.
            self._animator = Animator(xlabel, legend=legend, xlim=[1, max(num_epochs, 2)], figsize=(5, 3))
        elif synthetic:
            print("synthetic stand-in data, not Fashion-MNIST")

    def add(self, epoch: int, train_loss: float, train_acc: float, test_acc: float) -> None:
        """Show one finished epoch."""
        if self._animator:
            self._animator.add(epoch, (train_loss, train_acc, test_acc))
        else:
            print(epoch_line(epoch, train_loss, train_acc, test_acc), flush=True)
            self._history.printed = epoch
