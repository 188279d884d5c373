"""Rounding of rationals and of rational intervals, in integers alone.

This is the slow and plain definition of what the vectorised rounding test decides.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from flint import fmpq, fmpz

from softmark.formats import Format

VANISHING_EXPONENT = -1600
"""Results below ``2**-1600`` are reported as zero with that bound."""
_LARGEST_EXPONENT = 960
_SMALLEST = fmpq(1, 1 << 900)
"""From here to its reciprocal an exact value needs no scale, nor have its parts an underflow."""


def floor_log2(value: fmpq) -> int:
    """``floor(log2(abs(value)))`` of a rational that is not zero."""
    p, q = abs(value.p), value.q
    e = int(p.bit_length()) - int(q.bit_length())
    below = p < (q << e) if e >= 0 else (p << -e) < q
    return e - 1 if below else e


def _over_power(value: fmpq, exponent: int) -> fmpq:
    """``value / 2**exponent``."""
    one = fmpz(1)
    return value / (one << exponent) if exponent >= 0 else value * (one << -exponent)


def _nearest_even(value: fmpq) -> int:
    """The integer nearest to ``value >= 0``, the even one of two."""
    p, q = int(value.p), int(value.q)
    floor, rest = divmod(p, q)
    up = 2 * rest > q or (2 * rest == q and floor % 2 == 1)
    return floor + up


def round_rational(value: fmpq, fmt: Format) -> float:
    """The number of ``fmt`` nearest to ``value``, ties to even, held as a float64.

    Beyond the largest number it is an infinity, or NaN in a format that has none.
    """
    if value == 0:
        return 0.0
    step = max(floor_log2(value), fmt.e_min) - fmt.precision + 1
    units = _nearest_even(_over_power(abs(value), step))
    sign = -1.0 if value < 0 else 1.0
    if units.bit_length() + step > 1024 or math.ldexp(units, step) > fmt.max:
        return sign * math.inf if fmt.has_infinity else math.nan
    return sign * math.ldexp(units, step)


def round_interval(lower: fmpq, upper: fmpq, fmt: Format) -> float | None:
    """What every number of an interval rounds to, or None if that is not one number.

    An overflow is NaN in a format without infinities, on both sides of zero: then the ends have to
    lie on one side.
    """
    low, high = round_rational(lower, fmt), round_rational(upper, fmt)
    if low == high:
        return low
    overflow = math.isnan(low) and math.isnan(high) and (lower > 0 or upper < 0)
    return low if overflow else None


class Parts(NamedTuple):
    """``(hi + lo) 2**scale`` within ``bound 2**scale``."""

    hi: float
    lo: float
    bound: float
    scale: int


def enclose(lower: fmpq, upper: fmpq) -> Parts | None:
    """Floats that enclose ``[lower, upper]``, or None where that is wider than 2**-66 of it.

    An interval around or near zero that is below ``2**-1600`` becomes zero with that bound.
    """
    largest = max(abs(lower), abs(upper))
    if largest == 0:
        return Parts(0.0, 0.0, 0.0, 0)
    if lower == upper and _SMALLEST < largest < 1 / _SMALLEST:
        hi = round_to_double(upper)
        rest = upper - _exact(hi)
        lo = round_to_double(rest)
        left = abs(rest - _exact(lo))
        return Parts(hi, lo, math.nextafter(round_to_double(left), math.inf) if left else 0.0, 0)
    if floor_log2(largest) < VANISHING_EXPONENT:
        return Parts(0.0, 0.0, 1.0, VANISHING_EXPONENT)
    if (upper - lower) * (1 << 66) > min(abs(lower), abs(upper)) or (lower < 0) != (upper < 0):
        return None
    exponent = floor_log2(largest)
    scale = exponent if abs(exponent) > _LARGEST_EXPONENT else 0
    low, high = _over_power(lower, scale), _over_power(upper, scale)
    middle = (low + high) / 2
    hi = round_to_double(middle)
    lo = round_to_double(middle - _exact(hi))
    distance = max(abs(high - _exact(hi) - _exact(lo)), abs(low - _exact(hi) - _exact(lo)))
    bound = round_to_double(distance)
    return Parts(hi, lo, math.nextafter(bound, math.inf) if distance else 0.0, scale)


def _exact(value: float) -> fmpq:
    return fmpq(*value.as_integer_ratio())


def round_to_double(value: fmpq) -> float:
    return int(value.p) / int(value.q)  # Python divides integers with one rounding
