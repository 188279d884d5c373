"""Claims: sentences about the family that a measurement can support or refute."""

from __future__ import annotations

from softmark_reports.pages.claims.headlines import headlines
from softmark_reports.pages.claims.sheets import PATH, sheet
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.writing import wording


def claims_page(report: ReportData) -> Page:
    versions = (f"{name} {grids.version(report, name)}".strip() for name in report.frameworks)
    values = {
        "sheet": sheet(report),
        "headlines": headlines(report.table),
        "versions": wording.listing(versions, most=20),
    }
    return Page(PATH, "claims.html", values)
