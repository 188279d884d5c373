"""The table beside the picture of accuracy against speed."""

from __future__ import annotations

from collections.abc import Sequence

from softmark_reports.data.standing import Standing
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Column, Field, Sheet
from softmark_reports.writing import wording


def standing_sheet(report: ReportData, found: Sequence[Standing], name: str, what: str) -> Sheet:
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
                Field(wording.number(one.error), one.error),
                Field(wording.percent(one.share), one.share),
                _remark(report, one),
            ]
            for one in found
        ],
    )


def _remark(report: ReportData, one: Standing) -> Field:
    if one.best:
        return Field("", "unbeaten", mark="unbeaten", style="v-pass")
    if one.sound:
        return Field("", "")
    link = f"{report.implementation_page(one.implementation)}#failures"
    return Field(f"fails {wording.listing(one.fails, 3)}", style="none", link=link)
