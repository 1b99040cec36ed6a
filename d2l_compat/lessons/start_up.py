"""What TensorFlow says when it starts: not said where we start it, and left out of what a cell printed."""

from __future__ import annotations

import os
import re

# What TensorFlow's C++ code logs about the machine as it starts, in its own format and in abseil's.
_LOG = r"(?:\d{4}-\d\d-\d\d [\d:.]+: [IWE] \S+/|[IWE]0000 00:00:[\d.]+ +\d+ (?:\S+/)?)"
_FILES = (
    r"(?:port|util|cpu_feature_guard|cpu_utils|cuda\w*|dso_loader|gpu_device|computation_placer|service|"
    r"mlir_graph_optimization_pass)\.(?:cc|h):\d+\]"
)
START_UP = re.compile(
    rf"^(?:{_LOG}(?:{_FILES}|\S+\] TF-TRT Warning: Could not find TensorRT).*"
    r"|To enable the following instructions: .* rebuild TensorFlow with the appropriate compiler flags\."
    r"|Skipping registering GPU devices\.\.\."
    r"|WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR)(?:\n|\Z)",
    re.MULTILINE,
)


def quieten_tensorflow() -> None:
    """Let TensorFlow, where it is not imported yet, write no start-up notes.

    At every log level it says that it uses oneDNN, so it is not to. No digit that a lesson prints changes.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
