"""Softmax on its way to argmax: the distance that is left as the inverse temperature grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from softmark_reports.cells import in_order
from softmark_reports.pictures.curves import Axis, Curve, keys, panel
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.style import INK
from softmark_reports.tables import stated

METRIC: Final = "distance to limit"


def distance_to_one_hot(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """Distance against beta times gap, with the law (n-1) e^(-beta gap), for one maximum."""
    points = _points(table)
    if points.empty:
        return None
    return Picture(
        name="beta-to-infinity",
        title="From softmax to argmax",
        caption="The largest distance of softmax(βx) from the one-hot vector of the maximum, "
        "against β times the gap between the two largest logits. The law (n − 1) e^(−β gap), "
        "dashed, bounds the exact value; a curve above it has an error of its own, one that "
        "ends early has rounded to the one-hot vector. Distances of zero lie on the lowest line.",
        panels=[
            _panel(index, name, points[points["format"].eq(name)], frameworks)
            for index, name in enumerate(in_order(set(points["format"].astype(str))))
        ],
        keys=keys(frameworks),
        data=points.drop(columns=["framework", "variant"]),
    )


def _points(table: pd.DataFrame) -> pd.DataFrame:
    """The softmax rows with a gap and a single maximum; several equal ones have another limit."""
    limit = table[table["metric"].eq(METRIC) & table["operation"].eq("softmax")]
    points = limit[["framework", "implementation", "variant", "format", "n", "beta", "value"]]
    points = points.assign(
        gap=stated(limit["parameters"], "gap"), law=stated(limit["distribution"], "law")
    )
    points = points.assign(exponent=points["beta"] * points["gap"])
    single = stated(limit["parameters"], "maxima").fillna(1).eq(1)
    return points[single & np.isfinite(points["exponent"]) & points["exponent"].gt(0)]


def _panel(index: int, name: str, points: pd.DataFrame, frameworks: Sequence[str]) -> Panel:
    law = points.groupby("exponent", observed=True)["law"].max().dropna()

    def decorate(axes: Axes) -> None:
        bottom = axes.get_ylim()[0]
        shown = law[law.gt(bottom)]
        axes.plot(shown.index, shown, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))

    axis = Axis("β × gap", "distance to one-hot", bottom=1e-40)
    return panel(f"limit-{index}", name, _curves(points), axis, frameworks, decorate)


def _curves(points: pd.DataFrame) -> list[Curve]:
    by = ["framework", "implementation", "variant"]
    found = []
    for (framework, _, variant), group in points.groupby(by, observed=True):
        line = group[np.isfinite(group["value"])].groupby("exponent")["value"].max()
        found.append(
            Curve(str(framework), list(line.index), list(line), thin=variant != "")
        )
    return found
