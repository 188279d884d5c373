"""``exp`` of moderate logits to 2**-81, in stages over blocks: cheap, and enough for most.

A rounding to float64 asks for some 75 bits; the few quotients that these do not decide are left
to ``exponential``, which has 84.  Each stage is a short loop over a block that stays in the
nearest cache.  One long loop would be slower: its iterations are chains of dependent steps, and
only two or three of them would fit into the processor's window at a time.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.borrowed import part
from softmark.oracle.double_word import bits_of, fast_two_sum, fma, two_prod
from softmark.oracle.jit import inlined
from softmark.oracle.lean_reduction import reduce_block

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

MODERATE: Final = 256.0
"""Greatest magnitude of a logit: weights lie in ``2**-370 .. 2**370``."""
LEAN_EXP_BOUND: Final = 2.0**-81
"""Relative error of a weight."""
BLOCK: Final = 512
"""Elements that pass through the stages together: 28 KB with their results."""
UNIT: Final = 64
"""Blocks are filled up to a multiple of this, so that no loop has a remainder."""
SCRATCH: Final = 4 * BLOCK + 3 * UNIT
"""Elements that ``weigh`` works in."""
_MODERATE_BITS: Final = int(np.float64(MODERATE).view(np.int64))
_MAGNITUDE_BITS: Final = (1 << 63) - 1


@inlined
def weigh(x: Vector, high: Vector, low: Vector, scratch: Vector) -> bool:
    """``exp(x)`` of a block as double words.

    False if a logit is not a number of at most ``MODERATE``; its weight then means nothing.
    ``scratch`` has ``SCRATCH`` elements.
    """
    n = len(x)
    whole = n - n % UNIT
    moderate = _weigh_whole(part(x, 0, whole), part(high, 0, whole), part(low, 0, whole), scratch)
    if whole < n:
        end = 4 * BLOCK
        last = part(scratch, end, end + UNIT)
        last_high = part(scratch, end + UNIT, end + 2 * UNIT)
        last_low = part(scratch, end + 2 * UNIT, end + 3 * UNIT)
        for j in range(UNIT):
            last[j] = 0.0
        _copy(part(x, whole, n), last)
        moderate &= _weigh_whole(last, last_high, last_low, scratch)
        _copy(part(last_high, 0, n - whole), part(high, whole, n))
        _copy(part(last_low, 0, n - whole), part(low, whole, n))
    return moderate


@inlined
def _copy(values: Vector, out: Vector) -> None:
    for j in range(len(values)):
        out[j] = values[j]


@inlined
def _weigh_whole(x: Vector, high: Vector, low: Vector, scratch: Vector) -> bool:
    n = len(x)
    r, c = part(scratch, 0, n), part(scratch, BLOCK, BLOCK + n)
    th, tl = part(scratch, 2 * BLOCK, 2 * BLOCK + n), part(scratch, 3 * BLOCK, 3 * BLOCK + n)
    reduce_block(x, r, c, th, tl)
    for j in range(n):
        high[j], low[j] = _body(r[j], c[j], th[j], tl[j])
    return _greatest_bits(x) <= _MODERATE_BITS


@inlined
def _greatest_bits(x: Vector) -> int:
    """The bits of the greatest magnitude, NaN above all: integers, whose order is free."""
    top = 0
    for j in range(len(x)):
        magnitude = bits_of(x[j]) & _MAGNITUDE_BITS
        top = magnitude if magnitude > top else top
    return top


@inlined
def _body(r: float, c: float, th: float, tl: float) -> tuple[float, float]:
    """``(th + tl) exp(r + c)`` for ``|r| <= ln2/512 (1 + 2**-20)``; Gappa proves the error."""
    square, square_low = two_prod(0.5 * r, r)
    upper = fma(square, 1 / 630.0, fma(r, 1 / 180.0, 1 / 30.0))
    tail = fma(square, upper, fma(r, 1 / 12.0, 1 / 3.0))
    rest = fma(square * r, tail, square_low)
    zh, z_error = fast_two_sum(r, square)
    z = zh + rest
    zl = z_error + (fma(c, z, c) + rest)
    ph, p_error = two_prod(th, zh)
    pl = fma(th, zl, fma(tl, z, p_error))
    sh, sl = fast_two_sum(th, ph)
    return fast_two_sum(sh, sl + (pl + tl))
