"""sparsemax in rational arithmetic: the support is decided exactly, and so every result is exact.

With z = x - max x, and S the logits that are above the threshold tau = (sum_S z - 1) / |S|, it is
z - tau on S and 0 elsewhere.  tau is at least -1, so no logit further down is looked at, and equal
logits are taken together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from flint import fmpq
from numpy.typing import ArrayLike, NDArray

from softmark.oracle.arguments import as_rows, axis_of, real_array, shaped
from softmark.oracle.cells import Cells
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.exact_rounding import enclose
from softmark.oracle.problem import Float64Array, RowBatch
from softmark.oracle.quantities import ByColumn, Kind, Operation, RowInputs
from softmark.oracle.remembered import MEMORY
from softmark.oracle.split import Split, rational

NOTHING = fmpq(0)


@dataclass(frozen=True)
class SparseRow:
    """The support of a row and its threshold; at least one logit is finite, the greatest too."""

    x: Float64Array

    @cached_property
    def top(self) -> float:
        return float(self.x.max())

    @cached_property
    def _found(self) -> tuple[float, int, fmpq]:
        """The least logit of the support, the size of that, and the sum of its z."""
        with np.errstate(over="ignore"):
            near = self.x[self.x - self.top >= -1.0]
        counts = Counter(near.tolist())
        least, size, total = self.top, 0, NOTHING
        for value, count in sorted(counts.items(), reverse=True):
            below = self.below(value)
            if size and size * below <= total - 1:
                break
            least, size, total = value, size + count, total + count * below
        return least, size, total

    def below(self, value: float) -> fmpq:
        """``z``."""
        return rational(value) - rational(self.top)

    @cached_property
    def support(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.asarray(self.x >= self._found[0])

    @property
    def size(self) -> int:
        return self._found[1]

    def probability(self, value: float) -> fmpq:
        """The result of a logit of the support."""
        _, size, total = self._found
        return self.below(value) - (total - 1) / size

    def mean(self, direction: Sequence[float]) -> fmpq:
        """The mean of a direction over the support."""
        chosen = np.asarray(direction)[self.support].tolist()
        return sum((rational(v) for v in chosen), NOTHING) / self.size


@dataclass(frozen=True)
class SparseInputs(RowInputs):
    """One row, whose results are rational."""

    @property
    def direction(self) -> Sequence[float]:
        return self.cotangent or self.tangent

    def by_column(self, operation: Operation, kind: Kind) -> ByColumn:
        row = SparseRow(np.asarray(self.x))
        exact, which = exact_results(row, kind, self.direction)
        known = dict(zip(np.flatnonzero(row.support).tolist(), which.tolist(), strict=True))
        return lambda i: Split(exact[known[i]] if i in known else NOTHING)


def exact_results(
    row: SparseRow, kind: Kind, direction: Sequence[float]
) -> tuple[list[fmpq], NDArray[np.intp]]:
    """The different results of the support, and which of them each of its places has."""
    given = row.x if kind == "value" else np.asarray(direction)
    different, which = np.unique(given[row.support], return_inverse=True)
    if kind == "value":
        return [row.probability(value) for value in different.tolist()], which
    mean = row.mean(direction)
    return [rational(value) - mean for value in different.tolist()], which


def sparsemax(x: ArrayLike, axis: int = -1) -> Enclosure:
    """``max(x_i - tau, 0)`` with tau such that they sum to 1, along ``axis``; shape of ``x``.

    The point of the probability simplex that is nearest to x.
    """
    return ask("value", x, axis)


def ask(kind: Kind, x: ArrayLike, axis: int, direction: ArrayLike | None = None) -> Enclosure:
    """sparsemax, or its Jacobian (which is symmetric) times a direction of the shape of ``x``."""
    if kind not in ("value", "vjp", "jvp"):
        raise ValueError(f"sparsemax is linear in pieces: it has no {kind} here")
    logits = real_array(x, "x")
    axis = axis_of(logits, axis)
    along = shaped(direction, logits.shape, "the direction")
    problem = RowBatch(
        "sparsemax",
        kind,
        as_rows(logits, axis),
        logits.shape[axis],
        cotangent=None if along is None else as_rows(along, axis),
    )

    def inputs(row: int) -> SparseInputs:
        return SparseInputs(**vars(problem._replace(inputs_of=None).row_inputs(row)))

    enclosure = Enclosure(logits.shape, problem._replace(inputs_of=inputs), axis, _find)
    enclosure.settle()
    return enclosure


def _find(problem: RowBatch) -> Cells:
    """Every result, exact; in the order of the rows."""
    cells = Cells(len(problem.x), problem.outputs)
    rows = np.arange(len(problem.x))
    fixed, values = problem._replace(cotangent=None).fixed_values(rows)
    cells.hi[:], cells.lo[:], cells.bound[:] = np.where(fixed, values, 0.0), 0.0, 0.0
    for row in rows[~fixed.any(axis=1)].tolist():
        direction = [] if problem.cotangent is None else problem.cotangent[row].tolist()
        logits = SparseRow(problem.x[row])
        if direction and not np.isfinite(np.asarray(direction)[logits.support]).all():
            cells.hi[row, logits.support] = np.nan  # elsewhere no direction is looked at
            continue
        found = MEMORY.once(problem.row_key(row), partial(_parts, logits, problem.kind, direction))
        cells.put_row(row, np.flatnonzero(logits.support), found)
    return cells


def _parts(row: SparseRow, kind: Kind, direction: Sequence[float]) -> Float64Array:
    """The results of the support as floats, a row of ``Parts`` each."""
    exact, which = exact_results(row, kind, direction)
    return np.array([enclose(value, value) for value in exact])[which]
