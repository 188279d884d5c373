"""What axe finds in the theme's pages, repaired: levels of headings, names, and focus.

A block of code or a table that scrolls must be reached by the keyboard; two landmarks of one kind
need names; a heading needs a level.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx

REPAIRS: Final = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Site">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '<div class="table-wrapper': '<div tabindex="0" role="group" aria-label="Table" '
    'class="table-wrapper',
    '<th class="head"><p></p></th>': "<td></td>",
    "<pre>": '<pre tabindex="0">',
}


def repair(app: Sphinx, error: Exception | None) -> None:
    """Write the pages again; one that was repaired before stays as it is."""
    if error is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            if "_downloads" not in page.parts:
                text = page.read_text(encoding="utf-8")
                for wrong, right in REPAIRS.items():
                    text = text.replace(wrong, right)
                page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", repair)
    return {"parallel_read_safe": True}
