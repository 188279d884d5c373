"""Who gives the same bits again."""

from __future__ import annotations

from softmark_reports.pages.page import Page
from softmark_reports.pages.reproducibility.headlines import CHECK, reproducibility_headlines
from softmark_reports.pages.reproducibility.sheets import WAYS, grid, in_turn
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Sheet

PATH = "reproducibility.html"


def sheets(report: ReportData) -> list[Sheet]:
    """One grid a place."""
    found = [
        grid(report, place, f"reproducibility-{index}")
        for index, place in enumerate(report.places, start=1)
    ]
    return [sheet for sheet in found if sheet]


def reproducibility_page(report: ReportData) -> Page:
    shown = sheets(report)
    ways = in_turn({column.name for sheet in shown for column in sheet.columns[1:]})
    link = f"#{shown[0].name}" if shown else ""
    values = {
        "headlines": reproducibility_headlines(report.table, link),
        "sheets": shown,
        "ways": [(way, WAYS.get(way, "")) for way in ways],
        "check": CHECK if CHECK in report.checks else "",
    }
    return Page(PATH, "reproducibility.html", values)
