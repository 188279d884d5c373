"""Causes: each fault, what has it, the smallest input that shows it, and a text to report it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from softmark_reports.data.causes import SharedFault
from softmark_reports.data.findings import pairs, recipe
from softmark_reports.pages.causes.sheets import PATH, sheet
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.writing import wording
from softmark_reports.writing.issues import Issue


def causes_page(report: ReportData) -> Page:
    values: dict[str, Any] = {
        "sheet": sheet(report),
        "groups": [
            (heading, [(cause, *_shown(report, cause)) for cause in group])
            for heading, group in groupby(report.causes, key=_heading)
        ],
    }
    return Page(PATH, "causes.html", values)


def _heading(cause: SharedFault) -> str:
    return cause.origin if cause.is_known else "Not explained yet"


def _shown(report: ReportData, cause: SharedFault) -> tuple[list[tuple[str, str]], Issue]:
    """The facts of the smallest input, and the text of an issue with its script."""
    return list(_facts(report, cause)), report.issue(cause.smallest, scripted=True)


def _facts(report: ReportData, cause: SharedFault) -> Iterator[tuple[str, str]]:
    small = cause.smallest
    yield "function", f"{small.implementation}, {small.format}"
    yield "input", recipe(small)
    yield from (pair for pair in pairs(small.witness) if "\n" not in pair[1])
    if small.message:
        yield "seen", small.message
    if size := wording.quantity(small.value, small.unit) if small.value_hex else "":
        yield small.metric, f"{size}{_of_bound(small.share)}"
    yield "since", report.since(cause.records)


def _of_bound(share: float) -> str:
    times = wording.times(share)
    return f", {times} its bound" if times else ""
