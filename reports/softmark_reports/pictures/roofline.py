"""A roofline: what each framework's softmax moves a second, below what a copy of that size does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from softmark_reports.data.tables import own_softmax
from softmark_reports.data.timings import timings
from softmark_reports.pictures.curves import keys
from softmark_reports.pictures.frame import Axis, Frame, decades_around, frame
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.pictures.style import series, style_of
from softmark_reports.writing import wording

WANTED: Final = 8
"""Sizes from which on the form of a roof is seen."""
SIZE: Final = (4.6, 3.0)


def roofline(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """Forward calls on warm inputs, by the bytes that they move, in the format timed most."""
    times = timings(own_softmax(table))
    times = times[times["mode"].eq("forward") & times["inputs"].eq("warm") & times["gb"].gt(0)]
    times = times[times["launch"].eq("call") & times["threads"].eq("one")]
    if times.empty:
        return None
    form = str(times["format"].astype(str).value_counts().index[0])
    times = times[times["format"].eq(form)]
    times = times.assign(bytes=(times["gb"] * times["ns"]).round())
    sizes = sorted(set(times["bytes"]))
    shared = frame(
        Axis("bytes that a call moves", min(sizes) / 2, 2 * max(sizes), "bytes"),
        Axis("GB/s", *decades_around(times[["gb", "copy"]], 1e-3, 1e5)),
        SIZE,
    )
    return Picture(
        name="roofline",
        title="Roofline",
        caption=f"The least traffic of softmax in {form} over the median time, from working sets "
        "in the first cache to those in memory. The dashed roof is a copy of the same size."
        + _missing(times),
        panels=[_panel(form, times, frameworks, shared)],
        keys=keys(frameworks, times["framework"]),
        data=times[["implementation", "format", "level", "shape", "bytes", "ns", "gb", "copy"]],
    )


def _missing(times: pd.DataFrame) -> str:
    count = times["bytes"].nunique()
    if count >= WANTED:
        return ""
    return (
        f" The results have {wording.count(count, 'size')} of the {WANTED} that show its form; "
        "softmark run --check throughput --profile standard times more."
    )


def _panel(form: str, times: pd.DataFrame, frameworks: Sequence[str], shared: Frame) -> Panel:
    sketch = Sketch(shared)
    roof = times.dropna(subset=["copy"]).groupby("bytes")["copy"].median()
    sketch.curve([float(size) for size in roof.index], list(roof), "ink", "dashed")
    ends: dict[str, tuple[float, float, str]] = {}
    told = []
    for name, group in times.groupby("framework", observed=True):
        line = group.groupby("bytes")["gb"].max().sort_index()
        colour, marker = series(frameworks)[str(name)]
        sizes, speeds = [float(size) for size in line.index], [float(gb) for gb in line]
        sketch.curve(sizes, speeds, style_of(colour), marker=marker)
        ends[str(name)] = sizes[-1], speeds[-1], style_of(colour)
        told.append(f"{name} {wording.number(speeds[0])} to {wording.number(speeds[-1])}")
    sketch.names(ends)
    return sketch.panel("", f"{form}: GB/s from the smallest to the largest: {'; '.join(told)}.")
