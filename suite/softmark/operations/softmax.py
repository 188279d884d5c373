"""softmax: the logits as probabilities.

Formula
-------
softmax(βx)ᵢ = e^(βxᵢ) / Σⱼ e^(βxⱼ)

Also known as the soft argmax (one-hot), the normalised exponential, Boltzmann or Gibbs weights.

Domain
------
Finite logits and -∞, which masks an element: its result is exactly 0.  A row that holds NaN or
+∞, or nothing but -∞, has no defined result.

Exact values
------------
1/n when all logits are equal; 1 when one logit is finite.  Every other result is transcendental
(Lindemann-Weierstrass), so it is never half way between two floating-point numbers.

Condition
---------
A change δ of the exponents changes element i by the relative amount δᵢ - Σⱼ pⱼ δⱼ.

Error bound
-----------
With u the unit roundoff, element i has a relative error of at most
(⌈log₂ n⌉ + 6 + 2β|xᵢ - x_max|) u in grade B and (n + 6 + 2β|xᵢ - x_max|) u in grade C;
in 16 and 8 bits grade B takes u of float32 and adds the half ulp of the final rounding, grade C
takes u of the format for the steps and of float32 for the sum.  Grade C admits that βx is rounded
before the shift, which adds its effect to the exponent.  Below the normal range one least
subnormal more.

Other published formulas are weak beyond that, within bounds of their own, in which L is
log Σⱼ e^(βxⱼ): e^(βxᵢ - L) without a division adds |L| u; exponents that are scaled by log₂ e
before the shift add β(|xᵢ| + |x_max|) u; parts of a row merged by their logarithms of sums add
(max(1, |L|) + 3) u a merge.  None of them explains an error of half the value.

Source
------
P. Blanchard, D. J. Higham, N. J. Higham, Accurately computing the log-sum-exp and softmax
functions, IMA J. Numer. Anal. 41 (2021) 2311-2330, Theorem 4.3: n + 2 + 2(x_max - x_min) for the
shifted formula, scaled here to the element; section 4 for e^(x - L), |L| + |xᵢ - L| + n + 2.  The
others are derived in ``softmark/operations/formulas.py``.

Traffic
-------
Reads n and writes n elements a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references
from softmark.operations.base import (
    Kind,
    Limit,
    Operation,
    Problem,
    Value,
)
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE, MERGED, SCALED
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    exponent = row.exponent_error(model)
    relative = 6 * model.step + model.sum + exponent + _offset_in_sum(row, model)
    relative = relative + row.unnormalised(model)
    return np.minimum(row.weight * relative, 1.0) + model.tiny


def _offset_in_sum(row: Row, model: Model) -> Float64Array:
    """What an offset rounded with the exponents does to their sum; 0 where the shift is first."""
    if not row.rounds_offset(model):
        return np.zeros(())
    return row.sum(row.weight * np.expm1(np.minimum(model.offset * row.product_size, 1.0)))


def jacobian_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``beta p_i (g_i - a)``, ``a = sum_j p_j g_j``, for ``g`` = ``direction``.

    First order in the roundoff: the error of ``p_i`` is relative, that of ``a`` comes from its
    dot product, relative to ``sum_j p_j |g_j|``, and from the errors of the weights, which move
    it by ``sum_j p_j delta_j (g_j - a)``.  Where a weight underflows, the least subnormal times
    what it multiplies is lost.  The Jacobian is symmetric, so this serves both derivatives.
    """
    return abs(row.beta) * projection_bound(row, direction, model) + model.tiny


def projection_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``p_i (g_i - a)``, the same without ``beta``."""
    p, size = row.weight, np.abs(direction)
    a = row.sum(p * direction)
    delta = row.exponent_error(model)
    relative = 8 * model.step + model.sum + row.unnormalised(model)
    own = np.abs(direction - a) * (relative + delta + row.sum(p * delta))
    lost = model.tiny * (1 + size + np.abs(a) + p * row.sum(size))
    return p * (own + mean_bound(row, direction, model)) + lost


def mean_bound(row: Row, a: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_j p_j a_j``: its dot product, and the weights that it is made with."""
    p, mean = row.weight, row.sum(row.weight * a)
    relative = 8 * model.step + 2 * model.sum + row.unnormalised(model)
    dot = relative * row.sum(p * np.abs(a))
    return dot + row.sum(p * row.exponent_error(model) * np.abs(a - mean))


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``beta^2 p_i (w_i - c)``, ``w_i = (g_i - a)(v_i - b)``, ``c = sum_j p_j w_j``.

    a and b are the means of ``g`` and ``v``.  Differentiating backward twice forms ``w_i`` up
    to a constant, as ``g_i v_i - a v_i - b g_i``, and projects it; differentiating backward,
    then forward forms ``q = p (v - b)`` and ``q_i (g_i - a) - p_i sum_j q_j g_j``.  Either way
    each term is at most ``s_i = (|g_i| + sum p|g|)(|v_i| + sum p|v|)``, is rounded relative to
    that, and carries the errors of the two means; the weights' errors move the result as they
    do in a projection of ``w``.
    """
    p, beta = row.weight, abs(row.beta)
    of_g, of_v = (np.abs(side) + row.sum(p * np.abs(side)) for side in (g, v))
    w = (g - row.sum(p * g)) * (v - row.sum(p * v))
    size = of_g * of_v
    relative = 8 * model.step + row.unnormalised(model)
    formed = relative * size
    formed += of_v * mean_bound(row, g, model) + of_g * mean_bound(row, v, model)
    mean = row.sum(p * formed) + (relative + 2 * model.sum) * row.sum(p * size)
    reach = 1 + of_g + of_v + size
    lost = model.tiny * (reach + row.sum(p * size) + p * row.sum(reach))
    total = projection_bound(row, w, model) + p * (formed + mean) + lost
    return beta * beta * total + beta * model.tiny + model.tiny


def beta_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_i c_i d_i``, ``c_i = p_i (g_i - a)``: what reaches beta from each product.

    ``d_i`` is ``x_i`` less the maximum where the shift comes before the product, ``x_i`` where
    the product comes first, which only grade C admits.  It is a dot product of what the
    projection gives, with its errors.
    """
    away = np.abs(row.x - row.top) + (np.abs(row.x) if model.offset else 0.0)
    moved = row.weight * np.abs(g - row.sum(row.weight * g))
    terms = away * (projection_bound(row, g, model) + (model.sum + 4 * model.step) * moved)
    return row.reduced(row.sum(terms) + model.tiny * (1 + row.sum(away)))


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.softmax(problem.x, axis=problem.axis, beta=problem.beta)


def _limit(problem: Problem) -> Float64Array:
    top = problem.x == problem.x.max(axis=problem.axis, keepdims=True)
    return np.asarray(top / top.sum(axis=problem.axis, keepdims=True))


OPERATION = Operation(
    name="softmax",
    kind=Kind.ELEMENTWISE,
    source="Blanchard, Higham, Higham 2021, Thm 4.3, scaled to the element",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("softmax", jacobian_bound),
    jvp=references.jvp("softmax", jacobian_bound),
    hvp=references.hvp("softmax", hvp_bound),
    vjp_beta=references.vjp_beta("softmax", beta_bound),
    has_beta=True,
    formulas=(DIVISION_FREE, SCALED, MERGED),
    is_probability=True,
    is_monotone=True,
    sums_to_one="results",
    shift="ignored",
    identities=("shift", "permutation", "temperature", "two classes", "padding"),
    masked_result=0.0,
    masks_gradient=True,
    limit=Limit(_limit, lambda n, gap: 1.0),
)
