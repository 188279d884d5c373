"""A report as JUnit's XML: the outcomes of ``softmark_reports.exchange``, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from softmark.records import Record
from softmark_reports.data.collection import Place, machine_of
from softmark_reports.exchange import Outcome, outcomes
from softmark_reports.exchange import junit as written
from softmark_reports.report import ReportData


def junit(report: ReportData) -> str:
    """A suite an implementation and place; a known failure is skipped with its reason."""
    return written(sorted(_outcomes(report), key=lambda found: found.implementation))


def _outcomes(report: ReportData) -> Iterator[Outcome]:
    records: dict[Place, list[Record]] = {}
    for file in report.collection.latest:
        for record in file.records:
            records.setdefault(Place(machine_of(file), record.device), []).append(record)
    several = len(records) > 1
    for place in sorted(records, key=str):
        for found in outcomes(records[place], excuse=lambda record: _reason(report, record)):
            name = f"{found.implementation} on {place}" if several else found.implementation
            yield replace(found, implementation=name)


def _reason(report: ReportData, record: Record) -> str | None:
    """Why a failure was known before the run."""
    known = (entry for entry in report.known if entry.matches(record.id, record.metric))
    return next((entry.reason for entry in known), None)
