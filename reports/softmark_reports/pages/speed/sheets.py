"""The times that people ask for first, and every time that was measured, as sheets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd

from softmark_reports.data.collection import Place
from softmark_reports.data.named import named_rows
from softmark_reports.data.timings import INPUTS, LAUNCHES, MODES
from softmark_reports.data.typical import Typical, per_element
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import EMPTY, Column, Field, Sheet
from softmark_reports.writing import wording

MOST: Final = 200
"""Times of one operation in the table."""


WAYS: Final = {
    "cold": "cold",
    "graph": "from a graph",
    "backward": "derivative",
    "memory": "from memory",
    "short": "short call",
}
"""The columns beside the usual call."""


def first_times(report: ReportData, found: Sequence[Typical], place: Place, name: str) -> Sheet:
    """A row an implementation, by operation, the fastest first."""
    ways = [way for way in WAYS if any(way in one.others for one in found)]
    by_clock = any(one.usual.clock for one in found)
    rows = []
    for _, group in groupby(found, key=lambda one: (one.operation, one.alike)):
        alike = list(group)
        rows += [_typical(report, one, alike[0], ways, by_clock=by_clock) for one in alike]
    return Sheet(
        name,
        f"Median times for one element on {place}, at the largest size that fits into the caches; "
        f"{_whole(found)}first calls are whole",
        [
            Column("implementation"),
            Column("time", number=True, least=True),
            Column("of copy", number=True),
            Column("× fastest", number=True, least=True),
            *(Column(WAYS[way], number=True, least=True) for way in ways),
            Column("first call", number=True, least=True),
            *([Column("clock")] if by_clock else []),
            Column("format"),
            Column("case"),
        ],
        rows,
    )


def _whole(found: Sequence[Typical]) -> str:
    """The short calls, whose shape no column says."""
    shapes = {wording.shape(one.others["short"].shape) for one in found if "short" in one.others}
    return f"short ({wording.listing(sorted(shapes))}) and " if shapes else ""


def _typical(
    report: ReportData, one: Typical, fastest: Typical, ways: Sequence[str], *, by_clock: bool
) -> list[Field]:
    return [
        grids.implementation(report, one.implementation),
        _timed(report, one.usual, per_element(one.usual)),
        _share(one.usual),
        _rank(one, fastest),
        *(_way(report, one, way) for way in ways),
        _number(one.usual.first, wording.duration(one.usual.first)),
        *([Field(one.usual.clock or "host")] if by_clock else []),
        Field(one.format),
        Field(wording.shape(one.usual.shape), order=float(one.usual.size)),
    ]


def _rank(one: Typical, fastest: Typical) -> Field:
    """A time that scatters, or of too few rounds, ranks nowhere."""
    if not one.steady:
        return Field("unsteady", "unsteady", style="none")
    if one is fastest:
        return Field("", 1.0, mark="fastest", style="v-pass")
    ratio = one.element / fastest.element
    return Field(f"{ratio:.1f}" if ratio < 100 else wording.number(round(ratio)), ratio)


def _share(time: Any) -> Field:
    """Of the copy, and the interval that comes from the scatter of the copies."""
    if not np.isfinite(time.share):
        return EMPTY
    ends = time.share_low, time.share_high
    low, high = (wording.percent(end).removesuffix(" %") for end in ends)
    note = f"{low} to {high}" if low != high else ""
    return Field(wording.percent(time.share), time.share, note=note)


def _way(report: ReportData, one: Typical, way: str) -> Field:
    time = one.others.get(way)
    if time is None:
        return EMPTY
    return _timed(report, time, time.ns if way == "short" else per_element(time))


def _timed(report: ReportData, time: Any, nanoseconds: float) -> Field:
    return Field(wording.duration(nanoseconds), nanoseconds, link=report.link_to(time))


def speed(report: ReportData, times: pd.DataFrame, name: str, operation: str) -> Sheet:
    """A row a time, the largest cases first and in them the fastest."""
    several = times["device"].nunique() > 1 or times["machine"].nunique() > 1
    by_clock = bool(times["clock"].ne("").any() or times["launch"].ne("call").any())
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
            *([Column("clock")] if by_clock else []),
            Column("level"),
            Column("time", number=True, least=True),
            Column("middle 80 %"),
            Column("GB/s", number=True),
            Column("of copy", number=True),
            Column("first call", number=True, least=True),
        ],
        [
            _row(report, row, several=several, by_clock=by_clock)
            for row in named_rows(ordered.head(MOST))
        ],
    )


def _row(report: ReportData, row: Any, *, several: bool, by_clock: bool) -> list[Field]:
    return [
        grids.implementation(report, str(row.implementation)),
        *([Field(f"{row.machine}, {row.device}")] if several else []),
        Field(str(row.format)),
        Field(_case(row), None, order=float(row.rows * row.n)),
        Field(MODES.get(row.mode, row.mode)),
        Field(INPUTS.get(row.inputs, row.inputs)),
        Field("all" if row.threads == "all" else "as set"),
        *([Field(_clock(row))] if by_clock else []),
        Field(row.level) if row.level else EMPTY,
        Field(wording.duration(row.ns), row.ns, link=report.link_to(row))
        if np.isfinite(row.ns)
        else EMPTY,
        Field(f"{wording.duration(row.fast)} to {wording.duration(row.slow)}")
        if np.isfinite(row.fast) and np.isfinite(row.slow)
        else EMPTY,
        _number(row.gb, wording.number(row.gb)),
        _share(row),
        _number(row.first, wording.duration(row.first)),
    ]


def _clock(row: Any) -> str:
    """Whose time it is, and whether the calls were replayed."""
    return ", ".join(filter(None, [row.clock or "host", LAUNCHES.get(row.launch, row.launch)]))


def _case(row: Any) -> str:
    along = "" if row.axis in (-1, len(row.shape) - 1) else f", axis {row.axis}"
    return f"{wording.shape(row.shape)}{along}"


def _number(value: float, text: str) -> Field:
    return Field(text, value) if np.isfinite(value) else EMPTY
