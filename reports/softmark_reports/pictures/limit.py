"""Softmax on its way to argmax: the distance that is left as the inverse temperature grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from softmark_reports.cells import in_order
from softmark_reports.pictures.curves import Axis, keys, panel, span, worst_curves
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.style import INK
from softmark_reports.tables import stated

METRIC: Final = "distance to limit"
STRONGEST: Final = 120.0
"""Largest β × gap to show; from about 104 on, float32 has rounded to one-hot."""


def distance_to_one_hot(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """Distance against beta times gap, with the law (n-1) e^(-beta gap), for one maximum."""
    points = _points(table)
    if points.empty:
        return None
    axis = Axis("β × gap", "distance to one-hot", *span(points["value"], 1e-40, 1.0))
    return Picture(
        name="beta-to-infinity",
        title="From softmax to argmax",
        caption="The largest distance of softmax(βx) from the one-hot vector of the maximum, "
        "against β times the gap between the two largest logits. The law (n − 1) e^(−β gap), "
        "dashed, bounds the exact distance, dotted. A format can "
        "follow it down to its smallest number; beyond, the distance is zero: the lowest line.",
        panels=[
            _panel(index, name, points[points["format"].eq(name)], axis, frameworks)
            for index, name in enumerate(in_order(set(points["format"].astype(str))))
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


def _panel(
    index: int, name: str, points: pd.DataFrame, axis: Axis, frameworks: Sequence[str]
) -> Panel:
    stated_by_records = points.groupby("strength")[["law", "exact"]].max()

    def decorate(axes: Axes) -> None:
        for column, dashes in (("law", (0, (4, 2))), ("exact", (0, (1, 1.5)))):
            line = stated_by_records[column].dropna()
            line = line[line.gt(axis.bottom)]
            axes.plot(line.index, line, color=INK, linewidth=0.9, linestyle=dashes)
        axes.set_xscale("linear")

    curves = worst_curves(points, "strength")
    return panel(f"limit-{index}", name, curves, axis, frameworks, decorate)
