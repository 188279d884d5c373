"""The gradient where softmax saturates: the regime in which a wrong backward pass hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.data.tables import stated
from softmark_reports.pictures.curves import keys, panel, worst_curves
from softmark_reports.pictures.frame import Axis, around, decades_around, frame
from softmark_reports.pictures.picture import Picture

FINEST: Final = 0.01
COARSEST: Final = 1e18
"""In ulp; the exact gradient soon is so small that a number of ordinary size is far off."""


def error_at_saturation(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """The error of softmax's vector-Jacobian product against the gap of two logits."""
    errors = table[
        table["metric"].eq("vjp error")
        & table["family"].eq("saturation")
        & table["operation"].eq("softmax")
    ]
    errors = errors.assign(gap=stated(errors["parameters"], "gap"))
    errors = errors[np.isfinite(errors["gap"]) & errors["gap"].gt(0)]
    if errors.empty:
        return None
    unit = "ulp" if errors["unit"].iloc[0] == "ulp" else "multiples of the bound"
    shared = frame(
        Axis("gap between the logits", *around([float(gap) for gap in errors["gap"]], 1.1)),
        Axis(f"error in {unit}", *decades_around(errors["value"], FINEST, COARSEST)),
    )
    return Picture(
        name="gradient-at-saturation",
        title="The gradient at saturation",
        caption="The error of the vector-Jacobian product as one logit leaves the others behind. "
        "The exact gradient falls like e^(−gap) and is far from zero in relative terms: a "
        "backward pass that returns zeros here passes a test with an absolute tolerance.",
        panels=[
            panel(name, worst_curves(errors[errors["format"].eq(name)], "gap"), shared, frameworks)
            for name in in_order(set(errors["format"].astype(str)))
        ],
        keys=keys(frameworks, errors["framework"]),
        data=errors[["implementation", "format", "gap", "value", "unit"]],
    )
