"""A summary in Markdown, short enough for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from softmark_reports.pages.history import page as history
from softmark_reports.pages.history.sheets import summary
from softmark_reports.pages.overview.page import first_sentences
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.found import found
from softmark_reports.sheets.sheet import Field, Sheet
from softmark_reports.writing import wording
from softmark_reports.writing.markdown import escaped
from softmark_reports.writing.markdown import table as as_table

MOST: Final = 12
"""Failures that the summary spells out."""


def markdown(report: ReportData) -> str:
    """Headlines, who fails what, what is not explained, and what changed."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def table(sheet: Sheet, columns: Sequence[int] = (), most: int | None = None) -> str:
    """A sheet as a Markdown table; some of its columns, and its first rows."""
    chosen = list(columns) or list(range(len(sheet.columns)))
    heads = [sheet.columns[index] for index in chosen]
    rows = [[_cell(row[index]) for index in chosen] for row in sheet.rows[:most]]
    return as_table([escaped(head.name) for head in heads], rows, [head.number for head in heads])


def _cell(entry: Field) -> str:
    return escaped(entry.words)


def _lines(report: ReportData) -> Iterator[str]:
    yield f"## {escaped(report.title)}"
    yield ""
    yield escaped(
        f"{wording.count(len(report.table), 'measurement')} of "
        f"{wording.count(len(report.implementations), 'implementation')} in "
        f"{wording.count(len(report.frameworks), 'framework')}; "
        f"{wording.listing(map(str, report.places))}."
    )
    faults = len(report.collection.faults)
    if faults:
        yield f"\n{wording.count(faults, 'line')} of the results could not be read."
    yield ""
    for headline in first_sentences(report):
        yield f"- **{escaped(headline.figure)}** {escaped(headline.sentence)}"
    yield f"\n{table(grids.frameworks(report))}\n"
    yield from _failures(report)
    yield from _changes(report)


def _failures(report: ReportData) -> Iterator[str]:
    sheet = found(report)
    known = [column.name for column in sheet.columns].index("known")
    news = [row for row in sheet.rows if not row[known].text]
    if len(sheet.rows) > len(news):
        yield f"{wording.count(len(sheet.rows) - len(news), 'failure')} were understood before.\n"
    if news:
        chosen = [0, 1, 2, 3, 4, 5]
        new = Sheet(sheet.name, sheet.caption, sheet.columns, news)
        yield f"### Failures that nobody has explained\n\n{table(new, chosen, MOST)}\n"
    if len(news) > MOST:
        yield f"and {len(news) - MOST:,} more.\n"


def _changes(report: ReportData) -> Iterator[str]:
    steps = history.steps(report)
    if steps:
        yield f"### Since the run before\n\n{table(summary(steps))}\n"
