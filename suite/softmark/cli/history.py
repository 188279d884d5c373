"""The times of many dates as a table of their changes, a sentence and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from softmark.cli.differences import FailOn, percent
from softmark.cli.sheets import Printed, duration
from softmark_reports.data.history import FEWEST, Shift, TimeSeries


def slower(found: Sequence[TimeSeries], fail_on: FailOn) -> list[TimeSeries]:
    """The series whose last change was to a time longer by more."""
    changed = [(each, each.changes()) for each in found]
    return [s for s, changes in changed if changes and math.log(changes[-1].ratio) > fail_on.log]


def parts(found: Sequence[TimeSeries], fail_on: FailOn | None) -> list[Printed | str]:
    """What a person reads."""
    rows = [_row(each, change) for each in found for change in each.changes()]
    columns = ("since", "it was", "implementation", "case", "before", "after", "change", "to")
    shown: list[Printed | str] = [
        Printed("Changes that lasted", columns, rows, frozenset({4, 5, 6})),
    ]
    if fail_on is not None:
        count = len(slower(found, fail_on))
        shown.append(f"Slower by more than {fail_on.percent:g} % since the last change: {count}")
    short = sum(len(each.points) < 2 * FEWEST for each in found)
    shown.append(
        f"{len(found)} series, {len(rows)} changes; {short} of fewer than {2 * FEWEST} dates, "
        "in which no change can be seen."
    )
    return shown


def _row(series: TimeSeries, change: Shift) -> list[str]:
    now, last = series.points[change.index], series.points[change.index - 1]
    shape = "x".join(map(str, series.case.shape))
    return [
        now.started[:10],
        last.version,
        series.implementation,
        f"{series.format} {shape}",
        duration(change.before),
        duration(change.after),
        percent(math.log(change.ratio)),
        f"{now.version} {now.commit}".strip(),
    ]


def document(found: Sequence[TimeSeries], *, failed: bool) -> dict[str, Any]:
    """What ``--json`` writes."""
    return {"kind": "history", "failed": failed, "series": list(map(_series, found))}


def _series(series: TimeSeries) -> dict[str, Any]:
    return {
        "id": series.id,
        "implementation": series.implementation,
        "format": series.format,
        "case": series.case.to_json(),
        "machine": series.machine,
        "points": [vars(point) for point in series.points],
        "changes": list(_changes(series)),
    }


def _changes(series: TimeSeries) -> Iterator[dict[str, Any]]:
    for change in series.changes():
        yield {**vars(change), "ratio": change.ratio, "since": series.points[change.index].started}
