"""entropy: how far softmax(x) is spread, in nats.

Formula
-------
entropy(x) = -Σⱼ pⱼ log pⱼ with p = softmax(x), which is log Σⱼ e^(xⱼ - x_max) + Σⱼ pⱼ (x_max - xⱼ)

Also known as the Shannon entropy of the logits: the bonus of policy gradients, the uncertainty of a
token.  The logits go in, not the probabilities.

Domain
------
Finite logits and -∞, which adds nothing: 0 · log 0 is 0.  A row that holds NaN or +∞, or nothing
but -∞, has no defined result.

Exact values
------------
0 when one logit is finite.  log n, which is no floating-point number, when n logits are equal.

Condition
---------
A change δ of the logits changes the result by -Σⱼ pⱼ (xⱼ - x̄) δⱼ, x̄ = Σⱼ pⱼ xⱼ.  Neither term of
the second form is negative, so it keeps a relative accuracy; most implementations keep an absolute
one, which is no digit of an entropy near 0.

Error bound
-----------
With s = -log p the surprise, and e the error bound of log_softmax, an absolute error of at most
Σⱼ pⱼ eⱼ + Σⱼ pⱼ sⱼ (8u + σ + 2u(x_max - xⱼ)) + σ H, where σ is ⌈log₂ n⌉ u in grade B and n u in
grade C: the logarithms' own errors, those of the weights, and those of the sum.

Another published formula is weak beyond that: log Σⱼ e^(xⱼ) - Σⱼ pⱼ xⱼ, a logsumexp less the mean
logit, adds the roundings of both, |L| u + Σⱼ pⱼ|xⱼ|(2u + 2σ), which at an offset is all of the
result.

Source
------
The bounds of log_softmax and of the weights of Blanchard, Higham, Higham 2021, carried through the
sum of products (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).

Traffic
-------
Reads n elements and writes one a row.
"""

from __future__ import annotations

import math

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import log_softmax, references, softmax
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import LESS_MEAN, REPEATED, SCALED
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    p, s = row.weight, _surprise(row, model)
    terms = p * (log_softmax.error_bound(row, model) + s * _weight_bound(row, model))
    total = row.sum(terms) + model.sum * row.sum(p * s) + model.tiny * row.sum(s + 1)
    return row.reduced(total + row.sum(p * _of_mean(row, model)))


def _surprise(row: Row, model: Model) -> Float64Array:
    """``-log p_i``, no larger than where twice the weight's logarithm has left the format.

    Beyond it a product with the weight is 0 in any arithmetic of the model.
    """
    return np.minimum(row.surprise, -2 * math.log(model.tiny))


def _weight_bound(row: Row, model: Model) -> Float64Array:
    """Relative error of ``p_i`` and of a product with it."""
    return 8 * model.step + model.sum + row.exponent_error(model) + row.unnormalised(model)


def _of_mean(row: Row, model: Model) -> Float64Array | float:
    """Error of each ``x_i`` in a mean that is subtracted from a stored logsumexp.

    Weights that are divided by their own sum add up to 1 but for the roundings of that sum and of
    the divisions; their other errors move the mean by the distances from it alone.
    """
    if not model.stored:
        return 0.0
    x = np.where(np.isneginf(row.x), 0.0, row.x)
    away = np.abs(x - row.sum(row.weight * x))
    return np.abs(x) * (2 * model.sum + 2 * model.step) + away * _weight_bound(row, model)


def _slope_bound(row: Row, model: Model) -> Float64Array:
    """Error of ``p_i (s_i - H)``, which is the projection of the surprise.

    Differentiated term by term, ``p_i - p_i sum_j p_j`` is beside it, and rounding is what is left
    of that.
    """
    p, s = row.weight, _surprise(row, model)
    own = log_softmax.error_bound(row, model) + _of_mean(row, model)
    own = np.minimum(own, 1e6)
    kept = _weight_bound(row, model) + log_softmax.weight_bound(row, model)
    left = kept + row.sum(p * kept) + 2 * model.sum
    formed = p * (own + row.sum(p * own) + left + model.sum * row.sum(p * s))
    return softmax.projection_bound(row, s, model) + formed


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``-g p_i (x_i - mean x)``, which is ``g p_i (s_i - H)``."""
    return np.abs(np.expand_dims(g, row.axis)) * _slope_bound(row, model) + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_i s_i dp_i``, with ``dp`` the Jacobian of softmax along the tangent.

    The derivative of the logarithms adds ``sum_i p_i (v_i - b)``, which is 0 but for rounding.
    """
    p, s = row.weight, _surprise(row, model)
    away = np.abs(v - row.sum(p * v))
    own = np.minimum(log_softmax.error_bound(row, model) + _of_mean(row, model), 1e6)
    moved = row.sum(s * softmax.projection_bound(row, v, model))
    moved += row.sum(p * away * (own + (1 + s) * (_weight_bound(row, model) + model.sum)))
    moved += row.sum(p * log_softmax.jvp_bound(row, v, model))
    return row.reduced(moved + model.tiny * (1 + row.sum(s)))


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g`` times the derivative of the slope: that of softmax twice along the surprise,
    and that of the surprise itself, which is the projection of the tangent.
    """
    p, s = row.weight, _surprise(row, model)
    of_v = np.abs(v) + row.sum(p * np.abs(v))
    own = np.minimum(log_softmax.error_bound(row, model) + _of_mean(row, model), 1e6)
    formed = p * of_v * (own + row.sum(p * own))
    each = softmax.hvp_bound(row, s, v, model) + 2 * formed
    each += 4 * log_softmax.deviation_bound(row, v, model)
    return np.abs(np.expand_dims(g, row.axis)) * each + model.tiny


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.entropy(problem.x, axis=problem.axis)


def _range(row: Row) -> tuple[float, float]:
    return 0.0, math.log(max(row.n, 1)) * (1 + 2.0**-51)


OPERATION = Operation(
    name="entropy",
    kind=Kind.REDUCTION,
    source="bounds of log_softmax and of its weights carried through the sum of products",
    range=_range,
    traffic=lambda rows, n: (rows * n, rows),
    value=Value(_reference, error_bound),
    vjp=references.vjp("entropy", vjp_bound),
    jvp=references.jvp("entropy", jvp_bound),
    hvp=references.hvp("entropy", hvp_bound),
    lengths=(128256,),
    formulas=(LESS_MEAN, SCALED, REPEATED),
    shift="ignored",
    identities=("shift", "permutation", "log n", "padding", "order"),
    masks_gradient=True,
)
