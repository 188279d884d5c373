"""The accuracy table: operation, framework and format against the worst error that was found."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from softmark_reports.pages.accuracy.exhaustive import exhaustive, searched
from softmark_reports.pages.accuracy.sheets import sheets
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids

PATH: Final = "accuracy.html"


def accuracy_page(report: ReportData) -> Page:
    tables = [
        (place, [(heading, sheet) for heading, sheet in sheets(report, place, index) if sheet])
        for index, place in enumerate(report.places, start=1)
    ]
    values: dict[str, Any] = {
        "tables": [pair for pair in tables if pair[1]],
        "exhaustive": exhaustive(report.collection.cells),
        "searched": searched(report.collection.searched),
    }
    return Page(PATH, "accuracy.html", values, data={"accuracy": data(report)})


def data(report: ReportData) -> pd.DataFrame:
    """A row a cell, with numbers as numbers and the unit in the name of the column."""
    rows = [
        {
            "machine": machine, "device": device,
            "operation": report.operation_of(name), "implementation": name,
            "version": grids.version(report, name.partition(".")[0]),
            "origin": report.origin(name), "format": form, "of": kind,
            "comparison": "=" if found.exhaustive else ">=",
            "worst_error_ulp": found.ulp, "share_of_bound": found.furthest.share,
            "grade": found.gravest.grade, "verdict": found.gravest.verdict,
            "record": found.largest.id, "record_of_share": found.furthest.id,
        }
        for (machine, device, name, form, kind), found in report.worst_errors.items()
    ]  # fmt: skip
    order = ["operation", "implementation", "format", "of"]
    return pd.DataFrame(rows).sort_values(order) if rows else pd.DataFrame(columns=order)
