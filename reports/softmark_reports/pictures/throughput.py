"""Speed against row length, as a share of what the machine can copy, so that machines compare."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from softmark_reports.cells import in_order
from softmark_reports.pictures.curves import Axis, keys, panel, span, worst_curves
from softmark_reports.pictures.picture import Picture
from softmark_reports.pictures.style import MUTED, doublings
from softmark_reports.tables import stated


def share_of_copy(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """The fraction of the copy bandwidth that each softmax reaches at each row length."""
    times = table[table["metric"].eq("time") & table["operation"].eq("softmax") & table["n"].gt(0)]
    times = times.assign(value=stated(times["distribution"], "copy_fraction"))
    times = times.dropna(subset=["value"])
    if times.empty:
        return None
    low, high = span(times["value"], 1e-5, 10.0)
    axis = Axis("row length n", "share of copy bandwidth", low, max(high, 2.0))

    def decorate(axes: Axes) -> None:
        axes.axhline(1, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
        doublings(axes)

    return Picture(
        name="throughput",
        title="Speed against row length",
        caption="Bytes that softmax has to move at least, over the time it takes, as a share of "
        "what a plain copy reaches on the same machine (dashed: as fast as a copy). Short rows "
        "show the cost of a call, long ones the memory traffic. Thin lines are variants.",
        panels=[
            panel(
                f"throughput-{index}",
                name,
                worst_curves(times[times["format"].eq(name)], "n"),
                axis,
                frameworks,
                decorate,
            )
            for index, name in enumerate(in_order(set(times["format"].astype(str))))
        ],
        keys=keys(frameworks, times["framework"]),
        data=times[["implementation", "format", "shape", "value"]].rename(
            columns={"value": "copy_fraction"}
        ),
    )
