"""The weights ``exp(beta (x_j - m))`` of rows, m the greatest logit: common to all kernels.

Short rows are taken many at a time, laid end to end, and each step runs over all of them, so that
its loop is long enough to vectorise.  A long row is a chunk of its own.  Kernels see ``beta > 0``
alone; ``fast`` turns the other cases into this one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.double_word import times_float, two_sum
from softmark.oracle.exponential import weight
from softmark.oracle.jit import inlined
from softmark.oracle.summation import LANES, LONG, sum_same_sign

Vector = NDArray[np.float64]
CHUNK: Final = 2048
"""Elements of short rows that are taken together."""


@inlined
def greatest(x: Vector) -> float:
    """The greatest logit of a row; NaN where the row has NaN or +inf or no finite number."""
    n = len(x)
    m, bad = -np.inf, 0
    whole = n - n % LANES
    if whole:
        top, wrong = np.full(LANES, -np.inf), np.zeros(LANES, dtype=np.int64)
        for start in range(0, whole, LANES):
            block = x[start : start + LANES]
            for lane in range(LANES):
                top[lane] = block[lane] if block[lane] > top[lane] else top[lane]
                wrong[lane] += 0 if block[lane] < np.inf else 1
        for lane in range(LANES):
            m = top[lane] if top[lane] > m else m
            bad += wrong[lane]
    for j in range(whole, n):
        m = x[j] if x[j] > m else m
        bad += 0 if x[j] < np.inf else 1
    return m if bad == 0 and m > -np.inf else np.nan


@inlined
def position(x: Vector, value: float) -> int:
    """Index of the first element equal to ``value``, which is there."""
    j = 0
    while x[j] != value:
        j += 1
    return j


@inlined
def difference(x: float, m: float, beta: float) -> tuple[float, float]:
    """``beta (x - m)`` as a double word with relative error at most 2 u**2; exact for beta = 1."""
    dh, dl = two_sum(x, -m)
    if beta == 1.0:
        return dh, dl
    return times_float(dh, dl, beta)


@inlined
def greatest_of_each(x: Vector, n: int, tops: Vector) -> None:
    """The greatest logit of each row of n laid end to end, as ``weights.greatest``."""
    rows = len(x) // n
    if n >= LONG:
        tops[0] = greatest(x)
        return
    for r in range(rows):
        tops[r] = -np.inf
    for j in range(n):
        for r in range(rows):
            value = x[r * n + j]
            value = value if value < np.inf else np.nan
            keep = tops[r] >= value or tops[r] != tops[r]
            tops[r] = tops[r] if keep else value
    for r in range(rows):
        tops[r] = tops[r] if tops[r] > -np.inf else np.nan


@inlined
def sum_of_each(high: Vector, low: Vector, n: int, sums: Vector, rests: Vector) -> None:
    """The sum of each row of n laid end to end, as ``summation.sum_same_sign``."""
    rows = len(high) // n
    if n >= LONG:
        sums[0], rests[0] = sum_same_sign(high, low)
        return
    for r in range(rows):
        sums[r] = rests[r] = 0.0
    for j in range(n):
        for r in range(rows):
            sums[r], e = two_sum(sums[r], high[r * n + j])
            rests[r] += e + low[r * n + j]
    for r in range(rows):
        sums[r], rests[r] = two_sum(sums[r], rests[r])


@inlined
def spread(values: Vector, n: int, out: Vector) -> None:
    """Each value n times."""
    if len(values) == 1:
        out[:n] = values[0]
        return
    for j in range(n):
        for r in range(len(values)):
            out[r * n + j] = values[r]


@inlined
def weigh(x: Vector, m: Vector, beta: float, high: Vector, low: Vector) -> None:
    """Weights of a chunk; ``m`` has the greatest logit of each element's row."""
    for j in range(len(x)):
        dh, dl = difference(x[j], m[j], beta)
        high[j], low[j] = weight(dh, dl)


@inlined
def chunk_rows(n: int) -> int:
    """How many rows of n elements are taken together."""
    return 1 if n >= LONG else max(1, CHUNK // max(n, 1))


@inlined
def is_dropped(x: float, weight: float) -> bool:
    """Whether an element's weight is missing though the element is present."""
    return not (weight > 0.0 or (weight == 0.0 and x == -np.inf))
