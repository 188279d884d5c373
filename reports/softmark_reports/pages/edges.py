"""Who does what: the policies, operation by operation."""

from __future__ import annotations

from itertools import product

from softmark_reports.headlines.edges import edges_headlines
from softmark_reports.headlines.headline import Headline
from softmark_reports.pages.page import Page
from softmark_reports.report import Report
from softmark_reports.sheets import Sheet
from softmark_reports.summaries.edges import by_situation, edges

PATH = "edges.html"


def sheets(report: Report) -> list[tuple[str, Sheet]]:
    """One for each operation and place where anything is stated."""
    found = [
        (operation, edges(report, operation, place, f"edges-{operation}-{index}"))
        for operation in report.operations
        for index, place in enumerate(report.places, start=1)
    ]
    return [(operation, sheet) for operation, sheet in found if sheet]


def edges_page(report: Report) -> Page:
    return Page(PATH, "edges.html", {"headlines": headlines(report), "sheets": sheets(report)})


def headlines(report: Report) -> list[Headline]:
    """Where implementations of the first operation differ, in the first place that tells it."""
    for operation, (index, place) in product(report.operations, enumerate(report.places, start=1)):
        if answers := by_situation(report, operation, place):
            return edges_headlines(answers, operation, f"#edges-{operation}-{index}")
    return []
