"""The softmax of capped logits ``c tanh(x / c)`` and its derivatives, in double-word arithmetic.

With ``E = exp(-2 |x| / c)`` the cap is ``c (1 - E) / (1 + E)`` and its slope ``4 E / (1 + E)**2``.
An exponent needs an absolute accuracy alone, so that nothing is lost where ``1 - E`` cancels.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import PENDING, U2, UNDERFLOW, VANISHING, judged
from softmark.oracle.double_word import (
    add,
    add_same_sign,
    fast_two_sum,
    fma,
    reciprocal,
    times,
    times_float,
)
from softmark.oracle.exponential import DEEPEST, EXP_BOUND, weight
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.summation import signed_bound, sum_bound, sum_same_sign, sum_signed

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]

SMALLEST_CAP: Final = 2.0**-10
LARGEST_CAP: Final = 320.0
"""Then no exponent is below -640, so that no weight is left out."""
CAPPED_BOUND: Final = 2.0**-83.8
"""Error of a difference of two capped logits, relative to the cap."""
SLOPE_BOUND: Final = 2.0**-82.9
"""Relative error of a slope that is not 0."""
NO_SLOPE: Final = 2.0**-930
"""More than a slope that was left out, ``4 exp(-650)``."""
VALUE, VJP, JVP = 0, 1, 2


@inlined
def _capped(x: float, cap: float) -> tuple[float, float, float, float]:
    """``c tanh(x / c)`` and its slope, as double words; of an infinity the limits."""
    size = abs(x)
    th = size / cap
    is_near = th < 400.0  # of the others E is left out
    tl = fma(-th, cap, size) / cap if is_near else 0.0
    th, tl = fast_two_sum(th if is_near else 400.0, tl)
    eh, el = weight(-2.0 * th, -2.0 * tl)
    nh, nl = add(1.0, 0.0, -eh, -el)
    dh, dl = add_same_sign(1.0, 0.0, eh, el)
    rh, rl = reciprocal(dh, dl)
    yh, yl = times(nh, nl, rh, rl)
    yh, yl = times_float(yh, yl, cap if x > 0.0 else -cap)
    qh, ql = times(rh, rl, rh, rl)
    sh, sl = times(4.0 * eh, 4.0 * el, qh, ql)
    return yh, yl, sh, sl


@inlined
def _greatest(x: Vector) -> int:
    """The place of the greatest logit, which may be infinite; -1 in a row with NaN."""
    place = 0
    for j in range(len(x)):
        if x[j] != x[j]:
            return -1
        place = j if x[j] > x[place] else place
    return place


@inlined
def _probabilities(
    x: Vector, cap: float, top: int, high: Vector, low: Vector, slope: Matrix
) -> None:
    mh, ml, _, _ = _capped(x[top], cap)
    for j in range(len(x)):
        yh, yl, slope[0, j], slope[1, j] = _capped(x[j], cap)
        dh, dl = add(yh, yl, -mh, -ml)
        high[j], low[j] = weight(dh, dl)
    sh, sl = sum_same_sign(high, low)
    rh, rl = reciprocal(sh, sl)
    for j in range(len(x)):
        high[j], low[j] = times(high[j], low[j], rh, rl)


@kernel
def softcap(
    x: Matrix,
    along: Matrix,
    cap: float,
    mode: int,
    high: Matrix,
    low: Matrix,
    bound: Matrix,
    flags: Flags,
) -> None:
    """Enclose the softmax of capped logits, or a derivative of it, of each row.

    Parameters
    ----------
    along:
        The cotangent of a ``VJP``, the tangent of a ``JVP``; else any matrix.
    cap:
        From ``SMALLEST_CAP`` to ``LARGEST_CAP``.
    """
    rows, n = x.shape
    slope, terms, away = np.empty((2, n)), np.empty((2, n)), np.empty((3, n))
    relative = 2.02 * (EXP_BOUND + CAPPED_BOUND * cap) + sum_bound(n) + 15.0 * U2
    for r in range(rows):
        top = _greatest(x[r])
        if top < 0:
            flags[r], bound[r, :] = 1, PENDING
            continue
        flags[r] = 0
        _probabilities(x[r], cap, top, high[r], low[r], slope)
        if mode == VALUE:
            for j in range(n):
                bound[r, j] = relative * high[r, j]
        elif mode == JVP and _is_flat(x[r], along[r], cap):
            flags[r], bound[r, :] = 1, VANISHING
        else:
            _from_greatest(along[r], slope, top, mode, away)
            mean = _mean(high[r], low[r], away, relative, terms)
            _project(high[r], low[r], away, mean, relative, bound[r])
            if mode == VJP:
                _times_slope(x[r], cap, slope, high[r], low[r], bound[r])
            for j in range(n):
                flags[r] = flags[r] if bound[r, j] >= 0.0 else 1


@inlined
def _is_flat(x: Vector, along: Vector, cap: float) -> bool:
    """Whether all slopes are below ``4 exp(DEEPEST) < 2**-2017``, and all tangents moderate."""
    for j in range(len(x)):
        if not (2.0 * abs(x[j]) / cap > -DEEPEST and abs(along[j]) < 2.0**400):
            return False
    return True


@inlined
def _from_greatest(along: Vector, slope: Matrix, top: int, mode: int, away: Matrix) -> None:
    """How far what is projected is from that of the greatest logit, and the error of that."""
    ch, cl = along[top], 0.0
    if mode == JVP:
        ch, cl = times_float(slope[0, top], slope[1, top], along[top])
    for j in range(len(along)):
        ah, al, error = along[j], 0.0, 0.0
        if mode == JVP:
            ah, al = times_float(slope[0, j], slope[1, j], along[j])
            error = (SLOPE_BOUND + 3.0 * U2) * (abs(ah) + abs(ch))
            error += NO_SLOPE * (abs(along[j]) + abs(along[top])) + UNDERFLOW
        away[0, j], away[1, j] = add(ah, al, -ch, -cl)
        is_sum = mode == VJP  # of two float64 numbers, which is exact
        away[2, j] = 0.0 if is_sum else 1.01 * error + 3.02 * U2 * (abs(ah) + abs(ch))


Mean = tuple[float, float, float]


@inlined
def _mean(ph: Vector, pl: Vector, away: Matrix, relative: float, terms: Matrix) -> Mean:
    """``sum_j p_j away_j`` and its bound; exactly 0 where all are."""
    size, inherited, different = 0.0, 0.0, 0
    for j in range(len(ph)):
        terms[0, j], terms[1, j] = times(ph[j], pl[j], away[0, j], away[1, j])
        size += abs(terms[0, j])
        inherited += ph[j] * away[2, j]
        different += 1 if away[0, j] != 0.0 or away[2, j] != 0.0 else 0
    if different == 0:
        return 0.0, 0.0, 0.0
    rh, rl = sum_signed(terms[0], terms[1])
    error = (relative + 7.0 * U2 + signed_bound(len(ph))) * size + inherited
    return rh, rl, 1.001 * error + len(ph) * UNDERFLOW


@inlined
def _project(
    high: Vector, low: Vector, away: Matrix, mean: Mean, relative: float, bound: Vector
) -> None:
    """``p_i (away_i - mean)`` in place of the probabilities."""
    rh, rl, rb = mean
    for j in range(len(high)):
        fh, fl = add(away[0, j], away[1, j], -rh, -rl)
        exact = rb == 0.0 and away[2, j] == 0.0
        fb = away[2, j] + rb + 3.02 * U2 * (abs(away[0, j]) + abs(rh))
        fb = 0.0 if exact else fb
        p = high[j]
        high[j], low[j] = times(high[j], low[j], fh, fl)
        error = 1.001 * p * fb + 1.001 * (relative + 7.0 * U2) * abs(high[j]) + UNDERFLOW
        bound[j] = 0.0 if exact and fh == 0.0 else judged(high[j], error)


@inlined
def _times_slope(
    x: Vector, cap: float, slope: Matrix, high: Vector, low: Vector, bound: Vector
) -> None:
    """What was projected, times the slope of each logit's cap."""
    for j in range(len(x)):
        before, size = bound[j], abs(high[j])
        high[j], low[j] = times(high[j], low[j], slope[0, j], slope[1, j])
        error = 1.001 * slope[0, j] * before + 1.001 * (SLOPE_BOUND + 7.0 * U2) * abs(high[j])
        found = judged(high[j], error + UNDERFLOW)
        if slope[0, j] == 0.0:
            is_tiny = 2.0 * abs(x[j]) / cap > -DEEPEST and size < 2.0**400
            found = VANISHING if is_tiny and before > 0.0 else PENDING
        is_zero = before == 0.0 or abs(x[j]) == np.inf
        bound[j] = 0.0 if is_zero else (found if before > 0.0 else PENDING)
        high[j] = 0.0 if is_zero else high[j]
        low[j] = 0.0 if is_zero else low[j]
