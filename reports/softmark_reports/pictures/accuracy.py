"""Error in ulp against the length of a row: the picture that shows how a sum was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.pictures.curves import keys, panel, worst_curves
from softmark_reports.pictures.frame import Axis, decades_around, frame, lengths
from softmark_reports.pictures.picture import Picture

FAMILY: Final = "normal"
"""The logits of the picture: the same kind at every length, so that only the length changes."""
FINEST: Final = 0.1
COARSEST: Final = 1e6
"""In ulp: errors beyond lie on the edge; a larger one is simply a wrong answer."""


def error_against_length(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """The worst error of each softmax at each row length, a panel for each format."""
    errors = table[
        table["check"].eq("accuracy")
        & table["operation"].eq("softmax")
        & table["metric"].eq("error")
        & table["n"].gt(0)
        & table["family"].eq(FAMILY)
        & table["beta"].eq(1)
    ]
    errors = errors[~errors["parameters"].astype(bool)]
    if errors.empty:
        return None
    _, top = decades_around(errors["value"], 10.0, COARSEST)
    shared = frame(lengths(table), Axis("worst error in ulp", FINEST, top))
    return Picture(
        name="error-against-length",
        title="Error against row length",
        caption="The largest error for normal logits. Grade A ends at the dashed line, "
        "1 ulp. A flat curve comes from a pairwise or blocked sum, a rising one from a running "
        "sum. Thin lines are a framework’s variants; results that are not finite are left out.",
        panels=[
            panel(
                name,
                worst_curves(errors[errors["format"].eq(name)], "n"),
                shared,
                frameworks,
                lambda sketch: sketch.level(1, "1 ulp"),
            )
            for name in in_order(set(errors["format"].astype(str)))
        ],
        keys=keys(frameworks, errors["framework"]),
        data=_data(errors),
    )


def _data(errors: pd.DataFrame) -> pd.DataFrame:
    by = ["implementation", "format", "n"]
    sizes = errors.assign(worst_error_ulp=errors["value"].abs())
    return sizes.groupby(by, observed=True)["worst_error_ulp"].max().reset_index()
