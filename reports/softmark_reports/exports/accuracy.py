"""The accuracy table in Markdown, for the page of a framework's documentation about numerics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from softmark_reports.data.collection import Place
from softmark_reports.exports.markdown import table
from softmark_reports.pages.accuracy.sheets import sheets
from softmark_reports.report import ReportData
from softmark_reports.writing import wording
from softmark_reports.writing.markdown import escaped


def accuracy(report: ReportData) -> str:
    """Its tables, what the signs mean, and on what machine and versions it was measured."""
    parts = [part for number, place in enumerate(report.places, 1)
             for part in _tables(report, place, number)]  # fmt: skip
    return "\n".join(["## Accuracy of the softmax family", "", *_legend(report), *parts])


def _legend(report: ReportData) -> Sequence[str]:
    days = sorted({str(file.header.started)[:10] for file in report.collection.latest})
    return [
        "The largest error in ulp (units in the last place) against the exact value of the rounded "
        "input, over all inputs that were tried. `≥`: the largest error found; `=`: every input "
        "was tried. In parentheses: the largest error as a multiple of its bound.",
        "",
        f"Measured with softmark on {escaped(wording.listing(map(str, report.places)))}, "
        f"{wording.listing(days)}.",
        "",
    ]


def _tables(report: ReportData, place: Place, number: int) -> Iterator[str]:
    for heading, sheet in sheets(report, place, number):
        if sheet:
            yield f"### {escaped(heading)}{_on(report, place)}\n\n{table(sheet)}\n"


def _on(report: ReportData, place: Place) -> str:
    return f" on {escaped(str(place))}" if len(report.places) > 1 else ""
