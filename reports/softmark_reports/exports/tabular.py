"""Every table as CSV and as JSON."""

from __future__ import annotations

from softmark.records import Json
from softmark_reports.data.headers import runs
from softmark_reports.exports.tables import tables
from softmark_reports.report import ReportData
from softmark_reports.sheets.api import as_json, objects, text
from softmark_reports.sheets.sheet import Sheet
from softmark_reports.writing import spreadsheet


def csv_files(report: ReportData) -> dict[str, str]:
    """For each table the text of its file, by the file's name."""
    return {f"{name}.csv": _csv(sheet) for name, sheet in tables(report).items()}


def json_text(report: ReportData) -> str:
    """One document: what was read, what could not be, and each table as a list of objects."""
    document: dict[str, Json] = {
        "title": report.title,
        "records": len(report.table),
        "runs": [
            {key: as_json(value) for key, value in run.items()} for run in runs(report.collection)
        ],
        "faults": [
            {"file": fault.path.name, "line": fault.line, "reason": fault.reason}
            for fault in report.collection.faults
        ],
        "tables": {
            name: {"caption": sheet.caption, "rows": objects(sheet)}
            for name, sheet in tables(report).items()
        },
    }
    return text(document)


def _csv(sheet: Sheet) -> str:
    rows = [[as_json(entry.plain) for entry in row] for row in sheet.rows]
    return spreadsheet.text([column.name for column in sheet.columns], rows)
