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
