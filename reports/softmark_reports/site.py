"""Writes the site: templates filled, script and style allowed by their hash and nothing else."""

from __future__ import annotations

import base64
import gc
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files as resources
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from softmark_reports import formulas, wording
from softmark_reports.cells import SHORT
from softmark_reports.collection import collect
from softmark_reports.pages import Page, pages
from softmark_reports.pictures.picture import Picture
from softmark_reports.rendered import Rendered
from softmark_reports.report import Report

SPANS: Final = re.compile(r"``(?P<code>.+?)``|\*\*(?P<strong>.+?)\*\*")


def write_site(places: Sequence[Path], out: Path, title: str) -> Rendered:
    """Read results and write their report; see ``softmark_reports.render``."""
    with _collector_at_rest():
        collection = collect(places)
        report = Report(collection, title)
        environment = _environment(report)
        written = 0
        for page in pages(report):
            _write(environment, out, page)
            for picture in page.values.get("pictures", []):
                _write_data(out, picture)
            written += 1
    return Rendered(out / "index.html", written, len(report.table), collection.faults)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Records are a million small objects and none is garbage; walking them takes a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _environment(report: Report) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("softmark_reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _resource("style.css"), _resource("script.js")
    environment.globals |= {
        "report": report,
        "style": Markup(style),
        "script": Markup(script),
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        "short": SHORT,
    }
    environment.filters |= {
        "prose": _prose,
        "sentence": _sentence,
        "formula": formulas.display,
        "count": wording.count,
        "listing": wording.listing,
        "plain": wording.plain,
        "svg": Markup,
    }
    return environment


def _write(environment: jinja2.Environment, out: Path, page: Page) -> None:
    path = out / page.path
    path.parent.mkdir(parents=True, exist_ok=True)
    root = "../" * page.path.count("/")
    text = environment.get_template(page.template).render(page.values, root=root, path=page.path)
    path.write_text(wording.printable(text), encoding="utf-8")


def _write_data(out: Path, picture: Picture) -> None:
    """The numbers behind a picture, a click away."""
    if not picture.data.empty:
        (out / "data").mkdir(parents=True, exist_ok=True)
        text = picture.data.to_csv(index=False)
        (out / "data" / f"{picture.name}.csv").write_text(wording.printable(text), encoding="utf-8")


def _resource(name: str) -> str:
    return (resources("softmark_reports") / "templates" / name).read_text(encoding="utf-8")


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
    """With a capital, where it starts with a word and not with a formula."""
    return text[:1].upper() + text[1:] if text[:2].isalpha() else text
