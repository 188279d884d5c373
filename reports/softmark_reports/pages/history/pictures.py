"""The cells that changed over the dates of their runs, with the levels between the changes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd

from softmark_reports.data.courses import Course
from softmark_reports.pictures.frame import Axis, Frame, decades_around, frame
from softmark_reports.pictures.picture import Key, Panel, Picture
from softmark_reports.pictures.sketch import Sketch

MOST: Final = 12
"""Cells that a picture shows; the table beside it has all."""
PASSES, FAILS = "c0", "c5"
LEVEL: Final = "ink"


def of_times(courses: Sequence[Course]) -> Picture | None:
    """Each time beside its first level."""
    shown = _varied(courses)[:MOST]
    if not shown:
        return None
    values = [value for one in shown for value in one.values]
    y = Axis("time, beside the first level", min(0.5, *values) / 1.1, max(2.0, *values) * 1.1)
    return _picture(
        shown,
        frame(_dates(shown), y),
        name="times-over-dates",
        title="Times that changed",
        caption="The time of a call in each run, beside the median of its first level; the lines "
        "are the levels, and a dashed one is where the next begins. Of too few runs to tell "
        "levels, it is beside the first run." + _rest(courses),
        keys=[Key(PASSES, "o", "a run"), Key(LEVEL, "", "level")],
    )


def of_errors(courses: Sequence[Course]) -> Picture | None:
    """Each error in ulp."""
    shown = _varied(courses)[:MOST]
    if not shown:
        return None
    finite = [value for one in shown for value in one.values if 0 < value < math.inf]
    y = Axis("error in ulp", *decades_around([*finite, 1.0], 1e-3, 1e9))
    return _picture(
        shown,
        frame(_dates(shown), y),
        name="errors-over-dates",
        title="Errors that changed",
        caption="The error of a measurement in each run; the lines join runs of one error. What "
        "was no number, or beyond the axis, lies on its upper edge, and zero on its lower one."
        + _rest(courses),
        keys=[Key(PASSES, "o", "holds"), Key(FAILS, "X", "fails")],
    )


def _picture(
    shown: Sequence[Course], shared: Frame, *, name: str, title: str, caption: str, keys: list[Key]
) -> Picture:
    panels = [_panel(one, shared) for one in shown]
    return Picture(name, title, caption, panels, keys, _data(shown))


def _panel(one: Course, shared: Frame) -> Panel:
    sketch = Sketch(shared)
    for first, last, level in one.levels:
        sketch.curve([one.days[first], one.days[last - 1]], [level, level], LEVEL)
        if first:
            between = (one.days[first - 1] + one.days[first]) / 2
            sketch.curve([between, between], [shared.y.low, shared.y.high], "muted", "dashed")
    for failed, colour, marker in ((False, PASSES, "o"), (True, FAILS, "X")):
        at = [i for i, fails in enumerate(one.failed) if fails is failed]
        sketch.points([one.days[i] for i in at], [one.values[i] for i in at], colour, marker)
    return sketch.panel(one.title, one.words)


def _dates(shown: Sequence[Course]) -> Axis:
    days = [day for one in shown for day in one.days]
    room = max(0.04 * (max(days) - min(days)), 0.02)
    return Axis("date (UTC)", min(days) - room, max(days) + room, "dates")


def _varied(courses: Sequence[Course]) -> list[Course]:
    """The first of each implementation, then the second of each: one alone may fill a page."""
    seen: Counter[str] = Counter()
    turns = []
    for one in courses:
        turns.append(seen[one.implementation])
        seen[one.implementation] += 1
    return [one for _, one in sorted(zip(turns, courses, strict=True), key=lambda pair: pair[0])]


def _rest(courses: Sequence[Course]) -> str:
    left = len(courses) - MOST
    return f" {left:,} more changed; the tables tell them." if left > 0 else ""


def _data(shown: Sequence[Course]) -> pd.DataFrame:
    rows = [
        {
            "cell": one.title, "started": one.started[i], "version": one.versions[i],
            "told": one.told[i], "value": one.values[i], "fails": one.failed[i],
            "level": _level(one, i),
        }
        for one in shown
        for i in range(len(one.values))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _level(one: Course, run: int) -> float | None:
    return next((level for first, last, level in one.levels if first <= run < last), None)
