"""An operation: its formula and bounds, what it looks like, and how everybody computes it."""

from __future__ import annotations

from typing import Any, Final

from softmark_reports.data.standing import Standing, standings
from softmark_reports.pages.operation.pictures import frontier
from softmark_reports.pages.operation.sheets import standing_sheet
from softmark_reports.pages.page import Page
from softmark_reports.pictures.picture import Picture
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Sheet

SHAPES: Final = {
    "softmax": ("softmax-and-beta",),
    "hardmax": ("softmax-and-beta",),
    "log_softmax": ("log-softmax",),
    "sigmoid": ("sigmoid",),
    "cross_entropy": ("cross-entropy",),
    "softargmax": ("softargmax-and-argmax",),
    "argmax": ("softargmax-and-argmax",),
    "smooth_max": ("surfaces",),
    "logsumexp": ("surfaces",),
}
"""What each operation looks like: pictures of plain mathematics."""


def operation_page(report: ReportData, operation: str) -> Page:
    order = report.table[report.table["operation"].eq(operation)]
    names = set(order["implementation"].astype(str))
    fronts = frontiers(report, operation)
    shapes = report.chosen(*SHAPES.get(operation, ()))
    values: dict[str, Any] = {
        "operation": operation,
        "text": report.texts("operations").get(operation),
        "shapes": shapes,
        "frontiers": fronts,
        "sheets": _matrices(report, names),
        "compare": report.comparison_page(operation),
        "records": len(order),
    }
    pictures = [*shapes, *(picture for picture, _ in fronts)]
    return Page(report.operation_page(operation), "operation.html", values, pictures)


def frontiers(report: ReportData, operation: str) -> list[tuple[Picture, Sheet]]:
    """One for each place and format that both numbers were measured in, by how many have them."""
    found = []
    for index, place in enumerate(report.places, start=1):
        here = report.of(operation, place)
        stood = {form: standings(here, operation, form) for form in report.formats}
        for form in sorted(stood, key=lambda form: -len(stood[form])):
            name = f"frontier-{operation}-{form}-{index}"
            pair = frontier_of(report, stood[form], name, f"{form} on {place}")
            found += [pair] if pair else []
    return found


def frontier_of(
    report: ReportData, found: list[Standing], name: str, title: str
) -> tuple[Picture, Sheet] | None:
    """A picture, and the table of its points."""
    picture = frontier(name, title, found, report.frameworks)
    return (picture, standing_sheet(report, found, f"{name}-table", title)) if picture else None


def _matrices(report: ReportData, names: set[str]) -> list[Sheet]:
    return [
        Sheet(m.name, m.caption, m.columns, [row for row in m.rows if row[0].text in names])
        for m in grids.matrices(report)
    ]
