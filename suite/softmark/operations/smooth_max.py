"""smooth_max: softmax(βx) · x, the smooth maximum that lies below the maximum.

Formula
-------
smooth_max_β(x) = Σᵢ xᵢ · softmax(βx)ᵢ

Also known as the Boltzmann operator and the soft maximum.  It tends to the maximum as β → ∞, and is
never above it, where logsumexp is never below.

Domain
------
Finite logits; β ≥ 0.  An element of -∞ has no weight, and the oracle leaves it out; most
implementations form -∞ · 0 there, which is NaN.

Exact values
------------
x when all logits equal x; the maximum when β = ∞, by definition.

Condition
---------
A change δ of the exponents changes the result y by Σᵢ pᵢ (xᵢ - y) δᵢ, a change of the logits by
their weighted mean besides.  Relative to the result the condition is unbounded, since the terms
have both signs.

Error bound
-----------
An absolute error of at most (8u + 2σ) Σᵢ pᵢ|xᵢ| + Σᵢ pᵢ |xᵢ - y| · 2uβ|xᵢ - x_max|, where σ is
⌈log₂ n⌉ u in grade B and n u in grade C; grade C admits that βx is rounded before the shift.

Probabilities by another published formula, see softmax, are weak beyond that: without a division
the error |L| u of all of them adds |L| u Σᵢ pᵢ|xᵢ|.

Source
------
The softmax bound of Blanchard, Higham, Higham 2021 carried through a dot product (Higham, Accuracy
and Stability of Numerical Algorithms, 2002, section 3.1).

Traffic
-------
Reads n elements and writes one a row.
"""

from __future__ import annotations

import math

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references, softmax
from softmark.operations.base import (
    INFINITE,
    Kind,
    Limit,
    Operation,
    Problem,
    Value,
)
from softmark.operations.bounds import Model
from softmark.operations.row import LARGEST, Row
from softmark.operations.softmax import jacobian_bound


def error_bound(row: Row, model: Model) -> Float64Array:
    p, size = row.weight, np.abs(_counted(row))
    away = np.minimum(_away(row), LARGEST)
    exponents = row.sum(p * np.minimum(row.exponent_error(model), 1.0) * away)
    relative = 8 * model.step + 2 * model.sum + row.unnormalised(model)
    total = relative * row.sum(p * size) + exponents
    underflow = model.tiny * (row.sum(size) + row.n + 1)  # of weights, and of their products
    return row.reduced(total + underflow)


def _counted(row: Row) -> Float64Array:
    """The logits with 0 for those that are masked, which have no weight."""
    return np.where(np.isneginf(row.x), 0.0, row.x)


def _away(row: Row) -> Float64Array:
    """``|x_i - y|``, which may overflow between logits of both signs."""
    x = _counted(row)
    with np.errstate(over="ignore"):
        return np.abs(x - row.sum(row.weight * x))


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g (p_i + beta p_i (x_i - y))``."""
    size = np.abs(np.expand_dims(g, row.axis))
    delta = row.exponent_error(model)
    relative = 8 * model.step + model.sum + delta + row.sum(row.weight * delta)
    relative = relative + row.unnormalised(model)
    return size * (row.weight * relative + jacobian_bound(row, _counted(row), model)) + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_i (p_i v_i + x_i dp_i)``."""
    p, size = row.weight, np.abs(_counted(row))
    moved = abs(row.beta) * p * np.abs(v - row.sum(p * v))
    delta = row.exponent_error(model)
    away = np.abs(v - row.sum(p * v))
    relative = 8 * model.step + 2 * model.sum + row.unnormalised(model)
    total = relative * row.sum(p * np.abs(v)) + row.sum(p * delta * away)
    total += row.sum(size * jacobian_bound(row, v, model))
    total += (model.sum + 2 * model.step) * row.sum(size * moved)
    return row.reduced(total + model.tiny)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g`` times the second derivative of softmax along x, and ``2 beta p_i (v_i - b)``.

    The logits are there twice, as weights and as what they weigh, so the projection of ``v``
    comes from either; both are rounded once more when they are added.
    """
    p, beta = row.weight, abs(row.beta)
    of_x, of_v = (np.abs(side) + row.sum(p * np.abs(side)) for side in (row.x, v))
    added = 2 * model.step * beta * p * of_v * (2 + beta * of_x)
    each = softmax.hvp_bound(row, row.x, v, model) + 2 * jacobian_bound(row, v, model) + added
    return np.abs(np.expand_dims(g, row.axis)) * each + model.tiny


def beta_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g sum_i p_i (x_i - y) x_i``."""
    return np.abs(g) * softmax.beta_bound(row, row.x, model) + model.tiny


def _reference(problem: Problem) -> oracle.Enclosure:
    if math.isinf(problem.beta):  # the limit: the maximum, exactly
        top = problem.x.max(axis=problem.axis, keepdims=True)
        return oracle.smooth_max(top, axis=problem.axis)
    return oracle.smooth_max(problem.x, axis=problem.axis, beta=problem.beta)


def _range(row: Row) -> tuple[Float64Array, Float64Array]:
    return row.x.min(axis=row.axis), row.x.max(axis=row.axis)


OPERATION = Operation(
    name="smooth_max",
    kind=Kind.REDUCTION,
    source="softmax bound of Blanchard, Higham, Higham 2021 carried through a dot product",
    range=_range,
    traffic=lambda rows, n: (rows * n, rows),
    value=Value(_reference, error_bound),
    vjp=references.vjp("smooth_max", vjp_bound),
    jvp=references.jvp("smooth_max", jvp_bound),
    hvp=references.hvp("smooth_max", hvp_bound),
    vjp_beta=references.vjp_beta("smooth_max", beta_bound),
    has_beta=True,
    formulas=softmax.OPERATION.formulas,
    shift="added",
    identities=("shift", "permutation", "temperature", "order"),
    multiplies_logits=True,
    open_situations=(*INFINITE, "masked"),
    limit=Limit(lambda problem: problem.x.max(axis=problem.axis), lambda n, gap: gap),
)
