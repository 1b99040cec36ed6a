"""What the editions published, and the rows of the experiment: who trained what, for how long."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from d2l_compat import frameworks
from d2l_compat.editions import WRITTEN
from d2l_compat.lessons.discover import chosen_frameworks

METRICS = {"train_loss": "training loss", "train_acc": "training accuracy", "test_acc": "test accuracy"}

DRAWS = 1000
"""How many initialisations the accuracy of an untrained net, which is one of them, is compared with."""

OLD, NEW = "2017-08-26", "2017-08-31"
"""The releases of the data on which figures were published. MXNet still ships the old one."""


@dataclass(frozen=True)
class Figure:
    """One of `METRICS` after `epoch` epochs, 0 being the untrained net, as an edition `printed` it."""

    metric: str
    epoch: int
    printed: str

    @property
    def name(self) -> str:
        """``'training loss, epoch 5'``."""
        return f"{METRICS[self.metric]}, {'untrained' if self.is_untrained else f'epoch {self.epoch}'}"

    @property
    def is_untrained(self) -> bool:
        """Whether it is that of the untrained net, and so depends on one draw of initial weights."""
        return self.epoch == 0


@dataclass(frozen=True)
class Row:
    """One training of one edition: the module `face` in the `style` ``'scratch'`` or ``'concise'``.

    `published` are its figures, run on the `release` of the data (None where there are none). `is_bounded`:
    the edition's own `train_ch3` demanded what `BOUNDS` says of the last epoch.
    """

    key: str
    edition: str
    framework: str
    face: str
    style: str
    num_epochs: int
    published: tuple[Figure, ...] = ()
    release: str | None = None
    is_bounded: bool = False

    @property
    def title(self) -> str:
        """``'d2l, 2021: PyTorch, scratch'``."""
        return f"{self.edition}: {WRITTEN[self.framework]}, {self.style}"

    @property
    def is_drawn(self) -> bool:
        """Whether a figure of the untrained net was published."""
        return any(figure.is_untrained for figure in self.published)

    @property
    def effort(self) -> float:
        """About how long a run takes, in seconds: for the order of the runs, and the time left."""
        return self.num_epochs * SECONDS_AN_EPOCH.get((self.framework, self.style), 0.5)


BOUNDS = {"train_loss": (0.0, 0.5), "train_acc": (0.7, 1.0), "test_acc": (0.7, 1.0)}
"""Below the second for the loss; above the first, up to the second, for accuracies."""

SECONDS_AN_EPOCH = {
    ("tensorflow", "concise"): 1.1,
    ("tensorflow", "scratch"): 0.8,
    ("torch", "concise"): 0.2,
    ("torch", "scratch"): 0.2,
}

UNTRAINED = {"mxnet": ("0.0811", OLD), "torch": ("0.1248", NEW), "tensorflow": ("0.1623", NEW)}
"""Test accuracies before training in edition C, and the release they were measured on."""


def rows() -> list[Row]:
    """Return the rows whose module is in this package and whose framework FRAMEWORKS admits.

    Raises ValueError where FRAMEWORKS names what is no framework.
    """
    chosen = chosen_frameworks()
    every = [GLUONBOOK, D2L_2019, *map(_from_scratch, frameworks()), *map(_concise, frameworks())]
    return [row for row in every if row.framework in chosen and find_spec(f"d2l_compat.{row.face}")]


def _from_scratch(framework):
    printed, release = UNTRAINED.get(framework, (None, None))
    published = (Figure("test_acc", 0, printed),) if printed else ()
    edition = _edition(framework)
    return Row(
        f"C-{framework}", edition, framework, framework, "scratch", 10, published, release, is_bounded=True
    )


def _concise(framework):
    return Row(f"D-{framework}", _edition(framework), framework, framework, "concise", 10, is_bounded=True)


def _edition(framework):
    return "d2l, 2021" if framework in UNTRAINED else "in the manner of d2l, 2021"


def _figures(first_epoch, table):
    return tuple(
        Figure(metric, epoch, printed)
        for epoch, line in enumerate(table, first_epoch)
        for metric, printed in zip(METRICS, line)
    )


GLUONBOOK = Row(
    key="A",
    edition="gluonbook, 2018",
    framework="mxnet",
    face="gluonbook",
    style="scratch",
    num_epochs=5,
    release=OLD,
    # The test accuracies are means over batches, by a function in the chapter; the face counts examples.
    published=_figures(
        1,
        [
            ("0.7876", "0.747", "0.804"),
            ("0.5739", "0.811", "0.825"),
            ("0.5289", "0.824", "0.833"),
            ("0.5047", "0.830", "0.835"),
            ("0.4894", "0.835", "0.842"),
        ],
    ),
)

D2L_2019 = Row(
    key="B",
    edition="d2l, 2019",
    framework="mxnet",
    face="d2l_2019",
    style="scratch",
    num_epochs=10,
    release=OLD,
    # Its cells had been executed twice: what it shows are the epochs after the first five.
    published=(
        Figure("test_acc", 0, "0.0856"),
        *_figures(
            6,
            [
                ("0.4782", "0.838", "0.842"),
                ("0.4695", "0.841", "0.843"),
                ("0.4620", "0.842", "0.845"),
                ("0.4563", "0.844", "0.845"),
                ("0.4516", "0.846", "0.847"),
            ],
        ),
    ),
)
