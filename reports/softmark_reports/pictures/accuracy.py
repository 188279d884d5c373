"""Error in ulp against the length of a row: the picture that shows how a sum was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from softmark_reports.cells import in_order
from softmark_reports.pictures.curves import Axis, keys, panel, span, worst_curves
from softmark_reports.pictures.picture import Picture
from softmark_reports.pictures.style import MUTED, doublings

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
    _, top = span(errors["value"], 10.0, COARSEST)
    axis = Axis("row length n", "worst error in ulp", FINEST, top)

    def decorate(axes: Axes) -> None:
        axes.axhline(1, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.annotate("1 ulp", (1, 1), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                      color=MUTED, fontsize=7)  # fmt: skip
        doublings(axes)

    return Picture(
        name="error-against-length",
        title="Error against row length",
        caption="The largest error for normal logits. Grade A ends at the dashed line, "
        "1 ulp. A flat curve comes from a pairwise or blocked sum, a rising one from a running "
        "sum. Thin lines are a framework’s variants; results that are not finite are left out.",
        panels=[
            panel(
                f"error-{index}",
                name,
                worst_curves(errors[errors["format"].eq(name)], "n"),
                axis,
                frameworks,
                decorate,
            )
            for index, name in enumerate(in_order(set(errors["format"].astype(str))))
        ],
        keys=keys(frameworks, errors["framework"]),
        data=_data(errors),
    )


def _data(errors: pd.DataFrame) -> pd.DataFrame:
    by = ["implementation", "format", "n"]
    sizes = errors.assign(worst_error_ulp=errors["value"].abs())
    return sizes.groupby(by, observed=True)["worst_error_ulp"].max().reset_index()
