"""Softmax of rows in double-word arithmetic: the heart of the oracle's fast path."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.acceptance import VANISHING
from softmark.oracle.double_word import reciprocal, times
from softmark.oracle.exponential import DEEPEST, exponential, weight
from softmark.oracle.jit import inlined, kernel
from softmark.oracle.summation import sum_same_sign
from softmark.oracle.weights import (
    CHUNK,
    chunk_rows,
    difference,
    greatest,
    greatest_of_each,
    is_dropped,
    spread,
    sum_of_each,
    weigh,
)

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.uint8]

SOFTMAX_BOUND: Final = 2.0**-82.9
"""Relative error of a probability, for rows of up to ``LONGEST_ROW`` elements."""
LONGEST_ROW: Final = 1 << 21


@inlined
def softmax_chunk(
    x: Matrix, beta: float, high: Matrix, low: Matrix, work: Matrix, tops: Vector
) -> None:
    """Probabilities of a chunk of rows, each step over all of its elements at once.

    ``work`` has shape ``(4, CHUNK)``; ``tops`` gets each row's greatest logit.  What belongs to a
    row is spread over its elements; a long row is one value, spread over blocks.
    """
    rows, n = x.shape
    size = rows * n
    block = min(size, CHUNK)
    flat_x, flat_high, flat_low = x.reshape(size), high.reshape(size), low.reshape(size)
    first, second, sums, rests = work[0, :block], work[1, :block], work[2, :rows], work[3, :rows]
    greatest_of_each(flat_x, n, tops)
    spread(tops[:rows], min(n, block), first)
    for start in range(0, size, block):
        stop = min(size, start + block)
        weigh(flat_x[start:stop], first, beta, flat_high[start:stop], flat_low[start:stop])
    sum_of_each(flat_high, flat_low, n, sums, rests)
    for r in range(rows):
        sums[r], rests[r] = reciprocal(sums[r], rests[r])
    spread(sums, min(n, block), first)
    spread(rests, min(n, block), second)
    for start in range(0, size, block):
        stop = min(size, start + block)
        _multiply(flat_high[start:stop], flat_low[start:stop], first, second)


@inlined
def _multiply(high: Vector, low: Vector, by_high: Vector, by_low: Vector) -> None:
    for j in range(len(high)):
        high[j], low[j] = times(high[j], low[j], by_high[j], by_low[j])


@kernel
def softmax(x: Matrix, beta: float, high: Matrix, low: Matrix, bound: Matrix, flags: Flags) -> None:
    """Enclose the softmax of each row.

    Flagged are rows with NaN or +inf or nothing in them, and those with a present element below
    ``exp(CUT)`` times the greatest, whose probability is 0 here.
    """
    rows, n = x.shape
    step = chunk_rows(n)
    work, tops = np.empty((4, CHUNK)), np.empty(step)
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        chunk, chunk_high = x[start:stop], high[start:stop]
        softmax_chunk(chunk, beta, chunk_high, low[start:stop], work, tops)
        if _set_bounds(chunk.reshape(-1), chunk_high.reshape(-1), bound[start:stop].reshape(-1)):
            _flag_rows(chunk, chunk_high, flags[start:stop])


@inlined
def _set_bounds(x: Vector, high: Vector, bound: Vector) -> int:
    """Bounds of a chunk; returns how many of its elements are left out or undefined."""
    count = 0
    for j in range(len(x)):
        bound[j] = SOFTMAX_BOUND * high[j]
        count += 1 if is_dropped(x[j], high[j]) else 0
    return count


@inlined
def _flag_rows(x: Matrix, high: Matrix, flags: Flags) -> None:
    rows, n = x.shape
    for r in range(rows):
        for j in range(n):
            if is_dropped(x[r, j], high[r, j]):
                flags[r] = 1


@kernel
def softmax_deep(
    x: Matrix, beta: float, high: Matrix, low: Matrix, bound: Matrix, scale: NDArray[np.int64]
) -> None:
    """Fill in the probabilities that ``softmax`` left out, with their powers of two kept apart.

    Those below ``exp(DEEPEST)`` are marked as vanishing.  The rows have a greatest logit.
    """
    rows, n = x.shape
    weights = np.empty((2, n))
    for r in range(rows):
        m = greatest(x[r])
        for j in range(n):
            dh, dl = difference(x[r, j], m, beta)
            weights[0, j], weights[1, j] = weight(dh, dl)
        sh, sl = sum_same_sign(weights[0], weights[1])
        rh, rl = reciprocal(sh, sl)
        for j in range(n):
            if is_dropped(x[r, j], high[r, j]):
                dh, dl = difference(x[r, j], m, beta)
                if dh >= DEEPEST:
                    mh, ml, scale[r, j] = exponential(dh, dl)
                    high[r, j], low[r, j] = times(mh, ml, rh, rl)
                    bound[r, j] = SOFTMAX_BOUND * high[r, j]
                else:
                    bound[r, j] = VANISHING
