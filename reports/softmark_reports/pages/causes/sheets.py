"""The causes as a table: a row a fault, the gravest first."""

from __future__ import annotations

from softmark_reports.data.causes import Cause
from softmark_reports.report import Report
from softmark_reports.sheets.sheet import Column, Entry, Sheet
from softmark_reports.writing import wording

PATH = "causes.html"


def sheet(report: Report) -> Sheet:
    return Sheet(
        "causes",
        "Faults, the gravest first: in libraries before formulas that users write, wrong numbers "
        "before NaN, NaN before errors",
        [
            Column("fault"), Column("functions", number=True), Column("which"), Column("formats"),
            Column("a user sees"), Column("since"), Column("failing records", number=True),
            Column("smallest input"),
        ],
        [_row(report, cause) for cause in report.causes],
    )  # fmt: skip


def _row(report: Report, cause: Cause) -> list[Entry]:
    small = cause.smallest
    return [
        Entry(cause.title, link=f"{PATH}#{cause.anchor}"),
        Entry(str(len(cause.implementations)), len(cause.implementations)),
        Entry(wording.listing(cause.implementations, 3), ", ".join(cause.implementations)),
        Entry(", ".join(cause.formats)),
        Entry(cause.words),
        Entry(report.since(cause.records)),
        Entry(f"{len(cause.records):,}", len(cause.records)),
        Entry(wording.shape(small.shape), link=report.link_to(small)),
    ]
