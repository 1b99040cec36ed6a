"""``python -m d2l_compat check``: notebooks are read and judged, import lines rewritten; nothing is run."""

import ast
import json
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_imports import modules_after

from d2l_compat import editions, frameworks
from d2l_compat.commands import command_line
from d2l_compat.foreign.check import fix, wording
from d2l_compat.foreign.check.edition import provided_by
from d2l_compat.foreign.check.findings import examine
from d2l_compat.foreign.check.source import read
from d2l_compat.lessons.reading import BYTES

MXNET = "from mxnet import autograd, nd\n"
OLDER_CALL = "d2l.train_ch3(net, train_iter, test_iter, loss, num_epochs, batch_size, params, lr)"
UPDATER_CALL = "d2l.train_ch3(net, train_iter, test_iter, loss, num_epochs, updater)"


def as_notebook(*sources):
    """Return a notebook of these code cells, as Jupyter would have it, after one cell of Markdown."""
    markdown = {"cell_type": "markdown", "metadata": {}, "source": ["from d2l import torch as d2l"]}
    code = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}
        for lines in (source.splitlines(keepends=True) for source in sources)
    ]
    return {"cells": [markdown, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def write(tmp_path):
    """Write a notebook of the given code cells; return its path."""

    def write(*sources):
        path = tmp_path / "notebook.ipynb"
        path.write_text(
            json.dumps(as_notebook(*sources), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return path

    return write


def check(path, *options):
    """Return the exit status of the command for one notebook."""
    return command_line.main(["check", str(path), *options])


def told(path):
    """Return the report on the notebook at `path`: what it says under each heading, remedies left out."""
    entries = {}
    for line in wording.lines(examine(read(path)))[1:]:
        entries.setdefault(line[2:16].strip(), []).append(line[16:])
    entries.pop("", None)
    return entries


def sources(path):
    """Return the sources of the notebook's code cells."""
    return ["".join(c["source"]) for c in json.loads(path.read_bytes())["cells"] if c["cell_type"] == "code"]


EDITION_2019 = "edition 2019 (d2l 0.5 and 0.6, on the index 0.8.6 to 0.9), MXNet nd"
AUTUMN_2019 = "d2l.AllDeepLearning (autumn 2019, on the index d2l 0.10), MXNet nd"
EDITIONS = {
    "February 2018": (
        "from mxnet import ndarray as nd\nimport utils\ntrain, test = utils.load_data_fashion_mnist(256)",
        "the earliest edition (February 2018), MXNet nd",
        "from d2l_compat import utils_2018 as utils",
    ),
    "gluonbook": (
        MXNET + "import gluonbook as gb\ngb.train_ch3(net, a, b, loss, 5, 256, None, None, trainer)",
        "edition 2018 (gluonbook to 0.8.8), MXNet nd",
        "from d2l_compat import gluonbook as gb",
    ),
    "d2l 0.5": (
        MXNET + "import d2l\n" + OLDER_CALL,
        EDITION_2019,
        "from d2l_compat import d2l_2019 as d2l",
    ),
    "d2l 0.7": (
        "import d2l\nfrom mxnet import np, npx\nnpx.set_np()\n" + UPDATER_CALL,
        "d2l 0.7 and 0.8 (on the index 0.11 to 0.13), MXNet np",
        "from d2l_compat import d2l_2020 as d2l",
    ),
    "AllDeepLearning": (
        MXNET + "from d2l import AllDeepLearning as d2l\n" + UPDATER_CALL,
        AUTUMN_2019,
        "from d2l_compat import all_deep_learning as d2l",
    ),
    "d2l 0.10 by its call": (
        MXNET + "import d2l\n" + UPDATER_CALL,
        AUTUMN_2019,
        "from d2l_compat import all_deep_learning as d2l",
    ),
    "d2l 0.10 by its helpers": (
        MXNET + "import d2l\nmetric = d2l.Accumulator(2)\nmetric.add(d2l.accuracy(net(X), y), y.size)",
        AUTUMN_2019,
        "from d2l_compat import all_deep_learning as d2l",
    ),
    "d2l 0.10 by titles": (
        MXNET + "import d2l\nd2l.show_images(X, 1, 9, titles=names)",
        AUTUMN_2019,
        "from d2l_compat import all_deep_learning as d2l",
    ),
    "d2l 0.10 by the order": (
        MXNET + "import d2l\nnet = nn.Sequential()\nd2l.evaluate_accuracy(net, test_iter)",
        AUTUMN_2019,
        "from d2l_compat import all_deep_learning as d2l",
    ),
    "older calls beside newer helpers": (
        MXNET + "import d2l\nd2l.plot(a, b)\na, b = d2l.load_data_fashion_mnist(256)\n"
        "d2l.evaluate_accuracy(b, net)",
        EDITION_2019,
        "from d2l_compat import d2l_2019 as d2l",
    ),
    "older figures beside newer helpers": (
        MXNET + "import d2l\nd2l.plot(a, b)\nd2l.show_fashion_mnist(X, names)",
        EDITION_2019,
        "from d2l_compat import d2l_2019 as d2l",
    ),
    "d2l 0.10 by the release": (
        "!pip install d2l==0.10.3\n" + MXNET + "import d2l\nd2l.accuracy(y_hat, y)",
        AUTUMN_2019 + "; d2l 0.10.3 is installed",
        "from d2l_compat import all_deep_learning as d2l",
    ),
    "d2l 0.8.2": (
        "%pip install d2l==0.8.2\n" + MXNET + "import d2l\n" + OLDER_CALL,
        "edition 2018 (gluonbook to 0.8.8), MXNet nd; d2l 0.8.2 is installed",
        "from d2l_compat import gluonbook as d2l",
    ),
    "gluonbook 0.8.10": (
        "pip install mxnet gluonbook==0.8.10\n" + MXNET + "import gluonbook as gb\n" + OLDER_CALL,
        EDITION_2019 + "; gluonbook 0.8.10 is installed",
        "from d2l_compat import d2l_2019 as gb",
    ),
    "gluonbook 0.6": (
        "!pip3 install 'gluonbook==0.6'\n" + MXNET + "import gluonbook as gb\ngb.SGD(params, lr)",
        "the earliest edition (February 2018), MXNet nd; gluonbook 0.6 is installed",
        "from d2l_compat import utils_2018 as gb",
    ),
    "dotted port": (
        "import torch\nfrom d2l.train import train_ch3\ntrain_ch3(net, a, b, criterion, 5, 256, 0.5)",
        "the port with modules d2l.data and d2l.train (2019), PyTorch",
        "from d2l_compat.d2l_pytorch import train_ch3",
    ),
    "dotted port as d2l": (
        "import torch\nimport d2l\n" + OLDER_CALL,
        "the port with modules d2l.data and d2l.train (2019), PyTorch",
        "from d2l_compat import d2l_pytorch as d2l",
    ),
    "d2lzh": (
        MXNET + "import d2lzh as d2l\n" + OLDER_CALL,
        "d2lzh (first Chinese edition), MXNet nd",
        "from d2l_compat import d2lzh as d2l",
    ),
    "d2lzh_pytorch": (
        "import torch\nimport d2lzh_pytorch as d2l\n" + OLDER_CALL,
        "d2lzh_pytorch (first Chinese edition), PyTorch",
        "from d2l_compat import d2lzh_pytorch as d2l",
    ),
    "d2lzh1981": (
        "import torch\nimport d2lzh1981 as d2l\n" + OLDER_CALL,
        "a course's copy of d2lzh_pytorch (first Chinese edition), PyTorch",
        "from d2l_compat import d2lzh_pytorch as d2l",
    ),
    "d2ltorch": (
        "import d2ltorch as d2lt\nd2lt.load_data_fashion_mnist('data', 256)",
        "d2ltorch (a port), PyTorch",
        "from d2l_compat import d2ltorch as d2lt",
    ),
    "d2lzh_tensorflow2": (
        "import d2lzh_tensorflow2 as d2l\n" + OLDER_CALL,
        "d2lzh_tensorflow2 (first Chinese edition), TensorFlow",
        "from d2l_compat import d2lzh_tensorflow2 as d2l",
    ),
    "2021 PyTorch": (
        "from d2l import torch as d2l\n" + UPDATER_CALL,
        "edition 2021 (d2l 0.14 to 0.17), PyTorch",
        "from d2l_compat import torch as d2l",
    ),
    "2021 TensorFlow": (
        "from d2l import tensorflow as d2l\n" + UPDATER_CALL,
        "edition 2021 (d2l 0.14 to 0.17), TensorFlow",
        "from d2l_compat import tensorflow as d2l",
    ),
    "2021 MXNet": (
        "from d2l import mxnet as d2l\n" + UPDATER_CALL,
        "edition 2021 (d2l 0.14 to 0.17), MXNet np",
        "from d2l_compat import mxnet as d2l",
    ),
    "1.0 with helpers it lost": (
        "from d2l import torch as d2l\nclass Net(d2l.Module): pass\n" + UPDATER_CALL,
        "edition 2021 (d2l 0.14 to 0.17), PyTorch",
        "from d2l_compat import torch as d2l",
    ),
}


@pytest.mark.parametrize(("source", "edition", "line"), EDITIONS.values(), ids=EDITIONS)
def test_the_edition_and_the_line_to_use_instead_are_named(write, source, edition, line):
    entries = told(write(source))
    assert entries["written for"] == [edition]
    assert [change.partition(": ")[2] for change in entries["change"]] == [line]


UNCHANGED = {
    "d2l 1.0": "from d2l import torch as d2l\nmodel = d2l.SoftmaxRegression(10)\nd2l.Trainer(5).fit(model)",
    "a later chapter": "from d2l import torch as d2l\nd2l.train_ch8(net, train_iter, vocab, 1, 500)",
    "a later chapter with helpers that d2l still has": (
        "from d2l import torch as d2l\ntimer = d2l.Timer()\nd2l.train_ch6(net, a, b, 10, lr, d2l.try_gpu())"
    ),
    "redirected imports": "%load_ext d2l_compat\nimport d2lzh as d2l\n" + OLDER_CALL,
    "d2l_compat": "from d2l_compat import torch as d2l\n" + UPDATER_CALL,
    "somebody's own utils": "import utils, torch\nutils.load_data_fashion_mnist(256)",
    "a module of the project": "from .d2l import train_ch3",
    "no helpers": "import torch",
}


@pytest.mark.parametrize("source", UNCHANGED.values(), ids=UNCHANGED)
def test_what_needs_no_change_is_left_alone(write, source):
    path = write(source)
    before = path.read_bytes()
    assert check(path) == check(path, "--fix") == 0
    assert path.read_bytes() == before


def test_a_notebook_for_d2l_1_0_is_recognised(write):
    assert told(write(UNCHANGED["d2l 1.0"]))["written for"] == ["d2l 1.0 (d2l.torch)"]


STYLES = {
    "d2l.train_ch3(net, a, b, loss, 5, updater)": "train_ch3(..., num_epochs, updater)",
    "d2l.train_ch3(net, a, b, loss, num_epochs=5, updater=trainer)": "train_ch3(..., num_epochs, updater)",
    "d2l.train_ch3(net, a, b, loss, 5, lambda batch_size: d2l.sgd(params, lr, batch_size))": (
        "train_ch3(..., num_epochs, updater)"
    ),
    "d2l.train_ch3(net, a, b, loss, 5, 256, params, lr)": (
        "train_ch3(..., num_epochs, batch_size, params, lr, trainer)"
    ),
    "d2l.train_ch3(net, a, b, loss, 5, batch_size, optimizer=sgd)": (
        "train_ch3(..., num_epochs, batch_size, params, lr, trainer)"
    ),
    "d2l.train_ch3(net, a, b, loss, 5, batch_size, lr)": "train_ch3(..., num_epochs, batch_size, lr)",
    "d2l.train_ch3(*arguments)": "train_ch3(...) with an unknown order of arguments",
    "d2l.evaluate_accuracy(net=a, data_iter=b)": "evaluate_accuracy(net=..., data_iter=...)",
    "d2l.evaluate_accuracy(a, data_iter=b)": "evaluate_accuracy(net, data_iter)",
    "d2l.evaluate_accuracy(a, net=b)": "evaluate_accuracy(data_iter, net)",
}


@pytest.mark.parametrize(("call", "style"), STYLES.items())
def test_the_call_style_is_named(write, call, style):
    assert told(write("from d2l import torch as d2l", call))["called as"] == [f"{style} in [2]"]


# What a notebook says of `a` and `b`; then it calls evaluate_accuracy(a, b).
NET_FIRST, DATA_FIRST = "evaluate_accuracy(net, data_iter)", "evaluate_accuracy(data_iter, net)"
UNTOLD = "evaluate_accuracy(...) with an unknown order of arguments"
ORDERS = {
    "nothing, under the usual names": ("net, test_iter = something()\na, b = net, test_iter", UNTOLD),
    "nothing, under misleading names": ("data = made()\na = data", UNTOLD),
    "loaded": ("b, c = d2l.load_data_fashion_mnist(256)", NET_FIRST),
    "loaded, one of a pair": ("pair = d2l.load_data_fashion_mnist(256)\na = pair[1]", DATA_FIRST),
    "a loader": ("from torch.utils import data\na = data.DataLoader(d, 256)", DATA_FIRST),
    "a pipeline": ("a = tf.data.Dataset.from_tensor_slices((X, y)).shuffle(9).batch(256)", DATA_FIRST),
    "layers": ("a = torch.nn.Sequential(torch.nn.Flatten())", NET_FIRST),
    "layers of Keras, misleadingly named": (
        "test_iter = tf.keras.models.Sequential()\na = test_iter",
        NET_FIRST,
    ),
    "a net that was moved": ("b = nn.Linear(784, 10).to(device)", DATA_FIRST),
    "a function": ("def a(X):\n    return X @ W", NET_FIRST),
    "a lambda, on a line with others": ("W, b = 1, lambda X: X @ W", DATA_FIRST),
    "a class": ("class Net(nn.Block):\n    pass\na = Net()", NET_FIRST),
    "a class of a class": ("class A(nn.Module): pass\nclass B(A): pass\na = B()", NET_FIRST),
    "a class that is iterated over": (
        "class Few:\n    def __iter__(self):\n        return iter([])\na = Few()",
        DATA_FIRST,
    ),
    "what a function returns": ("def make():\n    n = nn.Sequential()\n    return n\nb = make()", DATA_FIRST),
    "a generator": ("def batches():\n    yield X, y\na = batches()", DATA_FIRST),
    "a list of one batch": ("a = [(X, y)]", DATA_FIRST),
    "one of two iterators": (
        "c, d = d2l.load_data_fashion_mnist(256)\nfor b in (c, d):\n    print(1)",
        NET_FIRST,
    ),
    "a member of pairs": ("for a, b in ((nn.Sequential(), 1), (nn.Linear(2, 1), 2)):\n    pass", UNTOLD),
    "an attribute": ("self.n = nn.Sequential()\na = self.n", NET_FIRST),
    "called": ("y_hat = a(X)", NET_FIRST),
    "iterated over": ("for X, y in b:\n    pass", NET_FIRST),
    "looked into": ("X, y = next(iter(a))", DATA_FIRST),
    "has parameters": ("trainer = SGD(b.parameters(), lr=0.1)", DATA_FIRST),
    "trained": ("d2l.train_ch3(a, c, d, loss, 5, updater)", NET_FIRST),
    "both": ("a, c = d2l.load_data_fashion_mnist(9)\nb = nn.Sequential()", DATA_FIRST),
    "two nets, which cannot be": ("a = b = nn.Sequential()", UNTOLD),
    "now this, now that": ("a = nn.Sequential()\na, c = d2l.load_data_fashion_mnist(9)", UNTOLD),
    "itself": ("a = a", UNTOLD),
}


@pytest.mark.parametrize(("before", "style"), ORDERS.values(), ids=ORDERS)
def test_the_order_of_the_arguments_follows_what_they_were_bound_to(write, before, style):
    path = write("from d2l import torch as d2l", before, "d2l.evaluate_accuracy(a, b)")
    assert [said.rpartition(" in [")[0] for said in told(path)["called as"] if "evaluate" in said] == [style]


def test_the_order_follows_parameters_to_what_the_calls_give_them(write):
    path = write(
        "from d2l import torch as d2l\nmodel = torch.nn.Sequential()",
        "def test(it, net):\n    return d2l.evaluate_accuracy(it, net)\ntest(model, batches)",
    )
    assert told(path)["called as"] == [f"{NET_FIRST} in [2]"]


NO_FACE = [
    "from d2l import mindspore as d2l\nd2l.accuracy(y_hat, y)",
    "from d2l import mindspore\nmindspore.accuracy(y_hat, y)",
    "from d2l import oneflow as d2l\nd2l.train_ch3(net, a, b, loss, 5, updater)",
    "import d2l.oneflow as d2l\nd2l.accuracy(y_hat, y)",
    "from d2l.oneflow import accuracy",
]


@pytest.mark.parametrize("source", NO_FACE)
def test_a_framework_of_d2l_without_a_face_is_named_as_such(write, capsys, source):
    path = write("import torch\n" + source)
    before = path.read_bytes()
    assert check(path) == check(path, "--fix") == 1
    assert path.read_bytes() == before
    module = "d2l.oneflow" if "oneflow" in source else "d2l.mindspore"
    assert f"  unavailable   {module}; d2l_compat stands in for d2l.jax, " in capsys.readouterr().out
    assert told(path)["written for"] == [f"{module}, for which d2l_compat has no module"]


def test_helpers_are_counted_by_whether_the_face_provides_them(write):
    path = write(
        "from d2l import torch as d2l",
        "d2l.accuracy(a, b) + d2l.accuracy(c, d)\nd2l.accuracy = None  # not a use",
        "animator = d2l.Animator()\nanimator.add(1, 2)\nd2l.train_ch13(net)",
    )
    entries = told(path)
    assert entries["provided"] == ["Animator (1), accuracy (2)"]
    assert entries["not provided"] == ["train_ch13 (1)"]


def test_names_that_are_imported_by_themselves_are_counted(write):
    path = write("from d2l.torch import sgd as step, train_ch13, accuracy", "step(params, 0.1, 256)")
    entries = told(path)
    assert entries["provided"] == ["accuracy (0), sgd (1)"]
    assert entries["not provided"] == ["train_ch13 (0)"]


def test_a_star_import_brings_what_the_notebook_does_not_define_itself(write):
    path = write(
        "from gluonbook import *", "def sgd(params, lr): pass", "sgd(p, 1)\naccuracy(a, len(b))\ntrain_ch9(c)"
    )
    entries = told(path)
    assert entries["provided"] == ["accuracy (1)"]
    assert entries["not provided"] == ["a (1), b (1), c (1), p (1), train_ch9 (1)"]


@pytest.mark.parametrize("face", editions.EDITIONS)
def test_every_face_provides_the_helpers_of_the_chapter(face):
    assert {"train_ch3", "load_data_fashion_mnist"} & provided_by(face)


def test_what_a_face_provides_is_what_it_exports(d2l):
    assert provided_by(d2l.__name__.rpartition(".")[2]) == set(d2l.__all__)


# Each trap: a notebook that holds it, the place, a word of the message, and a notebook like it without.
TRAPS = {
    "nd under np": (
        "from mxnet import nd, npx\nnpx.set_np()\nx = nd.array([1])",
        "[1] line 3",
        "np semantics",
        "from mxnet import np, npx\nnpx.set_np()\nx = np.array([1])",
    ),
    "nd with the np face": (
        "from mxnet import nd\nfrom d2l_compat import mxnet as d2l\nx = nd.ones(3)",
        "[1] line 3",
        "np semantics",
        "from mxnet import nd\nfrom d2l_compat import d2l_2019 as d2l\nx = nd.ones(3)",
    ),
    "batch means": (
        "import gluonbook as gb\ngb.train_ch3(net, a, b, loss, 5, 256, params, lr)",
        "[1] line 2",
        "over batches",
        "import gluonbook as gb\ngb.evaluate_accuracy(test_iter, net)",
    ),
    "batch means, not in the last releases": (
        "!pip install gluonbook==0.8.8\nimport gluonbook as gb\ngb.train_ch3(net, a, b, c, 5, 256, p, lr)",
        "[1] line 3",
        "over batches",
        "!pip install gluonbook==0.8.10\nimport gluonbook as gb\ngb.train_ch3(net, a, b, c, 5, 256, p, lr)",
    ),
    "labels with one axis": (
        "!pip install d2l==0.13.2\nfrom d2l import torch as d2l\nd2l.synthetic_data(w, b, 1000)",
        "[1] line 3",
        "a column",
        "!pip install d2l==0.14.4\nfrom d2l import torch as d2l\nd2l.synthetic_data(w, b, 1000)",
    ),
    "a fraction divided again": (
        "import gluonbook as gb\ngb.accuracy(y_hat, y) / len(y)",
        "[1] line 2",
        "accuracy is a fraction",
        "from d2l import torch as d2l\nd2l.accuracy(y_hat, y) / len(y)",
    ),
    "a fraction summed up like a count": (
        "import d2lzh as d2l\nmetric.add(d2l.accuracy(net(X), y), y.size)",
        "[1] line 2",
        "accuracy is a fraction",
        "from d2l import AllDeepLearning as d2l\nmetric.add(d2l.accuracy(net(X), y), y.size)",
    ),
    "a count divided by the number of batches": (
        "from d2l import torch as d2l\nacc = 0\nacc += d2l.accuracy(net(X), y)\nprint(acc / len(test_iter))",
        "[1] line 4",
        "counts the correct rows",
        "import gluonbook as gb\nacc = 0\nacc += gb.accuracy(net(X), y)\nprint(acc / len(test_iter))",
    ),
    "Keras object": (
        "loss = tf.keras.losses.SparseCategoricalCrossentropy()\nl = loss(net(X), y)",
        "[1] line 2",
        "takes (y, y_hat)",
        "loss = tf.keras.losses.SparseCategoricalCrossentropy()\nl = loss(y, net(X))",
    ),
    "Keras function": (
        "l = tf.losses.sparse_categorical_crossentropy(y_hat, y)",
        "[1] line 1",
        "takes (y, y_hat)",
        "loss = nn.CrossEntropyLoss()\nl = loss(y_hat, y)",
    ),
    "lr=100 in its edition": (
        "import d2lzh_pytorch as d2l\nnum_epochs, lr = 5, 100.0\n" + OLDER_CALL,
        "[1] line 3",
        "suits this edition",
        "import d2lzh_pytorch as d2l\nnum_epochs, lr = 5, 0.5\n" + OLDER_CALL,
    ),
    "lr=100 elsewhere": (
        "from d2l import torch as d2l\nlr = 100\n" + OLDER_CALL,
        "[1] line 3",
        "training diverges",
        "from d2l import torch as d2l\nlr = 0.1\n" + OLDER_CALL,
    ),
    "a summed loss of one's own": (
        "from d2l import torch as d2l\ndef loss(y_hat, y):\n    return (-y_hat.log()).sum()\n" + UPDATER_CALL,
        "[1] line 4",
        "sum over the batch",
        "from d2l import torch as d2l\ndef loss(y_hat, y):\n    return (y_hat * y).sum(1)\n" + UPDATER_CALL,
    ),
    "a summed loss of one's own, trained on as it is": (
        "from d2l import mxnet as d2l\n" + UPDATER_CALL.replace("loss", "lambda y_hat, y: (y_hat - y).sum()"),
        "[1] line 2",
        "sum over the batch",
        "import d2lzh_pytorch as d2l\n" + UPDATER_CALL.replace("loss", "lambda y_hat, y: (y_hat - y).sum()"),
    ),
    "a summed loss of one's own, by the framework's function": (
        "from d2l import paddle as d2l\n"
        + UPDATER_CALL.replace("loss", "lambda y_hat, y: paddle.sum(y_hat)"),
        "[1] line 2",
        "sum over the batch",
        "from d2l import paddle as d2l\n"
        + UPDATER_CALL.replace("loss", "lambda y_hat, y: paddle.sum(y_hat, 1)"),
    ),
    "reduction='sum'": (
        "from d2l import torch as d2l\nloss = nn.CrossEntropyLoss(reduction='sum')\n" + UPDATER_CALL,
        "[1] line 3",
        "sum over the batch",
        "from d2l import torch as d2l\nloss = nn.CrossEntropyLoss(reduction='none')\n" + UPDATER_CALL,
    ),
    ".next()": (
        "X, y = iter(train_iter).next()",
        "[1] line 1",
        "no .next()",
        "X, y = next(iter(train_iter))",
    ),
    ".next() later": ("it = iter(train_iter)\nX, y = it.next()", "[1] line 2", "no .next()", "node.next()"),
    "set_matplotlib_formats": (
        "from IPython import display\ndisplay.set_matplotlib_formats('svg')",
        "[1] line 2",
        "no longer has",
        "from matplotlib_inline import backend_inline\nbackend_inline.set_matplotlib_formats('svg')",
    ),
    "set_matplotlib_formats by name": (
        "from IPython.display import set_matplotlib_formats",
        "[1] line 1",
        "no longer has",
        "from matplotlib_inline.backend_inline import set_matplotlib_formats",
    ),
    "thresholds": (
        "assert train_loss < 0.5, train_loss",
        "[1] line 1",
        "hyperparameters",
        "assert train_loss, 'none'",
    ),
    "num_workers": (
        "DataLoader(d, num_workers=4)",
        "[1] line 1",
        "starts processes",
        "DataLoader(d, num_workers=0)",
    ),
    "pip install d2l": ("!pip install d2l==0.17.6", "[1] line 1", "not needed", "!pip install pandas"),
    "%pip install d2l": ("%pip install -U d2l", "[1] line 1", "not needed", "%pip list"),
    "subprocess": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'd2l'])",
        "[1] line 2",
        "not needed",
        "import subprocess\nsubprocess.run(['pip', 'install', 'pandas'])",
    ),
    "check_call": (
        "from subprocess import check_call\ncheck_call('pip install d2l', shell=True)",
        "[1] line 2",
        "not needed",
        "check_call(command)",
    ),
    "automagic": ("pip install d2lzh", "[1] line 1", "not needed", "pip install pandas"),
}


@pytest.mark.parametrize(("source", "place", "words", "harmless"), TRAPS.values(), ids=TRAPS)
def test_a_trap_is_named_with_its_place_and_only_where_there_is_one(write, source, place, words, harmless):
    found = [line for line in told(write(source))["mind"] if words in line]
    assert [line.partition(": ")[0] for line in found] == [place]
    assert not [line for line in told(write(harmless)).get("mind", []) if words in line]


def test_a_kernel_of_python_2_is_named(write):
    path = write("from d2l import torch as d2l")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"] = {"kernelspec": {"name": "python2", "display_name": "Python 2"}}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert told(path)["mind"] == ["its kernel is of Python 2: run it with --kernel python3"]


def test_the_book_s_own_loop_over_a_count_is_no_trap(write):
    source = (
        "metric = d2l.Accumulator(2)\nmetric.add(d2l.accuracy(net(X), y), y.numel())\nmetric[0] / metric[1]"
    )
    assert "mind" not in told(write("from d2l import torch as d2l", source))


FIXES = {
    "other names on the line": (
        "import numpy as np, d2lzh as d2l, random\nd2l.sgd",
        "import numpy as np, random; from d2l_compat import d2lzh as d2l\nd2l.sgd",
    ),
    "no alias": ("import gluonbook", "from d2l_compat import gluonbook"),
    "no alias, other face": (MXNET + "import d2l", MXNET + "from d2l_compat import d2l_2019 as d2l"),
    "no alias of a framework": (
        "from d2l import torch\ntorch.sgd",
        "from d2l_compat import torch\ntorch.sgd",
    ),
    "submodule with alias": (
        "import d2l.torch as d2l\nd2l.sgd",
        "from d2l_compat import torch as d2l\nd2l.sgd",
    ),
    "submodule without alias": (
        "import d2l.torch\nd2l.torch.sgd",
        "import d2l_compat.torch, d2l_compat as d2l\nd2l.torch.sgd",
    ),
    "the module from itself": (
        "from d2l.torch import d2l\nd2l.sgd",
        "from d2l_compat import torch as d2l\nd2l.sgd",
    ),
    "helpers by name": (
        "from d2l.torch import sgd, accuracy as acc",
        "from d2l_compat.torch import sgd, accuracy as acc",
    ),
    "helpers that only d2l has stay": (
        "from d2l.torch import train_ch3, train_ch13",
        "from d2l.torch import train_ch13; from d2l_compat.torch import train_ch3",
    ),
    "all helpers": (
        "from gluonbook import *\nsgd",
        "from d2l_compat.gluonbook import *\nsgd",
    ),
    "all helpers, and some that only d2l has": (
        "from d2l.torch import *\ntrain_ch3(p)",
        "from d2l.torch import *; from d2l_compat.torch import *\ntrain_ch3(p)",
    ),
    "indented, a fallback": (
        "try:\n    import d2lzh as d2l\nexcept ImportError:\n    import gluonbook as d2l  # older",
        "try:\n    from d2l_compat import d2lzh as d2l\nexcept ImportError:\n"
        "    from d2l_compat import gluonbook as d2l  # older",
    ),
    "two on a line": (
        "import gluonbook as gb; import d2lzh as d2l; x = 1",
        "from d2l_compat import gluonbook as gb; from d2l_compat import d2lzh as d2l; x = 1",
    ),
    "in parentheses": (
        "x = 1\nfrom gluonbook import (\n    sgd,\n    accuracy,\n)  # both\ny = 2",
        "x = 1\nfrom d2l_compat.gluonbook import sgd, accuracy  # both\ny = 2",
    ),
    "after magics and a continued shell line": (
        "%matplotlib inline\n!pip install \\\n  d2lzh\nimport d2lzh as d2l\nd2l.sgd?",
        "%matplotlib inline\n!pip install \\\n  d2lzh\nfrom d2l_compat import d2lzh as d2l\nd2l.sgd?",
    ),
    "in a timed cell": ("%%time\nimport d2lzh as d2l", "%%time\nfrom d2l_compat import d2lzh as d2l"),
    "in a timed line": ("%time import d2lzh as d2l", "%time from d2l_compat import d2lzh as d2l"),
    "after prompts": (
        ">>> x = 1\n>>> import d2lzh as d2l",
        ">>> x = 1\n>>> from d2l_compat import d2lzh as d2l",
    ),
    "a cell that is indented": ("  x = 1\n  import gluonbook", "  x = 1\n  from d2l_compat import gluonbook"),
    "after characters of several bytes": (
        'x = "动手学 😀"; import d2lzh as d2l  # 导入',
        'x = "动手学 😀"; from d2l_compat import d2lzh as d2l  # 导入',
    ),
    "in a string": ('"""\nimport d2lzh as d2l\n"""', '"""\nimport d2lzh as d2l\n"""'),
    "in a shell script": ("%%bash\nimport d2lzh as d2l", "%%bash\nimport d2lzh as d2l"),
}


@pytest.mark.parametrize(("before", "after"), FIXES.values(), ids=FIXES)
def test_fix_rewrites_the_import_and_a_second_fix_nothing(write, before, after):
    path = write("print('first')", before)
    assert check(path, "--fix") == 0
    assert sources(path) == ["print('first')", after]
    fixed = path.read_bytes()
    assert check(path) == check(path, "--fix") == 0
    assert path.read_bytes() == fixed


LAYOUTS = {
    "Jupyter's": {"indent": 1, "ensure_ascii": False},
    "escaped": {"indent": 1},
    "wide": {"indent": 4},
    "on one line": {},
    "compact, keys sorted": {"separators": (",", ":"), "sort_keys": True},
    "tabs": {"indent": "\t"},
}


@pytest.mark.parametrize("as_lines", [True, False], ids=["lines", "one string"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"], ids=["no end", "end", "two ends"])
def test_fix_leaves_every_other_byte(tmp_path, layout, as_lines, newline, end):
    def written(statement):
        notebook = as_notebook(f'{statement}  # 导入 \t\\ / "quoted" 😀\nd2l.plt', f"x = 1; {statement}")
        notebook["cells"][1]["outputs"] = [{"output_type": "stream", "text": "import d2lzh as d2l"}]
        if not as_lines:
            for cell in notebook["cells"]:
                cell["source"] = "".join(cell["source"])
        return (json.dumps(notebook, **layout) + end).replace("\n", newline).encode()

    path = tmp_path / "notebook.ipynb"
    path.write_bytes(written("import d2lzh as d2l"))
    assert check(path, "--fix") == 0
    assert path.read_bytes() == written("from d2l_compat import d2lzh as d2l")


def test_fix_shows_the_change_as_a_diff(write, capsys):
    path = write("import torch\nimport d2lzh_pytorch as d2l\nprint(1)\nprint(2)")
    assert check(path, "--fix") == 0
    diff = capsys.readouterr().out.partition("changed:\n")[2].splitlines()
    assert diff == [
        f"--- {path} [1]",
        f"+++ {path} [1]",
        "@@ -1,3 +1,3 @@",
        " import torch",
        "-import d2lzh_pytorch as d2l",
        "+from d2l_compat import d2lzh_pytorch as d2l",
        " print(1)",
    ]


def test_without_fix_nothing_is_written(write):
    path = write("import gluonbook as gb")
    before = path.read_bytes()
    assert check(path) == 1
    assert path.read_bytes() == before


def test_fix_keeps_the_mode_of_the_file(write):
    path = write("import gluonbook as gb")
    path.chmod(0o640)
    assert check(path, "--fix") == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_fix_writes_through_a_symbolic_link(write):
    path = write("import gluonbook as gb")
    link = path.with_name("link.ipynb")
    link.symlink_to(path)
    assert check(link, "--fix") == 0
    assert link.is_symlink()
    assert sources(path) == ["from d2l_compat import gluonbook as gb"]


def test_a_fix_that_cannot_be_written_leaves_the_file_as_it_was(write, monkeypatch, capsys):
    path = write("import gluonbook as gb")
    before = path.read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert check(path, "--fix") == 2
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    captured = capsys.readouterr()
    assert captured.err == f"error: {path}: No space left on device\n"
    assert captured.out == ""


def test_a_cell_that_is_not_python_is_reported_and_the_others_are_read(write):
    entries = told(write("print 5", "import gluonbook as gb"))
    assert entries["not read"][0].startswith("[1] line 1: Missing parentheses")
    assert entries["change"] == ["[2] line 1: from d2l_compat import gluonbook as gb"]


def test_cells_are_numbered_as_a_run_from_top_to_bottom_would(write):
    assert told(write("x = 1", "  \n", "import gluonbook"))["imported"] == ["gluonbook in [2]"]


BAD = {
    "cut off": (b'{"cells": [{"cell_type": "co', "not a notebook: no JSON (Unterminated string"),
    "a list": (b"[]", "not a notebook: expected a JSON object, received list"),
    "no cells": (b'{"nbformat": 4}', "not a notebook: expected a list of cells, found none"),
    "cells of numbers": (b'{"cells": [1]}', "not a notebook: cell 1 of the file is not a JSON object"),
    "a source of numbers": (
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        "not a notebook: the source of cell 1 of the file is not text",
    ),
    "R": (
        b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}',
        "expected a Python notebook, received one in 'R'",
    ),
    "deep nesting": (b"[" * 100_000, "not a notebook: its JSON is nested too deeply"),
    "deep objects": (b'{"a":' * 100_000, "not a notebook: its JSON is nested too deeply"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_notebook_is_one_line_and_exit_status_2(tmp_path, capsys, content, message):
    path = tmp_path / "bad.ipynb"
    path.write_bytes(content)
    assert check(path, "--fix") == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {path}: {message}")
    assert error.count("\n") == 1
    assert path.read_bytes() == content


def test_a_file_that_is_not_there_is_an_error(tmp_path, capsys):
    assert check(tmp_path / "none.ipynb") == 2
    assert capsys.readouterr().err == f"error: {tmp_path / 'none.ipynb'}: No such file or directory\n"


def test_a_folder_is_an_error(tmp_path, capsys):
    assert check(tmp_path) == 2
    assert "expected a notebook file, received something else, such as a folder" in capsys.readouterr().err


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path, capsys):
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(BYTES + 1)
    assert check(path) == 2
    assert "expected at most 64 MiB, received 64 MiB" in capsys.readouterr().err


def test_numbers_of_any_length_are_read(tmp_path):
    path = tmp_path / "numbers.ipynb"
    path.write_text('{"cells": [], "metadata": {"number": ' + "9" * 1_000_000 + "}}")
    assert check(path) == 0


def test_the_status_is_the_worst_of_all_notebooks_and_every_one_is_checked(write, tmp_path, capsys):
    fine = write("import torch").rename(tmp_path / "fine.ipynb")
    needs = write("import gluonbook").rename(tmp_path / "needs.ipynb")
    missing = tmp_path / "missing.ipynb"
    assert command_line.main(["check", str(fine)]) == 0
    assert command_line.main(["check", str(fine), str(needs)]) == 1
    capsys.readouterr()
    assert command_line.main(["check", str(missing), str(needs), str(fine)]) == 2
    out = capsys.readouterr().out
    assert str(needs) in out
    assert str(fine) in out


def test_what_would_command_a_terminal_is_shown_as_escapes(write, capsys):
    path = write('import gluonbook as gb; x = "\x1b[2J"\nprint(1)')
    assert check(path, "--fix") == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert '+from d2l_compat import gluonbook as gb; x = "\\x1b[2J"' in out


@pytest.mark.parametrize("imported", ["torch", "tensorflow", "mxnet"])
def test_no_framework_is_imported(write, imported):
    path = write(f"from d2l import {imported} as d2l\n%matplotlib inline\n{UPDATER_CALL}")
    loaded = modules_after(
        "from pathlib import Path; from d2l_compat.foreign.check import command, findings, source, wording; "
        f"wording.lines(findings.examine(source.read(Path({str(path)!r}))))"
    )
    assert "IPython" in loaded, "it reads the magic"
    assert not loaded & {*frameworks(), "d2l", "matplotlib", "numpy"}


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
FRAGMENTS = st.sampled_from(
    [
        "import d2l",
        "import d2l.torch",
        "from d2l import torch as d2l",
        "from d2l.train import *",
        "from d2lzh import (sgd,\n  accuracy, nothing)",
        "from d2l.torch import train_ch3 as t, nothing",
        "import utils, d2lzh as d2l",
        "from mxnet import np, nd, npx",
        "d2l.train_ch3(*a, loss, **b)",
        "loss = lr = d2l.accuracy",
        "%matplotlib inline",
        "%%time",
        "!pip install d2l \\",
        "d2l.sgd?",
        ">>> ",
        "if x:",
        "    ",
        "\r",
        "\r\n",
        "\n",
        "; ",
        "(",
        '"""',
        "\\",
        "\x0c",
        "\ufeff",
        "\0",
        "动",
        "😀",
        "\ud800",
    ]
)
CODE = st.lists(FRAGMENTS | st.text(max_size=5), max_size=8)


def mutated(data, value):
    """Return `value` with one part of it, drawn from `data`, replaced by anything."""
    if not isinstance(value, (dict, list)) or not value or data.draw(st.booleans()):
        return data.draw(ANYTHING)
    if isinstance(value, dict):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: mutated(data, value[key])}
    place = data.draw(st.integers(0, len(value) - 1))
    return [*value[:place], mutated(data, value[place]), *value[place + 1 :]]


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(CODE, max_size=3), st.booleans(), st.booleans())
def test_any_notebook_is_checked_or_refused_and_a_fix_is_final(
    tmp_path_factory, data, cells, ascii_only, mutate
):
    notebook = as_notebook(*("".join(cell) for cell in cells))
    if mutate:
        notebook = mutated(data, notebook)
    path = tmp_path_factory.mktemp("any") / "any.ipynb"
    path.write_bytes(json.dumps(notebook, ensure_ascii=ascii_only).encode("utf-8", "replace"))
    before = check(path)
    assert before in (0, 1, 2)
    final = 2 if before == 2 else int("unavailable" in told(path))
    assert check(path, "--fix") == final
    assert check(path) == final


@settings(max_examples=100, deadline=None)
@given(CODE)
def test_a_fix_changes_import_statements_only(tmp_path_factory, cell):
    path = tmp_path_factory.mktemp("fix") / "fix.ipynb"
    path.write_text(json.dumps(as_notebook("".join(cell))))
    findings = examine(read(path))
    if not findings.changes:
        return
    path.write_text(fix.fixed(findings))
    fixed = examine(read(path))

    assert not any(code.problem for code in fixed.program.codes.values())
    assert expressions(fixed) == expressions(findings)


def expressions(findings):
    """Return the expressions that stand by themselves in a notebook."""
    return [ast.dump(node) for _, node in findings.program.each(ast.Expr)]
