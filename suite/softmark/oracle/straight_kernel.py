"""Softmax of rows straight to float64, where nobody asks for the enclosures.

The enclosures are as narrow as those of ``softmax_kernel``, but each is rounded as soon as it is
known.  Moderate logits need no shift by the greatest: nothing overflows, and relative errors
do not change.  Whatever does not fit in is left open, for ``softmax_kernel``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.double_word import add_same_sign, fma, reciprocal, two_prod
from softmark.oracle.exponential import exponential_of_word, power_of_two
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.softmax_kernel import SOFTMAX_BOUND
from softmark.oracle.summation import LANES, LONG, deal, join
from softmark.oracle.weights import CHUNK, chunk_rows, spread, sum_of_each

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]

MODERATE: Final = 256.0
"""Greatest magnitude of a logit that is not shifted: weights lie in ``2**-370 .. 2**370``."""
TEST_SLACK: Final = 2.0**-104
"""More than the rounding test's own roundings, relative."""
TEST_WIDTH: Final = SOFTMAX_BOUND + TEST_SLACK


@kernel
def softmax_to_double(x: Matrix, out: Matrix, flags: Flags) -> None:
    """Correctly rounded softmax of each row; flags rows that are left open."""
    rows, n = x.shape
    step = chunk_rows(n)
    low, work = np.empty(step * n), np.empty((4, CHUNK))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        chunk, high = x[start:stop].reshape(-1), out[start:stop].reshape(-1)
        done = _long_row(chunk, high, low, work) if n >= LONG else _rows(chunk, n, high, low, work)
        if not done:
            flags[start:stop] = 1


@inlined
def _long_row(x: Vector, high: Vector, low: Vector, work: Matrix) -> bool:
    """One row; its weights, and in the end the results, in ``high``; False if it stays open."""
    n, sums, rests = len(x), work[0, :LANES], work[1, :LANES]
    sums[:], rests[:] = 0.0, 0.0
    whole = n - n % LANES
    for start in range(0, whole, CHUNK):
        stop = min(whole, start + CHUNK)
        if not _are_moderate(x[start:stop]):
            return False
        _weigh_and_deal(x[start:stop], high[start:stop], low[start:stop], sums, rests)
    if not _are_moderate(x[whole:]):
        return False
    _weigh(x[whole:], high[whole:], low[whole:])
    deal(high[whole:], low[whole:n], sums, rests)
    total, rest = join(sums, rests)
    by_high, by_low = reciprocal(total, rest)
    undecided = 0
    for j in range(n):
        high[j], doubt = _rounded_product(high[j], low[j], by_high, by_low)
        undecided += doubt
    return undecided == 0


@inlined
def _rows(x: Vector, n: int, high: Vector, low: Vector, work: Matrix) -> bool:
    """The same for short rows of n laid end to end."""
    rows = len(x) // n
    first, second = work[0, : len(x)], work[1, : len(x)]
    sums, rests = work[2, :rows], work[3, :rows]
    if not _are_moderate(x):
        return False
    _weigh(x, high, low)
    sum_of_each(high, low[: len(x)], n, sums, rests)
    for r in range(rows):
        sums[r], rests[r] = reciprocal(sums[r], rests[r])
    spread(sums, n, first)
    spread(rests, n, second)
    undecided = 0
    for j in range(len(x)):
        high[j], doubt = _rounded_product(high[j], low[j], first[j], second[j])
        undecided += doubt
    return undecided == 0


@inlined
def _are_moderate(x: Vector) -> bool:
    count = 0
    for j in range(len(x)):
        count += 0 if abs(x[j]) <= MODERATE else 1
    return count == 0


@inlined
def _weight(x: float) -> tuple[float, float]:
    mh, ml, e = exponential_of_word(x)
    scale = power_of_two(e)
    return mh * scale, ml * scale


@inlined
def _weigh(x: Vector, high: Vector, low: Vector) -> None:
    for j in range(len(x)):
        high[j], low[j] = _weight(x[j])


@inlined
def _weigh_and_deal(x: Vector, high: Vector, low: Vector, sums: Vector, rests: Vector) -> None:
    """Weights of whole blocks of ``LANES``, which are added to the lanes."""
    for start in range(0, len(x), LANES):
        block = x[start : start + LANES]
        block_high, block_low = high[start : start + LANES], low[start : start + LANES]
        for lane in range(LANES):
            wh, wl = _weight(block[lane])
            block_high[lane], block_low[lane] = wh, wl
            sums[lane], rests[lane] = add_same_sign(sums[lane], rests[lane], wh, wl)


@inlined
def _rounded_product(xh: float, xl: float, yh: float, yl: float) -> tuple[float, int]:
    """``x y`` rounded to float64, and 1 if ``TEST_WIDTH`` leaves that undecided, else 0.

    The steps of ``times`` without the closing sum, which the test does not need.
    """
    ph, e = two_prod(xh, yh)
    pl = e + fma(xl, yh, xh * yl)
    width = TEST_WIDTH * ph
    below, above = ph + (pl - width), ph + (pl + width)
    return below, 1 if below != above else 0
