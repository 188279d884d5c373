"""Speed against row length, as a share of what the machine can copy, so that machines compare."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.data.tables import MEMORY, is_usual, where
from softmark_reports.data.timings import comparable
from softmark_reports.pictures.curves import keys, panel, worst_curves
from softmark_reports.pictures.frame import Axis, decades_around, frame, lengths
from softmark_reports.pictures.picture import Picture


def share_of_copy(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """The fraction of the copy bandwidth that each softmax reaches at each row length."""
    times = table[table["metric"].eq("time") & table["operation"].eq("softmax") & table["n"].gt(0)]
    times = where(times, "parameters", is_usual)
    levels = pd.Series([given.get("level") for given in times["distribution"]], times.index)
    times = comparable(times[levels.ne(MEMORY)])
    times = times.assign(value=times["copied"])
    times = times.dropna(subset=["value"])
    if times.empty:
        return None
    low, high = decades_around(times["value"], 1e-5, 10.0)
    shared = frame(lengths(table), Axis("share of copy bandwidth", low, max(high, 2.0), "percent"))
    return Picture(
        name="throughput",
        title="Speed against row length",
        caption="Bytes that softmax has to move at least, over the time it takes, as a share of "
        "what a plain copy reaches on the same machine (dashed: as fast as a copy). The "
        "working sets lie in the caches. Short rows show the cost of a row. Thin lines are "
        "variants.",
        panels=[
            panel(
                name,
                worst_curves(times[times["format"].eq(name)], "n"),
                shared,
                frameworks,
                lambda sketch: sketch.level(1, "copy"),
            )
            for name in in_order(set(times["format"].astype(str)))
        ],
        keys=keys(frameworks, times["framework"]),
        data=times[["implementation", "format", "shape", "value"]].rename(
            columns={"value": "copy_fraction"}
        ),
    )
