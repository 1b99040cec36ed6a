"""How `make docs` builds the site: the pages here, the lessons as they were executed, the reference."""

import contextlib

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

import d2l_compat

with contextlib.suppress(ImportError):
    import paddle  # noqa: F401 - imported after TensorFlow 2.21 it ends the process

project = "d2l_compat"
author = "the authors of d2l_compat"
version = release = d2l_compat.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["docs/**", "notebooks/**", "README*.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
exclude_patterns = ["**/.ipynb_checkpoints"]
default_role = "code"
nitpicky = True

nb_execution_mode = "off"  # the committed outputs are what is shown
suppress_warnings = ["mystnb.unknown_mime_type"]  # our own, which the side-by-side page reads
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "alphabetical"
autodoc_typehints = "none"  # the signature has them

html_theme = "pydata_sphinx_theme"
html_title = "d2l_compat"
html_extra_path = ["_root"]  # index.html, which leads to the pages
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_sidebars = {"**": ["globaltoc.html"]}
html_theme_options = {
    "navbar_center": [],
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
}


def _inline(translator: nodes.NodeVisitor, node: nodes.math) -> None:
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def _block(translator: nodes.NodeVisitor, node: nodes.math_block) -> None:
    translator.body.append(convert(node.astext(), display="block"))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Write formulas as MathML, so that no page asks another host for a renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))


html_math_renderer = "mathml"
