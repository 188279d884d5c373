"""Compare frameworks: implementations pair by pair, of which the reader picks two to four."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from softmark_reports.pages.comparison.sheets import comparison
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Sheet

PATH = "compare.html"


def comparison_pages(report: ReportData) -> Iterator[Page]:
    """One for each operation, and the one that leads to them."""
    operations: list[tuple[str, list[str]]] = []
    for operation in report.operations:
        shown = sheets(report, operation)
        names = sorted({row[i].text for sheet in shown for row in sheet.rows for i in (0, 1)})
        operations += [(operation, names)] if names else []
        values: dict[str, Any] = {"operation": operation, "sheets": shown, "names": names}
        yield Page(report.comparison_page(operation), "comparison.html", values)
    yield Page(PATH, "compare.html", {"operations": operations})


def sheets(report: ReportData, operation: str) -> list[Sheet]:
    """One for each place with two implementations to compare."""
    found = [
        comparison(report, operation, place, f"pairs-{index}")
        for index, place in enumerate(report.places, start=1)
    ]
    return [sheet for sheet in found if sheet]
