"""Whether a row (a, b) of float32 has the result of its difference: that of the row (a - b, 0).

There are too many rows to try all, so a cell has the rows (d, 0). Where the function gives other
rows the results of their differences, what the cell says holds of all rows whose difference is a
number of float32. Elsewhere a - b is rounded, by no more than half an ulp of d, and each of
``curves`` changes by a factor of at most e^|c| where its argument changes by c: its slope is at
most its value. So the error is at most |d| ulp more, where the result is normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.exhaustive.domains import Bits
from softmark.exhaustive.scanning import Scan
from softmark.workers.worker_subject import WorkerSubject

Float32Array = NDArray[np.float32]

DRAWS: Final = 16
"""Blocks of rows that are drawn."""

SEED: Final = 32


@dataclass(frozen=True)
class Reduction:
    """How many rows were tried, and how many of them have another result than their difference.

    Attributes
    ----------
    exact, exact_differ:
        Rows whose difference is a number of float32.
    rounded, rounded_differ:
        The other rows.
    """

    exact: int
    exact_differ: int
    rounded: int
    rounded_differ: int


def reduction(scan: Scan, subject: WorkerSubject) -> Reduction:
    """Call the function with rows of two logits, and with their differences.

    The logarithm of a sum has the larger logit added to the result of the difference's row
    (-\\|a - b\\|, 0), and the sum rounded.

    Raises
    ------
    SubjectFault
        A call failed.
    """
    rng = np.random.default_rng(SEED)
    counts = np.zeros((2, 2), np.int64)
    for _ in range(DRAWS):
        a, b = drawn(rng, scan.domain.size)
        d, is_exact = difference(a, b)
        here = _results(scan, subject, a, b)
        if scan.question.adds:
            there = _results(scan, subject, -np.abs(d), np.zeros_like(d))
            there = (there.view(np.float32) + np.maximum(a, b)).view(np.uint32)
        else:
            there = _results(scan, subject, d, np.zeros_like(d))
        differ = (here != there).any(axis=0)
        for row, rows in enumerate((is_exact, ~is_exact)):
            counts[row] += np.count_nonzero(rows), np.count_nonzero(rows & differ)
    return Reduction(*counts.reshape(-1).tolist())


def drawn(rng: np.random.Generator, size: int) -> tuple[Float32Array, Float32Array]:
    """Pairs of logits of every distance: the second one up to 2^30 times as large, or as small.

    Differences are up to 104 in one half, beyond which nothing changes, and of any size that
    a sum may have in the other half.
    """
    near = rng.uniform(-104, 104, size // 2)
    far = np.ldexp(rng.uniform(-1, 1, size - size // 2), rng.integers(-126, 90, size - size // 2))
    d = np.concatenate([near, far]).astype(np.float32)
    scale = np.ldexp(rng.uniform(-1, 1, size), rng.integers(-30, 31, size))
    b = (d * scale).astype(np.float32)
    return d + b, b


def difference(a: Float32Array, b: Float32Array) -> tuple[Float32Array, NDArray[np.bool_]]:
    """``a - b`` rounded to float32, and where that is exact (TwoSum, Knuth)."""
    d = a - b
    part = d - a
    return d, np.asarray((a - (d - part)) - (b + part) == 0)


def _results(scan: Scan, subject: WorkerSubject, a: Float32Array, b: Float32Array) -> Bits:
    return scan.results(subject, np.stack([a.view(np.uint32), b.view(np.uint32)]))
