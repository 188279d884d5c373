"""All tables of a report, by name: what its pages show, without the pages."""

from __future__ import annotations

from collections.abc import Iterator

from softmark_reports.pages import causes, claims
from softmark_reports.pages.accuracy import sheets as accuracy
from softmark_reports.pages.comparison import page as comparison
from softmark_reports.pages.edges import page as edges
from softmark_reports.pages.history import page as history
from softmark_reports.pages.history.sheets import summary
from softmark_reports.pages.operation import page as operation
from softmark_reports.pages.reproducibility import page as reproducibility
from softmark_reports.pages.speed import page as speed
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.found import found
from softmark_reports.sheets.memory import memory
from softmark_reports.sheets.sheet import Sheet


def tables(report: ReportData) -> dict[str, Sheet]:
    """Those that have rows."""
    return {name: sheet for name, sheet in _tables(report) if sheet}


def _tables(report: ReportData) -> Iterator[tuple[str, Sheet]]:
    yield "frameworks", grids.frameworks(report)
    yield "causes", causes.sheet(report)
    yield "claims", claims.sheet(report)
    yield "found", found(report)
    for sheet in grids.matrices(report):
        yield sheet.name, sheet
    for index, place in enumerate(report.places, start=1):
        for _, sheet in accuracy.sheets(report, place, index):
            yield sheet.name, sheet
    for name in report.operations:
        for _, sheet in operation.frontiers(report, name):
            yield sheet.name.removesuffix("-table"), sheet
    for sheet in edges.sheets(report):
        yield sheet.name, sheet
    for sheet in reproducibility.sheets(report):
        yield sheet.name, sheet
    for first in speed.first(report):
        yield first.sheet.name, first.sheet
    for section in speed.sections(report):
        yield section.sheet.name, section.sheet
    yield "memory", memory(report.table, "memory", lambda it: grids.implementation(report, it))
    for name in report.operations:
        for sheet in comparison.sheets(report, name):
            yield f"{sheet.name}-{name}", sheet
    yield "history", summary(history.steps(report))
    for sheet in history.release_sheets(report):
        yield sheet.name, sheet
