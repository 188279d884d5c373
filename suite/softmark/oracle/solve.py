"""From a problem to its enclosure: the kernels, and for what they leave open ball arithmetic."""

from __future__ import annotations

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from softmark.oracle.cells import Cells
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.exact_rounding import VANISHING_EXPONENT, Parts, enclose
from softmark.oracle.problem import Float64Array, RowBatch
from softmark.oracle.remembered import decided

PENDING, VANISHING = -1.0, -2.0
"""Marks of ``acceptance``, repeated because that module brings numba along."""


def solve(problem: RowBatch, shape: tuple[int, ...], axis: int | None) -> Enclosure:
    """Enclose every output of a problem.

    Parameters
    ----------
    shape, axis:
        Shape of the results for the caller, and where the rows lie in it; None when a row has
        one result.
    """
    from softmark.oracle import fast  # numba is loaded when it is first needed

    if fast.rounds_straight(problem):
        return Enclosure(shape, problem, axis, find_cells, fast.softmax_to_double)
    enclosure = Enclosure(shape, problem, axis, find_cells)
    enclosure.settle()
    return enclosure


def find_cells(problem: RowBatch) -> Cells:
    """Enclose every output of a problem, in the order of the rows."""
    cells = Cells(len(problem.x), problem.outputs)
    open_rows = _fast(problem, cells)
    if len(open_rows):
        fixed, values = problem.fixed_values(open_rows)
        _fix(cells, open_rows, fixed, values)
        _fill_deep(problem, cells, open_rows)
        _vanish(cells, open_rows)
        _refine(problem, cells, open_rows)
    return cells


def fill_open(
    problem: RowBatch, cells: Cells, fixed: NDArray[np.bool_], values: Float64Array
) -> None:
    """Fill in the ``values`` that are ``fixed``, and ask ball arithmetic for all others."""
    rows = np.arange(len(problem.x))
    cells.bound[:] = PENDING
    _fix(cells, rows, fixed, values)
    _refine(problem, cells, rows)


def _fast(problem: RowBatch, cells: Cells) -> NDArray[np.intp]:
    """Fill in what the kernels can answer; returns the rows that need more."""
    from softmark.oracle import fast

    if not fast.applies(problem):
        cells.bound[:] = PENDING
        return np.arange(len(problem.x))
    if problem.lacks_columns:
        width = problem.x.shape[1]
        whole = Cells(len(problem.x), width)
        flags = fast.run(problem, whole.hi, whole.lo, whole.bound)
        cells.hi, cells.lo, cells.bound = (
            a[:, : problem.outputs].copy() for a in (whole.hi, whole.lo, whole.bound)
        )
    else:
        flags = fast.run(problem, cells.hi, cells.lo, cells.bound)
    if problem.apart is not None:
        cells.bound[problem.apart] = PENDING
        flags[problem.apart] = 1
    return np.flatnonzero((flags != 0) | problem.rows_with_broken_sides())


def _fix(
    cells: Cells, rows: NDArray[np.intp], fixed: NDArray[np.bool_], values: Float64Array
) -> None:
    where = rows[np.nonzero(fixed)[0]], np.nonzero(fixed)[1]
    cells.hi[where], cells.lo[where], cells.bound[where] = values[fixed], 0.0, 0.0


def _fill_deep(problem: RowBatch, cells: Cells, rows: NDArray[np.intp]) -> None:
    """Probabilities that the softmax kernel left out of its range."""
    if (problem.operation, problem.kind) != ("softmax", "value"):
        return
    left_out = (cells.hi[rows] == 0) & (problem.x[rows, : problem.outputs] > -np.inf)
    pending = (cells.bound[rows] == PENDING).any(axis=1)
    deep = rows[left_out.any(axis=1) & ~pending]
    if len(deep) == 0:
        return
    from softmark.oracle import fast

    columns = problem.x.shape[1]
    hi, lo, bound = (np.zeros((len(deep), columns)) for _ in range(3))
    scale = np.zeros(hi.shape, dtype=np.int64)
    for part, whole in ((hi, cells.hi), (lo, cells.lo), (bound, cells.bound)):
        part[:, : problem.outputs] = whole[deep]
    fast.fill_deep(problem.x[deep], problem.beta, hi, lo, bound, scale)
    for part, whole in ((hi, cells.hi), (lo, cells.lo), (bound, cells.bound)):
        whole[deep] = part[:, : problem.outputs]
    cells.writable_scale()[deep] = scale[:, : problem.outputs]


def _vanish(cells: Cells, rows: NDArray[np.intp]) -> None:
    """Zero, with ``2**-1600`` for a bound, where a kernel found a result to be below that."""
    where = np.nonzero(cells.bound[rows] == VANISHING)
    if len(where[0]):
        at = rows[where[0]], where[1]
        cells.hi[at], cells.lo[at], cells.bound[at] = 0.0, 0.0, 1.0
        cells.writable_scale()[at] = VANISHING_EXPONENT


def _refine(problem: RowBatch, cells: Cells, rows: NDArray[np.intp]) -> None:
    """Ask ball arithmetic for what is still open."""
    is_open = ~(cells.bound[rows] >= 0)
    for row, columns in zip(rows, is_open, strict=True):
        if columns.any():
            wanted = np.flatnonzero(columns)
            found = decided(problem, int(row), wanted, _judge)
            cells.put_row(int(row), wanted, np.array(found))


def _judge(_: int, lower: fmpq, upper: fmpq) -> Parts | None:
    return enclose(lower, upper)
