"""From a page's values to its HTML.

The pages of a folder share a script and a style beside the first of them, and may load nothing
else; in one file both stand inside and are allowed by their hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Final

import jinja2
import pandas as pd
from markupsafe import Markup

from softmark.evidence import replay
from softmark_reports.pages.page import Page
from softmark_reports.pages.records.rows import issue_markup
from softmark_reports.pictures.picture import Picture
from softmark_reports.report import ReportData
from softmark_reports.resources import resource
from softmark_reports.sheets import markup
from softmark_reports.sheets.api import Tables
from softmark_reports.sheets.sheet import Sheet
from softmark_reports.writing import formulas, wording

SPANS: Final = re.compile(r"``(?P<code>.+?)``|\*\*(?P<strong>.+?)\*\*")
WORD: Final = re.compile(r"[^\W\d_]{2,}(?=[\s,;.:-]|$)")
NAVIGATION: Final = (
    ("Overview", "index.html"),
    ("Causes", "causes.html"),
    ("Accuracy", "accuracy.html"),
    ("Implementations", "implementations.html"),
    ("Edge cases", "edges.html"),
    ("Claims", "claims.html"),
    ("Pictures", "pictures.html"),
    ("Speed", "speed.html"),
    ("Compare", "compare.html"),
    ("Reproducibility", "reproducibility.html"),
    ("History", "history.html"),
    ("Side by side", "sides.html"),
    ("Methods", "methods.html"),
    ("Environment", "environment.html"),
)


DataLink = Callable[[str, pd.DataFrame], str]
"""From the path of a file of numbers, and the numbers, to their address."""


class Renderer:
    """Fills the templates for one report.

    Parameters
    ----------
    report:
        What they are filled from.
    data_link:
        Where the numbers behind a picture or a table are; by default a file beside the pages.

    Attributes
    ----------
    tables:
        What the pages of a folder show, as JSON; one file has none.
    """

    def __init__(self, report: ReportData, data_link: DataLink | None = None) -> None:
        self._environment = _environment(report)
        self._data_link = data_link or (lambda path, _: path)
        self._is_one_file = data_link is not None
        self.tables = Tables()

    def html(self, page: Page) -> str:
        """The whole page."""
        return self._filled(page, layout="base.html")

    def fragment(self, page: Page, page_id: str) -> str:
        """The page as an article of a larger one, without head, header and footer."""
        return self._filled(page, layout="fragment.html", page_id=page_id)

    def frame(self, template: str) -> str:
        """A template that stands around pages."""
        return self._environment.get_template(template).render(root="", path="")

    def _filled(self, page: Page, **values: str) -> str:
        root = "../" * page.path.count("/")
        template = self._environment.get_template(page.template)

        def data_link(picture: Picture, to_root: str) -> str:
            return self._data_link(to_root + data_path(page, picture), picture.data)

        def table_link(name: str, to_root: str) -> str:
            return self._data_link(f"{to_root}data/{name}.csv", page.data[name])

        def api_link(sheet: Sheet, to_root: str) -> str:
            return "" if self._is_one_file else to_root + self.tables.add(page.path, sheet)

        links = {"data_link": data_link, "table_link": table_link, "api_link": api_link}
        told = {"root": root, "path": page.path, "is_one_file": self._is_one_file}
        text = template.render(page.values, **told, **links, **values)
        return wording.printable(text)


def data_path(page: Page, picture: Picture) -> str:
    """Where the numbers behind a picture of a page are, from the first page."""
    slug = page.path.removesuffix(".html").replace("/", "-")
    return f"data/{slug}.{picture.name}.csv"


SHARED: Final = {"report.css": "style.css", "report.js": "script.js"}
"""What all pages of a folder load, by the name in it, and where it comes from."""


def _environment(report: ReportData) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("softmark_reports", "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = resource("style.css"), resource("script.js")
    environment.globals |= {
        "report": report,
        "replayed": replay,
        "navigation": NAVIGATION,
        "style": Markup(style),
        "script": Markup(script),
        "policy": _policy("'self' file:", "'self' file:"),
        "policy_of_one_file": _policy(_hash(style), _hash(script)),
    }
    environment.filters |= {
        "prose": _prose,
        "sentence": _sentence,
        "formula": formulas.display,
        "count": wording.count,
        "listing": wording.listing,
        "plain": wording.plain,
        "moment": wording.moment,
        "issue": issue_markup,
        "svg": Markup,
        "breakable": markup.breakable,
        "name": markup.name,
        "body": markup.body,
    }
    return environment


def _policy(style: str, script: str) -> str:
    """What a page may load; ``file:`` is for browsers to which no file is the page's own."""
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _prose(text: str) -> Markup:
    """A paragraph of a docstring: escaped, with its code, strong words and formulas marked."""
    marked, end = Markup(""), 0
    for span in SPANS.finditer(text):
        kind = span.lastgroup or ""
        marked += formulas.inline(text[end : span.start()])
        marked += Markup(f"<{kind}>{{}}</{kind}>").format(span[kind])
        end = span.end()
    return marked + formulas.inline(text[end:])


def _sentence(text: str) -> str:
    """With a capital, where it starts with a word of prose and not with a formula or a name."""
    return text[:1].upper() + text[1:] if WORD.match(text) else text
