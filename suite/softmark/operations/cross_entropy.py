"""cross_entropy: the loss that softmax is trained with.

Formula
-------
cross_entropy(x, k) = -log_softmax(x)ₖ for a class index k;
cross_entropy(x, t) = -Σⱼ tⱼ log_softmax(x)ⱼ for probabilities t, taken as they are, not normalised.

One loss a row, along the last axis, not reduced.

Domain
------
Finite logits and -∞; labels 0 ≤ k < n, or probabilities tⱼ ≥ 0.  A class with tⱼ = 0 adds nothing.

Exact values
------------
0 when the label's logit is the only finite one.

Condition
---------
As log_softmax's: well conditioned in the absolute sense; relative to a loss near 0 it is not.

Error bound
-----------
With y the loss, an absolute error of at most (4y + 6 + ⌈log₂ n⌉) u in grade B and
(4y + 6 + n) u in grade C for an index; for probabilities the mean of that over t, and (σ + 2u) y
for the sum over classes, where σ is ⌈log₂ n⌉ u or n u.

Other published formulas are weak beyond that, as for log_softmax: a stored logsumexp less the
label's logit, exponents scaled before the shift, a repeated logaddexp.

Source
------
The bound of log_softmax carried through the sum.

Traffic
-------
Reads n elements and an index, or 2n elements, and writes one a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import log_softmax
from softmark.operations.base import Derivative, Kind, Operation, Problem, SecondDerivative, Value
from softmark.operations.bounds import Model
from softmark.operations.row import Row


def target(row: Row) -> Float64Array:
    """The labels as probabilities, of the shape of the logits."""
    assert row.labels is not None
    if row.labels.ndim == row.x.ndim:
        return np.asarray(row.labels, dtype=np.float64)
    return np.asarray(np.expand_dims(row.labels, row.axis) == row.index, dtype=np.float64)


def error_bound(row: Row, model: Model) -> Float64Array:
    t = target(row)
    loss = row.sum(t * row.surprise)
    each = row.sum(t * log_softmax.error_bound(row, model))
    return row.reduced(each + (model.sum + 2 * model.step) * loss + model.tiny)


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g (p_i sum_j t_j - t_i)``, the weight got back from log_softmax."""
    t, p = target(row), row.weight
    total = row.sum(t)
    share = p * total * (log_softmax.weight_bound(row, model) + model.sum)
    rounding = 2 * model.step * (t + np.abs(p * total - t))
    size = np.abs(np.expand_dims(g, row.axis))
    return size * (share + rounding + 2 * model.tiny) + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``-sum_j t_j (v_j - a)``, ``a`` the weighted mean of the tangent."""
    t = target(row)
    each = row.sum(t * log_softmax.jvp_bound(row, v, model))
    away = row.sum(t * np.abs(v - row.sum(row.weight * v)))
    return row.reduced(each + (model.sum + 2 * model.step) * away + model.tiny)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g p_i (v_i - b) sum_j t_j``: that of log_softmax with the cotangent ``-g t``."""
    return log_softmax.hvp_bound(row, np.expand_dims(g, row.axis) * target(row), v, model)


def _reference(problem: Problem) -> oracle.Enclosure:
    assert problem.labels is not None, "cross-entropy needs labels"
    return oracle.cross_entropy(problem.x, problem.labels, axis=problem.axis)


def _vjp(problem: Problem, g: Float64Array) -> oracle.Enclosure:
    return oracle.vjp("cross_entropy", problem.x, g, axis=problem.axis, labels=problem.labels)


def _jvp(problem: Problem, v: Float64Array) -> oracle.Enclosure:
    return oracle.jvp("cross_entropy", problem.x, v, axis=problem.axis, labels=problem.labels)


def _hvp(problem: Problem, g: Float64Array, v: Float64Array) -> oracle.Enclosure:
    labels = problem.labels
    return oracle.hvp("cross_entropy", problem.x, g, v, axis=problem.axis, labels=labels)


OPERATION = Operation(
    name="cross_entropy",
    kind=Kind.REDUCTION,
    source="bound of log_softmax carried through the sum over classes",
    range=lambda row: (0.0, np.inf),
    traffic=lambda rows, n: (rows * n, rows),
    value=Value(_reference, error_bound),
    vjp=Derivative(_vjp, vjp_bound),
    jvp=Derivative(_jvp, jvp_bound),
    hvp=SecondDerivative(_hvp, hvp_bound),
    winner_bound=log_softmax.winner_bound,
    formulas=log_softmax.OPERATION.formulas,
    operand="labels",
    shift="ignored",
    identities=("shift", "permutation", "label", "p - y", "padding"),
    masks_gradient=True,
)
