"""Whether errors have a sign: results that are always truncated are half an ulp off in the mean.

Each of its errors is below 1 ulp, so that no bound on a single one tells it from rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from softmark.judging.outputs import Judged
from softmark.judging.scope import Measurement, Scope, said
from softmark.operations import Kind
from softmark.records import Case

METRIC: Final = "bias"
SHAPE: Final = (2**14, 2)
FEWER: Final = (2**8, 2)
"""Where each row is a call; the standard error is still a tenth of the limit."""

LARGEST: Final = 0.25
"""Half of what truncation makes, and more than a right exponential with a bias has."""

SURE: Final = 4.0
"""Standard errors that a mean must be beyond its limit, so that none is by chance."""


def bias_cases(scope: Scope) -> Iterator[Case]:
    """Rows of two logits less than 1 apart: each result is off by little but its own rounding."""
    rounds = scope.operation.value is not None and scope.format.bits >= 16
    if rounds and scope.info.costly != "rows":
        shape = FEWER if scope.by_row else SHAPE
        yield scope.case("uniform", *shape, check={"mode": "bias"})


def is_bias(case: Case) -> bool:
    return said(case).get("mode") == "bias"


def bias_of(judged: Judged) -> Iterator[Measurement]:
    """The mean signed error; of a row, whose elements share a sum, the mean is one draw."""
    signed = judged.signed
    if not np.isfinite(signed).all():  # the error itself says so
        return
    draws = signed
    if judged.scope.operation.kind is Kind.ELEMENTWISE:
        draws = signed.mean(axis=judged.problem.axis)
    mean, deviation = float(draws.mean()), float(draws.std())
    error = deviation / draws.size**0.5
    is_biased = abs(mean) - SURE * error > LARGEST
    text = (
        f"{signed.size} results are off by {mean:.3g} ulp in the mean: "
        "rounding to nearest gives 0, truncation half an ulp"
    )
    yield Measurement(
        METRIC,
        mean,
        "ulp",
        "weak" if is_biased else "pass",
        bound_source="half of the mean error of truncation",
        good_bound=LARGEST,
        message=text if is_biased else "",
        distribution={"count": int(signed.size), "standard error": error},
    )
