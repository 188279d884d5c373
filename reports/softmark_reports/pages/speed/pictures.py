"""Time and bandwidth against the length of a row, in their bands, below the machine's copy."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.pictures.curves import keys
from softmark_reports.pictures.frame import Axis, Frame, decades_around, frame, lengths
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.pictures.style import series, style_of
from softmark_reports.writing.wording import number

COLUMNS = [
    "implementation", "format", "device", "mode", "inputs", "shape", "n", "ns", "fast", "slow",
    "gb", "gb_low", "gb_high", "copy",
]  # fmt: skip


class SpeedPictures:
    """Draws on axes that suit every time of a report, so that operations compare."""

    def __init__(self, times: pd.DataFrame, frameworks: Sequence[str]) -> None:
        length = lengths(times)
        gb = decades_around(times[["gb", "copy"]], 1e-3, 1e5)
        us = decades_around(times["ns"] / 1e3, 1e-3, 1e8)
        self._bandwidth = frame(length, Axis("GB/s", *gb))
        self._time = frame(length, Axis("time in µs", *us))
        self._frameworks = frameworks

    def bandwidths(self, times: pd.DataFrame, name: str, title: str) -> Picture | None:
        """Least traffic over time, a panel a format; the dashed roof is the copy beside it."""
        times = _curves(times[times["gb"].gt(0) & times["n"].gt(0)])
        if times.empty:
            return None
        columns = ("gb", "gb_low", "gb_high")
        return Picture(
            name=name,
            title=title,
            caption="The least traffic of the operation over the median time. The band holds the "
            "10th to the 90th percentile of the blocks, the dashed roof is the bandwidth of a copy "
            "of the same working set, timed in turn. Thin lines are variants.",
            panels=_panels(times, self._bandwidth, self._frameworks, columns, roof=True),
            keys=keys(self._frameworks, times["framework"]),
            data=times[COLUMNS],
        )

    def durations(self, times: pd.DataFrame, name: str, title: str) -> Picture | None:
        """Time of a call, a panel a format."""
        times = _curves(times[times["ns"].gt(0) & times["n"].gt(0)])
        in_us = {"us": "ns", "low": "fast", "high": "slow"}
        times = times.assign(**{name: times[ns] / 1e3 for name, ns in in_us.items()})
        if times.empty:
            return None
        return Picture(
            name=name,
            title=title,
            caption="The median time of a call, in the band from the 10th to the 90th percentile. "
            "Of cases with rows of one length it is the smallest; the table below has all.",
            panels=_panels(times, self._time, self._frameworks, ("us", "low", "high"), roof=False),
            keys=keys(self._frameworks, times["framework"]),
            data=times[COLUMNS],
        )


def _curves(times: pd.DataFrame) -> pd.DataFrame:
    """Without formats timed at one length only: a point shows no more than the table does."""
    lengths_of = times.groupby("format", observed=True)["n"].nunique()
    return times[times["format"].isin(lengths_of.index[lengths_of.gt(1)])]


def _panels(
    times: pd.DataFrame,
    shared: Frame,
    frameworks: Sequence[str],
    columns: tuple[str, str, str],
    *,
    roof: bool,
) -> list[Panel]:
    return [
        _panel(form, times[times["format"].eq(form)], shared, frameworks, columns, roof=roof)
        for form in in_order(set(times["format"].astype(str)))
    ]


def _panel(
    form: str,
    times: pd.DataFrame,
    shared: Frame,
    frameworks: Sequence[str],
    columns: tuple[str, str, str],
    *,
    roof: bool,
) -> Panel:
    sketch = Sketch(shared)
    if roof:
        copies = times.groupby("n")["copy"].median().dropna()
        sketch.curve([float(n) for n in copies.index], list(copies), "ink", "dashed")
    middle, low, high = columns
    told = []
    by = ["variant", "framework", "implementation"]
    for (variant, framework, _), group in times.groupby(by, observed=True, sort=False):
        line = group.groupby("n")[list(columns)].max().sort_index()
        n = [float(length) for length in line.index]
        colour, marker = series(frameworks)[str(framework)]
        if variant:
            sketch.curve(n, list(line[middle]), style_of(colour), "thin")
            continue
        below, above = (list(line[column].fillna(line[middle])) for column in (low, high))
        sketch.band(n, below, above, style_of(colour))
        ends = list(line[middle])
        sketch.curve(n, ends, style_of(colour), marker=marker)
        told.append(f"{framework} {number(ends[0])} to {number(ends[-1])}")
    words = f"{form}: {shared.y.label} from the shortest to the longest rows: {'; '.join(told)}."
    return sketch.panel(form, words)
