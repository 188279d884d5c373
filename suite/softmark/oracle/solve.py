"""From a problem to its enclosure: conventions first, then arithmetic."""

from __future__ import annotations

import numpy as np

from softmark.oracle.enclosure import Enclosure, arrange
from softmark.oracle.exact_rounding import Parts, enclose
from softmark.oracle.problem import Problem
from softmark.oracle.refine import decide


def solve(problem: Problem, shape: tuple[int, ...], axis: int | None) -> Enclosure:
    """Enclose every output of a problem.

    Parameters
    ----------
    shape, axis:
        Shape of the results for the caller, and where the rows lie in it; None when a row has one result.
    """
    count = len(problem.x)
    hi, lo, bound = (np.zeros((count, problem.outputs)) for _ in range(3))
    scale = np.zeros(hi.shape, dtype=np.int64)
    fixed, values = problem.fixed_values(np.arange(count))
    hi[fixed] = values[fixed]
    for row in np.flatnonzero(~fixed.all(axis=1)):
        columns = np.flatnonzero(~fixed[row]).tolist()
        found = decide(
            problem.operation, problem.kind, problem.row_inputs(int(row)), columns, _judge
        )
        for column, parts in found.items():
            at = row, column
            hi[at], lo[at], bound[at], scale[at] = parts
    cells = (arrange(a.reshape(-1), shape, axis) for a in (hi, lo, bound))
    return Enclosure(*cells, arrange(scale.reshape(-1), shape, axis), problem, axis)


def _judge(_: int, lower: object, upper: object) -> Parts | None:
    return enclose(lower, upper)  # type: ignore[arg-type]
