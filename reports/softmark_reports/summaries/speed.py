"""Every time that was measured, as a sheet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from softmark_reports import wording
from softmark_reports.report import Report
from softmark_reports.sheets import EMPTY, Column, Entry, Sheet
from softmark_reports.summaries import grids
from softmark_reports.timings import INPUTS, LAUNCHES, MODES

MOST: Final = 500
"""Times of one operation in the table."""


def speed(report: Report, times: pd.DataFrame, name: str, operation: str) -> Sheet:
    """A row a time, the largest cases first and in them the fastest."""
    several = times["device"].nunique() > 1 or times["machine"].nunique() > 1
    size = times["rows"] * times["n"]
    ordered = times.assign(size=size).sort_values(["size", "ns"], ascending=[False, True])
    left = len(ordered) - MOST
    rest = f"; {left:,} of smaller cases are on the implementations' pages" if left > 0 else ""
    return Sheet(
        name,
        f"Times of {operation}: the median over blocks of calls, and the least traffic over it"
        + rest,
        [
            Column("implementation"),
            *([Column("place")] if several else []),
            Column("format"),
            Column("case"),
            Column("of what"),
            Column("inputs"),
            Column("threads"),
            Column("meant for"),
            Column("time", number=True),
            Column("10th to 90th percentile"),
            Column("GB/s", number=True),
            Column("of copy", number=True),
            Column("first call", number=True),
        ],
        [_row(report, row, several=several) for row in ordered.head(MOST).itertuples(index=False)],
    )


def _row(report: Report, row: Any, *, several: bool) -> list[Entry]:
    page = report.records_page(str(row.implementation), str(row.check), row.page)
    return [
        grids.implementation(report, str(row.implementation)),
        *([Entry(f"{row.machine}, {row.device}")] if several else []),
        Entry(str(row.format)),
        Entry(_case(row), None, order=float(row.rows * row.n)),
        Entry(", ".join(filter(None, (MODES.get(row.mode, row.mode), LAUNCHES.get(row.launch))))),
        Entry(INPUTS.get(row.inputs, row.inputs)),
        Entry("all" if row.threads == "all" else "as set"),
        Entry(row.level) if row.level else EMPTY,
        Entry(wording.duration(row.ns), row.ns, link=f"{page}#{row.anchor}")
        if np.isfinite(row.ns)
        else EMPTY,
        Entry(f"{wording.duration(row.fast)} to {wording.duration(row.slow)}")
        if np.isfinite(row.fast) and np.isfinite(row.slow)
        else EMPTY,
        _number(row.gb, wording.number(row.gb)),
        _number(row.share, wording.percent(row.share)),
        _number(row.first, wording.duration(row.first)),
    ]


def _case(row: Any) -> str:
    along = "" if row.axis in (-1, len(row.shape) - 1) else f", axis {row.axis}"
    return f"{wording.shape(row.shape)}{along}"


def _number(value: float, text: str) -> Entry:
    return Entry(text, value) if np.isfinite(value) else EMPTY
