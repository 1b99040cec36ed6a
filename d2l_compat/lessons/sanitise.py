"""HTML that a notebook brings along, reduced to what can only be looked at."""

from __future__ import annotations

import nh3

# The elements that the converter of formulas emits.
MATHML = {
    *("math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"),
    *("mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup"),
    *("mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none"),
}
MATHML_ATTRIBUTES = {
    *("accent", "align", "close", "columnalign", "columnlines", "display", "displaystyle", "fence"),
    *("height", "linebreak", "linethickness", "lspace", "mathsize", "mathvariant", "maxsize", "minsize"),
    *("movablelimits", "notation", "open", "rowlines", "rspace", "scriptlevel", "separator", "stretchy"),
    *("symmetric", "voffset", "width", "xmlns"),
}
# No landmarks of the page, and no id, class, style or data-*, which its layout and its controls use.
TAGS = (nh3.ALLOWED_TAGS - {"area", "map", "nav", "header", "footer"}) | MATHML
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **dict.fromkeys(MATHML, MATHML_ATTRIBUTES),
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
}


def sanitise(html: str) -> str:
    """Return `html` without scripts, styles, ids, classes, and images that are not inside the page."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto", "data"},
        clean_content_tags={"script", "style", "iframe", "object", "title"},
    )


def _filter(tag, attribute, value):
    if attribute == "src":
        return value if value.startswith("data:image/") else None
    if attribute in ("href", "cite"):
        return value if value.startswith(("http://", "https://", "mailto:")) else None
    return value
