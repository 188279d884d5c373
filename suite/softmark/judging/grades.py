"""Grades: how an error compares with what theory allows at that element.

Each element of a result has its own bounds, made of the format, the length of its row, its
distance from the row's maximum and β; the operation's file derives them.  The grade of a case
is that of its worst element.

A
-
At most 1 ulp.  As good as it gets: correctly rounded is 1/2.

B
-
Within the bound of the shifted formula with pairwise or blocked summation; in 16 and 8 bits,
computed in float32 and rounded once.

C
-
Legal but poor, verdict **weak**: within the proved bound of the shifted formula, but the error
grows with the length of the row, or the elementwise steps are rounded to 16 bits.  Or within the
bound of another published formula that each operation's file lists, such as e^(x - logsumexp(x)) or
a repeated logaddexp, evaluated at these logits: the record then names the formula that explains the
errors of the whole case.  None explains an error of half the exact value or more.

F
-
Beyond all of these bounds, verdict **fail**: no correct evaluation of a published formula does it.
A NaN in place of a number, an infinity in place of a finite value, or the reverse, is graded F;
only where the bound reaches beyond the largest finite number is an infinity counted as the first
number there.

Verdicts
--------
pass: grades A and B.  weak: grade C.  fail: grade F.  ``softmark explain verdicts`` has the other
words, and when a zero is excused as flushed.

No factor of two
----------------
An error of half the exact value or more is grade F where grade B's bound is below an eighth of the
exact value, whatever the roundings of grade C add up to.  That is grade B's bound for sums that run
along the row: a derivative that cancels loses what a plain loop over a long row loses.  In 16 and 8
bits the results of steps, but not the exponents, are rounded to the format: a gradient made from
probabilities that were rounded to 16 bits may cancel.

Both bounds are in each record that has a grade, and "4.5x its bound" is the error's share of the
one that decided: of grade C's bound for a fail, else of grade B's.

Unit
----
ulp(v) = 2^(max(⌊log₂|v|⌋, e_min) - p + 1) for the exact real v; the error is (y - v)/ulp(v),
signed, against a certified enclosure of v."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format, ulp
from softmark.operations.bounds import Model, flushing, good, stepwise
from softmark.operations.formulas import SHIFTED, Formula
from softmark.records import Grade, Verdict

LETTERS: Final[tuple[Grade, ...]] = ("A", "B", "C", "F")
VERDICT_OF: Final[dict[Grade, Verdict]] = {"A": "pass", "B": "pass", "C": "weak", "F": "fail"}

EXCELLENT: Final = 1.0
"""Grade A, in ulp."""


@dataclass(frozen=True)
class Limits:
    """The largest errors of grades B and C at each element, in ulp."""

    good: Float64Array
    legal: Float64Array
    _if_flushed: Callable[[], Float64Array]
    _halved: NDArray[np.bool_] | None = None

    @cached_property
    def flushing(self) -> Float64Array:
        """Grade C where each step flushes subnormal numbers to zero, which is a policy."""
        return self._if_flushed()

    @classmethod
    def of(
        cls,
        bound: Callable[[Model], Float64Array],
        exact: Float64Array,
        n: int,
        fmt: Format,
        formula: Formula = SHIFTED,
    ) -> Limits:
        """The limits at results ``exact`` of sums of ``n`` terms, from an absolute error bound.

        Grade C is that of a ``formula``.

        Grade B in a narrow format is the error in float32 and half an ulp for the one rounding
        at the end.
        """
        unit = ulp(np.nan_to_num(exact, nan=1.0, posinf=fmt.max, neginf=fmt.max), fmt)
        final = 0.5 if fmt.bits < 32 else 0.0

        def in_ulp(model: Model) -> Float64Array:
            with np.errstate(over="ignore", invalid="ignore"):  # rows of NaN have no bound
                return bound(model) / unit

        best = in_ulp(good(n, fmt)) + final
        model = formula.model(n, fmt)
        full = np.maximum(best, in_ulp(model))
        worst, halved = full, None
        half = np.abs(exact) / unit / 2
        if (full >= half).any():
            ordinary = in_ulp(stepwise(n, fmt)) + final
            halved = (full >= half) & (ordinary < half / 4)
            worst = np.where(halved, np.nextafter(half, 0.0), full)
        if formula is not SHIFTED:
            return cls(best, worst, lambda: worst, halved)  # one excuse at a time
        # Few results need the last, which costs as much as each of the others.
        return cls(best, worst, lambda: np.maximum(full, in_ulp(flushing(model, fmt))), halved)

    def is_half(self, at: tuple[Any, ...]) -> bool:
        """Whether it is half the exact value that limits an element, and no sum of roundings."""
        return self._halved is not None and bool(self._halved[at])


def grade_each(error: Float64Array, limits: Limits) -> NDArray[Any]:
    """0 to 3 for A to F at each element; ``error`` in ulp, NaN or infinite where it is no number.

    Returns
    -------
    Integers of the shape of ``error``; index ``LETTERS`` with them.
    """
    size = np.abs(error)
    excellent = size <= EXCELLENT
    fine = excellent | (size <= limits.good)
    allowed = fine | (size <= limits.legal)
    return np.where(excellent, 0, np.where(fine, 1, np.where(allowed, 2, 3)))
