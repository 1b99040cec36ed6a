"""What a cell printed is stored as Jupyter shows it, and TensorFlow's start-up is not stored."""

import pytest
from nbformat.v4 import new_code_cell, new_output

from d2l_compat.lessons.streams import tidy

AT = "2026-01-02 03:04:05.123456: "
GUARD = (
    f"{AT}I tensorflow/core/platform/cpu_feature_guard.cc:182] This TensorFlow binary "
    "is optimized to use available CPU instructions in performance-critical operations.\n"
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the "
    "appropriate compiler flags.\n"
)
START_UP = {
    "CPU": GUARD,
    "oneDNN": f"{AT}I tensorflow/core/util/port.cc:113] oneDNN custom operations are on. You may\n",
    "no CUDA": f"{AT}I external/local_tsl/tsl/cuda/cudart_stub.cc:31] Could not find cuda drivers\n",
    "old CUDA": f"{AT}W tensorflow/stream_executor/platform/default/dso_loader.cc:60] Could not\n",
    "TensorRT": f"{AT}W tensorflow/compiler/tf2tensorrt/utils/py_utils.cc:38] TF-TRT Warning: "
    "Could not find TensorRT\n",
    "abseil": "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
    "E0000 00:00:1735786800.123456    4321 cuda_dnn.cc:8310] Unable to register cuDNN factory\n",
    "without a last line end": GUARD.rstrip("\n"),
}


def tidied(*writes):
    """Return what is stored of `writes`, pairs of a stream and a text or ``("result", text)``."""
    outputs = [
        new_output("execute_result", {"text/plain": text})
        if name == "result"
        else new_output("stream", name=name, text=text)
        for name, text in writes
    ]
    cell = new_code_cell("", outputs=outputs)
    tidy(cell)
    return [(out.get("name", "result"), out.get("text") or out.data["text/plain"]) for out in cell.outputs]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("a\nb\n", "a\nb\n"),
        ("50%\r100%\n", "100%\n"),
        ("100%\r50%", "50%%"),
        ("50%\r100%\r", "100%"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("kept\n50%\r100%\rdone\nkept", "kept\ndone\nkept"),
        ("5\b6\n", "6\n"),
        ("abc\b\bX\n", "aXc\n"),
        ("a\n\b\bb", "a\nb"),
        ("é\u2028\x0b动\ry", "y\u2028\x0b动"),
    ],
    ids=repr,
)
def test_carriage_returns_and_backspaces_move_the_cursor(printed, shown):
    assert tidied(("stdout", printed)) == [("stdout", shown)]


def test_writes_to_one_stream_are_one_output_until_something_else_is_shown():
    writes = [
        ("stdout", "10"),
        ("stdout", "%\r2"),
        ("stderr", "x"),
        ("stdout", "a"),
        ("result", "1"),
        ("stdout", "b"),
    ]
    assert tidied(*writes) == [
        ("stdout", "20%"),
        ("stderr", "x"),
        ("stdout", "a"),
        ("result", "1"),
        ("stdout", "b"),
    ]


@pytest.mark.parametrize("lines", START_UP.values(), ids=START_UP)
def test_of_tensorflows_start_up_nothing_is_stored(lines):
    halves = [("stderr", lines[:70]), ("stderr", lines[70:])]
    assert tidied(("stdout", "a"), *halves, ("stdout", "b")) == [("stdout", "ab")]


@pytest.mark.parametrize(
    "line",
    [
        "careful\n",
        f"{AT}I app/main.py:113] oneDNN custom operations are on\n",
        f"{AT}W tensorflow/tsl/framework/cpu_allocator_impl.cc:83] Allocation of 188160000 exceeds\n",
        "W0000 00:00:1735786800.1 4321 cpu_allocator_impl.cc:83] Allocation of 188160000 exceeds 10%\n",
        "see cuda_dnn.cc:8310] for more\n",
    ],
)
def test_other_lines_on_stderr_stay_beside_it(line):
    assert tidied(("stderr", GUARD + line + GUARD)) == [("stderr", line)]


def test_what_is_printed_on_stdout_stays():
    assert tidied(("stdout", GUARD)) == [("stdout", GUARD)]
