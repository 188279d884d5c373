"""softplus: the smooth form of max(x, 0).

Formula
-------
softplus(x) = log(1 + e^x) = logsumexp((x, 0))

Also known as the smooth rectifier; the logarithm of the odds' sum, and the loss of a logit whose
class is the other one.  Its derivative is sigmoid.

Domain
------
All numbers; -∞ gives exactly 0, and +∞ gives +∞.

Exact values
------------
None but those at infinity.

Condition
---------
A change δ of x changes the result y by sigmoid(x) δ, relative to y by at most max(1, 1/y) δ.

Error bound
-----------
max(x, 0) + log1p(e^(-|x|)) adds two terms that are not negative, and log1p loses nothing that its
argument has: a relative error of at most (7 + 2 max(-x, 0)) u in grade B.  Grade C, with u of the
format, is (16 + 2 max(-x, 0)) u: it admits that x is returned from x = -log(8u) on, and e^x from
log(8u) down, which drop e^(-x)/x and e^x/2.  log(1 + e^x) without log1p loses the small results,
and a fixed threshold of 20 drops 2 10⁻⁹, which float64 shows: both are beyond it.

The derivative has the error of sigmoid, the second that of sigmoid's derivative.  A derivative as
e^(x - softplus(x)) is weak within max(x, 0) u more, as for sigmoid.

Source
------
Derived above: the condition of log1p, t / ((1 + t) log1p(t)) <= 1 (Higham, Accuracy and Stability
of Numerical Algorithms, 2002, section 1.6); that of e^x is |x|.

Traffic
-------
Reads and writes one element for each.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import estimates, references, sigmoid
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    exponent = (2 * model.exponent) * np.maximum(-row.x, 0.0)
    dropped = 8 * model.offset  # grade C cuts the series off
    relative = np.expm1(np.minimum(exponent, 1.0)) + 6 * model.step + model.sum + dropped
    return np.logaddexp(row.x, 0.0) * relative + 3 * model.tiny


def derivative_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``g sigmoid(x)``."""
    lost = model.tiny * (1 + np.abs(direction))
    each = sigmoid.error_bound(row, model) + 2 * model.step * sigmoid.estimate(row)
    return np.asarray(np.abs(direction) * each + lost)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``g v y (1 - y)`` with ``y = sigmoid(x)``, or with ``y = sigmoid(-x)``."""
    lost = model.tiny * (1 + np.abs(g) + np.abs(v))
    slope = np.maximum(*(sigmoid.slope_bound(Row(x), model) for x in (row.x, -row.x)))
    return np.asarray(np.abs(g * v) * slope + lost)


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.softplus(problem.x)


OPERATION = Operation(
    name="softplus",
    kind=Kind.ELEMENTWISE,
    source="condition of log1p and of the exponential, derived in operations/softplus.py",
    range=lambda row: (np.maximum(row.x, 0.0), np.inf),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound, estimates.of("softplus", "value")),
    vjp=references.vjp("softplus", derivative_bound),
    jvp=references.jvp("softplus", derivative_bound),
    hvp=references.hvp("softplus", hvp_bound),
    summands=lambda n: 2,
    formulas=(DIVISION_FREE,),
    is_pointwise=True,
    is_monotone=True,
    identities=("permutation",),
    masked_result=0.0,
    open_situations=(),
)
