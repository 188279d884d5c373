"""The causes as a table: a row a fault, the gravest first."""

from __future__ import annotations

from softmark_reports.data.causes import SharedFault
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Column, Field, Sheet
from softmark_reports.writing import wording

PATH = "causes.html"


def sheet(report: ReportData) -> Sheet:
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


def _row(report: ReportData, cause: SharedFault) -> list[Field]:
    small = cause.smallest
    return [
        Field(cause.title, link=f"{PATH}#{cause.anchor}"),
        Field(str(len(cause.implementations)), len(cause.implementations)),
        Field(wording.listing(cause.implementations, 3), ", ".join(cause.implementations)),
        Field(", ".join(cause.formats)),
        Field(cause.words),
        Field(report.since(cause.records)),
        Field(f"{len(cause.records):,}", len(cause.records)),
        Field(wording.shape(small.shape), link=report.link_to(small)),
    ]
