"""Claims: sentences about the family that a measurement can support or refute."""

from __future__ import annotations

from softmark_reports import wording
from softmark_reports.headlines.overview import CLAIMED
from softmark_reports.pages.claims.sheets import PATH, sheet
from softmark_reports.pages.page import Page
from softmark_reports.report import Report
from softmark_reports.summaries import grids


def claims_page(report: Report) -> Page:
    versions = (f"{name} {grids.version(report, name)}".strip() for name in report.frameworks)
    values = {
        "sheet": sheet(report),
        "headlines": [told for write in CLAIMED if (told := write(report.table))],
        "versions": wording.listing(versions, most=20),
    }
    return Page(PATH, "claims.html", values)
