"""``r_i - p_i sum_j r_j``: the gradient of log_softmax, and with ``r = -g q`` of cross-entropy.

At the greatest logit ``1 - p_c`` is taken as the sum of the other probabilities, so that the small
gradient of a row that is nearly certain of its label keeps its accuracy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import DROPPED, PENDING, U2, UNDERFLOW, VANISHING, judged
from softmark.oracle.double_word import add, times, two_prod
from softmark.oracle.exponential import DEEPEST
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.mean_kernels import PRODUCT_BOUND, magnitude
from softmark.oracle.softmax_kernel import SOFTMAX_BOUND, softmax_chunk
from softmark.oracle.summation import signed_bound, sum_signed
from softmark.oracle.weights import CHUNK, chunk_rows, is_dropped, position

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]


@kernel
def residuals(
    x: Matrix, r: Matrix, low_r: Matrix, high: Matrix, low: Matrix, bound: Matrix, flags: Flags
) -> None:
    """Enclose ``r_i - p_i sum_j r_j``: the gradient of log_softmax and of cross-entropy.

    ``low_r`` are the low words of r, or one row that is the same for all.
    """
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops = np.empty((4, CHUNK)), np.empty(step)
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        softmax_chunk(x[start:stop], 1.0, high[start:stop], low[start:stop], work, tops)
        for i in range(start, stop):
            flags[i] = 1
            if tops[i - start] > -np.inf:
                c = position(x[i], tops[i - start])
                rest = low_r[min(i, len(low_r) - 1)]
                total = _total(r[i], rest)
                others = _others(high[i], low[i], c, is_missing(x[i], high[i]))
                left = _subtract(x[i], r[i], rest, total, high[i], low[i], bound[i])
                left += _subtract_greatest(r[i], rest, total, others, c, high[i], low[i], bound[i])
                flags[i] = 1 if left else 0
                if left:
                    _mark_small(x[i], r[i], tops[i - start], total[0], bound[i])
            else:
                bound[i, :] = PENDING


@inlined
def is_missing(x: Vector, high: Vector) -> int:
    """How many present elements of a row were left out."""
    count = 0
    for j in range(len(x)):
        count += 1 if is_dropped(x[j], high[j]) else 0
    return count


@inlined
def _total(r: Vector, rest: Vector) -> tuple[float, float, float]:
    """``sum_j r_j`` and its bound; exact where at most one term is not zero."""
    count = 0
    for j in range(len(r)):
        count += 0 if r[j] == 0.0 else 1
    gh, gl = sum_signed(r, rest)
    return gh, gl, 0.0 if count <= 1 else 1.001 * signed_bound(len(r)) * magnitude(r)


@inlined
def _others(high: Vector, low: Vector, c: int, missing: int) -> tuple[float, float, float]:
    """``1 - p_c`` as the sum of the other probabilities, and its bound."""
    kept_high, kept_low = high[c], low[c]
    high[c] = low[c] = 0.0
    qh, ql = sum_signed(high, low)
    high[c], low[c] = kept_high, kept_low
    return qh, ql, 1.001 * (SOFTMAX_BOUND + signed_bound(len(high))) * qh + missing * DROPPED


@inlined
def _subtract(
    x: Vector,
    r: Vector,
    rest: Vector,
    total: tuple[float, float, float],
    high: Vector,
    low: Vector,
    bound: Vector,
) -> int:
    """``r_i - p_i G`` in place of the probabilities; returns how many elements are left open."""
    gh, gl, gb = total
    left = 0
    for j in range(len(x)):
        qh, ql = times(high[j], low[j], gh, gl)
        hi, lo = add(r[j], rest[j], -qh, -ql)
        missing = DROPPED * abs(gh) if is_dropped(x[j], high[j]) else 0.0
        product = 1.001 * high[j] * gb + PRODUCT_BOUND * abs(qh)
        rounding = 3.02 * U2 * abs(r[j]) if qh != 0.0 else 0.0
        b = judged(hi, product + rounding + missing + UNDERFLOW)
        plain = x[j] == -np.inf or (gh == 0.0 and gb == 0.0)
        high[j] = r[j] if plain else hi
        low[j] = rest[j] if plain else lo
        bound[j] = 0.0 if plain else b
        left += 1 if not plain and b == PENDING else 0
    return left


@inlined
def _subtract_greatest(
    r: Vector,
    rest: Vector,
    total: tuple[float, float, float],
    others: tuple[float, float, float],
    c: int,
    high: Vector,
    low: Vector,
    bound: Vector,
) -> int:
    """``(r_c - G) + (1 - p_c) G`` at the greatest logit; corrects the count of open elements.

    It keeps the small gradient of a row that is nearly certain of its label.
    """
    gh, gl, gb = total
    if gh == 0.0 and gb == 0.0:
        return 0
    before = 1 if bound[c] == PENDING else 0
    sh, sl = times(others[0], others[1], gh, gl)
    ah, al = add(r[c], rest[c], -gh, -gl)
    same = gb == 0.0 and ah == 0.0 and al == 0.0
    high[c], low[c] = add(ah, al, sh, sl)
    error = 1.001 * others[2] * (abs(gh) + gb) + others[0] * gb + 11.0 * U2 * abs(sh) + UNDERFLOW
    rounding = 0.0 if same else gb + 7.0 * U2 * (abs(r[c]) + abs(gh))
    alone = same and others[0] == 0.0 and others[2] == 0.0
    bound[c] = 0.0 if alone else judged(high[c], error + rounding)
    return (1 if bound[c] == PENDING else 0) - before


@inlined
def _mark_small(x: Vector, r: Vector, m: float, total: float, bound: Vector) -> None:
    """Mark open results that are a vanishing weight times a moderate total."""
    for j in range(len(x)):
        if bound[j] == PENDING and r[j] == 0.0 and x[j] - m < DEEPEST and abs(total) < 2.0**400:
            bound[j] = VANISHING


@kernel
def products(factor: Vector, q: Matrix, high: Matrix, low: Matrix) -> NDArray[np.bool_]:
    """``-factor q`` as double words; returns the rows in which one might not be exact."""
    inexact = np.zeros(len(q), dtype=np.bool_)
    for i in range(len(q)):
        for j in range(q.shape[1]):
            high[i, j], low[i, j] = two_prod(-factor[i], q[i, j])
            is_zero = factor[i] == 0.0 or q[i, j] == 0.0
            inexact[i] |= not (is_zero or 2.0**-900 < abs(high[i, j]) < 2.0**900)
    return inexact
