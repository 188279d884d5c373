"""How the documentation is built: ``nox -s docs``, without warnings and without a network.

The reference is made from the docstrings, the command line and the registry that ``softmark
explain`` and ``softmark list`` read, so it says what the code does.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "_extensions")]

import softmark  # noqa: E402 - its folder and ours must be found first

project = "softmark"
author = "the softmark authors"
version = release = softmark.__version__
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "formulas_in_prose",
    "readable_by_everybody",
    "specification_pages",
]
exclude_patterns = ["example/**"]  # a report, which is linked as it is

# A reference to nothing is a warning, and `nox -s docs` turns warnings into errors.
nitpicky = True
# Types of the standard library and of other packages have no page here, and an inventory of
# theirs would need the network.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!softmark).*"),
    # Annotations name types of inner modules, which are described where they are used.
    (r"py:class", r"softmark(_implementations)?\.\w+\.[\w.]+"),
]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "softmark"
html_static_path = ["_static"]
html_css_files = ["house.css"]
html_copy_source = False
html_show_sourcelink = False
# An excerpt is fetched from the page found, which a browser forbids for files on disk.
html_show_search_summary = False
html_show_copyright = False
html_show_sphinx = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b5fa5",
        "color-brand-content": "#0b5fa5",
        "color-brand-visited": "#0b5fa5",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8cc2f5",
        "color-brand-content": "#8cc2f5",
        "color-brand-visited": "#8cc2f5",
    },
}
