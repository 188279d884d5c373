"""One implementation alone: how its errors are spread and how fast it is, by format and length.

The axes are those of the whole report, so that the pages of two implementations compare.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.data.tables import stated
from softmark_reports.data.timings import timings
from softmark_reports.pictures.frame import Axis, Frame, decades_around, frame, lengths
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.writing.wording import number, percent

COARSEST = 1e6


class Portraits:
    """Draws on axes that suit every implementation of a report."""

    def __init__(self, table: pd.DataFrame) -> None:
        errors = _errors(table)
        _, top = decades_around(errors["value"], 10.0, COARSEST)
        length = lengths(table)
        self._errors = frame(length, Axis("error in ulp", 0.01, top))
        times = timings(table)
        self._speed = frame(length, Axis("GB/s", *decades_around(times[["gb", "copy"]], 1e-3, 1e5)))
        self._errors_of = _by_implementation(_summarised(errors))
        self._times_of = _by_implementation(_usual(times))

    def errors(self, implementation: str) -> Picture | None:
        """The median, the 99th percentile and the largest error against the length of the rows."""
        data = self._errors_of.get(implementation)
        if data is None:
            return None
        formats = in_order(set(data["format"].astype(str)))
        return Picture(
            name="errors",
            title="Errors against row length",
            caption="Over all families of logits: the largest error (thick), the largest 99th "
            "percentile of a case (dashed) and the median of the cases’ medians (dotted). An error "
            "that is no number is left out.",
            panels=[
                _error_panel(form, data[data["format"].eq(form)], self._errors) for form in formats
            ],
            data=data,
        )

    def speed(self, implementation: str) -> Picture | None:
        """Bytes a second against the length of the rows, in the band of the percentiles."""
        usual = self._times_of.get(implementation)
        if usual is None:
            return None
        formats = in_order(set(usual["format"].astype(str)))
        return Picture(
            name="speed",
            title="Speed against row length",
            caption="The least traffic of the operation over the median time, in the band from "
            "the 10th to the 90th percentile of the blocks; dashed, what a copy of the same "
            "working set reached in turn with it.",
            panels=[
                _speed_panel(form, usual[usual["format"].eq(form)], self._speed) for form in formats
            ],
            data=usual[["format", "shape", "n", "ns", "fast", "slow", "gb", "copy", "share"]],
        )


def _by_implementation(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    groups = table.groupby("implementation", observed=True)
    return {str(name): group.drop(columns="implementation") for name, group in groups}


def _summarised(errors: pd.DataFrame) -> pd.DataFrame:
    """By implementation, format and length."""
    by = errors.groupby(["implementation", "format", "n"], observed=True)
    found = by.agg(median=("p50", "median"), p99=("p99", "max"), largest=("size", "max"))
    return found.reset_index()


def _usual(times: pd.DataFrame) -> pd.DataFrame:
    usual = times[times["mode"].eq("forward") & times["inputs"].eq("warm") & times["gb"].gt(0)]
    return usual[usual["launch"].eq("call")]


def _errors(table: pd.DataFrame) -> pd.DataFrame:
    errors: pd.DataFrame = table[
        table["check"].eq("accuracy") & table["metric"].eq("error") & table["n"].gt(0)
    ]
    errors = errors[np.isfinite(errors["value"])]
    return errors.assign(
        size=errors["value"].abs(),
        p50=stated(errors["distribution"], "p50"),
        p99=stated(errors["distribution"], "p99"),
    )


def _error_panel(form: str, data: pd.DataFrame, shared: Frame) -> Panel:
    sketch = Sketch(shared)
    sketch.level(1, "1 ulp")
    n = [float(length) for length in data["n"]]
    for column, weight in (("median", "dotted"), ("p99", "dashed")):
        sketch.curve(n, list(data[column].fillna(0)), "ink", weight)  # type: ignore[arg-type]
    sketch.curve(n, list(data["largest"]), "c0", marker="o")
    worst = data["largest"].max()
    return sketch.panel(
        form,
        f"{form}: errors over rows of {n[0]:g} to {n[-1]:g}; the largest is {number(worst)} ulp, "
        f"the median at the longest rows {number(float(data['median'].iloc[-1]))} ulp.",
    )


def _speed_panel(form: str, times: pd.DataFrame, shared: Frame) -> Panel:
    best = times.sort_values("gb").groupby("n").tail(1).sort_values("n")
    n = [float(length) for length in best["n"]]
    sketch = Sketch(shared)
    copies = best["copy"].notna()
    sketch.curve(list(best["n"][copies]), list(best["copy"][copies]), "muted", "dashed")
    banded = best.dropna(subset=["gb_low", "gb_high"])
    if len(banded) > 1:
        sketch.band(list(banded["n"]), list(banded["gb_low"]), list(banded["gb_high"]), "c0")
    sketch.curve(n, list(best["gb"]), "c0", marker="o")
    last = best.iloc[-1]
    share = f", {percent(last['share'])} of a copy" if pd.notna(last["share"]) else ""
    return sketch.panel(
        form,
        f"{form}: {number(float(best['gb'].iloc[0]))} GB/s at rows of {n[0]:g}, "
        f"{number(float(last['gb']))} GB/s at rows of {n[-1]:g}{share}.",
    )
