"""log_softmax, logsumexp and cross-entropy: kernels around ``log(1 + t)``.

With the greatest logit m taken apart, ``t`` is the sum of the other weights and
``log_softmax_i = (x_i - m) - log(1 + t)``, ``logsumexp = m + log(1 + t)``.  All errors are
bounded as they run, so that nothing has to be assumed about cancellation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import DROPPED, PENDING, U2, UNDERFLOW, VANISHING, judged
from softmark.oracle.double_word import add_same_sign, fast_two_sum, times, times_float, two_sum
from softmark.oracle.exponential import DEEPEST, EXP_BOUND
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.logarithm import LOG_BOUND, log1p
from softmark.oracle.summation import sum_bound, sum_same_sign
from softmark.oracle.weights import (
    chunk_rows,
    greatest_of_each,
    is_dropped,
    position,
    spread,
    sum_of_each,
    weigh,
)

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]

U = 2.0**-53


@inlined
def log_totals(x: Matrix, work: Matrix, tops: Vector, logs: Matrix) -> None:
    """``log(1 + t)`` of each row of a chunk, as words ``logs[0] + logs[1]`` within ``logs[2]``.

    ``work`` has three rows as long as the chunk; ``tops`` gets each row's greatest logit.
    """
    rows, n = x.shape
    size = rows * n
    flat = x.reshape(size)
    high, low, top = work[0, :size], work[1, :size], work[2, :size]
    greatest_of_each(flat, n, tops)
    spread(tops[:rows], n, top)
    weigh(flat, top, 1.0, high, low)
    for r in range(rows):
        logs[2, r] = _drop_greatest(
            x[r], tops[r], high[r * n : (r + 1) * n], low[r * n : (r + 1) * n]
        )
    sum_of_each(high, low, n, logs[0, :rows], logs[1, :rows])
    relative = LOG_BOUND + 1.01 * (EXP_BOUND + sum_bound(n))
    for r in range(rows):
        _log_total(logs, r, relative)


@inlined
def _drop_greatest(x: Vector, m: float, high: Vector, low: Vector) -> float:
    """Take one greatest weight out of a row; returns a bound of the weights left out of the sum."""
    if not m > -np.inf:
        high[:] = np.nan
        return 0.0
    count = 0
    for j in range(len(x)):
        count += 1 if is_dropped(x[j], high[j]) else 0
    c = position(x, m)
    high[c] = low[c] = 0.0
    return count * DROPPED


@inlined
def _log_total(logs: Matrix, r: int, relative: float) -> None:
    """``log(1 + t)`` in place of t; what was left out of t is in (0, missing), as its effect."""
    missing = logs[2, r]
    lh, ll = log1p(logs[0, r], logs[1, r])
    bound = relative * lh + 0.5 * missing
    logs[0, r], logs[1, r] = add_same_sign(lh, ll, 0.5 * missing, 0.0)
    logs[2, r] = bound + (4.0 * U2 * lh if missing > 0.0 else 0.0)


@kernel
def log_softmax(x: Matrix, high: Matrix, low: Matrix, bound: Matrix, flags: Flags) -> None:
    """Enclose log_softmax of each row; a row is flagged if one of its elements is left open."""
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, logs = np.empty((6, step * n)), np.empty(step), np.empty((3, step))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        chunk = x[start:stop]
        log_totals(chunk, work, tops, logs)
        count, size = stop - start, (stop - start) * n
        spread(tops[:count], n, work[2, :size])
        for part in range(3):
            spread(logs[part, :count], n, work[3 + part, :size])
        out = high[start:stop].reshape(-1), low[start:stop].reshape(-1)
        if _differences(chunk.reshape(-1), work, out[0], out[1], bound[start:stop].reshape(-1)):
            for r in range(start, stop):
                flags[r] = _settle_greatest(x[r], tops[r - start], bound[r])


@inlined
def _differences(x: Vector, work: Matrix, high: Vector, low: Vector, bound: Vector) -> int:
    """``(x - m) - log(1 + t)``; rows 2 to 5 of ``work`` have m and the log with its bound.

    Both terms are <= 0, and the difference of x and m is exact, so two roundings are all there is.
    Returns how many elements are left open.
    """
    n = len(x)
    m, lh, ll, lb = work[2, :n], work[3, :n], work[4, :n], work[5, :n]
    count = 0
    for j in range(n):
        dh, dl = two_sum(x[j], -m[j])
        s, t = two_sum(dh, -lh[j])
        w = dl - ll[j]
        c = t + w
        hi, lo = fast_two_sum(s, c)
        b = judged(hi, lb[j] + 1.01 * U * (abs(w) + abs(c)))
        absent = x[j] == -np.inf and m[j] > -np.inf
        high[j] = -np.inf if absent else hi
        low[j] = 0.0 if absent else lo
        bound[j] = 0.0 if absent else b
        count += 1 if b == PENDING and not absent else 0
    return count


@inlined
def _settle_greatest(x: Vector, m: float, bound: Vector) -> int:
    """The row's flag; the greatest logit's result vanishes if all others are too far below."""
    left = 0
    for j in range(len(x)):
        left += 1 if bound[j] == PENDING else 0
    if left == 1 and m > -np.inf and bound[position(x, m)] == PENDING:
        near = 0
        for j in range(len(x)):
            near += 1 if x[j] - m > DEEPEST else 0
        if near == 1:
            bound[position(x, m)] = VANISHING
    return 1 if left else 0


@kernel
def logsumexp_from(
    x: Matrix, origin: Vector, high: Vector, low: Vector, bound: Vector, flags: Flags
) -> None:
    """Enclose ``logsumexp(x) - origin`` of each row: origin 0, or the logit of a label."""
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, logs = np.empty((3, step * n)), np.empty(step), np.empty((3, step))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        log_totals(x[start:stop], work, tops, logs)
        for r in range(start, stop):
            i = r - start
            dh, dl = two_sum(tops[i], -origin[r])
            s, t = two_sum(dh, logs[0, i])
            w = dl + logs[1, i]
            c = t + w
            high[r], low[r] = two_sum(s, c)
            bound[r] = judged(high[r], logs[2, i] + 1.01 * U * (abs(w) + abs(c)))
            flags[r] = 1 if bound[r] == PENDING else 0


@kernel
def losses(x: Matrix, q: Matrix, high: Vector, low: Vector, bound: Vector, flags: Flags) -> None:
    """Enclose ``sum_j q_j (logsumexp(x) - x_j)`` of each row: cross-entropy with class weights.

    From the greatest logit m it is ``sum_j q_j (m - x_j) + (sum_j q_j) log(1 + t)``: where no
    weight is negative, neither is a term, so nothing cancels.
    """
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, logs = np.empty((3, step * n)), np.empty(step), np.empty((3, step))
    terms, zeros = np.empty((2, n)), np.zeros(n)
    relative = sum_bound(n) + 6.0 * U2
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        log_totals(x[start:stop], work, tops, logs)
        for r in range(start, stop):
            i = r - start
            flags[r], bound[r] = 1, PENDING
            if _weigh_distances(x[r], q[r], tops[i], terms[0], terms[1]):
                sh, sl = sum_same_sign(terms[0], terms[1])
                qh, ql = sum_same_sign(q[r], zeros)
                ph, pl = times(qh, ql, logs[0, i], logs[1, i])
                high[r], low[r] = add_same_sign(sh, sl, ph, pl)
                error = relative * (sh + ph) + qh * logs[2, i] + 3.01 * U2 * high[r]
                bound[r] = judged(high[r], 1.01 * error + UNDERFLOW)
                flags[r] = 1 if bound[r] == PENDING else 0


@inlined
def _weigh_distances(x: Vector, q: Vector, m: float, high: Vector, low: Vector) -> bool:
    """``q_j (m - x_j)`` as double words; whether each is >= 0 and in range.

    The difference is exact, and the product errs by at most 2 u**2.  What has no weight counts
    nothing, wherever it is.
    """
    good = True
    for j in range(len(x)):
        dh, dl = two_sum(m, -x[j])
        high[j], low[j] = times_float(dh, dl, q[j])
        is_sized = q[j] > 0.0 and (dh == 0.0 or 2.0**-900 < high[j] < 2.0**900)
        if q[j] == 0.0:
            high[j] = low[j] = 0.0
        elif not is_sized:
            good = False
    return good
