"""Every measurement of one check for one implementation, the worst first."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from softmark_reports.data.ranking import PAGE
from softmark_reports.pages.page import Page
from softmark_reports.pages.records.rows import record_lines
from softmark_reports.report import ReportData


def records_pages(report: ReportData, name: str, check: str, order: pd.DataFrame) -> Iterator[Page]:
    total = len(order)
    if report.kept is not None:
        order = order[order["anchor"].isin(report.kept)]
    last = -(-len(order) // PAGE)
    with_place = len(report.places) > 1
    for number in range(1, last + 1):
        part = order.iloc[(number - 1) * PAGE : number * PAGE]
        sources = [source for source in dict.fromkeys(part["bound_source"].astype(str)) if source]
        values = {
            "implementation": name,
            "check": check,
            "lines": record_lines(
                report.rows_of(part), report.issue, sources, with_place=with_place
            ),
            "sources": sources,
            "number": number,
            "last": last,
            "records": total,
            "shown": len(order),
            "with_place": with_place,
        }
        yield Page(report.records_page(name, check, number), "records.html", values)
