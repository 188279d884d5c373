"""Writes the site as a folder of pages, with the data of its pictures beside them."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from softmark_reports import search, spreadsheet
from softmark_reports.collection import collect, narrowed
from softmark_reports.exports.badge import badge
from softmark_reports.issues import Scripts
from softmark_reports.pages import Page, pages, sides
from softmark_reports.rendered import Rendered
from softmark_reports.rendering import SHARED, Renderer, data_path
from softmark_reports.report import Report
from softmark_reports.resources import resource


def write_site(
    places: Sequence[Path], out: Path, title: str, scripts: Scripts, operations: Sequence[str] = ()
) -> Rendered:
    """Read results and write their report; see ``softmark_reports.render``."""
    with collector_at_rest():
        collection = narrowed(collect(places), operations)
        report = Report(collection, title, scripts)
        renderer = Renderer(report)
        written = 0
        for page in pages(report):
            _write(out / page.path, renderer.html(page))
            _write_data(out, page)
            _write_all(out, renderer.tables.taken())
            written += 1
        _write(out / "badge.svg", badge(report))
        _write_all(out, renderer.tables.common())
        _write(out / search.FILE, search.script(report))
        _write(out / sides.FILE, sides.script(report))
        for name, source in SHARED.items():
            _write(out / name, resource(source))
    return Rendered(out / "index.html", written, len(report.table), collection.faults)


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
