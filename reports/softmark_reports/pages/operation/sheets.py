"""The table beside the picture of accuracy against speed."""

from __future__ import annotations

from collections.abc import Sequence

from softmark_reports.data.standing import Standing
from softmark_reports.report import Report
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Column, Entry, Sheet
from softmark_reports.writing import wording


def standing_sheet(report: Report, found: Sequence[Standing], name: str, what: str) -> Sheet:
    """A row a point."""
    return Sheet(
        name,
        f"{what}: worst error for normal logits, over the cases that most implementations share, "
        "and speed at the largest timed case that fits into the caches",
        [
            Column("implementation"),
            Column("ulp", number=True),
            Column("of copy", number=True),
            Column("remark"),
        ],
        [
            [
                grids.implementation(report, one.implementation),
                Entry(wording.number(one.error), one.error),
                Entry(wording.percent(one.share), one.share),
                _remark(report, one),
            ]
            for one in found
        ],
    )


def _remark(report: Report, one: Standing) -> Entry:
    if one.best:
        return Entry("", "unbeaten", mark="unbeaten", style="v-pass")
    if one.sound:
        return Entry("", "")
    link = f"{report.implementation_page(one.implementation)}#failures"
    return Entry(f"fails {wording.listing(one.fails, 3)}", style="none", link=link)
