"""Writes a report in another format than HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from softmark_reports.data.collection import collect, narrowed
from softmark_reports.exports.accuracy import accuracy
from softmark_reports.exports.badge import badge
from softmark_reports.exports.junit import junit
from softmark_reports.exports.markdown import markdown
from softmark_reports.exports.tabular import csv_files, json_text
from softmark_reports.rendering.rendered import Exported
from softmark_reports.rendering.site import collector_at_rest
from softmark_reports.report import ReportData

TEXTS: Final[dict[str, Callable[[ReportData], str]]] = {
    "markdown": markdown,
    "accuracy": accuracy,
    "json": json_text,
    "junit": junit,
    "badge": badge,
}


def export_as(
    places: Sequence[Path], kind: str, title: str, operations: Sequence[str] = ()
) -> Exported:
    """Read results and put their report into words; see ``softmark_reports.export``."""
    with collector_at_rest():
        collection = narrowed(collect(places), operations)
        report = ReportData(collection, title)
        files = csv_files(report) if kind == "csv" else {"": TEXTS[kind](report)}
    return Exported(files, len(report.table), collection.faults)
