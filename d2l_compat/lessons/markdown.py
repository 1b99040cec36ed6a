"""Markdown of notebooks as HTML that needs no network and runs nothing: formulas become MathML."""

from __future__ import annotations

from html import escape

import jinja2
import latex2mathml.converter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from d2l_compat.lessons.sanitise import sanitise


class MathMLRenderer(IPythonRenderer):  # type: ignore[misc]  # nbconvert has no types
    """Formulas as MathML, which browsers draw; one that cannot be converted is shown as its source."""

    def inline_math(self, body: str) -> str:
        """Return a formula between words."""
        return _mathml(body, "inline")

    def block_math(self, body: str) -> str:
        """Return a formula of its own line."""
        return _mathml(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        """Return a formula from an environment such as align."""
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def _mathml(tex, display):
    # The converter does not know aligned, but split, which means the same.
    tex = tex.strip().replace("{aligned}", "{split}")
    try:
        return latex2mathml.converter.convert(tex, display=display)
    except Exception:  # its errors have no base class in common
        return f"<code>{escape(tex)}</code>"


@jinja2.pass_context
def markdown2html(context: jinja2.runtime.Context, source: str) -> str:
    """Return Markdown as HTML, sanitised: a Jinja2 filter in place of nbconvert's own."""
    attachments = context.get("cell", {}).get("attachments")
    renderer = MathMLRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return sanitise(MarkdownWithMath(renderer).render(source))
