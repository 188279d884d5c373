"""Errors in ulp against exact values, and the failures that are no number of ulp.

``ulp_F(v) = 2**(max(floor(log2 |v|), e_min) - p + 1)`` of the *exact* value v, without an upper
limit on the exponent (Goldberg 1991, extended to the reals): correct rounding is then never off
by more than 1/2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Format

Float64Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Errors:
    """How a result differs from the exact values, element by element.

    Attributes
    ----------
    ulp:
        Signed error ``(y - v) / ulp(v)``; 0 where both are the same infinity or both NaN, NaN
        where one of the masks takes the element.
    nan:
        NaN where a number is expected.
    missing_nan:
        A number where NaN is expected.
    infinite:
        An infinity where a finite number is expected.
    missing_infinity:
        A finite number, or the other infinity, where an infinity is expected.
    flushed:
        Zero where the correctly rounded value is a subnormal number.
    saturated:
        The largest finite number where the correctly rounded value overflows.
    """

    ulp: Float64Array
    nan: BoolArray
    missing_nan: BoolArray
    infinite: BoolArray
    missing_infinity: BoolArray
    flushed: BoolArray
    saturated: BoolArray

    @classmethod
    def of(cls, ulp: Float64Array) -> Errors:
        """Errors none of which is apart."""
        return cls(ulp, *(np.zeros(ulp.shape, dtype=np.bool_) for _ in range(6)))

    def put(self, where: NDArray[np.intp], part: Errors) -> None:
        """Overwrite the elements ``where`` of these flat arrays with ``part``."""
        for name in self.__dataclass_fields__:
            getattr(self, name)[where] = getattr(part, name)

    def map(self, arrange: Callable[[NDArray[Any]], NDArray[Any]]) -> Errors:
        """The same with every array rearranged."""
        return Errors(*(arrange(getattr(self, name)) for name in self.__dataclass_fields__))


def floor_exponent(
    hi: Float64Array, lo: Float64Array, bound: Float64Array, scale: NDArray[np.int64]
) -> tuple[NDArray[np.int64], BoolArray]:
    """``floor(log2 |v|)`` and where the enclosure does not tell it: v too near a power of two.

    Of zero, an infinity or NaN the exponent is meaningless, and a low number is returned.
    """
    ordinary = np.isfinite(hi) & (hi != 0)
    mantissa, exponent = np.frexp(np.where(ordinary, hi, 1.0))
    exponent = exponent.astype(np.int64) - 1
    at_power = ordinary & (np.abs(mantissa) == 0.5)
    inward = lo * np.sign(hi)
    below = at_power & (inward < -bound)
    unsure = at_power & ~below & (inward < bound)
    exponent = np.where(ordinary, exponent - below + scale, np.iinfo(np.int32).min)
    return exponent, unsure


def signed_ulp(
    y: Float64Array,
    hi: Float64Array,
    lo: Float64Array,
    scale: NDArray[np.int64],
    exponent: NDArray[np.int64],
    fmt: Format,
) -> Float64Array:
    """``(y - v) / ulp(v)``, in units of that ulp, so that nothing that counts underflows."""
    unit = np.maximum(exponent, fmt.e_min) - fmt.precision + 1
    with np.errstate(all="ignore"):
        above = np.ldexp(y, -unit) - np.ldexp(hi, scale - unit)
        return np.asarray(above - np.ldexp(lo, scale - unit), dtype=np.float64)


def round_scaled(
    hi: Float64Array,
    lo: Float64Array,
    bound: Float64Array,
    scale: NDArray[np.int64],
    fmt: Format,
) -> tuple[Float64Array, BoolArray]:
    """The rounding test for enclosures with a scale, and where it does not tell.

    In units of the ulp of v the value lies between two integers, and its distance from their
    middle decides.
    """
    _, exponent = np.frexp(hi)
    step = np.where(hi == 0, fmt.e_min, np.maximum(exponent - 1 + scale, fmt.e_min))
    step = step - fmt.precision + 1
    with np.errstate(under="ignore", over="ignore", invalid="ignore"):
        units, rest, width = (np.ldexp(a, scale - step) for a in (np.abs(hi), lo, bound))
        outward = np.where(hi < 0, -rest, rest)
        floor = np.floor(units)
        beyond = (units - floor) - 0.5
        total = beyond + outward
        undecided = ~(np.abs(total) * (1 - 2.0**-50) >= width) | (total == 0)
        undecided |= (beyond == -0.5) & ~(np.abs(outward) + width < 0.4999)
        value = np.ldexp(floor + (total > 0), step)
    overflow = np.inf if fmt.has_infinity else np.nan
    value = np.where(value > fmt.max, overflow, value)
    return np.copysign(value, hi), undecided


def classify(y: Float64Array, due: Float64Array, ulp: Float64Array, fmt: Format) -> Errors:
    """Set apart what no number of ulp describes.

    Parameters
    ----------
    due:
        The correctly rounded value; NaN for an overflow in a format without infinities.
    ulp:
        Signed errors, meaningful where both are finite.
    """
    overflow = np.isinf(due) | (np.isnan(due) & ~np.isnan(ulp))
    saturated = overflow & (np.abs(y) == fmt.max)
    nan = np.isnan(y) & ~np.isnan(due)
    missing_nan = np.isnan(due) & ~np.isnan(y) & ~saturated
    infinite = np.isinf(y) & np.isfinite(due)
    missing_infinity = np.isinf(due) & ~np.isnan(y) & (y != due) & ~saturated
    subnormal = (due != 0) & (np.abs(due) < fmt.least_normal)
    flushed = subnormal & (y == 0)
    apart = nan | missing_nan | infinite | missing_infinity | flushed | saturated
    same = (y == due) & np.isinf(due) | np.isnan(y) & np.isnan(due)
    ulp = np.where(apart, np.nan, np.where(same, 0.0, ulp))
    return Errors(ulp, nan, missing_nan, infinite, missing_infinity, flushed, saturated)
