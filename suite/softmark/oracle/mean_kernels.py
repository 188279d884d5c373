"""Means under the softmax weights, deviations from them, and the derivatives made of these.

A mean is centred at the element of greatest weight, ``a_c + sum_j p_j (a_j - a_c)``, so a
saturated row loses nothing.  Bounds run along: the magnitudes of all terms are summed beside the
terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import DROPPED, PENDING, U2, UNDERFLOW, VANISHING, judged
from softmark.oracle.double_word import add, times, two_prod, two_sum
from softmark.oracle.exponential import DEEPEST
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.softmax_kernel import softmax_chunk
from softmark.oracle.summation import LANES, signed_bound, sum_signed
from softmark.oracle.weights import CHUNK, chunk_rows, is_dropped, position

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]

U = 2.0**-53
PRODUCT_BOUND = 2.0**-82.8
"""Relative error of a probability times a double word: ``SOFTMAX_BOUND + 7 u**2``, and slack."""


@inlined
def magnitude(values: Vector) -> float:
    """Sum of absolute values in plain float64, from below by at most a part in a million."""
    lanes = np.zeros(LANES)
    whole = len(values) - len(values) % LANES
    for start in range(0, whole, LANES):
        block = values[start : start + LANES]
        for lane in range(LANES):
            lanes[lane] += abs(block[lane])
    total = 0.0
    for lane in range(LANES):
        total += lanes[lane]
    for j in range(whole, len(values)):
        total += abs(values[j])
    return total


@inlined
def excess(
    x: Vector, ph: Vector, pl: Vector, a: Vector, centre: float, terms: Matrix
) -> tuple[float, float, float]:
    """``sum_j p_j (a_j - centre)`` as a double word and its bound; exactly 0 where all a are equal.

    ``terms`` has two rows of the length of x.
    """
    different, missing = 0, 0
    th, tl = terms[0, : len(x)], terms[1, : len(x)]
    for j in range(len(x)):
        dh, dl = two_sum(a[j], -centre)
        present = x[j] > -np.inf
        different += 1 if present and dh != 0.0 else 0
        missing += 1 if is_dropped(x[j], ph[j]) else 0
        sh, sl = times(ph[j], pl[j], dh, dl)
        th[j] = sh if present else 0.0
        tl[j] = sl if present else 0.0
    if different == 0:
        return 0.0, 0.0, 0.0
    rh, rl = sum_signed(th, tl)
    bound = 1.001 * (PRODUCT_BOUND + signed_bound(len(x))) * magnitude(th)
    if missing:
        bound += _missing_magnitude(x, ph, a, centre)
    return rh, rl, bound + len(x) * UNDERFLOW


@inlined
def _missing_magnitude(x: Vector, ph: Vector, a: Vector, centre: float) -> float:
    """Bound of the terms whose weights were left out."""
    total = 0.0
    for j in range(len(x)):
        if is_dropped(x[j], ph[j]):
            total += abs(a[j] - centre)
    return 1.001 * DROPPED * total


@kernel
def mean(
    x: Matrix, a: Matrix, beta: float, high: Vector, low: Vector, bound: Vector, flags: Flags
) -> None:
    """Enclose ``sum_j p_j a_j`` of each row; ``a`` has a row for each, or one for all."""
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, terms = np.empty((4, CHUNK)), np.empty(step), np.empty((2, n))
    p = np.empty((2, step, n))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        softmax_chunk(x[start:stop], beta, p[0, : stop - start], p[1, : stop - start], work, tops)
        for r in range(start, stop):
            i, m = r - start, tops[r - start]
            flags[r], bound[r] = 1, PENDING
            if m > -np.inf:
                values = a[r % len(a)]
                centre = values[position(x[r], m)]
                rh, rl, rb = excess(x[r], p[0, i], p[1, i], values, centre, terms)
                s, t = two_sum(centre, rh)
                c = t + rl
                high[r], low[r] = two_sum(s, c)
                bound[r] = judged(high[r], rb + 1.01 * U * abs(c))
                flags[r] = 1 if bound[r] == PENDING else 0


@kernel
def deviations(
    x: Matrix,
    a: Matrix,
    beta: float,
    constant: Vector,
    slope: Matrix,
    weighted: bool,
    high: Matrix,
    low: Matrix,
    bound: Matrix,
    flags: Flags,
) -> None:
    """Enclose ``p_i (constant + slope (a_i - mean a))``, or that without ``p_i``.

    Parameters
    ----------
    a:
        A row for each row of x, or one for all.
    constant:
        One number a row.
    slope:
        Double words, shape ``(rows, 2)``.
    """
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops, terms = np.empty((4, CHUNK)), np.empty(step), np.empty((2, n))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        softmax_chunk(x[start:stop], beta, high[start:stop], low[start:stop], work, tops)
        for r in range(start, stop):
            m, values = tops[r - start], a[r % len(a)]
            flags[r] = 1
            if m > -np.inf:
                centre = values[position(x[r], m)]
                rh, rl, rb = excess(x[r], high[r], low[r], values, centre, terms)
                line = centre, rh, rl, rb, constant[r], slope[r, 0], slope[r, 1]
                if weighted:
                    left = _weighted(x[r], values, line, high[r], low[r], bound[r])
                else:
                    left = _plain(values, line, high[r], low[r], bound[r])
                flags[r] = 1 if left else 0
                if left and weighted:
                    _mark_vanishing(x[r], m, beta, values, line, bound[r])
            else:
                bound[r, :] = PENDING


Line = tuple[float, float, float, float, float, float, float]
"""Centre, the mean's excess over it (two words and bound), constant, slope (two words)."""


@inlined
def _deviation(value: float, line: Line) -> tuple[float, float, float]:
    """``a_i - mean a`` and its bound."""
    centre, rh, rl, rb, _, _, _ = line
    dh, dl = two_sum(value, -centre)
    fh, fl = add(dh, dl, -rh, -rl)
    return fh, fl, 0.0 if rb == 0.0 else rb + 3.02 * U2 * (abs(dh) + abs(rh))


@inlined
def _plain(a: Vector, line: Line, high: Vector, low: Vector, bound: Vector) -> int:
    left = 0
    for j in range(len(a)):
        fh, fl, fb = _deviation(a[j], line)
        high[j], low[j], bound[j] = fh, fl, judged(fh, fb)
        left += 1 if bound[j] == PENDING else 0
    return left


@inlined
def _factor(value: float, line: Line) -> tuple[float, float, float]:
    """``constant + slope (a_i - mean a)`` and its bound, before the product with p."""
    _, _, _, rb, constant, kh, kl = line
    fh, fl, fb = _deviation(value, line)
    sh, sl = times(fh, fl, kh, kl)
    gh, gl = add(constant, 0.0, sh, sl)
    roundings = 11.0 * U2 * abs(sh) + 3.02 * U2 * abs(constant)
    underflow = 0.0 if rb == 0.0 else UNDERFLOW
    return gh, gl, 1.001 * abs(kh) * fb + roundings + underflow


@inlined
def _weighted(x: Vector, a: Vector, line: Line, high: Vector, low: Vector, bound: Vector) -> int:
    """The products, in place of the probabilities; returns how many elements are left open."""
    left = 0
    for j in range(len(x)):
        fh, fl, fb = _factor(a[j], line)
        hi, lo = times(high[j], low[j], fh, fl)
        zero = (fh == 0.0 and fb == 0.0) or x[j] == -np.inf
        b = judged(hi, 1.001 * high[j] * fb + PRODUCT_BOUND * abs(hi) + UNDERFLOW)
        high[j] = 0.0 if zero else hi
        low[j] = 0.0 if zero else lo
        bound[j] = 0.0 if zero else b
        left += 1 if not zero and b == PENDING else 0
    return left


@inlined
def _mark_vanishing(x: Vector, m: float, beta: float, a: Vector, line: Line, bound: Vector) -> None:
    """Mark open results with a weight below ``exp(DEEPEST) < 2**-2019`` and a moderate factor."""
    for j in range(len(x)):
        if bound[j] == PENDING and beta * (x[j] - m) < DEEPEST:
            fh, _, fb = _factor(a[j], line)
            if abs(fh) + fb < 2.0**400:
                bound[j] = VANISHING


@kernel
def slopes(factor: Vector, beta: float, out: Matrix) -> NDArray[np.bool_]:
    """The products ``factor beta`` as double words; returns where they might not be exact."""
    inexact = np.zeros(len(factor), dtype=np.bool_)
    for r in range(len(factor)):
        out[r, 0], out[r, 1] = two_prod(factor[r], beta)
        size = abs(out[r, 0])
        zero = factor[r] == 0.0 or beta == 0.0
        inexact[r] = not zero and not 2.0**-900 < size < 2.0**900
    return inexact
