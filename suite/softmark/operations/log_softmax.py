"""log_softmax: the logarithm of softmax, without forming softmax.

Formula
-------
log_softmax(x)ᵢ = xᵢ - log Σⱼ e^(xⱼ)

Domain
------
Finite logits and -∞, which gives exactly -∞.  A row that holds NaN or +∞, or nothing but -∞, has
no defined result.

Exact values
------------
0 when one logit is finite.  Never exactly 0 otherwise.

Condition
---------
A change δ of the logits changes element i by δᵢ - Σⱼ pⱼ δⱼ: well conditioned in the absolute
sense.  Relative to the result it is not, at the winner of a row: there the result is
-log1p(s), s = Σ_{j≠i} e^(xⱼ - xᵢ), whose condition is good, and the shifted formula, which rounds
1 + s, loses it.

Error bound
-----------
With y the result, an absolute error of at most (4|y| + 6 + ⌈log₂ n⌉) u in grade B and
(4|y| + 6 + n) u in grade C: the shift and the final subtraction are relative to |y|, which is
the sum of |xᵢ - x_max| and of log Σⱼ e^(xⱼ - x_max); the sum's relative error becomes an absolute
one in its logarithm.

Other published formulas are weak beyond that, within bounds of their own, in which L is
log Σⱼ e^(xⱼ): xᵢ - L with a stored L adds |L| u; exponents that are scaled by log₂ e before the
shift add (|xᵢ| + |x_max|) u; a repeated logaddexp adds (max(1, |L|) + 3) u a merge.  None of them
explains an error of half the value, unless the bound of grade B comes near the value too.

At the winner an evaluation by log1p has a relative error of at most (⌈log₂ n⌉ + 6 + 2 g) u, g the
mean of the others' distances, where the absolute bound allows any: more is weak.

Source
------
Derived above; Blanchard, Higham and Higham 2021, section 4, equations for the shifted log-sum-exp.
The other formulas: there, and derived in ``softmark/operations/formulas.py``.

Traffic
-------
Reads n and writes n elements a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import REPEATED, SCALED, STORED
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    shifted = (4 * model.step) * row.surprise + 6 * model.step + model.sum + model.tiny
    return shifted + row.stored_error(model) + row.offset_error(model)


def winner_bound(row: Row, model: Model) -> Float64Array:
    """Error of ``-log1p(s)`` at the winner of a row, s the others' sum of ``e^(x_j - x_max)``.

    The result is well conditioned: its relative error is at most that of s, the exponents' errors
    in the mean over the others and that of their sum, and a few roundings.
    """
    others = np.where(row.index == np.argmax(row.x, row.axis, keepdims=True), 0.0, 1.0)
    terms = others * np.exp(-row.distance)
    total = row.sum(terms)
    exponent = row.sum(terms * row.exponent_error(model)) / np.where(total > 0, total, 1.0)
    relative = exponent + 6 * model.step + model.sum
    return row.reduced(np.log1p(total) * relative + model.tiny)


def weight_bound(row: Row, model: Model) -> Float64Array:
    """Relative error of ``p_i`` when it is got back as ``e^(log_softmax(x)_i)``."""
    exponent = np.minimum((4 * model.step) * row.surprise, 1.0)
    return np.expm1(exponent) + 10 * model.step + model.sum + row.unnormalised(model)


def mean_bound(row: Row, tangent: Float64Array, model: Model) -> Float64Array:
    """Error of ``a = sum_j p_j v_j``: its dot product, and the weights that it is made with."""
    p = row.weight
    away = np.abs(tangent - row.sum(p * tangent))
    weights = row.exponent_error(model) + weight_bound(row, model)
    relative = 8 * model.step + 2 * model.sum + row.unnormalised(model)
    dot = relative * row.sum(p * np.abs(tangent))
    return dot + row.sum(p * weights * away) + model.tiny * row.sum(np.abs(tangent))


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g_i - p_i sum_j g_j``, the weight got back from the result."""
    p, total = row.weight, row.sum(g)
    share = p * (np.abs(total) * weight_bound(row, model) + model.sum * row.sum(np.abs(g)))
    result = np.abs(g - p * total)
    return 2 * model.step * result + share + model.tiny * (1 + np.abs(total))


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``v_i - sum_j p_j v_j``."""
    result = np.abs(v - row.sum(row.weight * v))
    return 2 * model.step * result + mean_bound(row, v, model) + model.tiny


def deviation_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``p_i (v_i - b)``, ``b = sum_j p_j v_j``, the weight got back from the result.

    It may be formed as ``p_i v_i - p_i b``, with a weight from either source in each term, so
    errors are relative to both.
    """
    p = row.weight
    size = np.abs(v) + row.sum(p * np.abs(v))
    weight = weight_bound(row, model) + row.exponent_error(model)
    relative = weight + row.sum(p * weight) + 8 * model.step + 2 * model.sum
    lost = model.tiny * (1 + size + p * row.sum(np.abs(v)))
    return p * (size * relative + mean_bound(row, v, model)) + lost


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``-G p_i (v_i - b)``, ``G = sum_j g_j``, which either of the two sums rounds."""
    total, size = row.sum(g), np.abs(v) + row.sum(row.weight * np.abs(v))
    summed = (model.sum + 2 * model.step) * row.sum(np.abs(g)) * row.weight * size
    lost = model.tiny * (1 + np.abs(total) + row.sum(np.abs(g)))
    return np.abs(total) * deviation_bound(row, v, model) + summed + lost


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.log_softmax(problem.x, axis=problem.axis)


OPERATION = Operation(
    name="log_softmax",
    kind=Kind.ELEMENTWISE,
    source="derived from the shifted log-sum-exp of Blanchard, Higham, Higham 2021",
    range=lambda row: (-np.inf, 0.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("log_softmax", vjp_bound),
    jvp=references.jvp("log_softmax", jvp_bound),
    hvp=references.hvp("log_softmax", hvp_bound),
    winner_bound=winner_bound,
    formulas=(STORED, SCALED, REPEATED),
    is_monotone=True,
    sums_to_one="exponentials",
    shift="ignored",
    identities=("shift", "permutation", "exp", "log n", "padding"),
    masked_result=-np.inf,
)
