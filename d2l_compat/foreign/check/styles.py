"""How a notebook calls the helpers that changed their parameters, and what that says of its edition."""

from __future__ import annotations

import ast

from d2l_compat.editions import ADDED, editions_of
from d2l_compat.foreign.check.program import Program, argument, dotted

SIX = "..., num_epochs, updater"
SEVEN = "..., num_epochs, batch_size, lr"
NINE = "..., num_epochs, batch_size, params, lr, trainer"
OLDER_ORDER, NEWER_ORDER = "data_iter, net", "net, data_iter"

LOST = {"data_iter", "semilogy", "show_fashion_mnist"}
"""What d2l had before 0.10, and no longer in it."""


def _train_style(call):
    names = {keyword.arg for keyword in call.keywords}
    sixth = argument(call, 5, "updater")
    has_batch_size = (
        "batch_size" in names or "batch" in (dotted(sixth) or "") or isinstance(sixth, ast.Constant)
    )
    count = len(call.args) + len(call.keywords)
    if count > 7 or names & {"params", "trainer", "optimizer"}:
        return NINE
    if count == 7 or has_batch_size:
        return SEVEN
    return SIX


def _evaluate_style(call):
    return OLDER_ORDER if _is_data(argument(call, 0, "net")) else NEWER_ORDER


def _is_data(node):
    name = dotted(node) or ""
    return "iter" in name or "data" in name or "loader" in name


STYLES = {"train_ch3": _train_style, "train_cpu": _train_style, "evaluate_accuracy": _evaluate_style}


def is_newer(program: Program) -> bool:
    """Whether a notebook for MXNet nd calls the helpers of d2l 0.10, and none as they were before."""
    used = {name for module in program.used if len(editions_of(module)) > 1 for name in program.used[module]}
    styles = {style(node) for name, style in STYLES.items() for _, node, _ in program.calls(name)}
    has_titles = any(argument(node, None, "titles") for _, node, _ in program.calls("show_images"))
    is_older = used & LOST or styles & {SEVEN, NINE, OLDER_ORDER}
    return not is_older and (has_titles or bool(used & ADDED or styles & {SIX, NEWER_ORDER}))
