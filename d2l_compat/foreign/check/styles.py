"""How a notebook calls the helpers that changed their parameters, and what that says of its edition."""

from __future__ import annotations

import ast
from functools import lru_cache

from d2l_compat.editions import ADDED, LOST
from d2l_compat.foreign.check.program import Program, argument
from d2l_compat.foreign.check.roles import DATA, NET, Roles

SIX = "..., num_epochs, updater"
SEVEN = "..., num_epochs, batch_size, lr"
NINE = "..., num_epochs, batch_size, params, lr, trainer"
OLDER_ORDER, NEWER_ORDER, NO_ORDER = "data_iter, net", "net, data_iter", "net=..., data_iter=..."
UNTOLD = "...) with an unknown order of arguments"


def _train_style(call, program):
    names = {keyword.arg for keyword in call.keywords}
    if None in names or any(isinstance(value, ast.Starred) for value in call.args):
        return UNTOLD
    has_number = isinstance(program.value(argument(call, 5, "updater")), ast.Constant)
    count = len(call.args) + len(call.keywords)
    if count > 7 or names & {"params", "trainer", "optimizer"}:
        return NINE
    return SEVEN if count == 7 or has_number or "batch_size" in names else SIX


def _evaluate_style(call, program):
    by_name = {"net", "data_iter"}.intersection(keyword.arg for keyword in call.keywords)
    if len(by_name) == 2:
        return NO_ORDER
    roles = _roles(program)
    first = NET if "data_iter" in by_name else DATA if by_name else roles.of(argument(call, 0, ""))
    second = roles.of(argument(call, 1, ""))
    if first == second:
        return UNTOLD
    return NEWER_ORDER if first == NET or second == DATA else OLDER_ORDER


_roles = lru_cache(maxsize=1)(Roles)
STYLES = {"train_ch3": _train_style, "train_cpu": _train_style, "evaluate_accuracy": _evaluate_style}


def said(name: str, style: str) -> str:
    """Return how the helper `name` is called, in words."""
    return f"{name}({style}" if style == UNTOLD else f"{name}({style})"


def is_newer(module: str, program: Program) -> bool | None:
    """Whether a notebook uses the helpers of `module` as d2l has them since 0.10; None if nothing tells."""
    package = module.partition(".")[0]
    ours = (names for other, names in program.used.items() if other.partition(".")[0] == package)
    used = {name for names in ours for name in names}
    styles = {style(node, program) for name, style in STYLES.items() for _, node, _ in program.calls(name)}
    if used & LOST or styles & {SEVEN, NINE, OLDER_ORDER}:
        return False
    has_titles = any(argument(node, None, "titles") for _, node, _ in program.calls("show_images"))
    return True if has_titles or used & ADDED or styles & {SIX, NEWER_ORDER} else None
