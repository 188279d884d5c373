"""What fails, a row each check of an implementation, as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from softmark_reports.data.findings import Faulty, Finding
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Column, Field, Sheet


def found(report: ReportData) -> Sheet:
    """What nobody has explained first, then the worst."""
    return Sheet(
        "found",
        "The worst of each check that an implementation fails",
        [
            Column("implementation"), Column("check"), Column("formats"), Column("metric"),
            Column("number"), Column("bound"), Column("failing", number=True),
            Column("measured", number=True), Column("message"), Column("known"), Column("record"),
        ],
        [_row(report, entry, finding) for entry, finding in _findings(report)],
    )  # fmt: skip


def _findings(report: ReportData) -> Iterator[tuple[Faulty, Finding]]:
    for entry in report.faulty:
        for finding in entry.findings:
            yield entry, finding


def _row(report: ReportData, entry: Faulty, finding: Finding) -> list[Field]:
    worst: Any = finding.row
    return [
        grids.implementation(report, entry.implementation),
        Field(finding.check),
        Field(", ".join(finding.formats)),
        Field(finding.metric),
        Field(finding.number, float(worst.value) if worst.value_hex else ""),
        Field(finding.bound, float(worst.bound) if finding.bound else ""),
        Field(str(finding.bad), finding.bad),
        Field(str(finding.records), finding.records),
        Field(finding.message),
        Field(finding.known.reason if finding.known else ""),
        Field(finding.id),
    ]
