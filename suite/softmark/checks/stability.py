"""stability: large logits give finite results, in range and within the bound.

Statement
---------
For logits up to the largest finite number of the format, with any offset, any spread and either
sign, each result is finite where the exact value is within the format's range, and
|yᵢ - f(x)ᵢ| ≤ bound(i).

Bound
-----
Grades A, B and C of the operation.  The bounds hold for any offset: the shifted formula subtracts
it exactly or to one roundoff of the distance.

Source
------
Blanchard, Higham, Higham, IMA J. Numer. Anal. 41 (2021) 2311-2330: the unshifted formula overflows
from x > log(max) on (88.7 in float32), the shifted one never.

Cases
-----
Logits near the largest finite number, positive, negative and of both signs, also times a β with
which the product overflows, and at 2³⁰ times one of which each product is rounded; offsets of ±
powers of two up to the largest; spreads beyond the exponential's range and up to the largest
number; a scale at which a sum of exponentials overflows; a loss with options whose logits carry an
offset of 2¹³, 2²⁰ and 2²⁷.

Metric
------
error, in ulp; infinite or NaN when the result is.

Witness
-------
The worst element and its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from softmark.checks.accuracy import measure
from softmark.judging import losses
from softmark.judging.scope import HUNDRED, TEN, Scope
from softmark.records import Case

__all__ = ["cases", "measure"]

INEXACT: Final = 3.296875
"""A beta of 8 bits, which each format holds, and whose products with logits are rounded."""


def cases(scope: Scope) -> Iterator[Case]:
    for sign in ("positive", "negative", "both"):
        yield scope.case("near_limit", *TEN, sign=sign)
    for exponent in scope.by_profile(
        (7, -7, 12), (5, 7, -7, 10, 12, -12), (5, 6, 7, -7, 9, 10, 12, -12)
    ):
        yield scope.case("offset", *HUNDRED, exponent=exponent)
    for exponent in (scope.format.e_max, -scope.format.e_max):
        yield scope.case("offset", *HUNDRED, exponent=exponent)
    for power in scope.by_profile((1.0,), (0.25, 0.5, 1.0), (0.125, 0.25, 0.5, 0.75, 1.0)):
        yield scope.case("wide", *HUNDRED, spread=scope.format.max**power)
    yield from _beyond_exp(scope)
    yield from _hot(scope)
    yield from losses.offset_cases(scope)
    if scope.profile != "quick":
        yield scope.case("near_limit", 2, 4099, sign="both")
        yield scope.case("normal", 8, 4096, scale=30.0)


def _hot(scope: Scope) -> Iterator[Case]:
    """Where beta times a logit overflows the format."""
    if scope.takes_beta:
        yield scope.case("near_limit", *TEN, beta=4.0, sign="both")
        yield scope.case("offset", *HUNDRED, beta=16.0, exponent=scope.format.e_max - 1)
        # A product that is rounded in the maximum only, as by one contraction into an FMA, is off
        # by up to 128 there in float32.
        most = min(30, scope.format.e_max - 2)
        yield scope.case("offset", *HUNDRED, beta=INEXACT, exponent=most)


def _beyond_exp(scope: Scope) -> Iterator[Case]:
    """Where the exponential of a logit, or the sum of them, overflows the format."""
    overflow = 88.0 if scope.format.bits < 64 else 709.0
    yield scope.case("uniform", *HUNDRED, low=0.5 * overflow, high=1.5 * overflow)
    yield scope.case("uniform", *HUNDRED, low=-2 * overflow, high=-overflow)
    yield scope.case("uniform", *HUNDRED, low=-2 * overflow, high=2 * overflow)
    if scope.format.name == "float16":
        yield scope.case("uniform", *HUNDRED, low=9.0, high=13.0)
