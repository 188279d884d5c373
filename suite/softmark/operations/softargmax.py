"""softargmax: the index of the maximum, made differentiable.

Formula
-------
softargmax_β(x) = Σᵢ i · softmax(βx)ᵢ,  i = 0 ... n - 1

Also known as the expected index, the soft-argmax and integral regression.  It tends to the index
of the maximum as β → ∞.

Domain
------
Finite logits and -∞, whose index then has no weight; β ≥ 0.  βx is the exact product: it may
overflow the format, the result may not.

Exact values
------------
The mean index (n - 1)/2 when β = 0, when all logits are equal, and when all groups of equal logits
have the same mean index, as in a palindrome.

Condition
---------
A change δ of the exponents changes the result r by Σᵢ pᵢ (i - r) δᵢ.

Error bound
-----------
An absolute error of at most (8u + 2σ) r + Σᵢ pᵢ |i - r| · 2uβ|xᵢ - x_max|, where σ is
⌈log₂ n⌉ u in grade B and n u in grade C; grade C admits that βx is rounded before the shift, and
that the indices are rounded to the format.

Probabilities by another published formula, see softmax, are weak beyond that: without a division
the error |L| u of all of them adds |L| u r.

Source
------
The softmax bound of Blanchard, Higham, Higham 2021 carried through the sum of non-negative terms.

Traffic
-------
Reads n elements and writes one a row.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references, softmax
from softmark.operations.base import (
    Kind,
    Limit,
    Operation,
    Problem,
    Value,
)
from softmark.operations.bounds import Model
from softmark.operations.row import Row
from softmark.operations.softmax import jacobian_bound


def error_bound(row: Row, model: Model) -> Float64Array:
    p, i = row.weight, row.index
    r = row.sum(p * i)
    exponents = row.sum(p * np.abs(i - r) * row.exponent_error(model))
    relative = 8 * model.step + 2 * model.sum + row.unnormalised(model)
    total = relative * r + exponents + model.tiny * row.sum(i)
    return row.reduced(np.minimum(total, row.n - 1) + model.tiny)


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g beta p_i (i - r)``: the Jacobian of softmax along the indices."""
    size = np.abs(np.expand_dims(g, row.axis))
    return size * jacobian_bound(row, np.broadcast_to(row.index, row.x.shape), model) + model.tiny


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_i i dp_i`` with ``dp`` the Jacobian of softmax along the tangent."""
    p = row.weight
    moved = abs(row.beta) * p * np.abs(v - row.sum(p * v))
    total = row.sum(row.index * jacobian_bound(row, v, model))
    total += (model.sum + 2 * model.step) * row.sum(row.index * moved)
    return row.reduced(total + model.tiny)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g`` times the second derivative of softmax along the indices."""
    index = np.broadcast_to(row.index, row.x.shape)
    size = np.abs(np.expand_dims(g, row.axis))
    return size * softmax.hvp_bound(row, index, v, model) + model.tiny


def beta_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``g sum_i p_i (i - r) x_i``."""
    index = np.broadcast_to(row.index, row.x.shape)
    return np.abs(g) * softmax.beta_bound(row, index, model) + model.tiny


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.softargmax(problem.x, axis=problem.axis, beta=problem.beta)


def _limit(problem: Problem) -> Float64Array:
    """The mean index of the maxima."""
    top = problem.x == problem.x.max(axis=problem.axis, keepdims=True)
    index = Row(problem.x, problem.axis).index
    return np.asarray((top * index).sum(axis=problem.axis) / top.sum(axis=problem.axis))


OPERATION = Operation(
    name="softargmax",
    kind=Kind.REDUCTION,
    source="softmax bound of Blanchard, Higham, Higham 2021 carried through the sum",
    range=lambda row: (0.0, row.n - 1.0),
    traffic=lambda rows, n: (rows * n, rows),
    value=Value(_reference, error_bound),
    vjp=references.vjp("softargmax", vjp_bound),
    jvp=references.jvp("softargmax", jvp_bound),
    hvp=references.hvp("softargmax", hvp_bound),
    vjp_beta=references.vjp_beta("softargmax", beta_bound),
    has_beta=True,
    formulas=softmax.OPERATION.formulas,
    shift="ignored",
    identities=("shift", "mirror", "temperature", "two classes", "padding", "order"),
    masks_gradient=True,
    limit=Limit(_limit, lambda n, gap: n - 1.0),
)
