"""Two kinds of arithmetic that an honest implementation may use, as models of its rounding.

A bound is a sum of what each elementwise step loses and of what the running
sums lose.  The first is relative to the unit roundoff in which the steps are
made; the second grows with the depth of the summation: ``ceil(log2 n)`` when it
is pairwise or blocked, ``n`` when it runs along the row.  Grade B is the one
model, grade C the other; each operation writes its bound once, for any model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from softmark.formats import FLOAT32, Format


@dataclass(frozen=True)
class Model:
    """How an implementation rounds.

    Attributes
    ----------
    step:
        Unit roundoff of the elementwise steps.
    sum:
        Error of a running sum relative to the sum of the absolute values of its terms.
    tiny:
        What one elementwise step may lose to underflow: the least subnormal of its format.
    offset:
        Unit roundoff of ``beta x`` where it is rounded before the shift, and still carries the
        row's offset; zero when the shift comes first.
    exponent:
        Unit roundoff of the exponents, ``x - x_max`` and its multiples.
    stored:
        Unit roundoff of a logsumexp that is stored, and subtracted from the logits in place of a
        shift and a division; zero where there is none.
    merged:
        Error of a logsumexp that is merged from those of parts, relative to ``max(1, |lse|) + 3``;
        zero where there is one sum.
    scaled:
        Whether the logits are scaled before the shift by what is no power of two, as by log2 e.
    """

    step: float
    sum: float
    tiny: float
    offset: float
    exponent: float
    stored: float = 0.0
    merged: float = 0.0
    scaled: bool = False


def good(n: int, fmt: Format) -> Model:
    """Grade B: steps in the format, or in float32 for narrower ones; sums pairwise or blocked."""
    wide = fmt if fmt.bits >= 32 else FLOAT32
    u = wide.unit_roundoff
    return Model(u, math.ceil(math.log2(max(n, 1))) * u, wide.least_subnormal, 0.0, u)


def stepwise(n: int, fmt: Format) -> Model:
    """Grade B of a plain loop: sums run along the row, and what a step gives is in the format.

    Not the exponents, whose rounding is what makes small probabilities in 16 bits so inexact.
    """
    step, tiny = fmt.unit_roundoff, fmt.least_subnormal
    return replace(good(n, fmt), step=step, sum=legal(n, fmt).sum, tiny=tiny)


def flushing(model: Model, fmt: Format) -> Model:
    """The same where subnormal numbers are flushed to zero: a step may lose the least normal one.

    Processors and frameworks flush those of float64 and float32, none those of float16.
    """
    return replace(model, tiny=(fmt if fmt.bits >= 32 else FLOAT32).least_normal)


def legal(n: int, fmt: Format) -> Model:
    """Grade C: steps in the format, sums along the row in the format but never below float32."""
    wide = fmt if fmt.bits >= 32 else FLOAT32
    u = fmt.unit_roundoff
    return Model(u, n * wide.unit_roundoff, fmt.least_subnormal, u, u)
