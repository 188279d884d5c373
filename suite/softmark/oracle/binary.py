"""The loss of a logit x against a target t: the cross-entropy of the row (x, 0) with (t, 1 - t).

The kernels take weights that are floats.  Where 1 - t is none, ball arithmetic takes it exactly.
"""

from __future__ import annotations

import hashlib

import numpy as np
from flint import fmpq
from numpy.typing import ArrayLike

from softmark.oracle.arguments import real_array, shaped
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.losses import LossInputs, LossRow
from softmark.oracle.problem import Float64Array, RowBatch
from softmark.oracle.quantities import Kind
from softmark.oracle.solve import solve
from softmark.oracle.split import rational


def ask(
    kind: Kind, x: ArrayLike, target: ArrayLike | None, along: ArrayLike | None = None
) -> Enclosure:
    """The loss, or ``along (sigmoid(x) - t)``, which is its derivative in either direction."""
    logits = real_array(x, "x")
    t = shaped(target, logits.shape, "the target")
    if t is None:
        raise ValueError("binary_cross_entropy needs a target for each logit")
    if ((t < 0) | (t > 1)).any():
        raise ValueError("a target is outside 0..1")
    direction = shaped(along, logits.shape, "the direction")
    weights = np.stack([t.reshape(-1), 1 - t.reshape(-1)], axis=1)
    is_inexact = 1 - weights[:, 1] != weights[:, 0]
    is_inexact &= ~np.isnan(weights[:, 0])
    problem = RowBatch(
        "cross_entropy",
        kind,
        _rows(logits.reshape(-1)),
        1,
        cotangent=None if direction is None else direction.reshape(-1, 1),
        labels=weights,
    )
    if is_inexact.any():
        digest = hashlib.blake2b(b"binary", digest_size=16)
        for array in (problem.x, weights, direction):
            digest.update(b"|" if array is None else np.ascontiguousarray(array).tobytes())
        exact = _Exact(problem)
        problem = problem._replace(inputs_of=exact, digest=digest.digest(), apart=is_inexact)
    return solve(problem, logits.shape, None)


def _rows(x: Float64Array) -> Float64Array:
    """Rows ``(x, 0)``; of plus infinity ``(0, -inf)``, which has the same differences."""
    is_top = np.isposinf(x)
    return np.stack([np.where(is_top, 0.0, x), np.where(is_top, -np.inf, 0.0)], axis=1)


class _Exact:
    """A row with its exact weights, for ball arithmetic."""

    def __init__(self, problem: RowBatch) -> None:
        self._problem = problem

    def __call__(self, row: int) -> LossInputs:
        problem = self._problem
        assert problem.labels is not None
        t = rational(float(problem.labels[row, 0]))
        g = fmpq(0) if problem.cotangent is None else rational(float(problem.cotangent[row, 0]))
        asked = LossRow(problem.x[row].tolist(), [t, 1 - t], fmpq(0), g, [])
        return LossInputs(x=[], rows=[asked])
