"""Markdown and code of a cell as safe HTML."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from d2l_compat.lessons.markdown import MathMLRenderer
from d2l_compat.lessons.sanitise import sanitise

MAX_CHARACTERS = 2**18  # of one text are rendered: twice as many take more than twice the time
MAX_COLOURED = 2**15  # characters of code
# The lexers of Python and IPython take a time that grows with the square of such a run.
RUN = re.compile(r"\s{200}|[\w.*]{200}")
FORMATTER = HtmlFormatter(nowrap=True)


class _Renderer(MathMLRenderer):
    def heading(self, text, level, **attributes):
        # Below the page's own first and second level.
        level = min(level + 2, 6)
        return f"<h{level}>{text}</h{level}>\n"


def prose(source: str, attachments: dict | None = None) -> Markup:
    """Return Markdown as HTML: formulas as MathML, headings two levels further down, raw HTML sanitised.

    What is longer than `MAX_CHARACTERS`, or full of environments of formulas, is shown as it is written.
    """
    if len(source) > MAX_CHARACTERS or source.count("\\begin") > 500:
        return Markup("<pre>{}</pre>").format(source[:MAX_CHARACTERS])
    renderer = _Renderer(escape=False, attachments=attachments)
    return Markup(sanitise(MarkdownWithMath(renderer).render(source)))


def code_lines(source: str, language: str) -> list[Markup]:
    """Return the highlighted lines of `source`, cut at `MAX_CHARACTERS`: one or more, each complete.

    Code of more than `MAX_COLOURED` characters, or with a very long run of blanks or of letters, has no
    colours.
    """
    has_colours = len(source) <= MAX_COLOURED and not RUN.search(source)
    lexer = _lexer(language if has_colours else "text")
    lines = highlight(source[:MAX_CHARACTERS], lexer, FORMATTER).rstrip("\n").split("\n")
    return [Markup(line) for line in lines]


def language(notebook: NotebookNode) -> str:
    """Return the name of the language that `notebook` is written in, python unless it says otherwise."""
    return notebook.metadata.get("language_info", {}).get("name", "python")


@cache
def _lexer(language):
    name = "ipython3" if language in ("python", "ipython", "python3") else language  # which IPython brings
    try:
        return get_lexer_by_name(name, stripnl=False)
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=False)
