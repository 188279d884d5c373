"""Implementations and checks: every implementation against every check, with the worst result."""

from __future__ import annotations

from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids

PATH = grids.MATRIX


def matrix_page(report: ReportData) -> Page:
    return Page(PATH, "matrix.html", {"matrices": grids.matrices(report)})
