"""Writes the site as a folder of pages, with the data of its pictures beside them."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from softmark.records import Json
from softmark_reports import beside
from softmark_reports.data.collection import collect, narrowed
from softmark_reports.exports.badge import badge
from softmark_reports.pages import Page, make_scripts, own_pages, quiet, quiet_pages, shared_pages
from softmark_reports.pages.sides import page as sides
from softmark_reports.rendering import search
from softmark_reports.rendering.rendered import Rendered
from softmark_reports.rendering.renderer import SHARED, Renderer, data_path
from softmark_reports.report import ReportData
from softmark_reports.resources import resource
from softmark_reports.sheets.api import common
from softmark_reports.writing import spreadsheet
from softmark_reports.writing.issues import Scripts

MANY: Final = 1000
"""Records of a report that is worth a second process."""


@dataclass(frozen=True)
class _Written:
    """How many pages were written, and the list of their tables."""

    pages: int
    tables: list[Json]


def write_site(
    places: Sequence[Path], out: Path, title: str, scripts: Scripts, operations: Sequence[str] = ()
) -> Rendered:
    """Read results and write their report; see ``softmark_reports.render``."""
    with collector_at_rest():
        collection = narrowed(collect(places), operations)
        report = ReportData(collection, title, scripts)
        shared, own = _write_pages(report, out)
        _write(out / "badge.svg", badge(report))
        _write_all(out, common([*shared.tables, *own.tables]))
        _write(out / search.FILE, search.script(report))
        _write(out / sides.FILE, sides.script(report))
        for name, source in SHARED.items():
            _write(out / name, resource(source))
    pages = shared.pages + own.pages
    return Rendered(out / "index.html", pages, len(report.table), collection.faults)


def _write_pages(report: ReportData, out: Path) -> tuple[_Written, _Written]:
    """The pages of all, and those of single implementations; what remains falls to who is idle."""
    make_scripts(report)
    if len(report.table) < MANY or not beside.has_room():
        shared = _written(out, report, shared_pages(report))
        return shared, _written(out, report, own_pages(report))
    rest = quiet(report)
    left, queue = frozenset(rest), beside.Queue(rest)
    return beside.both(
        lambda: _written(out, report, chain(shared_pages(report), quiet_pages(report, queue))),
        lambda: _written(out, report, chain(own_pages(report, left), quiet_pages(report, queue))),
    )


def _written(out: Path, report: ReportData, pages: Iterable[Page]) -> _Written:
    renderer = Renderer(report)
    number = 0
    for page in pages:
        _write(out / page.path, renderer.html(page))
        _write_data(out, page)
        _write_all(out, renderer.tables.taken())
        number += 1
    return _Written(number, renderer.tables.index)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Records are a million small objects and none is garbage; walking them takes a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_all(out: Path, texts: Iterable[tuple[str, str]]) -> None:
    for path, text in texts:
        _write(out / path, text)


def _write_data(out: Path, page: Page) -> None:
    """The numbers behind the page's pictures and tables, a click away."""
    for picture in page.pictures:
        if not picture.data.empty:
            _write(out / data_path(page, picture), spreadsheet.frame(picture.data))
    for name, data in page.data.items():
        _write(out / "data" / f"{name}.csv", spreadsheet.frame(data))
