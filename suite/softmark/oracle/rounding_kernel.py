"""The rounding test and the error in ulp, for arrays of enclosures of ordinary size.

An enclosure with a bound above zero is open: every bound here is strict.  So a value is known to
lie on one side of a midpoint as soon as the distance of ``hi + lo`` from it reaches the bound.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.double_word import bits_of, float_of
from softmark.oracle.jit import inlined, kernel

Vector = NDArray[np.float64]
Marks = NDArray[np.uint8]


@kernel
def round_to_double(hi: Vector, lo: Vector, bound: Vector, out: Vector, undecided: Marks) -> int:
    """Ziv's test into float64: both ends of the enclosure round to the same number.

    Not for results outside ``2**-1000 .. 2**1000`` other than 0, infinities and NaN.
    Returns how many elements are undecided.
    """
    count = 0
    for j in range(len(hi)):
        # The second term covers the rounding of lo - bound and lo + bound.
        width = bound[j] + 2.0**-105 * abs(hi[j]) if bound[j] > 0.0 else 0.0
        below, above = hi[j] + (lo[j] - width), hi[j] + (lo[j] + width)
        ordinary = abs(hi[j]) < np.inf
        out[j] = below if ordinary else hi[j]
        undecided[j] = 1 if ordinary and below != above else 0
        count += undecided[j]
    return count


@inlined
def step_exponent(value: float, precision: int, e_min: int) -> int:
    """Exponent of the ulp of ``value``."""
    exponent = ((bits_of(value) >> 52) & 0x7FF) - 1023
    return max(exponent, e_min) - precision + 1


@kernel
def round_to_narrow(
    hi: Vector,
    lo: Vector,
    bound: Vector,
    precision: int,
    e_min: int,
    largest: float,
    overflow: float,
    out: Vector,
    undecided: Marks,
) -> int:
    """The same into a format of at most 24 bits, from the distance to the nearest midpoint.

    ``overflow`` is what becomes of numbers that round beyond ``largest``.
    """
    count = 0
    for j in range(len(hi)):
        magnitude = abs(hi[j])
        exponent = step_exponent(hi[j], precision, e_min)
        step = float_of((exponent + 1023) << 52)
        inverse = float_of((1023 - exponent) << 52)
        units = magnitude * inverse
        floor = math.floor(units)
        outward = lo[j] if hi[j] >= 0.0 else -lo[j]
        beyond = (units - floor) - 0.5
        total = beyond + outward * inverse
        # Both sums are exact at the midpoint itself; elsewhere they err by less than this.
        error = 2.0**-50 * abs(total) if beyond != 0.0 else 0.0
        tie = total == 0.0 and bound[j] == 0.0
        even = 0.0 if 2.0 * math.floor(0.5 * floor) == floor else 1.0
        up = even if tie else (1.0 if total > 0.0 else 0.0)
        rounded = (floor + up) * step
        rounded = overflow if rounded > largest else rounded
        ordinary = magnitude < np.inf
        out[j] = math.copysign(rounded, hi[j]) if ordinary else hi[j]
        decided = tie or (total != 0.0 and abs(total) >= bound[j] * inverse + error)
        undecided[j] = 1 if ordinary and not decided else 0
        count += undecided[j]
    return count


@kernel
def ulp_error(
    y: Vector,
    hi: Vector,
    lo: Vector,
    precision: int,
    e_min: int,
    largest: float,
    accepted: float,
    out: Vector,
    special: Marks,
) -> int:
    """``(y - v) / ulp(v)``; returns how many elements are special and left to the caller.

    Special are NaN and infinities, zeros for what is no zero, values near the overflow threshold
    or far below the normal range, and errors that depend on which side of a power of two v is.
    """
    count = 0
    smallest = math.ldexp(1.0, max(e_min - precision, -960))
    for j in range(len(hi)):
        magnitude = abs(hi[j])
        outward = lo[j] if hi[j] >= 0.0 else -lo[j]
        at_power = (bits_of(hi[j]) & 0xFFFFFFFFFFFFF) == 0
        finer = 1.0 if at_power and outward < 0.0 and magnitude > 0.0 else 0.0
        exponent = max(step_exponent(hi[j], precision, e_min), -1000)
        inverse = float_of((1023 - exponent) << 52)
        error = ((y[j] - hi[j]) - lo[j]) * inverse
        normal = ((bits_of(hi[j]) >> 52) & 0x7FF) - 1023 > e_min
        error = error + error if finer == 1.0 and normal else error
        unsure = at_power and abs(outward) <= accepted * magnitude and abs(error) > 2.0**-11
        zero = y[j] == 0.0 and magnitude >= 0.5 * smallest
        deep = magnitude < 2.0**-940 and (magnitude > 0.0 or y[j] != 0.0)
        odd = not (abs(y[j]) < np.inf) or not (magnitude < largest) or unsure or zero or deep
        out[j] = error
        special[j] = 1 if odd else 0
        count += special[j]
    return count
