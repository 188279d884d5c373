"""What fails, a row each check of an implementation, as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from softmark_reports.data.findings import Faulty, Finding
from softmark_reports.report import Report
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Column, Entry, Sheet


def found(report: Report) -> Sheet:
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


def _findings(report: Report) -> Iterator[tuple[Faulty, Finding]]:
    for entry in report.faulty:
        for finding in entry.findings:
            yield entry, finding


def _row(report: Report, entry: Faulty, finding: Finding) -> list[Entry]:
    worst: Any = finding.row
    return [
        grids.implementation(report, entry.implementation),
        Entry(finding.check),
        Entry(", ".join(finding.formats)),
        Entry(finding.metric),
        Entry(finding.number, float(worst.value) if worst.value_hex else ""),
        Entry(finding.bound, float(worst.bound) if finding.bound else ""),
        Entry(str(finding.bad), finding.bad),
        Entry(str(finding.records), finding.records),
        Entry(finding.message),
        Entry(finding.known.reason if finding.known else ""),
        Entry(finding.id),
    ]
