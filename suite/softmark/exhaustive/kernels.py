"""Looking at every result: which are within a limit, and which the oracle has to be asked about.

Each kernel counts results that are not correctly rounded, zeros in place of a subnormal number,
and results that are no finite number and should be one; and lists the others whose error may be
beyond the limit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.double_word import bits_of, float_of
from softmark.oracle.jit import inlined, kernel

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]
"""Not correctly rounded, flushed, not finite, listed, and the first input that is not finite."""
List = NDArray[np.int64]

NEAR, FAR = 2.0**-24, 120.0
"""Below and beyond these |d| a term or two of a series are as good, and most floats are there."""

ROUNDED, FLUSHED, NOT_FINITE, LISTED, FIRST = 0, 1, 2, 3, 4


@kernel
def scan_pairs(
    first: Vector,
    second: Vector,
    results: NDArray[np.uint16],
    infinity: int,
    nearest: tuple[Vector, Vector],
    within: tuple[Vector, Vector],
    subnormal: Vector,
    counts: Counts,
    listed: List,
) -> None:
    """Results that depend on the difference of two logits, by the tables of ``tables``.

    Parameters
    ----------
    first, second:
        The logits; each second one with all first ones.
    results:
        Bit patterns, shape ``(outputs, second x first)``.
    infinity:
        The bit pattern of infinity.
    nearest, within:
        The tables of half an ulp, and of the limits.
    subnormal:
        See ``tables.subnormal_stretch``.
    listed:
        Shape ``(n, 2)``: output and input of results beyond the limit; there may be more.
    """
    for output in range(results.shape[0]):
        for row in range(len(second)):
            start = row * len(first)
            for column in range(len(first)):
                d = first[column] - second[row]
                side = 1 if d < 0 else 0
                size = abs(d)
                bits = results[output, start + column]
                low, high = nearest[0][output, side, bits], nearest[1][output, side, bits]
                if low <= size <= high:
                    continue
                if (bits & 0x7FFF) == 0 and (
                    subnormal[output, side, 0] < size <= subnormal[output, side, 1]
                ):
                    counts[1] += 1
                    continue
                if (bits & 0x7FFF) >= infinity:
                    counts[2] += 1
                    counts[4] = min(counts[4], start + column)
                    continue
                counts[0] += 1
                low, high = within[0][output, side, bits], within[1][output, side, bits]
                if low <= size <= high:
                    continue
                if counts[3] < len(listed):
                    listed[counts[3], 0] = output
                    listed[counts[3], 1] = start + column
                counts[3] += 1


@inlined
def unit_of(value: float, precision: int, e_min: int) -> float:
    """One ulp at a value."""
    exponent = ((bits_of(value) >> 52) & 0x7FF) - 1023
    return float_of((max(exponent, e_min) - precision + 1 + 1023) << 52)


@inlined
def curve_at(function: int, d: float) -> float:
    """One of ``curves``, to a few units of float64; next to 0 and far from it to 1e-7 ulp32."""
    size = abs(d)
    if size < NEAR:
        return (0.5 + d / 4, math.log(2) + d / 2, 0.25)[function]
    if size > FAR:
        return (1.0 if d > 0 else 0.0, max(d, 0.0), 0.0)[function]
    small = math.exp(-size)
    if function == 1:
        return max(d, 0.0) + math.log1p(small)
    share = 1.0 / (1.0 + small)
    if function == 0:
        return share if d >= 0 else small * share
    return small * share * share


@inlined
def looked_at(
    y: float,
    error: float,
    is_small: bool,
    slack: float,
    limit: float,
    output: int,
    place: int,
    counts: Counts,
    listed: List,
) -> None:
    """Count a result that is off by half an ulp or more, and list it where the oracle decides.

    Callers leave out the nearer ones, which are most: a call takes longer than the comparison.

    Parameters
    ----------
    error, slack, limit:
        In ulp; ``error`` may be off by ``slack``.
    is_small:
        Whether the exact result is below the least normal number.
    """
    is_open = error <= 0.5 + slack
    if y == 0.0 and is_small and not is_open:
        counts[FLUSHED] += 1
        return
    if not math.isfinite(y):
        counts[NOT_FINITE] += 1
        counts[FIRST] = min(counts[FIRST], place)
        return
    if not is_open:
        counts[ROUNDED] += 1
        if error <= limit - slack:
            return
    if counts[LISTED] < len(listed):
        listed[counts[LISTED], 0] = -1 - output if is_open else output
        listed[counts[LISTED], 1] = place
    counts[LISTED] += 1


@kernel
def scan_numbers(
    x: Any,
    results: Any,
    curves: NDArray[np.int64],
    precision: int,
    e_min: int,
    limits: Vector,
    slack: float,
    counts: Counts,
    listed: List,
) -> None:
    """Results at ``d``, or ``(d, 0)``, by float64 arithmetic.

    Parameters
    ----------
    x, results:
        float32 arrays, the second of shape ``(outputs, len(x))``.
    limits:
        In ulp, for each output.
    slack:
        What the arithmetic may be off by, in ulp.  An error so near to half an ulp, or to the
        limit, is left to the oracle: listed with the output, and -1 less the output where it is
        not counted yet whether it is correctly rounded.
    """
    least_normal = math.ldexp(1.0, e_min)
    for output in range(results.shape[0]):
        function, sign = curves[output, 0], float(curves[output, 1])
        turn, limit = float(curves[output, 2]), limits[output]
        for place in range(len(x)):
            y = float(results[output, place])
            v = sign * curve_at(function, turn * float(x[place]))
            error = abs(y - v) / unit_of(v, precision, e_min)
            if error < 0.5 - slack:
                continue
            is_small = abs(v) < least_normal
            looked_at(y, error, is_small, slack, limit, output, place, counts, listed)


@kernel
def scan_sums(
    first: Vector,
    second: Vector,
    results: NDArray[np.uint16],
    values: Vector,
    softplus: Vector,
    steps: float,
    precision: int,
    e_min: int,
    limits: Vector,
    counts: Counts,
    listed: List,
) -> None:
    """logsumexp of pairs: the larger one and ``log(1 + e^-|d|)``, which a table gives.

    Parameters
    ----------
    values:
        The numbers of all bit patterns.
    softplus, steps:
        The coefficients of ``log(1 + e^-t)`` about the middle of each stretch of ``1 / steps``,
        constant first, and those of the last stretch zero.
    """
    last, limit = len(softplus) - 1, limits[0]
    least_normal = math.ldexp(1.0, e_min)
    for row in range(len(second)):
        b, start = second[row], row * len(first)
        for column in range(len(first)):
            a = first[column]
            t = abs(a - b) * steps
            stretch = int(min(t, float(last)))
            s = min(t - stretch - 0.5, 0.5)
            tail = 0.0
            for k in range(softplus.shape[1] - 1, -1, -1):
                tail = tail * s + softplus[stretch, k]
            top = max(a, b)
            v = top + tail
            y = values[results[0, start + column]]
            unit = unit_of(v, precision, e_min)
            error = abs(y - v) / unit
            slack = 1e-9 + 4e-15 * (abs(top) + tail) / unit
            if error < 0.5 - slack:
                continue
            is_small = abs(v) < least_normal
            looked_at(y, error, is_small, slack, limit, 0, start + column, counts, listed)
