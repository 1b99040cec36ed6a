"""What a page shows of text that is too long, and of code in a language that nobody knows."""

import pytest

from d2l_compat.lessons.compare.prose import MAX_CHARACTERS, code_lines, prose


@pytest.mark.parametrize(
    "source", ["*<b>*" * MAX_CHARACTERS, "\\begin{a}" * 501], ids=["long", "full of environments"]
)
def test_text_that_would_take_long_to_render_is_shown_as_it_is_written(source):
    html = prose(source)
    assert html.startswith("<pre>")
    assert "<b>" not in html
    assert html.unescape()[len("<pre>") : -len("</pre>")] == source[:MAX_CHARACTERS]


def test_code_in_a_language_that_is_not_known_is_shown_without_colours():
    assert code_lines("a < b\nc", "klingon") == ["a &lt; b", "c"]
    assert "<span" in code_lines("SELECT 1", "sql")[0]
