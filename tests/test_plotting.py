"""Grids of images, and curves that are live in Jupyter and silent elsewhere."""

import base64
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import IPython.display
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from d2l_compat.data import fashion_mnist
from d2l_compat.helpers import history as history_module
from d2l_compat.helpers import plotting
from d2l_compat.helpers.history import History, Progress


@pytest.fixture(autouse=True)
def _figures_are_closed():
    mpl.use("agg")
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def jupyter(monkeypatch):
    """A notebook that keeps what it is shown: a list of (call, bundle)."""
    shown = []

    class Handle:
        def update(self, bundle, raw):
            shown.append(("update", bundle))

    def display(bundle, raw, display_id):
        shown.append(("display", bundle))
        return Handle()

    monkeypatch.setattr(plotting, "in_jupyter", lambda: True)
    monkeypatch.setattr(IPython.display, "display", display)
    return shown


@pytest.fixture
def clock(monkeypatch):
    """A clock that only drawing moves on, by a tenth of a second."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)
    draw = plotting.Animator.draw

    def drawn(animator):
        draw(animator)
        clock.now += 0.1

    monkeypatch.setattr(plotting.Animator, "draw", drawn)
    monkeypatch.setattr(history_module, "time", clock)
    return clock


def trained(seconds):
    """Return the Progress of a training whose epochs took so many `seconds`."""
    run = History("torch", {}, "2017-08-31")
    progress = Progress(len(seconds), run)
    for epoch, duration in enumerate(seconds, 1):
        run.add(0.7876, 0.747, 0.804, duration)
        progress.add(epoch, 0.7876, 0.747, 0.804)
    return progress


def test_curves_are_displayed_once_and_then_updated(jupyter):
    animator = plotting.Animator(xlabel="epoch", legend=["a", "b"], xlim=[1, 3])
    for epoch in (1, 2, 3):
        animator.add(epoch, (epoch / 2, None if epoch == 2 else 1))
    assert [call for call, _ in jupyter] == ["display", "update", "update"]
    assert animator.X == [[1, 2, 3], [1, 3]]
    assert animator.Y == [[0.5, 1, 1.5], [1, 1]]
    assert len({bundle["text/plain"] for _, bundle in jupyter}) == 1
    pictures = [base64.b64decode(bundle["image/png"]) for _, bundle in jupyter]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert len(set(pictures)) == 3


def test_curves_are_silent_outside_jupyter(capsys):
    animator = plotting.Animator()
    animator.add(1, 0.5)
    assert animator.Y == [[0.5]]
    assert capsys.readouterr() == ("", "")


def test_outside_jupyter_pyplot_has_the_curves_of_a_loop_of_ones_own(tmp_path):
    animator = plotting.Animator(legend=["loss"], figsize=(4, 3))
    for x in (1, 2):
        animator.add(x, 1 / x)
    assert plt.gcf() is animator.fig
    assert [list(line.get_ydata()) for line in plt.gca().lines] == [[1, 0.5]]
    plt.savefig(tmp_path / "curve.png")
    with Image.open(tmp_path / "curve.png") as image:
        assert image.size == (400, 300)


def batches_of(backend):
    """Return two examples in one batch."""
    X = backend.tensor(np.random.default_rng(0).random((2, 784)).astype("float32"))
    return [(X, backend.tensor(np.array([3, 4], backend.label_dtype)))]


def test_outside_jupyter_pyplot_has_the_curves_of_a_training(d2l, capsys):
    model, batches = d2l.softmax_regression(), batches_of(d2l.backend)
    history = d2l.train_ch3(model.net, batches, batches, model.loss, 2, model.updater)
    (figure,) = plt.get_fignums()
    (axes,) = plt.figure(figure).axes
    assert [list(line.get_xdata()) for line in axes.lines] == [[1, 2]] * 3
    assert [list(line.get_ydata()) for line in axes.lines] == [
        history.train_loss, history.train_acc, history.test_acc
    ]  # fmt: skip
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["train loss", "train acc", "test acc"]


def test_a_training_in_jupyter_leaves_pyplot_no_figure(jupyter):
    plotting.Animator().add(1, 2)
    trained([0.1]).close()
    assert not plt.get_fignums()


def test_nothing_pops_up_and_nothing_piles_up_over_a_hundred_trainings(monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: shown.append(args))
    mine = plt.figure()
    with plt.ion():
        for n in range(100):
            trained([0.1]).close()
            plotting.Animator().add(n, n)
        assert mpl.is_interactive()
    assert plt.get_fignums()[0] == mine.number
    assert len(plt.get_fignums()) == 1 + plotting.KEPT
    assert [list(plt.figure(n).axes[0].lines[-1].get_ydata()) for n in plt.get_fignums()[2::2]] == [
        [n] for n in range(95, 100)
    ]
    assert not shown


def test_a_training_that_is_refused_leaves_no_figure():
    Progress(2, History("torch", {}, "2017-08-31"))
    assert not plt.get_fignums()


def test_a_backend_without_its_display_ends_no_training(monkeypatch):
    def figure(*args, **kwargs):
        raise ImportError("Cannot load backend 'TkAgg' which requires the 'tk' interactive framework")

    monkeypatch.setattr(plt, "figure", figure)
    animator = plotting.Animator()
    animator.add(1, 2)
    assert len(animator.axes[0].lines) == 1


def test_a_thread_leaves_pyplot_alone():
    with ThreadPoolExecutor() as threads:
        animator = threads.submit(plotting.Animator).result()
    assert animator.axes
    assert not plt.get_fignums()


def test_attributes_are_those_of_the_book(d2l):
    animator = d2l.Animator(xlabel="epoch", legend=["a"], fmts=("r:",), nrows=2, xlim=[0, 9])
    assert (animator.X, animator.Y, animator.fmts) == (None, None, ("r:",))
    assert isinstance(animator.axes, list)
    animator.add(1, 2)
    animator.axes[0].set_title("gone with the next point")
    animator.axes[1].scatter([1], [2])
    animator.axes[0].set_xlabel("x")
    animator.config_axes()
    assert animator.axes[0].get_xlabel() == "epoch"
    animator.add(2, 3)
    assert (animator.X, animator.Y) == ([[1, 2]], [[2, 3]])
    assert [axes.get_title() for axes in animator.fig.axes] == ["", ""]
    assert len(animator.axes[1].collections) == 1
    assert animator.axes[0].get_xlim() == (0, 9)


def test_a_subclass_that_adds_to_add_and_configures_the_axes_again_is_drawn_alike():
    class Mine(plotting.Animator):
        def add(self, x, y):
            super().add(x, y)
            self.axes[0].axhline(0.5)
            self.config_axes()

    animator = Mine(xlabel="e", legend=["a"])
    for x in (1, 2, 3):
        animator.add(x, x)
    assert [list(line.get_ydata()) for line in animator.axes[0].lines] == [[1, 2, 3], [0.5, 0.5]]
    assert animator.axes[0].get_xlabel() == "e"
    assert animator.axes[0].xaxis.get_gridlines()[0].get_visible()


def test_add_can_be_replaced_as_can_config_axes(monkeypatch):
    def add(x, y):
        animator.X, animator.Y = [[x]], [[y]]
        animator.axes[0].cla()
        animator.axes[0].plot(animator.X[0], animator.Y[0], animator.fmts[0])
        animator.config_axes()

    animator = plotting.Animator()
    monkeypatch.setattr(animator, "config_axes", lambda: animator.axes[0].set_title("mine"))
    animator.add(1, 2)
    assert animator.axes[0].get_title() == "mine"
    animator.add = add
    animator.add(5, 6)
    assert [list(line.get_ydata()) for line in animator.axes[0].lines] == [[6]]


def test_outside_jupyter_the_figure_is_there_to_be_saved():
    animator = plotting.Animator()
    for x in (1, 2):
        animator.add(x, np.arange(6.0) * x)
    assert [list(line.get_ydata()) for line in animator.fig.axes[0].lines] == [[i, 2 * i] for i in range(6)]


def test_without_formats_curves_have_those_of_the_book(d2l):
    book = [("-", "C0"), ("--", "m"), ("-.", "g"), (":", "r")]
    animator = d2l.Animator(fmts=None)
    animator.add(1, [1, 2, 3, 4])
    d2l.plot([1, 2], [[i, i] for i in range(4)], fmts=None)
    for axes in (animator.axes[0], plt.gca()):
        assert [(line.get_linestyle(), line.get_color()) for line in axes.lines] == [
            (style, mpl.colors.to_hex(colour) if colour == "C0" else colour) for style, colour in book
        ]


def test_a_tensor_without_dimensions_is_a_number(backend):
    animator = plotting.Animator()
    animator.add(1, backend.tensor(np.array(0.5, dtype="float32")))
    assert (animator.X, animator.Y) == ([[1.0]], [[0.5]])


def test_training_prints_a_line_an_epoch_outside_jupyter(capsys):
    progress = Progress(2, History("torch", {}, "2017-08-31"))
    progress.add(1, 0.78764, 0.7471, 0.8044)
    assert capsys.readouterr().out == "epoch 1, loss 0.7876, train acc 0.747, test acc 0.804\n"


EPOCHS = {
    "short epochs": ([0.17] * 10, 1),
    "epochs of a second": ([1.01] * 10, 9),
    "long epochs": ([60.0] * 10, 10),
    "none": ([], 0),
}


@pytest.mark.parametrize(("seconds", "drawings"), EPOCHS.values(), ids=EPOCHS)
def test_training_draws_at_the_end_and_before_for_a_tenth_of_its_time(jupyter, clock, seconds, drawings):
    trained(seconds).close()
    assert [call for call, _ in jupyter] == ["display", *["update"] * drawings][:drawings]
    assert clock.now <= 0.1 * sum(seconds) + 1e-9


def test_training_on_the_stand_in_says_so(capsys):
    Progress(2, History("torch", {}, "synthetic"))
    assert "synthetic" in capsys.readouterr().out


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 28, 28, 1), (3, 1, 28, 28)], ids=str)
def test_images_of_any_layout_are_shown(d2l, backend, shape):
    images = np.random.default_rng(0).random(shape).astype("float32")
    axes = d2l.show_images(backend.tensor(images), 2, 2, titles=["a", "b", "c"])
    assert [ax.get_title() for ax in axes] == ["a", "b", "c", ""]
    np.testing.assert_array_equal(axes[1].images[0].get_array(), images[1].squeeze())
    assert not axes[3].images


def test_pillow_images_are_shown(d2l):
    axes = d2l.show_images([Image.new("L", (3, 2), color=7)], 1, 1, titles=np.array(["seven"]))
    np.testing.assert_array_equal(axes[0].images[0].get_array(), np.full((2, 3), 7))
    assert axes[0].get_title() == "seven"


def test_fewer_titles_than_images_name_the_first(d2l):
    axes = d2l.show_images([np.zeros((2, 2))] * 3, 1, 3, titles=["first"])
    assert [ax.get_title() for ax in axes] == ["first", "", ""]
    assert all(len(ax.images) == 1 for ax in axes)


def says_synthetic():
    """Whether the figure that was made last says that its images are."""
    title = plt.gcf()._suptitle
    return title is not None and "synthetic" in title.get_text()


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setenv("D2L_COMPAT_DATA", "synthetic")
    return fashion_mnist.load()


def test_figures_of_the_stand_in_say_so(d2l, backend, stand_in):
    X, _ = next(iter(d2l.load_data_fashion_mnist(4)[0]))
    d2l.show_images(backend.reshape(X, (4, 28, 28)), 2, 2)
    assert says_synthetic()
    d2l.show_images([stand_in.test_images[9999]], 1, 1)
    assert says_synthetic()
    d2l.predict_ch3(d2l.softmax_regression().net, d2l.load_data_fashion_mnist(4)[1], n=1)
    assert says_synthetic()


def test_figures_of_resized_images_of_the_stand_in_say_so_in_predict_ch3(d2l, backend, stand_in):
    _, test_iter = d2l.load_data_fashion_mnist(4, resize=32)
    d2l.predict_ch3(lambda X: backend.tensor(np.zeros((4, 10), "float32")), test_iter)
    assert says_synthetic()


OWN = {
    "small": np.zeros((2, 2)),
    "of its size": np.full((28, 28), 0.5, "float32"),
    "not finite": np.full((28, 28), np.nan),
}


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("image", OWN.values(), ids=OWN)
def test_figures_of_images_of_ones_own_do_not_say_it(d2l, backend, image):
    d2l.show_images([image], 1, 1)
    assert not says_synthetic()
    X = backend.tensor(np.stack([image] * 4).astype("float32"))
    d2l.predict_ch3(
        lambda X: backend.tensor(np.zeros((4, 10), "float32")), [(X, backend.tensor(np.arange(4)))]
    )
    assert not says_synthetic()


@pytest.fixture
def own_scores(backend):
    """A net for images that are their own scores: (B, 2, 5) to (B, 10)."""
    return lambda X: backend.tensor(backend.to_numpy(X).reshape(-1, 10))


def test_predictions_are_titled_true_over_predicted_and_marked(d2l, backend, own_scores):
    scores = np.eye(10, dtype="float32")[[9, 2, 0]].reshape(3, 2, 5)
    test_iter = [(backend.tensor(scores), backend.tensor(np.array([9, 2, 6])))]
    d2l.predict_ch3(own_scores, test_iter, n=3)
    axes = plt.gcf().axes
    assert [ax.get_title() for ax in axes] == [
        "ankle boot\nankle boot",
        "pullover\npullover",
        "shirt\nt-shirt",
    ]
    assert [ax.title.get_color() for ax in axes] == ["tab:green", "tab:green", "tab:red"]
    assert [ax.spines["top"].get_visible() for ax in axes] == [False, False, True]


def test_predictions_wrap_into_rows_of_nine(d2l, backend, own_scores):
    scores = np.eye(10, dtype="float32").reshape(10, 2, 5)
    batch = (backend.tensor(scores), backend.tensor(np.arange(10)))
    d2l.predict_ch3(own_scores, [batch, batch], n=12)
    assert sum(bool(ax.images) for ax in plt.gcf().axes) == 12
    assert len(plt.gcf().axes) == 18


@pytest.mark.parametrize("n", [0, -1])
def test_no_predictions_are_an_error(d2l, n):
    with pytest.raises(ValueError, match=f"at least 1 image to show, received {n}"):
        d2l.predict_ch3(None, [], n)


def test_predictions_on_an_empty_iterator_are_an_error(d2l):
    with pytest.raises(ValueError, match="received none"):
        d2l.predict_ch3(lambda X: X, [])
