"""sigmoid: the softmax of two classes.

Formula
-------
sigmoid(x) = 1 / (1 + e^(-x)) = softmax((x, 0))₁

Also known as the logistic function.

Domain
------
All numbers; -∞ gives exactly 0 and +∞ exactly 1.

Exact values
------------
1/2 at 0.

Condition
---------
A change δ of x changes the result by the relative amount (1 - y) δ.

Error bound
-----------
As softmax's with n = 2 and the distance max(-x, 0): a relative error of at most
(7 + 2 max(-x, 0)) u in grade B, (8 + 2 max(-x, 0)) u in grade C; 16 and 8 bits as there.  The form
(1 + tanh(x/2))/2 loses the small results and is beyond it.  e^(x - log(1 + e^x)), the division-free
form, is weak within max(x, 0) u more.

Source
------
Blanchard, Higham, Higham 2021, Theorem 4.3 with n = 2.

Traffic
-------
Reads and writes one element for each.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE
from softmark.operations.row import Row


def estimate(row: Row) -> Float64Array:
    """``sigmoid(x)``, near enough for a bound."""
    with np.errstate(over="ignore", under="ignore"):
        small = np.exp(-np.abs(row.x))
    return np.where(row.x < 0, small, 1.0) / (1.0 + small)


def _relative(row: Row, model: Model) -> Float64Array:
    exponent = (2 * model.exponent) * np.maximum(-row.x, 0.0)
    with np.errstate(over="ignore"):
        exponent += model.stored * np.abs(np.maximum(row.x, 0.0) + 1.0)
    return np.expm1(np.minimum(exponent, 1.0)) + 6 * model.step + model.sum


def error_bound(row: Row, model: Model) -> Float64Array:
    return estimate(row) * _relative(row, model) + model.tiny


def derivative_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``g y (1 - y)``: ``1 - y`` has the absolute error of the rounded ``y``."""
    return np.abs(direction) * slope_bound(row, model) + model.tiny


def slope_bound(row: Row, model: Model) -> Float64Array:
    """Error of ``y (1 - y)``."""
    y = estimate(row)
    slope = y * estimate(Row(-row.x))
    relative = _relative(row, model) + 4 * model.step
    lost = y * (y * _relative(row, model) + model.tiny) + model.tiny
    return slope * relative + lost


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g v y (1 - y)(1 - 2y)``, or of ``g v ((1 - y) s - y s)``, ``s = y (1 - y)``.

    Both have the error of the slope s; ``1 - 2y`` has twice the absolute error of ``y``, and the
    difference of the other form is rounded relative to s.
    """
    y = estimate(row)
    slope = y * estimate(Row(-row.x))
    turned = 2 * y * _relative(row, model) + 8 * model.step + 2 * model.tiny
    size = np.abs(g * v)
    each = 2 * slope_bound(row, model) + slope * turned
    return size * each + model.tiny * (2 + np.abs(g) + np.abs(v))


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.sigmoid(problem.x)


OPERATION = Operation(
    name="sigmoid",
    kind=Kind.ELEMENTWISE,
    source="Blanchard, Higham, Higham 2021, Thm 4.3, n = 2",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("sigmoid", derivative_bound),
    jvp=references.jvp("sigmoid", derivative_bound),
    hvp=references.hvp("sigmoid", hvp_bound),
    summands=lambda n: 2,
    formulas=(DIVISION_FREE,),
    is_pointwise=True,
    is_probability=True,
    is_monotone=True,
    identities=("permutation", "reflection"),
    masked_result=0.0,
    open_situations=(),
)
