"""What the benchmarks report, and that both sides of each do the same work. How fast is no test's matter."""

import functools
import importlib
import itertools
import platform
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import __main__ as measure
from benchmarks import commands, framework, installed_d2l, machine, table, timing
from benchmarks.framework import Floor, native, repeated
from conftest import marked_pairs
from d2l_compat.data import iterators
from d2l_compat.lessons.trials import prepared

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (10, 28, 28), dtype=np.uint8)
LABELS = np.arange(10)
WEIGHTS = RNG.normal(0, 0.01, (784, 10)).astype("float32")


@pytest.fixture
def bare(backend):
    """What a user of the framework would write by hand."""
    return importlib.import_module(f"benchmarks.bare.{backend.name}")


@pytest.fixture
def batches(d2l, backend):
    """Native batches of four, four and two examples."""
    labels = LABELS.astype(backend.label_dtype)
    rows = [np.arange(10)[i : i + 4] for i in (0, 4, 8)]
    return [(backend.images(IMAGES, some), backend.tensor(labels[some])) for some in rows]


def test_the_ratio_is_the_median_of_the_ratios_of_the_pairs():
    row = timing.paired("an epoch", "the bare loop", ours=[3, 2, 30], theirs=[1, 2, 10])
    assert (row.ratio, row.ours, row.theirs) == (3, 3, 2)


def test_both_sides_are_run_in_turn_and_their_first_round_is_not_counted(monkeypatch):
    calls, clock = [], itertools.count()
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    rivals = {"the floor": lambda: calls.append("floor"), "d2l's own": lambda: calls.append("d2l")}
    rows = timing.compare("a pass", lambda: calls.append("ours"), rivals)
    assert calls == ["ours", "floor", "d2l"] * (timing.REPETITIONS + 1)
    assert [(row.against, row.ratio, row.ours) for row in rows] == [("the floor", 1, 1), ("d2l's own", 1, 1)]


def test_the_tables_have_what_frameworks_share_then_the_rest_then_a_note_for_what_is_left_out():
    rows = [
        ("torch", timing.Row("an epoch", "the bare loop", 1.104, 0.1656, 0.15)),
        ("torch", timing.single("peak memory", [54.6, 54.4, 90], "MB")),
        ("torch", timing.Row("a pass", "d2l's own", why="no module")),
        ("jax", timing.Row("an epoch", "the bare loop", 1.7, 0.117, 0.07)),
        ("mxnet", timing.single("peak memory", [56], "MB")),
        ("mxnet", timing.Row("a pass", "d2l's own", 0.0212, 0.033, 1.55)),
    ]
    results = {
        "machine": {"cores": 2, "architecture": "x86_64"},
        "repetitions": 7,
        "rows": [{"framework": framework, **row._asdict()} for framework, row in rows],
    }
    header, _, *lines = table.markdown(results).splitlines()
    assert header.startswith("cores 2, architecture x86_64. Medians of 7 ")
    assert lines == [
        "| ratio (ours) | PyTorch | JAX | MXNet |",
        "| --- | --- | --- | --- |",
        "| an epoch / the bare loop | 1.10 (0.166 s) | 1.70 (0.117 s) |  |",
        "| peak memory | 55 MB |  | 56 MB |",
        "",
        "| | | ratio | ours | theirs |",
        "| --- | --- | --- | --- | --- |",
        "| MXNet | a pass / d2l's own | 0.02 | 0.033 s | 1.550 s |",
        "",
        "- Left out: PyTorch, a pass / d2l's own: no module",
    ]


def test_the_machine_is_described_by_its_class_not_by_its_name():
    described = machine.describe(["numpy", "no-such-package"])
    assert described["numpy"] == np.__version__
    assert "no-such-package" not in described
    assert platform.node() not in map(str, described.values())


def test_the_floor_scales_every_example_once():
    scaled = np.concatenate(list(Floor(IMAGES, batch_size=4)))
    assert scaled.dtype == np.float32
    assert {image.tobytes() for image in scaled} == {image.tobytes() for image in iterators.scale(IMAGES)}
    assert [len(batch) for batch in Floor(IMAGES, batch_size=4)] == [4, 4, 2]


def test_the_loader_of_the_framework_yields_what_ours_does(backend, bare, batches):
    X, y = (np.concatenate([*map(backend.to_numpy, column)]) for column in zip(*batches))
    loaded = [(backend.to_numpy(X), backend.to_numpy(y)) for X, y in bare.loader(X, y, 4)]
    assert [x.shape for x, _ in loaded] == [tuple(x.shape) for x, _ in batches]
    assert {labels.dtype for _, labels in loaded} == {np.dtype(backend.label_dtype)}
    seen = np.concatenate([labels for _, labels in loaded])
    np.testing.assert_array_equal(np.concatenate([x for x, _ in loaded]), X[seen])
    assert sorted(seen) == LABELS.tolist()


@pytest.mark.parametrize("concise", [False, True], ids=["scratch", "concise"])
def test_every_bare_loop_trains_as_train_epoch_ch3_does(d2l, bare, batches, concise):
    def model():
        return d2l.softmax_regression(WEIGHTS, concise=concise)

    ours = model()
    for _ in range(2):
        loss, acc = d2l.train_epoch_ch3(ours.net, batches, ours.loss, ours.updater)
    models = {name: model() for name in bare.EPOCHS}
    epochs = {name: make(models[name]) for name, make in bare.EPOCHS.items()}
    figures = {name: [epoch(batches) for _ in range(2)][-1] for name, epoch in epochs.items()}
    expected = pytest.approx((10 * loss, 10 * acc), rel=1e-5)
    assert figures == dict.fromkeys(bare.EPOCHS, expected)
    for W, b in (theirs.parameters() for theirs in models.values()):
        np.testing.assert_allclose(W, ours.parameters()[0], atol=1e-6)
        np.testing.assert_allclose(b, ours.parameters()[1], atol=1e-6)


TYPES = [("torch", "bfloat16"), ("torch", "float64"), ("jax", "bfloat16")]


@pytest.mark.parametrize(("name", "dtype"), marked_pairs(TYPES))
def test_both_sides_train_in_the_same_type_of_numbers(name, dtype):
    d2l, bare = prepared(name), importlib.import_module(f"benchmarks.bare.{name}")
    assert dtype in bare.TYPES
    images = d2l.backend.images(IMAGES, np.arange(10))
    batch = images, d2l.backend.tensor(LABELS.astype(d2l.backend.label_dtype))
    ours, theirs = (bare.typed(d2l.softmax_regression(WEIGHTS, concise=True), dtype) for _ in range(2))
    loss, acc = d2l.train_epoch_ch3(ours.net, [batch], ours.loss, ours.updater)
    (make,) = bare.EPOCHS.values()
    assert make(theirs)([batch]) == pytest.approx((10 * loss, 10 * acc), rel=1e-2)
    net = functools.partial(ours.net, ours.updater.params) if name == "jax" else ours.net
    assert str(net(images).dtype).endswith(dtype)


def test_the_bare_evaluation_counts_as_evaluate_accuracy_does(d2l, bare, batches):
    net = d2l.softmax_regression(WEIGHTS, concise=True).net
    assert bare.evaluate(net, batches) == 10 * d2l.evaluate_accuracy(net, batches)


def test_more_examples_are_the_same_ones_over_and_over():
    more = repeated(iterators.DataIter(IMAGES, LABELS, 4, True), 25)
    assert len(more.images) == 25
    np.testing.assert_array_equal(more.images[10:20], IMAGES)
    np.testing.assert_array_equal(more.labels[20:], LABELS[:5])


def test_more_examples_come_in_tensors_of_the_framework(backend):
    labels = LABELS.astype(backend.label_dtype)
    more = repeated(iterators.DataIter(IMAGES, labels, 4, True), 10, native(backend))
    X, y = (np.concatenate([*map(backend.to_numpy, column)]) for column in zip(*more))
    np.testing.assert_array_equal(X.reshape(10, 28, 28), IMAGES[y] / np.float32(255))
    assert all(backend.is_tensor(part) for part in next(iter(more)))


def test_every_row_is_measured(d2l, backend, bare, monkeypatch):
    labels = LABELS.astype(backend.label_dtype)
    data_iter = iterators.DataIter(IMAGES, labels, 4, True, native(backend))
    monkeypatch.setattr(d2l, "load_data_fashion_mnist", lambda batch_size: (data_iter, data_iter))
    monkeypatch.setattr(framework, "repeated", lambda *_: data_iter)
    monkeypatch.setattr(framework, "ten_times", lambda epoch: epoch())
    monkeypatch.setattr(framework, "BATCH_SIZES", (4,))
    monkeypatch.setattr(bare, "loader", lambda *_: data_iter)
    monkeypatch.setattr(installed_d2l, "iterators", lambda *_: (None, None, "left out"))
    monkeypatch.setattr(framework, "REPETITIONS", 1)
    monkeypatch.setattr(timing, "REPETITIONS", 1)
    rows = [*framework.Framework(backend.name).measure()]
    measured = {row.what.partition(",")[0] for row in rows if not row.why}
    assert measured == {
        "a pass over the training iterator",
        "an epoch",
        "`evaluate_accuracy`",
        "an epoch of 60",
        "an epoch of 600",
        "gather and scale",
        "forward",
        "counting",
        "the loop",
    }


def test_every_command_is_measured_on_the_lesson_that_is_named(monkeypatch, tmp_path):
    def once(what, ours, rivals):
        calls.append(ours)
        return [timing.Row(what, against) for against in rivals]

    calls = []
    monkeypatch.setattr(commands, "compare", once)
    monkeypatch.setattr(commands, "CHECKED", (1, 2))
    lesson = commands.LESSONS / "softmax-regression-scratch/torch.ipynb"
    parts = commands.checking, commands.comparing, commands.running
    rows = [row for part, name in zip(parts, "abc") for row in part(lesson, made(tmp_path / name))]
    assert [(row.what, row.against) for row in rows] == [
        ("`check` of 2 notebooks", "that of 1"),
        ("`compare` of 12 notebooks", "that of 2"),
        ("`make compare`", "`python -c pass`"),
        ("`run` of one cell", "`jupyter nbconvert --execute`"),
    ]
    calls[0]()
    assert (tmp_path / "a/2/1.ipynb").read_bytes() == lesson.read_bytes()


def made(folder):
    folder.mkdir()
    return folder


def test_every_face_and_the_loading_are_measured_in_fresh_processes(monkeypatch):
    def fresh(mode, framework, face):
        assert (mode in {"import", "load", "ours", "bare"}, framework) == (True, "jax")
        return {name: [2.0] for name in ("face", "framework", "cold", "warm", "memory")}

    monkeypatch.setattr(measure, "fresh", fresh)
    subjects = [row.what for row in measure.starting("jax")]
    assert subjects[0] == "import of `jax` once jax is imported"
    assert len(subjects) == 5


def test_a_d2l_that_cannot_be_imported_is_left_out_with_the_reason(monkeypatch):
    monkeypatch.setitem(sys.modules, "d2l.torch", None)
    *missing, why = installed_d2l.iterators("torch", bare=None)
    assert missing == [None, None]
    assert why.startswith("d2l.torch cannot be used here: ModuleNotFoundError:")


@pytest.mark.parametrize("trains", [True, False], ids=["trains", "fails"])
def test_a_trainer_of_d2l_that_fails_is_left_out_with_the_reason(trains):
    def fit(model, data):
        if not trains:
            raise TypeError("no loss")

    model = SimpleNamespace(board=SimpleNamespace())
    d2l = SimpleNamespace(
        __name__="d2l.any",
        DataModule=object,
        SoftmaxRegression=lambda **_: model,
        Trainer=lambda max_epochs: SimpleNamespace(fit=fit),
    )
    own, why = installed_d2l.epoch(d2l, [])
    assert (own is not None) == trains
    assert why == ("" if trains else "d2l.any's Trainer cannot be used here: TypeError: no loss")
