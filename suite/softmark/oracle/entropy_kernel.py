"""Entropies of rows: ``sum_j p_j (m - x_j) + log(1 + t)``, of which no term is negative."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import PENDING, U2, UNDERFLOW, judged
from softmark.oracle.double_word import add_same_sign, times, two_sum
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.log_kernels import log_totals
from softmark.oracle.mean_kernels import PRODUCT_BOUND
from softmark.oracle.softmax_kernel import softmax_chunk
from softmark.oracle.summation import sum_bound, sum_same_sign
from softmark.oracle.weights import CHUNK, chunk_rows, is_dropped

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]


LEFT_OUT = 2.0**-928
"""More than ``p_j (m - x_j)`` of an element whose weight was left out, ``650 exp(-650)``."""


@kernel
def entropies(x: Matrix, high: Vector, low: Vector, bound: Vector, flags: Flags) -> None:
    """Enclose ``-sum_j p_j log p_j`` of each row.

    From the greatest logit m it is ``sum_j p_j (m - x_j) + log(1 + t)``, so nothing cancels.
    """
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, logs = np.empty((3, step * n)), np.empty(step), np.empty((3, step))
    space, p, terms = np.empty((4, CHUNK)), np.empty((2, step, n)), np.empty((2, n))
    relative = PRODUCT_BOUND + sum_bound(n)
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        chunk, count = x[start:stop], stop - start
        softmax_chunk(chunk, 1.0, p[0, :count], p[1, :count], space, tops)
        log_totals(chunk, work, tops, logs)
        for r in range(start, stop):
            i = r - start
            flags[r], bound[r] = 1, PENDING
            if tops[i] > -np.inf:
                missing = _weigh_distances(x[r], tops[i], p[0, i], p[1, i], terms[0], terms[1])
                sh, sl = sum_same_sign(terms[0], terms[1])
                high[r], low[r] = add_same_sign(sh, sl, logs[0, i], logs[1, i])
                error = relative * sh + missing + logs[2, i] + 3.01 * U2 * high[r]
                bound[r] = judged(high[r], 1.01 * error + n * UNDERFLOW)
                flags[r] = 1 if bound[r] == PENDING else 0


@inlined
def _weigh_distances(
    x: Vector, m: float, ph: Vector, pl: Vector, high: Vector, low: Vector
) -> float:
    """``p_j (m - x_j)`` as double words, and a bound of those whose weights were left out."""
    missing = 0.0
    for j in range(len(x)):
        dh, dl = two_sum(m, -x[j])
        sh, sl = times(ph[j], pl[j], dh, dl)
        is_there = x[j] > -np.inf and not is_dropped(x[j], ph[j])
        high[j] = sh if is_there else 0.0
        low[j] = sl if is_there else 0.0
        missing += LEFT_OUT if is_dropped(x[j], ph[j]) else 0.0
    return missing
