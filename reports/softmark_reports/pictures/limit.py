"""Softmax on its way to argmax: the distance that is left as the inverse temperature grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.data.tables import stated
from softmark_reports.pictures.curves import keys, panel, worst_curves
from softmark_reports.pictures.frame import Axis, Frame, decades_around, frame
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.sketch import Sketch, Weight

METRIC: Final = "distance to limit"
STRONGEST: Final = 120.0
"""Largest β × gap to show; from about 104 on, float32 has rounded to one-hot."""


def distance_to_one_hot(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """Distance against beta times gap, with the law (n-1) e^(-beta gap), for one maximum."""
    points = _points(table)
    if points.empty:
        return None
    shared = frame(
        Axis("β × gap", 0, float(points["strength"].max()), "plain"),
        Axis("distance to one-hot", *decades_around(points["value"], 1e-40, 1.0)),
    )
    return Picture(
        name="beta-to-infinity",
        title="From softmax to argmax",
        caption="The largest distance of softmax(βx) from the one-hot vector of the maximum, "
        "against β times the gap between the two largest logits. The law (n − 1) e^(−β gap), "
        "dashed, bounds the exact distance, dotted. A format can "
        "follow it down to its smallest number; beyond, the distance is zero: the lowest line.",
        panels=[
            _panel(name, points[points["format"].eq(name)], shared, frameworks)
            for name in in_order(set(points["format"].astype(str)))
        ],
        keys=keys(frameworks, points["framework"]),
        data=points.drop(columns=["framework", "variant"]),
    )


def _points(table: pd.DataFrame) -> pd.DataFrame:
    """The softmax rows with a single maximum; several equal ones have another limit."""
    limit = table[table["metric"].eq(METRIC) & table["operation"].eq("softmax")]
    points = limit[["framework", "implementation", "variant", "format", "n", "beta", "value"]]
    points = points.assign(
        strength=stated(limit["distribution"], "beta_gap"),
        law=stated(limit["distribution"], "law"),
        exact=stated(limit["distribution"], "exact"),
    )
    single = stated(limit["parameters"], "maxima").fillna(1).eq(1)
    return points[single & points["strength"].between(0, STRONGEST, inclusive="right")]


def _panel(name: str, points: pd.DataFrame, shared: Frame, frameworks: Sequence[str]) -> Panel:
    stated_by_records = points.groupby("strength")[["law", "exact"]].max()

    def decorate(sketch: Sketch) -> None:
        _line(sketch, stated_by_records["law"], "dashed", shared)
        _line(sketch, stated_by_records["exact"], "dotted", shared)

    return panel(name, worst_curves(points, "strength"), shared, frameworks, decorate)


def _line(sketch: Sketch, column: pd.Series, weight: Weight, shared: Frame) -> None:
    """What the records state, down to where the picture ends."""
    line = column.dropna()
    line = line[line.gt(shared.y.low)]
    sketch.curve([float(at) for at in line.index], [float(y) for y in line], "ink", weight)
