"""cross_entropy: the loss that softmax is trained with.

Formula
-------
cross_entropy(x, k) = -log_softmax(x)ₖ for a class index k;
cross_entropy(x, t) = -Σⱼ tⱼ log_softmax(x)ⱼ for probabilities t, taken as they are, not normalised.

One loss a row, along the last axis, not reduced.

With options, for class indices alone, and with qⱼ = wₖ (1 - ε) [j = k] + wⱼ ε/n:

    lossᵢ = Σⱼ qⱼ (-log_softmax(x)ⱼ) + z logsumexp(x)²

- ignore_index: a row with this label has the loss 0 and no gradient, whatever else is asked for.
- label_smoothing ε: a share ε of the label goes to all n classes alike, the label's own and the
  ignored one among them.
- weight w: the label's share is weighted by its own class, the smoothing's by each class.
- reduction: none, sum, or mean, which divides by the number of rows that count, with weights by
  the sum of the weights of their labels.
- z_loss z: the squared logsumexp of each row that counts, with no class weight (the two together
  have no convention, and are not asked for).

A mean of no rows is 0/0: what is returned is reported as a policy.

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

With options qⱼ takes the place of tⱼ, with 6u in place of 2u for the roundings of a coefficient.
The square adds z (2|L| δ + 4u L²), where L is the logsumexp and δ its bound.  A reduction adds
(2σ + 4u) of the sum of the losses, σ for n and the number of rows together; a mean divides
everything by its denominator.  Smoothing that is made from the mean of the logits, less a stored
logsumexp, is weak: it adds (σ + 2u) Σⱼ qⱼ|xⱼ|.

Other published formulas are weak beyond that, as for log_softmax: a stored logsumexp less the
label's logit, exponents scaled before the shift, a repeated logaddexp.

Source
------
The bound of log_softmax carried through the sum.  The options are those of
torch.nn.functional.cross_entropy (its documentation has the formula with weights and smoothing);
the square is the z-loss of Mesh TensorFlow and PaLM (Chowdhery et al. 2022, section 5).

Traffic
-------
Reads n elements and an index, or 2n elements, and writes one a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import estimates, log_softmax, losses
from softmark.operations.base import Derivative, Kind, Operation, Problem, SecondDerivative, Value
from softmark.operations.bounds import Model
from softmark.operations.row import Row
from softmark.oracle.quantities import Kind as Quantity


def target(row: Row) -> Float64Array:
    """The labels as probabilities, of the shape of the logits."""
    assert row.labels is not None
    if row.labels.ndim == row.x.ndim:
        return np.asarray(row.labels, dtype=np.float64)
    return np.asarray(np.expand_dims(row.labels, row.axis) == row.index, dtype=np.float64)


def error_bound(row: Row, model: Model) -> Float64Array:
    if not row.options.is_plain:
        return losses.error_bound(row, model)
    t = target(row)
    loss = row.sum(t * row.surprise)
    each = row.sum(t * log_softmax.error_bound(row, model))
    return row.reduced(each + (model.sum + 2 * model.step) * loss + model.tiny)


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g (p_i sum_j t_j - t_i)``, the weight got back from log_softmax."""
    if not row.options.is_plain:
        return losses.vjp_bound(row, g, model)
    t, p = target(row), row.weight
    total = row.sum(t)
    share = p * total * (log_softmax.weight_bound(row, model) + model.sum)
    rounding = 2 * model.step * (t + np.abs(p * total - t))
    size = np.abs(np.expand_dims(g, row.axis))
    return size * (share + rounding + 2 * model.tiny) + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``-sum_j t_j (v_j - a)``, ``a`` the weighted mean of the tangent."""
    if not row.options.is_plain:
        return losses.jvp_bound(row, v, model)
    t = target(row)
    each = row.sum(t * log_softmax.jvp_bound(row, v, model))
    away = row.sum(t * np.abs(v - row.sum(row.weight * v)))
    return row.reduced(each + (model.sum + 2 * model.step) * away + model.tiny)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g p_i (v_i - b) sum_j t_j``: that of log_softmax with the cotangent ``-g t``."""
    if not row.options.is_plain:
        return losses.hvp_bound(row, g, v, model)
    return log_softmax.hvp_bound(row, np.expand_dims(g, row.axis) * target(row), v, model)


def _reference(problem: Problem) -> oracle.Enclosure:
    assert problem.labels is not None, "cross-entropy needs labels"
    if not problem.options.is_plain:
        return _with_options("value", problem)
    return oracle.cross_entropy(problem.x, problem.labels, axis=problem.axis)


def _with_options(
    kind: Quantity, problem: Problem, g: Float64Array | None = None, v: Float64Array | None = None
) -> oracle.Enclosure:
    assert problem.labels is not None, "cross-entropy needs labels"
    options = problem.options
    return oracle.loss(kind, problem.x, problem.labels, options, axis=problem.axis, g=g, v=v)


def _vjp(problem: Problem, g: Float64Array) -> oracle.Enclosure:
    if not problem.options.is_plain:
        return _with_options("vjp", problem, g=g)
    return oracle.vjp("cross_entropy", problem.x, g, axis=problem.axis, labels=problem.labels)


def _jvp(problem: Problem, v: Float64Array) -> oracle.Enclosure:
    if not problem.options.is_plain:
        return _with_options("jvp", problem, v=v)
    return oracle.jvp("cross_entropy", problem.x, v, axis=problem.axis, labels=problem.labels)


def _hvp(problem: Problem, g: Float64Array, v: Float64Array) -> oracle.Enclosure:
    if not problem.options.is_plain:
        return _with_options("hvp", problem, g=g, v=v)
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
    jvp=Derivative(_jvp, jvp_bound, estimates.of("cross_entropy", "jvp")),
    hvp=SecondDerivative(_hvp, hvp_bound, estimates.of("cross_entropy", "hvp")),
    winner_bound=log_softmax.winner_bound,
    formulas=log_softmax.OPERATION.formulas,
    operand="labels",
    takes_options=True,
    shift="ignored",
    identities=("shift", "permutation", "label", "p - y", "padding"),
    masks_gradient=True,
)
