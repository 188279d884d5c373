"""Divergences of rows from others: ``sum_j p_j (log p_j - log q_j)`` with both from logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import DROPPED, PENDING, U2, UNDERFLOW, judged
from softmark.oracle.double_word import add, times, two_sum
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.log_kernels import log_totals
from softmark.oracle.mean_kernels import PRODUCT_BOUND, magnitude
from softmark.oracle.softmax_kernel import softmax_chunk
from softmark.oracle.summation import signed_bound, sum_signed
from softmark.oracle.weights import CHUNK, chunk_rows, is_dropped, position

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]


@kernel
def divergences(
    x: Matrix, y: Matrix, high: Vector, low: Vector, bound: Vector, flags: Flags
) -> None:
    """Enclose the divergence of ``softmax(y)`` from ``softmax(x)``, of each row.

    With c the place of the greatest logit of x, m that logit and k the greatest of y, it is
    ``sum_j p_j (d_j - d_c) + (k - y_c) - log(1 + t_x) + log(1 + t_y)``, where ``d = x - y``.
    """
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, others = np.empty((3, step * n)), np.empty(step), np.empty(step)
    of_x, of_y = np.empty((3, step)), np.empty((3, step))
    space, p, terms = np.empty((4, CHUNK)), np.empty((2, step, n)), np.empty((2, n))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        count = stop - start
        log_totals(y[start:stop], work, others, of_y)
        log_totals(x[start:stop], work, tops, of_x)
        softmax_chunk(x[start:stop], 1.0, p[0, :count], p[1, :count], space, tops)
        for r in range(start, stop):
            i = r - start
            flags[r], bound[r] = 1, PENDING
            if tops[i] > -np.inf and others[i] > -np.inf:
                c = position(x[r], tops[i])
                sh, sl, sb = _excess(x[r], y[r], c, p[0, i], p[1, i], terms)
                kh, kl = two_sum(others[i], -y[r, c])
                ah, al = add(sh, sl, kh, kl)
                bh, bl = add(of_y[0, i], of_y[1, i], -of_x[0, i], -of_x[1, i])
                high[r], low[r] = add(ah, al, bh, bl)
                size = abs(sh) + abs(kh) + of_x[0, i] + of_y[0, i]
                error = sb + of_x[2, i] + of_y[2, i] + 7.0 * U2 * size
                bound[r] = judged(high[r], 1.01 * error + n * UNDERFLOW)
                flags[r] = 1 if bound[r] == PENDING else 0


@inlined
def _excess(
    x: Vector, y: Vector, c: int, ph: Vector, pl: Vector, terms: Matrix
) -> tuple[float, float, float]:
    """``sum_j p_j (d_j - d_c)`` and its bound; what is absent in x counts nothing."""
    n = len(x)
    ch, cl = two_sum(x[c], -y[c])
    sizes, missing = 0.0, 0.0
    for j in range(n):
        dh, dl = two_sum(x[j], -y[j])
        fh, fl = add(dh, dl, -ch, -cl)
        sh, sl = times(ph[j], pl[j], fh, fl)
        is_there = x[j] > -np.inf and not is_dropped(x[j], ph[j])
        terms[0, j] = sh if is_there else 0.0
        terms[1, j] = sl if is_there else 0.0
        sizes += ph[j] * (abs(dh) + abs(ch)) if is_there else 0.0
        if is_dropped(x[j], ph[j]):
            missing += 1.001 * DROPPED * (abs(dh) + abs(ch))
    rh, rl = sum_signed(terms[0], terms[1])
    relative = 1.001 * (PRODUCT_BOUND + signed_bound(n))
    return rh, rl, relative * magnitude(terms[0]) + 3.1 * U2 * sizes + missing
