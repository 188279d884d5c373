"""kl_divergence: how far softmax(y) is from softmax(x), in nats.

Formula
-------
kl_divergence(x, y) = Σⱼ pⱼ (log pⱼ - log qⱼ) with p = softmax(x) and q = softmax(y)

Also known as the relative entropy, and as the loss of a distillation.  Both arguments are logits of
one shape: p is that of x, whose mean it is, and q that of the other array (``y``, ``other``,
``q_logits``, ``ref_logits``).  PyTorch's ``kl_div(input, target)`` has them in the opposite order,
and takes log q first.

Domain
------
Finite logits.  An element of -∞ in x adds nothing: 0 · log 0 is 0.  Where the other array alone has
-∞, the result is +∞.  A row that holds NaN or +∞, or nothing but -∞, has no defined result.

Exact values
------------
0 when the arrays differ by a constant, which no rounding of two logsumexps need keep.

Condition
---------
A change δ of x changes the result by Σⱼ pⱼ (dⱼ - d̄) δⱼ with d = x - y, and a change of y by
Σⱼ (qⱼ - pⱼ) δⱼ: well conditioned in the absolute sense.  Relative to a divergence near 0 it is not,
as that goes with the square of the distance.

Error bound
-----------
With s = -log p, r = -log q, and e and f the error bounds of log_softmax of x and of y, an absolute
error of at most Σⱼ pⱼ (eⱼ + fⱼ) + Σⱼ pⱼ (sⱼ + rⱼ)(8u + 2σ + 2u(x_max - xⱼ)), where σ is ⌈log₂ n⌉ u
in grade B and n u in grade C; both logarithms may be multiplied and summed apart.

A stored logsumexp is weak beyond that, as for log_softmax.

Source
------
The bounds of log_softmax and of the weights of Blanchard, Higham, Higham 2021, carried through the
sum of products (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).

Traffic
-------
Reads 2n elements and writes one a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import log_softmax, references, softmax
from softmark.operations.base import Derivative, Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.row import LARGEST, Row

MOST = 1e6
"""An error of a logarithm that says nothing any more."""


def error_bound(row: Row, model: Model) -> Float64Array:
    p, s, r = row.weight, _surprise(row), _surprise(row.other)
    own = log_softmax.error_bound(row, model) + log_softmax.error_bound(row.other, model)
    sized = (s + r) * (_weight_bound(row, model) + model.sum)
    lost = row.sum(np.minimum(p, model.tiny) * (s + r) + model.tiny)
    return row.reduced(row.sum(p * (own + sized)) + 2 * lost)


def _surprise(row: Row) -> Float64Array:
    """``-log p_i``, of which some can be added up; 0 for what is absent, which adds nothing."""
    return np.where(np.isneginf(row.x), 0.0, np.minimum(row.surprise, LARGEST / 8))


def _weight_bound(row: Row, model: Model) -> Float64Array:
    """Relative error of ``p_i`` and of a product with it."""
    return 8 * model.step + model.sum + row.exponent_error(model) + row.unnormalised(model)


def _apart(row: Row) -> Float64Array:
    """``log p_i - log q_i``, 0 for what is absent."""
    return _surprise(row.other) - _surprise(row)


def _formed(row: Row, model: Model) -> Float64Array:
    """Error of ``log p_i - log q_i``."""
    own = log_softmax.error_bound(row, model) + log_softmax.error_bound(row.other, model)
    rounded = 2 * model.step * (_surprise(row) + _surprise(row.other))
    return np.minimum(own + rounded, MOST)


def _projection_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of the projection of logarithms, of which the largest could not be added up."""
    scale = 2.0**-80 if direction.max(initial=0.0) > 2.0**960 else 1.0
    with np.errstate(over="ignore"):
        return softmax.projection_bound(row, scale * direction, model) / scale


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g p_i (d_i - mean d)``, in which rounding may leave ``p_i - p_i sum_j p_j``."""
    p, own = row.weight, _formed(row, model)
    sized = row.sum(p * (_surprise(row) + _surprise(row.other)))
    kept = _weight_bound(row, model) + log_softmax.weight_bound(row, model)
    left = kept + row.sum(p * kept) + 2 * model.sum
    # The two logarithms may be projected apart.
    slope = _projection_bound(row, _surprise(row), model)
    slope += _projection_bound(row, _surprise(row.other), model)
    each = slope + p * (own + row.sum(p * own) + left + model.sum * sized)
    return np.abs(np.expand_dims(g, row.axis)) * each + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_i d_i dp_i``, and of ``sum_i p_i (v_i - b)``, which is 0 but for rounding."""
    p, size = row.weight, _surprise(row) + _surprise(row.other)
    away = np.abs(v - row.sum(p * v))
    moved = row.sum(size * softmax.projection_bound(row, v, model))
    kept = (1 + size) * (_weight_bound(row, model) + model.sum)
    moved += row.sum(p * away * (_formed(row, model) + kept))
    moved += row.sum(p * log_softmax.jvp_bound(row, v, model))
    return row.reduced(moved + model.tiny * (1 + row.sum(np.minimum(size, MOST))))


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g`` times the derivative of the slope: that of softmax twice along each logarithm,
    and that of x's own, which is the projection of the tangent.
    """
    p, own = row.weight, _formed(row, model)
    of_v = np.abs(v) + row.sum(p * np.abs(v))
    each = softmax.hvp_bound(row, _surprise(row), v, model)
    each += softmax.hvp_bound(row, _surprise(row.other), v, model)
    each += 2 * p * of_v * (own + row.sum(p * own))
    each += 4 * log_softmax.deviation_bound(row, v, model)
    return np.abs(np.expand_dims(g, row.axis)) * each + model.tiny


def other_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g (q_i - p_i)``: ``-p_i + q_i sum_j p_j``, each weight got back or formed."""
    p, q = row.weight, row.other.weight
    of_p = _weight_bound(row, model)
    of_q = log_softmax.weight_bound(row.other, model) + row.other.exponent_error(model)
    each = p * of_p + q * (of_q + row.sum(p * of_p) + 2 * model.sum + 4 * model.step)
    each += 2 * model.step * np.abs(q - p) + 2 * model.tiny
    return np.abs(np.expand_dims(g, row.axis)) * each + model.tiny


def _reference(problem: Problem) -> oracle.Enclosure:
    assert problem.labels is not None, "kl_divergence needs the other logits"
    return oracle.kl_divergence(problem.x, problem.labels, axis=problem.axis)


def _vjp_other(problem: Problem, g: Float64Array) -> oracle.Enclosure:
    assert problem.labels is not None, "kl_divergence needs the other logits"
    return oracle.vjp_other(problem.x, problem.labels, g, axis=problem.axis)


OPERATION = Operation(
    name="kl_divergence",
    kind=Kind.REDUCTION,
    source="bounds of log_softmax and of its weights carried through the sum of products",
    range=lambda row: (0.0, np.inf),
    traffic=lambda rows, n: (2 * rows * n, rows),
    value=Value(_reference, error_bound),
    vjp=references.vjp("kl_divergence", vjp_bound, beside=True),
    jvp=references.jvp("kl_divergence", jvp_bound, beside=True),
    hvp=references.hvp("kl_divergence", hvp_bound, beside=True),
    vjp_operand=Derivative(_vjp_other, other_bound),
    lengths=(128256,),
    formulas=log_softmax.OPERATION.formulas,
    operand="other",
    shift="ignored",
    identities=("shift", "permutation", "padding"),
    masks_gradient=True,
)
