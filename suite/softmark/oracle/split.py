"""Numbers held as an exact rational plus a ball, so that near-ties can be decided.

A saturated softmax leaves values such as ``3 - exp(-100000)``: an exact number
and a term that no practical precision resolves beside it.  Kept as two
summands, its sign is plain.  A ball that is exactly zero says that the value
is rational, and this is how the exact cases of the oracle show themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq, fmpz

ZERO = arb(0)
TINY_EXPONENT = -16384
TINY = fmpq(1, fmpz(1) << -TINY_EXPONENT)
"""A distance below which nothing lies between an exact part and the nearest boundary of a format.

Boundaries are multiples of ``2**-1075``; exact parts are rationals whose denominators
stay far below ``2**10000``: products of at most five float64 inputs and of counts of logits.
"""


def rational(value: float) -> fmpq:
    """The float64 ``value``, finite, as a rational."""
    return fmpq(*float(value).as_integer_ratio())


def _times(factor: fmpq, ball: arb) -> arb:
    return ZERO if factor == 0 or ball.is_zero() else arb(factor) * ball


@dataclass(frozen=True)
class Split:
    """The real number ``exact + ball``."""

    exact: fmpq
    ball: arb = ZERO

    def __add__(self, other: Split) -> Split:
        return Split(self.exact + other.exact, self.ball + other.ball)

    def __sub__(self, other: Split) -> Split:
        return Split(self.exact - other.exact, self.ball - other.ball)

    def __mul__(self, other: Split) -> Split:
        cross = _times(self.exact, other.ball) + _times(other.exact, self.ball)
        return Split(self.exact * other.exact, cross + self.ball * other.ball)

    @property
    def is_exact(self) -> bool:
        return bool(self.ball.is_zero())

    def interval(self) -> tuple[fmpq, fmpq]:
        """Rational ends of an interval that holds the number.

        An end of the ball within ``TINY`` of zero, but not zero, is moved out to ``TINY``
        on the side of zero on which it lies: this changes no rounding decision.
        """
        if self.is_exact:
            return self.exact, self.exact
        return (
            self.exact + _dyadic(self.ball.lower()),
            self.exact + _dyadic(self.ball.upper()),
        )


def _dyadic(end: arb) -> fmpq:
    """An exact ball as a rational, or as ``TINY`` with its sign when it is smaller than that."""
    mantissa, exponent = end.man_exp()
    if mantissa == 0:
        return fmpq(0)
    if exponent + mantissa.bit_length() < TINY_EXPONENT:
        return TINY if mantissa > 0 else -TINY
    if exponent < 0:
        return fmpq(mantissa, fmpz(1) << int(-exponent))
    return fmpq(mantissa << int(exponent))
