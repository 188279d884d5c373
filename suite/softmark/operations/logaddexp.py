"""logaddexp: two totals merged, the logsumexp of two numbers.

Formula
-------
logaddexp(x, y) = log(e^x + e^y) = max(x, y) + log(1 + e^(-|x - y|))

Also known as the merge of two partial logsumexps, as split-K and ring attention make it.  The
arrays have one shape, and each element is a result of its own; the second is called ``other`` or
``y``.

Domain
------
Finite numbers and -∞, which is the total of an empty part: it adds nothing, and two of them give
exactly -∞.  NaN and +∞ have no defined result.

Exact values
------------
The larger number where the other is -∞.

Condition
---------
Changes δ and ε change the result by p δ + (1 - p) ε with p = e^x / (e^x + e^y): perfect in the
absolute sense, unbounded in the relative one, since the result may be as near to 0 as one likes.

Error bound
-----------
That of logsumexp for the row (x, y): with r the result and p_max, p_min the two weights, an
absolute error of at most (|r| + 2 log(1 + e^-d) + 2 p_min d + 7) u in grade B, d = |x - y|, and one
u more in grade C.  The derivatives have those of logsumexp for that row; a weight of less than the
reciprocal of the largest number may be lost, as 1 / (1 + e^d) is 0 where e^d overflows.

e^(x - r) of the rounded result adds |r| u to the weight in a derivative, which is weak; so are
numbers that are scaled by log₂ e before the shift, within (|x| + |y|) u.

Source
------
Blanchard, Higham, Higham 2021, shifted log-sum-exp of two logits.

Traffic
-------
Reads two elements and writes one for each.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import logsumexp, references
from softmark.operations.base import Derivative, Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE, SCALED
from softmark.operations.row import Row


def _pair(row: Row) -> Row:
    """Each element and its other as a row of two."""
    assert row.labels is not None
    return Row(np.stack([row.x, row.labels.astype(np.float64)], axis=-1))


def _along(v: Float64Array) -> Float64Array:
    """A tangent of the first of each pair alone."""
    return np.stack([v, np.zeros_like(v)], axis=-1)


def error_bound(row: Row, model: Model) -> Float64Array:
    return logsumexp.error_bound(_pair(row), model)


def _overflown(model: Model) -> float:
    """The reciprocal of the largest number, below which 1 / (1 + e^d) may be 0."""
    return model.tiny / (8 * model.step)


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    each = logsumexp.vjp_bound(_pair(row), g, model)[..., 0]
    return np.asarray(each + np.abs(g) * _overflown(model))


def other_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    each = logsumexp.vjp_bound(_pair(row), g, model)[..., 1]
    return np.asarray(each + np.abs(g) * _overflown(model))


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    each = logsumexp.jvp_bound(_pair(row), _along(v), model)
    return each + np.abs(v) * _overflown(model)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    return np.asarray(logsumexp.hvp_bound(_pair(row), g, _along(v), model)[..., 0])


def _given(problem: Problem) -> Float64Array:
    assert problem.labels is not None, "logaddexp needs the other numbers"
    return problem.labels.astype(np.float64)


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.logaddexp(problem.x, _given(problem))


def _vjp_other(problem: Problem, g: Float64Array) -> oracle.Enclosure:
    """That of the first of each pair, exchanged."""
    return oracle.vjp("logaddexp", _given(problem), g, labels=problem.x)


def _range(row: Row) -> tuple[Float64Array, Float64Array]:
    low, high = logsumexp.OPERATION.range(_pair(row))
    return np.asarray(low), np.asarray(high)


OPERATION = Operation(
    name="logaddexp",
    kind=Kind.ELEMENTWISE,
    source="Blanchard, Higham, Higham 2021, shifted log-sum-exp, n = 2",
    range=_range,
    traffic=lambda rows, n: (2 * rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("logaddexp", vjp_bound, beside=True),
    jvp=references.jvp("logaddexp", jvp_bound, beside=True),
    hvp=references.hvp("logaddexp", hvp_bound, beside=True),
    vjp_operand=Derivative(_vjp_other, other_bound),
    summands=lambda n: 2,
    formulas=(DIVISION_FREE, SCALED),
    operand="other",
    is_pointwise=True,
    identities=("permutation", "exchange"),
    masked_result=-np.inf,
)
