"""Which edition a module of helpers belongs to, which face takes its place, and what that face provides."""

from __future__ import annotations

from d2l_compat.editions import EDITIONS, FRAMEWORKS, Edition, beside, editions_of, of_release
from d2l_compat.foreign.check.program import Program
from d2l_compat.foreign.check.styles import is_newer

CURRENT = ("d2l.jax", "d2l.mxnet", "d2l.tensorflow", "d2l.torch")
"""Modules that d2l 1.0 still has, though not with all their helpers."""

CLASSES = {
    "Classifier",
    "DataModule",
    "FashionMNIST",
    "HyperParameters",
    "LinearRegression",
    "LinearRegressionScratch",
    "Module",
    "ProgressBoard",
    "SGD",
    "SoftmaxRegression",
    "SoftmaxRegressionScratch",
    "SyntheticRegressionData",
    "Trainer",
    "add_to_class",
}
"""What a notebook for d2l 1.0 uses, and no other."""

REMOVED = {"Updater", "evaluate_accuracy", "predict_ch3", "train_ch3", "train_epoch_ch3"}
"""What d2l 1.0 no longer has."""


def face_of(module: str, program: Program) -> str | None:
    """Return the name of the face for the notebook `program`'s `module`, None where there is none.

    Where the module's name alone does not tell, the rest of the notebook does: see `told`.
    """
    if module.startswith("d2l_compat."):
        return module.partition(".")[2]
    edition = told(module, program) or _by_name(module)
    return edition.face if edition else None


def told(module: str, program: Program) -> Edition | None:
    """Return the edition of a `module` that several had, if `program` tells it, otherwise None.

    What tells it is the release that the notebook installs, unless it imports another framework than that of
    the release; otherwise the frameworks that it imports, and how it calls the helpers.
    """
    package = module.partition(".")[0]
    is_ambiguous = len(editions_of(module)) > 1
    if not is_ambiguous and package != "gluonbook":
        return None
    released = of_release(package, program.installed.get(package))
    frameworks = {*FRAMEWORKS}.intersection(program.packages)
    if not is_ambiguous or (released and released.framework in (frameworks or FRAMEWORKS)):
        return released
    imported = [*program.packages, *program.used]
    return beside(module, imported, lambda: program.has_np_semantics, lambda: is_newer(module, program))


def all_told(program: Program) -> dict[str, str]:
    """Return the faces of modules that several editions had, by module, as far as `program` tells them."""
    return {module: edition.face for module in program.used if (edition := told(module, program))}


def _by_name(module):
    """Return the likeliest edition of `module`, or of the innermost package around it that has one.

    Directly within d2l are modules for frameworks that have no face.
    """
    while not editions_of(module) and module.rpartition(".")[0] not in ("", "d2l"):
        module = module.rpartition(".")[0]
    return next(iter(editions_of(module)), None)


def provided_by(face: str) -> frozenset[str]:
    """Return the names that `face` has; none where there is no such face."""
    return frozenset({*EDITIONS[face].names, *EDITIONS[face].modules}) if face in EDITIONS else frozenset()


def edition_of(module: str, face: str | None, program: Program) -> str:
    """Say in words which edition the notebook was written for, from its import of `module` and its calls."""
    if module.startswith("d2l_compat."):
        return f"d2l_compat: {_wording(face) or face}"
    if is_1_0(module, program):
        return f"d2l 1.0 ({module})"
    if module == "d2lzh1981":
        return f"a course's copy of {_wording(face)}"
    package = module.partition(".")[0]
    version = program.installed.get(package)
    released = of_release(package, version)
    if released and version and released.face == face:
        return f"{_wording(face)}; {package} {'.'.join(map(str, version))} is installed"
    return _wording(face) or f"{module}, for which d2l_compat has no module"


def _wording(face):
    return EDITIONS[face].words if face in EDITIONS else None


def is_1_0(module: str, program: Program) -> bool:
    """Whether the notebook uses the classes of d2l 1.0, and nothing that 1.0 has lost."""
    used = set(program.used[module])
    return module in CURRENT and bool(used & CLASSES) and not used & REMOVED
