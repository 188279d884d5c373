"""Softmax of rows straight to float64, where nobody asks for the enclosures.

The weights are those of ``lean_weights``, good to 2**-81, which decides the rounding of all but
one quotient in some fifty million.  Moderate logits need no shift by the greatest: nothing
overflows, and relative errors do not change.  Whatever does not fit in is left open, for
``softmax_kernel``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.borrowed import aligned, part
from softmark.oracle.double_word import bits_of, fma, reciprocal, two_prod
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.lean_weights import BLOCK, MODERATE, SCRATCH, weigh
from softmark.oracle.summation import LANES, LONG, deal, join
from softmark.oracle.weights import spread, sum_of_each

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]

LEAN_BOUND: Final = 2.0**-79.9
"""Relative error of a quotient, for rows of up to ``LONGEST_ROW`` elements."""
TEST_SLACK: Final = 2.0**-100
"""More than what the rounding test itself rounds, relative."""
TEST_WIDTH: Final = LEAN_BOUND + TEST_SLACK
TOGETHER: Final = 2048
"""Elements of short rows that are taken together."""


@kernel
def softmax_to_double(x: Matrix, out: Matrix, low: Vector, flags: Flags) -> int:
    """Correctly rounded softmax of each row; flags rows that are left open, and counts them.

    ``low`` is space for ``max(n, TOGETHER)`` numbers.
    """
    rows, n = x.shape
    step = max(1, TOGETHER // n)
    scratch, work = aligned(SCRATCH), aligned(4 * TOGETHER)
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        chunk, high = part(x, start * n, stop * n), part(out, start * n, stop * n)
        rest, is_open = part(low, 0, len(high)), part(flags, start, stop)
        if not _weigh_all(chunk, high, rest, scratch, work, step == 1):
            _flag_immoderate(chunk, n, is_open)
        if n < LONG:
            _short_rows(n, high, rest, work, is_open)
        else:
            _rows(n, high, rest, work, step == 1, is_open)
    count = 0
    for r in range(rows):
        count += flags[r]
    return count


@inlined
def _weigh_all(
    x: Vector, high: Vector, low: Vector, scratch: Vector, work: Vector, is_row: bool
) -> bool:
    """Weights of a chunk; if it is one row, they are added up while they are at hand.

    False if some logits are not moderate, whose weights mean nothing.
    """
    sums, rests = _empty_lanes(work)
    moderate = True
    for start in range(0, len(x), BLOCK):
        stop = min(len(x), start + BLOCK)
        block_high, block_low = part(high, start, stop), part(low, start, stop)
        moderate &= weigh(part(x, start, stop), block_high, block_low, scratch)
        if is_row:
            deal(block_high, block_low, sums, rests)
    return moderate


@inlined
def _empty_lanes(work: Vector) -> tuple[Vector, Vector]:
    sums, rests = part(work, 0, LANES), part(work, LANES, 2 * LANES)
    for lane in range(LANES):
        sums[lane] = rests[lane] = 0.0
    return sums, rests


@inlined
def _flag_immoderate(x: Vector, n: int, flags: Flags) -> None:
    for r in range(len(flags)):
        for j in range(n):
            if not abs(x[r * n + j]) <= MODERATE:
                flags[r] = 1


@inlined
def _rows(n: int, high: Vector, low: Vector, work: Vector, is_dealt: bool, flags: Flags) -> None:
    """Turn the weights of rows end to end into quotients; flags rows where some stay open."""
    sums, rests = part(work, 0, LANES), part(work, LANES, 2 * LANES)
    for r in range(len(flags)):
        row, row_low = part(high, r * n, r * n + n), part(low, r * n, r * n + n)
        if not is_dealt:
            sums, rests = _empty_lanes(work)
            deal(row, row_low, sums, rests)
        total, rest = join(sums, rests)
        by_high, by_low = reciprocal(total, rest)
        undecided, stop = 0, n
        while stop > 0:  # from the end, which is still in a near cache
            start = max(0, stop - BLOCK)
            block, block_low = part(row, start, stop), part(row_low, start, stop)
            undecided |= _round_quotients(block, block_low, by_high, by_low)
            stop = start
        if undecided:
            flags[r] = 1


@inlined
def _round_quotients(high: Vector, low: Vector, by_high: float, by_low: float) -> int:
    """0 if each is decided."""
    undecided = 0
    for j in range(len(high)):
        high[j], above = _rounded_product(high[j], low[j], by_high, by_low)
        undecided |= bits_of(high[j]) ^ bits_of(above)
    return undecided


@inlined
def _short_rows(n: int, high: Vector, low: Vector, work: Vector, flags: Flags) -> None:
    """The same for rows below ``LONG``."""
    size, rows = len(high), len(flags)
    first, second = part(work, 0, size), part(work, TOGETHER, TOGETHER + size)
    sums = part(work, 2 * TOGETHER, 2 * TOGETHER + rows)
    rests = part(work, 3 * TOGETHER, 3 * TOGETHER + rows)
    sum_of_each(high, low, n, sums, rests)
    for r in range(rows):
        sums[r], rests[r] = reciprocal(sums[r], rests[r])
    spread(sums, n, first)
    spread(rests, n, second)
    undecided = 0
    for j in range(size):
        high[j], second[j] = _rounded_product(high[j], low[j], first[j], second[j])
        undecided |= bits_of(high[j]) ^ bits_of(second[j])
    if undecided:
        for j in range(size):
            if high[j] != second[j]:
                flags[j // n] = 1


@inlined
def _rounded_product(xh: float, xl: float, yh: float, yl: float) -> tuple[float, float]:
    """``x y`` rounded to float64, if both results agree: they are those of the ends."""
    ph, e = two_prod(xh, yh)
    pl = fma(xl, yh, fma(xh, yl, e))
    return ph + fma(-TEST_WIDTH, ph, pl), ph + fma(TEST_WIDTH, ph, pl)
