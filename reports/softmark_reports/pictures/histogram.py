"""Signed errors as histograms: their middle shows a bias, their width the roundings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softmark_reports.data.tables import of_own_softmax
from softmark_reports.pictures.frame import Axis, frame
from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.writing.wording import number

Array = NDArray[np.float64]
REACH: Final = 4.0
"""In ulp; what lies beyond is counted at the edge."""
BINS: Final = 32


def signed_errors(table: pd.DataFrame, frameworks: Sequence[str]) -> Picture | None:
    """The sampled errors of each framework's own float32 softmax."""
    errors = of_own_softmax(table)
    samples = {name: _samples(errors[errors["framework"].eq(name)]) for name in frameworks}
    samples = {name: found for name, found in samples.items() if found.size}
    if not samples:
        return None
    edges = np.linspace(-REACH, REACH, BINS + 1)
    shares = {
        name: np.histogram(np.clip(found, -REACH, REACH), edges)[0] / found.size
        for name, found in samples.items()
    }
    top = max(float(share.max()) for share in shares.values())
    shared = frame(
        Axis("signed error in ulp", -REACH, REACH, "plain"),
        Axis("share of the elements", 0.0, 1.05 * top, "plain"),
    )
    return Picture(
        name="signed-errors",
        title="Signed errors",
        caption="Errors of softmax in float32 at up to 16 places of each result, with their sign: "
        "right of the middle the result is too large. A round to nearest of the exact value lies "
        "within half an ulp. What is beyond 4 ulp is counted in the last bar.",
        panels=[
            _panel(name, samples[name], share, edges, Sketch(shared))
            for name, share in shares.items()
        ],
        data=pd.DataFrame({"from_ulp": edges[:-1], "to_ulp": edges[1:]} | shares),
    )


def _samples(errors: pd.DataFrame) -> Array:
    """What the records keep; a place without a number is left out."""
    kept = [given.get("errors") for given in errors["distribution"]]
    numbers = [
        v for one in kept if isinstance(one, list) for v in one if isinstance(v, int | float)
    ]
    found = np.array(numbers, dtype=np.float64)
    return found[np.isfinite(found)]


def _panel(name: str, samples: Array, share: Array, edges: Array, sketch: Sketch) -> Panel:
    x = [float(edge) for edge in np.repeat(edges, 2)[1:-1]]
    sketch.band(x, [0.0] * len(x), [float(y) for y in np.repeat(share, 2)], "c0")
    sketch.curve(x, [float(y) for y in np.repeat(share, 2)], "c0")
    within = float(np.mean(np.abs(samples) <= 0.5))
    told = (
        f"{name}: {samples.size:,} signed errors; their mean is {number(float(samples.mean()))} "
        f"ulp, and {100 * within:.0f} % of them are at most half an ulp."
    )
    return sketch.panel(name, told)
