"""Formulas in the explanations, set as in the reference and the report: written as they are read.

The Markdown has ``|x_i − x_max| u`` in plain text, so that it reads well where it is kept.
"""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx

from softmark_reports.writing.formulas import display, inline

PAGES: Final = ("explanation/bounds", "explanation/oracle", "explanation/policies")
_OTHER: Final = (nodes.literal, nodes.literal_block, nodes.title, nodes.reference, nodes.raw)


def set_formulas(app: Sphinx, tree: nodes.document) -> None:
    """A quotation that is a formula has its own line; others stand in theirs."""
    if app.env.docname not in PAGES:
        return
    for quotation in list(tree.findall(nodes.block_quote)):
        formula = display(quotation.astext().replace("−", "-"))
        if formula is not None:
            quotation.replace_self(nodes.raw("", str(formula), format="html"))
    for text in list(tree.findall(nodes.Text)):
        html = str(inline(text.astext().replace("−", "-")))
        if "<math" in html and not any(isinstance(parent, _OTHER) for parent in _above(text)):
            text.parent.replace(text, nodes.raw("", html, format="html"))


def _above(node: nodes.Node) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", set_formulas)
    return {"parallel_read_safe": True}
