"""A check: what it states, what came of it for everybody, and the worst that it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from softmark_reports.data.ranking import BAD, SEVERITY, VERDICTS, word
from softmark_reports.pages.check.witnesses import witnesses
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids, spreads
from softmark_reports.sheets.sheet import Sheet

PICTURE_OF: Final = {
    "accuracy": "error-against-length",
    "limit": "beta-to-infinity",
    "gradient": "gradient-at-saturation",
    "throughput": "throughput",
}
WITNESSES: Final = 25
"""The worst of a check that its page spells out."""


def check_page(report: ReportData, check: str) -> Page:
    order = report.table[report.table["check"].eq(check)]
    measured = order[order["severity"].gt(SEVERITY["not_offered"])]
    offering = set(measured["implementation"].astype(str))
    names = [name for name in report.implementations if name in offering]
    worst = order[order["severity"].ge(BAD)].head(WITNESSES)
    values: dict[str, Any] = {
        "check": check,
        "text": report.texts("checks").get(check),
        "sheets": _results(report, check, names),
        "lacking": _lacking(order[~order["implementation"].isin(offering)]),
        "spread": spreads.by_implementation(
            order, "spread", lambda name: grids.implementation(report, name)
        ),
        "worst": witnesses(report.rows_of(worst), report.issue),
        "pictures": report.chosen(PICTURE_OF.get(check, "")),
        "records": len(order),
    }
    return Page(report.check_page(check), "check.html", values, values["pictures"])


def _lacking(order: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Implementations without a measurement, by the word that says why."""
    worst = order.groupby("implementation", observed=True)["severity"].max()
    found: dict[str, list[str]] = {}
    for name, severity in worst.items():
        found.setdefault(word(VERDICTS[severity]), []).append(str(name))
    return sorted(found.items())


def _results(report: ReportData, check: str, names: Sequence[str]) -> list[Sheet]:
    pairs = [(name, check) for name in names]
    headings = [grids.implementation(report, name) for name in names]
    return [
        grids.formats_of(report, place, pairs, headings, f"results-{index}", "implementation")
        for index, place in enumerate(report.places, start=1)
    ]
