"""Sums of a row of double words, vectorised over lanes when the row is long.

A long row is dealt out to ``LANES`` running sums, which are then added up.  A short one is
summed by compensated summation, whose chain of dependent operations is one addition an element.
Both orders depend on the length alone, so results do not depend on the number of threads.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.borrowed import part
from softmark.oracle.double_word import add, add_same_sign, fast_two_sum, two_sum
from softmark.oracle.jit import inlined

Vector = NDArray[np.float64]

LANES: Final = 64
LONG: Final = 128
"""Rows of at least this length are summed in lanes."""


@inlined
def sum_bound(n: int) -> float:
    """Relative error of ``sum_same_sign`` of n terms.

    Long: a lane takes eight terms with 53.1 u**2 (``PROOF.md``), some 8 more and 3 foldings with
    3.01 u**2 each, and eight lanes remain.  Short: Ogita, Rump and Oishi's Sum2 errs by at
    most ``n**2 u**2`` before its last rounding [HBFA, sec. 5.3.2], which TwoSum keeps; the second
    words add as much at most.
    """
    u = 2.0**-53
    if n >= LONG:
        return (53.1 / 8.0 * n / LANES + 11.0 * 3.01 + 130.0) * u * u
    return (2.0 * n * n + 2.0) * u * u


@inlined
def sum_same_sign(high: Vector, low: Vector) -> tuple[float, float]:
    """Sum of double words >= 0."""
    n = len(high)
    if n >= LONG:
        return _lanes_same_sign(high, low)
    return _compensated(high, low)


@inlined
def _compensated(high: Vector, low: Vector) -> tuple[float, float]:
    s, c = 0.0, 0.0
    for j in range(len(high)):
        s, e = two_sum(s, high[j])
        c += e + low[j]
    return two_sum(s, c)


@inlined
def _lanes_same_sign(high: Vector, low: Vector) -> tuple[float, float]:
    sh, sl = np.zeros(LANES), np.zeros(LANES)
    deal(high, low, sh, sl)
    return join(sh, sl)


@inlined
def deal(high: Vector, low: Vector, sh: Vector, sl: Vector) -> None:
    """Add double words >= 0 to the lanes, the first to the first lane.

    Eight go to a lane before it is stored: a lane stays in a register meanwhile.
    """
    n = len(high)
    eights, whole = n - n % (8 * LANES), n - n % LANES
    for start in range(0, eights, 8 * LANES):
        stop = start + 8 * LANES
        block_high, block_low = part(high, start, stop), part(low, start, stop)
        for lane in range(LANES):
            s, c = sh[lane], sl[lane]
            s, c = _take(s, c, block_high[lane], block_low[lane])
            s, c = _take(s, c, block_high[lane + LANES], block_low[lane + LANES])
            s, c = _take(s, c, block_high[lane + 2 * LANES], block_low[lane + 2 * LANES])
            s, c = _take(s, c, block_high[lane + 3 * LANES], block_low[lane + 3 * LANES])
            s, c = _take(s, c, block_high[lane + 4 * LANES], block_low[lane + 4 * LANES])
            s, c = _take(s, c, block_high[lane + 5 * LANES], block_low[lane + 5 * LANES])
            s, c = _take(s, c, block_high[lane + 6 * LANES], block_low[lane + 6 * LANES])
            s, c = _take(s, c, block_high[lane + 7 * LANES], block_low[lane + 7 * LANES])
            sh[lane], sl[lane] = fast_two_sum(s, c)
    for start in range(eights, whole, LANES):
        stop = start + LANES
        _deal_once(part(high, start, stop), part(low, start, stop), sh, sl)
    _deal_once(part(high, whole, n), part(low, whole, n), sh, sl)


@inlined
def _deal_once(high: Vector, low: Vector, sh: Vector, sl: Vector) -> None:
    for lane in range(len(high)):
        sh[lane], sl[lane] = add_same_sign(sh[lane], sl[lane], high[lane], low[lane])


@inlined
def _take(s: float, c: float, high: float, low: float) -> tuple[float, float]:
    """``s + high`` for s, high >= 0, exactly but for ``c``, which collects what is too small."""
    greater, less = (s, high) if s > high else (high, s)
    s, e = fast_two_sum(greater, less)
    return s, c + (e + low)


@inlined
def join(sh: Vector, sl: Vector) -> tuple[float, float]:
    """The sum of the lanes, which are used up: folded to eight, which are added in turn."""
    _fold(sh, sl, LANES // 2)
    _fold(sh, sl, LANES // 4)
    _fold(sh, sl, LANES // 8)
    return _compensated(part(sh, 0, LANES // 8), part(sl, 0, LANES // 8))


@inlined
def _fold(sh: Vector, sl: Vector, width: int) -> None:
    for lane in range(width):
        sh[lane], sl[lane] = add_same_sign(sh[lane], sl[lane], sh[lane + width], sl[lane + width])


@inlined
def sum_signed(high: Vector, low: Vector) -> tuple[float, float]:
    """Sum of double words of any sign, within ``signed_bound(n)`` times their magnitudes' sum."""
    n = len(high)
    sh, sl = np.zeros(LANES), np.zeros(LANES)
    whole = n - n % LANES
    for start in range(0, whole, LANES):
        block_high, block_low = high[start : start + LANES], low[start : start + LANES]
        for lane in range(LANES):
            sh[lane], sl[lane] = add(sh[lane], sl[lane], block_high[lane], block_low[lane])
    for j in range(whole, n):
        lane = j - whole
        sh[lane], sl[lane] = add(sh[lane], sl[lane], high[j], low[j])
    width = LANES // 2
    while width:
        for lane in range(width):
            sh[lane], sl[lane] = add(sh[lane], sl[lane], sh[lane + width], sl[lane + width])
        width //= 2
    return sh[0], sl[0]


@inlined
def signed_bound(n: int) -> float:
    """Error of ``sum_signed``: every term passes at most ``n/LANES + 7`` additions."""
    u = 2.0**-53
    return (n / LANES + 8.0) * 3.02 * u * u
