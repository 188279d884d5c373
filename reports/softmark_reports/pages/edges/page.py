"""Edge cases: what each framework answers, operation by operation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from softmark_reports.data.collection import Place
from softmark_reports.pages.edges.headlines import edges_headlines
from softmark_reports.pages.edges.sheets import by_situation, edges
from softmark_reports.pages.edges.support import support
from softmark_reports.pages.headline import Headline
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Sheet

PATH = "edges.html"


def sheets(report: ReportData) -> list[Sheet]:
    """Of every implementation, one for each operation and place where anything is stated."""
    return [sheet for *_, sheet in _told(report)]


def _told(report: ReportData) -> Iterator[tuple[str, int, Place, Sheet]]:
    for operation in report.operations:
        for index, place in enumerate(report.places, start=1):
            if sheet := edges(report, operation, place, f"edges-{operation}-{index}"):
                yield operation, index, place, sheet


def edges_page(report: ReportData) -> Page:
    values = {
        "headlines": headlines(report),
        "sheets": [
            (operation, support(report, operation, place, f"answers-{operation}-{index}"), sheet)
            for operation, index, place, sheet in _told(report)
        ],
    }
    return Page(PATH, "edges.html", values)


def headlines(report: ReportData) -> list[Headline]:
    """Where implementations of the first operation differ, in the first place that tells it."""
    for operation, (index, place) in product(report.operations, enumerate(report.places, start=1)):
        if answers := by_situation(report, operation, place):
            return edges_headlines(answers, operation, f"#edges-{operation}-{index}")
    return []
