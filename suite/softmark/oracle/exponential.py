"""``exp`` of a double-word argument, with relative error at most ``EXP_BOUND``.

Write ``d = k ln2/512 + r`` with an integer k, ``j = k mod 512``; then ``exp(d) = 2**(k div 512)
2**(j/512) exp(r)``.  The power of two is kept apart, ``2**(j/512)`` is a table of double words,
and ``exp(r)`` is its Taylor polynomial of degree 7 with the first two terms in double-word
arithmetic.  ``exp.gappa`` proves the bound of the body, ``PROOF.md`` the rest.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from softmark.oracle.double_word import bits_of, fast_two_sum, float_of, fma, two_prod
from softmark.oracle.jit import inlined

TABLE_BITS: Final = 9
ENTRIES: Final = 1 << TABLE_BITS
EXP_BOUND: Final = 2.0**-84
"""Relative error of ``exponential`` for arguments in ``[DEEPEST, -DEEPEST]``."""
DEEPEST: Final = -1400.0
"""Below this the integer k would leave the range for which ``reduction.gappa`` holds."""
CUT: Final = -650.0
"""Weights below ``exp(CUT) < 2**-937`` are left out of sums."""


def _nearest(value: arb) -> float:
    """The float64 nearest to a ball; raises if the ball does not tell."""
    mantissa, exponent = value.mid().man_exp()
    nearest = int(mantissa) / (1 << -int(exponent))
    if not abs(value - nearest) < abs(arb(nearest)) * arb(2.0**-53):
        raise ArithmeticError("the ball is too wide to round")
    return nearest


def _powers() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``2**(j/512)`` as double words, j = 0..511."""
    high, low = np.zeros(ENTRIES), np.zeros(ENTRIES)
    with ctx.workprec(256):
        for j in range(ENTRIES):
            power = arb(2) ** (arb(j) / ENTRIES)
            high[j] = _nearest(power)
            low[j] = _nearest(power - high[j]) if j else 0.0
    return high, low


def _ln2_parts() -> tuple[float, float]:
    """``ln2 / 512`` as a double word."""
    with ctx.workprec(256):
        step = arb(2).log() / ENTRIES
        first = _nearest(step)
        return first, _nearest(step - first)


POWER_HIGH, POWER_LOW = _powers()
LN2_1, LN2_2 = _ln2_parts()
INVERSE_STEP: Final = ENTRIES / math.log(2.0)  # only the choice of k depends on it
SHIFT: Final = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to an integer
SHIFT_BITS: Final = 0x4338000000000000


@inlined
def exponential(dh: float, dl: float) -> tuple[float, float, int]:
    """``exp(dh + dl) = (mh + ml) 2**e`` with ``mh`` in (0.99, 2).

    ``|dl| <= u |dh|`` and dh in ``[DEEPEST, -DEEPEST]``.
    """
    rh, rl, integer = _reduced(dh)
    rh, rl = fast_two_sum(rh, rl + dl)
    j = integer & (ENTRIES - 1)
    mh, ml = _body(rh, rl, POWER_HIGH[j], POWER_LOW[j])
    return mh, ml, integer >> TABLE_BITS


@inlined
def _reduced(dh: float) -> tuple[float, float, int]:
    """``dh - k ln2/512`` as two words, and k: Cody and Waite's reduction with FMA."""
    shifted = fma(dh, INVERSE_STEP, SHIFT)
    k = shifted - SHIFT
    integer = bits_of(shifted) - SHIFT_BITS
    t = fma(-k, LN2_1, dh)  # exact
    rh = fma(-k, LN2_2, t)
    return rh, fma(-k, LN2_2, t - rh), integer


@inlined
def _body(rh: float, rl: float, th: float, tl: float) -> tuple[float, float]:
    """``(th + tl) exp(rh + rl)`` for ``|r| <= ln2/1024 (1 + 2**-20)``; Gappa proves the error."""
    square, square_low = two_prod(rh, rh)
    tail = fma(rh, fma(rh, fma(rh, fma(rh, 1 / 5040.0, 1 / 720.0), 1 / 120.0), 1 / 24.0), 1 / 6.0)
    zh, z_error = fast_two_sum(rh, 0.5 * square)
    zl = z_error + (fma(rl, zh, rl) + fma(square * rh, tail, 0.5 * square_low))
    ph, p_error = two_prod(th, zh)
    pl = fma(th, zl, fma(tl, zh, p_error))
    sh, sl = fast_two_sum(th, ph)
    return fast_two_sum(sh, sl + (pl + tl))


@inlined
def power_of_two(e: int) -> float:
    """``2**e`` for e in -1022..1023."""
    return float_of((e + 1023) << 52)


@inlined
def weight(dh: float, dl: float) -> tuple[float, float]:
    """``exp(d)`` for d <= 0 as a double word; zero below ``CUT`` and for NaN.

    Scaling by ``2**e``, e >= -938, is exact in the first word; the second errs by at most 2**-1075,
    which is ``2**-137`` of the result.
    """
    kept = dh > CUT
    mh, ml, e = exponential(dh if kept else 0.0, dl if kept else 0.0)
    scale = power_of_two(e) if kept else 0.0
    return mh * scale, ml * scale
