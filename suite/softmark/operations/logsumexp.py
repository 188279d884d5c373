"""logsumexp: the smooth maximum that lies above the maximum.

Formula
-------
logsumexp(x) = log Σⱼ e^(xⱼ) = x_max + log Σⱼ e^(xⱼ - x_max)

Also known as LSE and as the log partition function.

Domain
------
Finite logits and -∞, which adds nothing.  A row of nothing but -∞ gives exactly -∞.  A row that
holds NaN or +∞ has no defined result.

Exact values
------------
x when it is the only finite logit.  Never exactly 0 for two finite logits or more.

Condition
---------
A change δ of the logits changes the result by Σⱼ pⱼ δⱼ: perfect in the absolute sense, unbounded in
the relative one, since the result may be as near to 0 as one likes.

Error bound
-----------
With y the result, an absolute error of at most
(|y| + 2 log Σ + 2 Σⱼ pⱼ|xⱼ - x_max| + 6 + ⌈log₂ n⌉) u in grade B, with n in place of
⌈log₂ n⌉ in grade C: the final addition is relative to |y|, the logarithm to itself, the exponents'
rounding enters with the weights, and the sum's relative error becomes an absolute one.

Other published formulas are weak beyond that, within bounds of their own: a repeated logaddexp, in
any order, adds (max(1, |y|) + 3) u a merge; exponents that are scaled by log₂ e before the shift
add Σⱼ pⱼ(|xⱼ| + |x_max|) u.  A gradient e^(x - y) made of the rounded result adds |y| u to each
weight.

Source
------
Blanchard, Higham, Higham 2021, bound |y + n - x_min| / |y| for the shifted formula; the weighted
mean of the distances, at most log n, stands in place of their maximum.  The other formulas are
derived in ``softmark/operations/formulas.py``.

Traffic
-------
Reads n elements and writes one a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE, REPEATED, SCALED
from softmark.operations.log_softmax import deviation_bound, mean_bound
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    steps = 6 + 2 * row.log_sum + 2 * row.mean_distance
    value = np.abs(row.top + row.log_sum)
    shifted = model.step * value + model.step * steps + model.sum + model.tiny
    of_offset = row.sum(row.weight * row.offset_error(model))
    return row.reduced(shifted + row.merge_error(model) + of_offset)


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g p_i``; the division-free formula takes ``p_i`` from the rounded result."""
    size = np.abs(np.expand_dims(g, row.axis))
    exponent = row.exponent_error(model) + row.unnormalised(model)
    relative = 8 * model.step + (2 * model.step) * np.minimum(row.surprise, 1e6) + model.sum
    return size * (np.minimum(row.weight * (relative + exponent), 1.0) + model.tiny) + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_j p_j v_j``, with weights from either source."""
    return row.reduced(mean_bound(row, v, model) + model.tiny)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g p_i (v_i - b)``, ``b = sum_j p_j v_j``, with weights from either source."""
    return np.abs(np.expand_dims(g, row.axis)) * deviation_bound(row, v, model) + model.tiny


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.logsumexp(problem.x, axis=problem.axis)


def _range(row: Row) -> tuple[Float64Array, Float64Array]:
    most = np.log(row.n) * (
        1 + 2.0**-51
    )  # above the real logarithm, as the sum is above the real one
    return row.reduced(row.top), np.nextafter(row.reduced(row.top) + most, np.inf)


OPERATION = Operation(
    name="logsumexp",
    kind=Kind.REDUCTION,
    source="Blanchard, Higham, Higham 2021, shifted log-sum-exp, distances weighted",
    range=_range,
    traffic=lambda rows, n: (rows * n, rows),
    value=Value(_reference, error_bound),
    vjp=references.vjp("logsumexp", vjp_bound),
    jvp=references.jvp("logsumexp", jvp_bound),
    hvp=references.hvp("logsumexp", hvp_bound),
    formulas=(DIVISION_FREE, REPEATED, SCALED),
    shift="added",
    identities=("shift", "permutation", "log n", "padding", "order"),
    masks_gradient=True,
)
