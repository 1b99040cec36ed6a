"""Whatever is in a file: `check`, `compare` and `run` read it, or refuse it in one line, in bounded time."""

import json
import os

import pytest
from fuzz_notebook import NESTED, Commands, quietly, try_inputs, valid
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from nbformat.v4 import new_output

from d2l_compat.lessons import reading
from d2l_compat.lessons.compare import outputs
from d2l_compat.lessons.compare.prose import MAX_CHARACTERS, code_lines, prose

thorough = settings(max_examples=300, deadline=None, database=None, derandomize=True)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("cell_type", "id", "metadata", "source", "outputs", "execution_count", "attachments")


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    return Commands(tmp_path_factory.mktemp("fuzz"))


@thorough
@given(st.binary(max_size=200))
def test_bytes_are_refused(commands, data):
    assert set(commands.try_input(data).values()) == {2}


@thorough
@given(ANYTHING)
def test_any_json_is_read_or_refused(commands, document):
    commands.try_input(json.dumps(document).encode("utf-8", "surrogatepass"))


@thorough
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), ANYTHING), max_size=3), ANYTHING)
def test_any_cells_and_metadata_are_read_or_refused(commands, cells, metadata):
    document = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    commands.try_input(json.dumps(document).encode("utf-8", "surrogatepass"))


@thorough
@given(st.data(), st.dictionaries(st.sampled_from(["output_type", "data", "text", "metadata"]), ANYTHING))
def test_any_output_is_read_or_refused(commands, data, output):
    notebook = valid()
    place = data.draw(st.integers(0, 3))
    notebook["cells"][2]["outputs"][place].update(output)
    commands.try_input(json.dumps(notebook).encode("utf-8", "surrogatepass"))


def test_thousands_of_spoilt_notebooks_are_read_or_refused(tmp_path):
    number = 1000
    refused = try_inputs(number, tmp_path, seed=4)
    assert all(0 < count < number for count in refused.values())
    assert set(refused) == {"check", "fix", "compare", "run"}


@pytest.mark.parametrize("text", NESTED, ids=["lists", "objects", "closed lists", "cells", "digits"])
def test_deep_nesting_and_long_numbers_are_refused(commands, text):
    assert set(commands.try_input(text.encode()).values()) == {2}


@pytest.mark.parametrize("command", ["check", "compare", "run"])
def test_a_file_beyond_the_limit_is_refused_unread(commands, command):
    commands.path.touch()
    os.truncate(commands.path, 2**40)  # sparse: it takes no room
    status, said = quietly(commands.lines[command])
    assert status == 2
    assert "expected at most 64 MiB, received 1048576 MiB: clear its outputs" in said


def test_too_many_cells_are_refused(commands):
    notebook = valid()
    notebook["cells"] = [{"cell_type": "raw", "metadata": {}, "source": ""}] * (reading.CELLS + 1)
    notebook["nbformat_minor"] = 4
    commands.path.write_text(json.dumps(notebook))
    assert quietly(commands.lines["compare"])[0] == 2


# What would take hours if it were rendered as short texts are


def display(mime, content):
    return outputs.block(new_output("display_data", data={mime: content, "text/plain": "instead"}), "figure")


@pytest.mark.parametrize("mime", ["text/html", "text/markdown", "text/latex"])
def test_markup_that_is_too_long_gives_way_to_text(mime):
    assert display(mime, "<div>" * 2**20).lines == ("instead",)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("x" * MAX_CHARACTERS + "\ny", 2),
        ("x" * 2**24, 2**24 - MAX_CHARACTERS),
        ("\r" * 2**22 + "x" * 2**24, 2**24 - MAX_CHARACTERS),
    ],
    ids=["two lines", "a line", "returns"],
)
def test_long_text_is_cut_and_says_so(text, more):
    stream = new_output("stream", name="stdout", text=text)
    cut = f"({more} more characters, not shown)"
    assert outputs.block(stream, "figure").lines == ("x" * MAX_CHARACTERS, cut)


@pytest.mark.parametrize(
    "source", ["[" * 10**5, ">" * 10**5, "\\begin{a}" * 10**5, "$" * 10**5, "<b>" * 10**6, "*a **b " * 10**4]
)
def test_prose_is_shown_however_it_is_nested(source):
    assert prose(source)


def test_long_code_is_cut():
    assert sum(map(len, code_lines("x\n" * MAX_CHARACTERS, "text"))) <= MAX_CHARACTERS


@pytest.mark.parametrize("source", ["\n" * 2**15, "1." * 2**14, "> " * 2**15, " \n" * 2**14 + "?"])
def test_code_for_which_the_lexer_would_take_minutes_is_shown_without_colours(source):
    assert "".join(code_lines(source + "x", "python")) == escape(source.replace("\n", "") + "x")


def test_outputs_of_many_equal_lines_are_compared_by_their_places():
    mine, other = [("a",) * 40_000 + end for end in (("b",), ("c",))]
    columns = [[outputs.Block("text", lines, lines)] for lines in (mine, other)]
    found = outputs.differences(columns)
    assert [[k for k, columns in enumerate(lines) if columns] for lines in found] == [[40_000], [40_000]]
