"""Where the numbers come from: files, machines, versions, and lines that could not be read."""

from __future__ import annotations

from softmark_reports.data.headers import runs
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData


def environment_page(report: ReportData) -> Page:
    values = {
        "files": runs(report.collection),
        "environments": [
            {
                "framework": str(file.header.framework),
                "environment": file.header.environment,
                "settings": file.header.settings,
            }
            for file in report.collection.latest
        ],
        "faults": report.collection.faults,
    }
    return Page("environment.html", "environment.html", values)
