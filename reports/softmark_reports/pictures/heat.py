"""Error against the length of a row and the scale of its logits, a square for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from softmark_reports.data.ranking import BAD
from softmark_reports.data.tables import of_own_softmax, stated
from softmark_reports.pictures.frame import Axis, frame
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.writing.wording import length, number

SIZE: Final = (3.7, 2.8)
SCALES: Final = (
    "ties", "tiny", "digits", "uniform", "normal", "normal × 5", "masked", "ascending", "one_large",
    "offset", "wide", "near_limit",
)  # fmt: skip
"""Kinds of logits from the smallest to the largest; others follow by name."""
STRONGEST: Final = 6.0
"""The binary logarithm of the error, in ulp, of the darkest square."""


def error_heat_map(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """The largest error of each framework's own float32 softmax."""
    errors = of_own_softmax(table)
    errors = errors[errors["check"].isin(["accuracy", "stability"]) & errors["n"].gt(0)]
    if errors.empty:
        return None
    errors = errors.assign(logits=_logits(errors), size=errors["value"].abs())
    known = [name for name in SCALES if name in set(errors["logits"])]
    kinds = (*known, *sorted(set(errors["logits"]).difference(SCALES)))
    sizes = sorted(set(errors["n"]))
    shared = frame(
        Axis("row length n", -0.5, len(sizes) - 0.5, "places", tuple(map(length, sizes))),
        Axis("logits, from small to large", -0.5, len(kinds) - 0.5, "places", kinds),
        SIZE,
    )
    by = ["framework", "logits", "n"]
    worst = errors.groupby(by, observed=True).agg(
        worst_error_ulp=("size", "max"), severity=("severity", "max"), cases=("size", "size")
    )
    worst = worst.reset_index()
    return Picture(
        name="error-heat-map",
        title="Error against row length and scale",
        caption="The largest error in ulp of softmax in float32, by the length of the rows and the "
        "kind of logits. The larger the error, the stronger the colour; ✗ fails. An empty square "
        "was not measured.",
        panels=[
            _panel(name, worst[worst["framework"].eq(name)], Sketch(shared), sizes, kinds)
            for name in frameworks
            if worst["framework"].eq(name).any()
        ],
        data=worst.drop(columns="severity"),
    )


def _logits(errors: pd.DataFrame) -> list[str]:
    """The family, and its scale where that is not 1."""
    scales = stated(errors["parameters"], "scale").fillna(1.0)
    return [
        str(family) if scale == 1 else f"{family} × {scale:g}"
        for family, scale in zip(errors["family"], scales, strict=True)
    ]


def _panel(
    name: str, worst: pd.DataFrame, sketch: Sketch, sizes: Sequence[int], kinds: Sequence[str]
) -> Panel:
    for logits, n, error, severity in zip(
        worst["logits"], worst["n"], worst["worst_error_ulp"], worst["severity"], strict=True
    ):
        failed = severity >= BAD
        text = "✗" if failed else f"{error:.2g}"
        at = sizes.index(n), kinds.index(logits)
        sketch.block(*at, _strength(error), text, marked=failed)
    every = worst["worst_error_ulp"].fillna(np.inf).to_numpy()
    largest: Any = worst.iloc[int(np.argmax(every))]
    told = (
        f"{name}: errors of softmax in float32 at {len(worst)} lengths and kinds of logits; the "
        f"largest is {number(float(largest['worst_error_ulp']))} ulp, {largest['logits']} logits "
        f"in rows of {length(int(largest['n']))}."
    )
    return sketch.panel(name, told)


def _strength(error: float) -> float:
    if not math.isfinite(error):
        return 1.0
    return 0.08 + 0.92 * min(max(math.log2(max(error, 0.5)) + 1, 0) / (STRONGEST + 1), 1)
