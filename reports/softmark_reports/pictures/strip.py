"""Each error as a share of its bound: how near a function is to a failure, or how far beyond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.data.tables import own_softmax
from softmark_reports.pictures.frame import Axis, frame
from softmark_reports.pictures.picture import Key, Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.writing.wording import times

FINEST, COARSEST = 1e-3, 1e3
PER_DECADE: Final = 25
"""Points of a row in a decade; of thousands most would cover one another."""
SHOWN: Final = {
    "pass": ("c0", "o", "within"), "weak": ("c4", "^", "weak"), "fail": ("c5", "X", "fails"),
}  # fmt: skip
"""Colour, marker and word of each verdict."""


def share_of_bound(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """Every graded error of each framework's own softmax, a panel for each format."""
    errors = own_softmax(table)
    errors = errors[errors["unit"].eq("ulp") & np.isfinite(errors["share"]) & errors["share"].gt(0)]
    if errors.empty:
        return None
    names = tuple(name for name in frameworks if errors["framework"].eq(name).any())
    shared = frame(
        Axis("error, as a share of its bound", FINEST, COARSEST),
        Axis("", -0.6, len(names) - 0.4, "places", names),
    )
    return Picture(
        name="share-of-bound",
        title="Errors as a share of their bound",
        caption="Each error of softmax and of its gradient over the bound that decides it. Right "
        "of the dashed line it is weak, or fails. What lies beyond the axis is at its edge.",
        panels=[
            _panel(form, errors[errors["format"].eq(form)], names, Sketch(shared))
            for form in in_order(set(errors["format"].astype(str)))
        ],
        keys=[Key(*shown) for shown in SHOWN.values()],
        data=errors[["implementation", "format", "check", "metric", "value", "share"]],
    )


def _panel(form: str, errors: pd.DataFrame, names: Sequence[str], sketch: Sketch) -> Panel:
    sketch.curve([1.0, 1.0], [-0.6, len(names) - 0.4], "muted", "dashed")
    told = []
    for row, name in enumerate(names):
        mine = errors[errors["framework"].eq(name)]
        for verdict, (colour, marker, _) in SHOWN.items():
            x = _apart(mine.loc[mine["verdict"].eq(verdict), "share"])
            sketch.points(x, [float(row)] * len(x), colour, marker)
        if len(mine):
            told.append(f"{name} up to {times(float(mine['share'].max()))}")
    return sketch.panel(form, f"{form}: errors over their bounds; {'; '.join(told)}.")


def _apart(shares: pd.Series) -> list[float]:
    """One of each group that would lie on the same point."""
    steps = np.unique(np.round(np.log10(shares.clip(FINEST, COARSEST)) * PER_DECADE))
    return [float(10 ** (step / PER_DECADE)) for step in steps]
