"""The whole report as one HTML file, to be mailed or attached.

Each page becomes an article.  Identifiers get the page's own in front, and links between pages
become links inside the file.  The first page is plain HTML.  The others are packed, since a browser
takes seconds to lay out all of them: the script unpacks the one that the address points into.  Of
the measurements only those are kept that pages lead to because they are the worst or say something:
the folder has all of them, and needs no script.
"""

from __future__ import annotations

import gzip
import posixpath
import re
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pandas as pd

from softmark_reports.data.collection import collect, narrowed
from softmark_reports.data.ranking import BAD
from softmark_reports.pages import Page, pages
from softmark_reports.pictures.frame import SHARED
from softmark_reports.rendering.rendered import Rendered
from softmark_reports.rendering.renderer import Renderer
from softmark_reports.rendering.site import collector_at_rest
from softmark_reports.report import SCRIPTED, ReportData
from softmark_reports.writing import spreadsheet
from softmark_reports.writing.issues import Scripts

TAG: Final = re.compile(r"<[A-Za-z][^<>]*>")
NAMED: Final = re.compile(r'\b(id|for|aria-labelledby|aria-describedby)="([^"]+)"')
LINK: Final = re.compile(r'\bhref="([^"]*)"')
CLIP: Final = re.compile(r"url\(#([^)]+)\)")
RECORD: Final = re.compile(r"r-[0-9a-f]{12}")
FRAME: Final = re.compile(rf'<g class="{SHARED}">(.*?)</g>', re.DOTALL)
NUMBERED: Final = re.compile(r"\.\d+\.html$")
BETWEEN: Final = "\x1e"
"""Between two pages; no text of the report keeps such a character."""
OUTSIDE: Final = ("data:", "http:", "https:")


def write_single(
    places: Sequence[Path], out: Path, title: str, scripts: Scripts, operations: Sequence[str] = ()
) -> Rendered:
    """Read results and write their report as one file; see ``softmark_reports.render``."""
    with collector_at_rest():
        collection = narrowed(collect(places), operations)
        report = ReportData(collection, title, scripts)
        report.kept = _kept(report)
        renderer = Renderer(report, _data_address)
        binding = _Binding(report.kept)
        written = [binding.bound(page, renderer) for page in pages(report)]
        frame = binding.rewritten(renderer.frame("single.html"), "index.html", prefixed=False)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(frame.replace("PAGES", _body(written), 1), encoding="utf-8")
    return Rendered(out, len(written), len(report.table), collection.faults)


def _kept(report: ReportData) -> frozenset[str]:
    """The worst of each implementation in each check, failures with a script, and policies."""
    table = report.table
    worst = table.drop_duplicates(["machine", "device", "implementation", "check"])
    scripted = table[table["severity"].ge(BAD) & table["place"].lt(SCRIPTED)]
    told = report.answers.drop_duplicates(["machine", "device", "implementation", "metric"])
    return frozenset(anchor for part in (worst, scripted, told) for anchor in part["anchor"])


def _data_address(_path: str, data: pd.DataFrame) -> str:
    """The numbers inside the link itself."""
    return f"data:text/csv;charset=utf-8,{quote(spreadsheet.frame(data))}"


def _body(written: Sequence[str]) -> str:
    """The drawings that pages share, the first page, and the others packed."""
    drawn, text = _shared_frames(BETWEEN.join(written))
    first, _, others = text.partition(BETWEEN)
    packed = gzip.compress(others.encode(), mtime=0)
    return f'{drawn}\n{first}\n<template id="packed">{b64encode(packed).decode()}</template>'


def _shared_frames(text: str) -> tuple[str, str]:
    """Each drawing of axes once, and the text with a reference wherever it stood."""
    names: dict[str, str] = {}

    def reference(found: re.Match[str]) -> str:
        return f'<use href="#{names.setdefault(found[1], f"frame-{len(names)}")}"/>'

    text = FRAME.sub(reference, text)
    drawn = "".join(f'<g id="{name}">{inner}</g>' for inner, name in names.items())
    return f'<svg class="frames" aria-hidden="true"><defs>{drawn}</defs></svg>', text


def _resolved(path: str, other: str) -> str:
    """The page that a link of a page leads to, from the root; nothing leads to the page itself."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), other)) if other else path


class _Binding:
    """Gives each page an identifier, and turns what points at a page into what points at it."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept
        self._ids: dict[str, str] = {}

    def bound(self, page: Page, renderer: Renderer) -> str:
        """A page as an article of the file."""
        text = renderer.fragment(page, self._id(page.path))
        return self.rewritten(text, page.path, prefixed=True)

    def rewritten(self, text: str, path: str, *, prefixed: bool) -> str:
        """Markup whose identifiers are this page's own, and whose links stay inside the file."""
        own = self._id(path)

        def tag(found: re.Match[str]) -> str:
            whole = LINK.sub(lambda link: f'href="{self._target(link[1], path)}"', found[0])
            if prefixed:
                whole = NAMED.sub(lambda name: self._named(name, own), whole)
                whole = CLIP.sub(rf"url(#{own}-\1)", whole)
            return whole

        return TAG.sub(tag, text)

    def _named(self, found: re.Match[str], own: str) -> str:
        names = [self._in_page(name, own) for name in found[2].split()]
        return f'{found[1]}="{" ".join(names)}"'

    def _in_page(self, name: str, own: str) -> str:
        """Records and cells have one place in the whole file, and an article has its own name."""
        is_whole = RECORD.fullmatch(name) or "/" in name or name == own
        return name if is_whole else f"{own}-{name}"

    def _target(self, link: str, path: str) -> str:
        if link.startswith(OUTSIDE) or link == "#main":
            return link
        other, _, fragment = link.partition("#")
        there = NUMBERED.sub(".html", _resolved(path, other))
        if RECORD.fullmatch(fragment):
            return f"#{fragment}" if fragment in self._kept else f"#{self._id(there)}"
        if fragment.startswith("table="):
            return f"#table={self._id(there)}-{fragment.removeprefix('table=')}"
        return f"#{self._in_page(fragment, self._id(there))}" if fragment else f"#{self._id(there)}"

    def _id(self, path: str) -> str:
        return self._ids.setdefault(path, f"p{len(self._ids)}")
