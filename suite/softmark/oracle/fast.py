"""The fast path: which problems the kernels take, and how they are put to them.

Imported on first use, because it brings numba along.  Rows are split among threads; no result
depends on another row, so the split does not show in the bits.
"""

# Over 300 lines: a table of kernels, with what each is given.

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from softmark.oracle import (
    capped_kernel,
    divergence_kernel,
    entropy_kernel,
    log_kernels,
    mean_kernels,
    residual_kernel,
    softmax_kernel,
    straight_kernel,
)
from softmark.oracle.acceptance import PENDING
from softmark.oracle.problem import Float64Array, RowBatch

SMALLEST_BETA, LARGEST_BETA = 2.0**-500, 2.0**500
WORK_PER_THREAD = 1 << 15
"""Elements below which another thread does not pay."""

Flags = NDArray[np.uint8]
Answer = TypeVar("Answer")
NO_ROWS: NDArray[np.intp] = np.empty(0, dtype=np.intp)
Solver = Callable[[RowBatch, Float64Array, Float64Array, Float64Array, Flags], None]


def applies(problem: RowBatch) -> bool:
    """Whether the kernels have a way to answer this problem."""
    known = (problem.operation, problem.kind) in SOLVERS
    beta = abs(problem.beta)
    sized = 0 < problem.x.shape[1] <= softmax_kernel.LONGEST_ROW and len(problem.x) > 0
    return known and sized and (beta == 0.0 or SMALLEST_BETA < beta < LARGEST_BETA)


def threads(at_most: int) -> int:
    """Number of threads: ``SOFTMARK_ORACLE_THREADS``, or the processors this process may use."""
    chosen = os.environ.get("SOFTMARK_ORACLE_THREADS")
    if chosen and (not chosen.isdecimal() or int(chosen) == 0):
        raise ValueError(f"SOFTMARK_ORACLE_THREADS is {chosen!r}; set a whole number from 1 on")
    return 1 if at_most <= 1 else min(at_most, int(chosen) if chosen else _processors())


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(problem: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array) -> Flags:
    """Fill the arrays, shape ``(rows, n)`` or ``(rows, 1)``; flags rows with elements left open.

    An open element has one of the marks of ``acceptance`` for a bound; in a flagged row of
    softmax it may also be a zero that is no zero.
    """
    flags = np.zeros(len(problem.x), dtype=np.uint8)
    solver = SOLVERS[problem.operation, problem.kind]

    def part(rows: slice) -> None:
        solver(_restrict(problem, rows), hi[rows], lo[rows], bound[rows], flags[rows])

    _share_rows(problem.x, part)
    return flags


def _share_rows(x: Float64Array, part: Callable[[slice], Answer]) -> list[Answer]:
    """Have the parts of a matrix dealt with by as many threads as pay."""
    count = threads(min(max(1, x.size // WORK_PER_THREAD), len(x)))
    if count == 1:
        return [part(slice(0, len(x)))]
    edges = np.linspace(0, len(x), count + 1).astype(int)
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(part, [slice(a, b) for a, b in itertools.pairwise(edges)]))


def rounds_straight(problem: RowBatch) -> bool:
    """Whether ``softmax_to_double`` takes this problem."""
    is_softmax = (problem.operation, problem.kind) == ("softmax", "value")
    return is_softmax and not problem.lacks_columns and problem.beta == 1.0 and applies(problem)


def softmax_to_double(x: Float64Array) -> tuple[Float64Array, NDArray[np.intp]]:
    """Correctly rounded softmax of rows, and the rows that are left open."""
    out, flags = np.empty(x.shape), np.zeros(len(x), dtype=np.uint8)

    def part(rows: slice) -> int:
        low = SPACE.of(max(x.shape[1], straight_kernel.TOGETHER))
        return straight_kernel.softmax_to_double(x[rows], out[rows], low, flags[rows])

    return out, np.flatnonzero(flags) if any(_share_rows(x, part)) else NO_ROWS


class Space(threading.local):
    """An array to work in, kept by each thread: to fetch and clear a new one takes longer."""

    array = np.empty(0)

    def of(self, size: int) -> Float64Array:
        """At least ``size`` elements, at most 8 MB for the longest row."""
        if self.array.size < size:
            self.array = np.empty(size)
        return self.array


SPACE = Space()


def fill_deep(
    x: Float64Array,
    beta: float,
    hi: Float64Array,
    lo: Float64Array,
    bound: Float64Array,
    scale: NDArray[np.int64],
) -> None:
    """Fill in the probabilities far below the normal range, in rows that have a greatest logit."""
    softmax_kernel.softmax_deep(*canonical(x, beta), hi, lo, bound, scale)


def canonical(x: Float64Array, beta: float) -> tuple[Float64Array, float]:
    """Logits and ``beta > 0`` with the same weights; absent elements stay absent."""
    if beta > 0:
        return x, beta
    if beta == 0:
        return np.where(np.isfinite(x), 0.0, x), 1.0
    return np.where(np.isinf(x), x, -x), -beta


def _restrict(problem: RowBatch, rows: slice) -> RowBatch:
    def cut(array: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if array is None else array[rows]

    return problem._replace(
        x=problem.x[rows],
        cotangent=cut(problem.cotangent),
        tangent=cut(problem.tangent),
        labels=cut(problem.labels),
    )


def _given(array: Float64Array | None) -> Float64Array:
    if array is None:
        raise ValueError("this quantity needs a cotangent, a tangent or labels")
    return np.ascontiguousarray(array)


def _softmax(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    x, beta = canonical(p.x, p.beta)
    softmax_kernel.softmax(x, beta, hi, lo, bound, flags)
    _refuse_overflow(x, beta, bound, flags)


def _refuse_overflow(x: Float64Array, beta: float, bound: Float64Array, flags: Flags) -> None:
    """Leave rows to ball arithmetic where ``x - m`` overflows and ``beta (x - m)`` may not."""
    if beta < 1:
        wide = np.isfinite(x) & (np.abs(x) > 2.0**1022)
        _refuse(np.asarray(wide.any(axis=1)), bound, flags)


def _refuse(rows: NDArray[np.bool_], bound: Float64Array, flags: Flags) -> None:
    """Leave whole rows to ball arithmetic."""
    flags[rows] = 1
    bound[rows] = PENDING


def _log_softmax(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    log_kernels.log_softmax(p.x, hi, lo, bound, flags)


def _logsumexp(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    origin = np.zeros(len(p.x))
    log_kernels.logsumexp_from(p.x, origin, hi[:, 0], lo[:, 0], bound[:, 0], flags)


def _entropy(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    entropy_kernel.entropies(p.x, hi[:, 0], lo[:, 0], bound[:, 0], flags)


def _kl_divergence(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    other = _given(None if p.labels is None else p.labels.astype(np.float64))
    divergence_kernel.divergences(p.x, other, hi[:, 0], lo[:, 0], bound[:, 0], flags)


def _cross_entropy(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    labels = p.labels
    if labels is None or labels.ndim == 2:
        weights = _given(p.label_weights(np.arange(len(p.x))))
        log_kernels.losses(p.x, weights, hi[:, 0], lo[:, 0], bound[:, 0], flags)
        return
    origin = p.x[np.arange(len(p.x)), labels.astype(np.intp)]
    log_kernels.logsumexp_from(p.x, origin, hi[:, 0], lo[:, 0], bound[:, 0], flags)


def _mean_of(choose: Callable[[RowBatch], Float64Array]) -> Solver:
    def solve(
        p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
    ) -> None:
        x, beta = canonical(p.x, p.beta)
        mean_kernels.mean(x, choose(p), beta, hi[:, 0], lo[:, 0], bound[:, 0], flags)
        _refuse_overflow(x, beta, bound, flags)

    return solve


def _index(p: RowBatch) -> Float64Array:
    return np.arange(p.x.shape[1], dtype=np.float64)[None, :]


def _logits(p: RowBatch) -> Float64Array:
    return p.x


def _tangent(p: RowBatch) -> Float64Array:
    return _given(p.tangent)


def _cotangent(p: RowBatch) -> Float64Array:
    return _given(p.cotangent)


def _zeros(p: RowBatch) -> Float64Array:
    return np.zeros((1, p.x.shape[1]))


def _deviations(
    choose: Callable[[RowBatch], Float64Array],
    *,
    has_factor: bool = False,
    has_constant: bool = False,
    has_slope: bool = True,
    sign: float = 1.0,
    weighted: bool = True,
) -> Solver:
    """``p_i (constant + slope (a_i - mean a))``: slope is beta, or beta times the cotangent.

    The cotangent is taken times ``sign``.
    """

    def solve(
        p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
    ) -> None:
        x, beta = canonical(p.x, p.beta)
        factor = sign * _given(p.cotangent)[:, 0] if has_factor else np.ones(len(x))
        slope = np.empty((len(x), 2))
        inexact = mean_kernels.slopes(factor, p.beta if has_slope else 0.0, slope)
        constant = factor if has_constant else np.zeros(len(x))
        mean_kernels.deviations(x, choose(p), beta, constant, slope, weighted, hi, lo, bound, flags)
        _refuse(inexact, bound, flags)
        _refuse_overflow(x, beta, bound, flags)

    return solve


def _residuals(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    residual_kernel.residuals(p.x, _cotangent(p), _zeros(p), hi, lo, bound, flags)


def _cross_entropy_vjp(
    p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
) -> None:
    """The gradient of log_softmax with the cotangent ``-g q``, as double words."""
    q = _given(p.label_weights(np.arange(len(p.x))))
    high, low = np.empty(q.shape), np.empty(q.shape)
    inexact = residual_kernel.products(_cotangent(p)[:, 0].copy(), q, high, low)
    residual_kernel.residuals(p.x, high, low, hi, lo, bound, flags)
    _refuse(inexact, bound, flags)


def _softcap(mode: int, choose: Callable[[RowBatch], Float64Array]) -> Solver:
    def solve(
        p: RowBatch, hi: Float64Array, lo: Float64Array, bound: Float64Array, flags: Flags
    ) -> None:
        if capped_kernel.SMALLEST_CAP <= p.beta <= capped_kernel.LARGEST_CAP:
            capped_kernel.softcap(p.x, choose(p), p.beta, mode, hi, lo, bound, flags)
        else:
            _refuse(np.ones(len(p.x), dtype=np.bool_), bound, flags)

    return solve


SOLVERS: dict[tuple[str, str], Solver] = {
    ("softmax", "value"): _softmax,
    ("softmax", "vjp"): _deviations(_cotangent),
    ("softmax", "jvp"): _deviations(_tangent),
    ("log_softmax", "value"): _log_softmax,
    ("log_softmax", "vjp"): _residuals,
    ("log_softmax", "jvp"): _deviations(_tangent, weighted=False),
    ("logsumexp", "value"): _logsumexp,
    ("logsumexp", "vjp"): _deviations(_zeros, has_factor=True, has_constant=True, has_slope=False),
    ("logsumexp", "jvp"): _mean_of(_tangent),
    ("softargmax", "value"): _mean_of(_index),
    ("softargmax", "vjp"): _deviations(_index, has_factor=True),
    ("smooth_max", "value"): _mean_of(_logits),
    ("smooth_max", "vjp"): _deviations(_logits, has_factor=True, has_constant=True),
    ("entropy", "value"): _entropy,
    ("entropy", "vjp"): _deviations(_logits, has_factor=True, sign=-1.0),
    ("kl_divergence", "value"): _kl_divergence,
    ("cross_entropy", "value"): _cross_entropy,
    ("cross_entropy", "vjp"): _cross_entropy_vjp,
    ("softcap_softmax", "value"): _softcap(capped_kernel.VALUE, _zeros),
    ("softcap_softmax", "vjp"): _softcap(capped_kernel.VJP, _cotangent),
    ("softcap_softmax", "jvp"): _softcap(capped_kernel.JVP, _tangent),
}
