"""All calls of chapters 3 and 4 that are made on every release and its face."""

import alias_cases
import data_cases
import figure_cases
import small_cases
import training_cases

CASES = [
    *training_cases.CASES,
    *data_cases.CASES,
    *figure_cases.CASES,
    *small_cases.CASES,
    *alias_cases.CASES,
]

REFUSED = [
    *("evaluate_accuracy: nothing, *", "evaluate_accuracy: a device by name, *", "try_gpu: number -1, *"),
    *("get_fashion_mnist_labels: a number too high, *", "Accumulator: a vector", "Accumulator: a text"),
    *("matmul: wrong shapes", "reshape: impossible", "train_epoch_ch3: regression, y flat, native, *"),
    # What the functions of one framework or another do not take:
    *("*: of a number", "*: of a NumPy array", "linreg: w flat, *", "matmul: a vector", "concat: two"),
    *("ones: numbers", "zeros: numbers", "rand: *", "normal: *", "repeat: one number", "repeat: axis"),
    *("reshape: numbers", "reshape: a list", "reshape: shape by name", "transpose: three axes"),
    "to: a module to a device",
]
"""Patterns of the calls that are meant to fail on both sides; any other has a fault that nobody would see."""
