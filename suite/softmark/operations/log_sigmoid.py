"""log_sigmoid: the logarithm of sigmoid, without forming sigmoid.

Formula
-------
log_sigmoid(x) = -log(1 + e^(-x)) = log_softmax((x, 0))₁ = -softplus(-x)

Also known as the log-likelihood of a logit, and as what preference losses are made of.

Domain
------
All numbers; -∞ gives -∞, and +∞ gives exactly 0.

Exact values
------------
None but those at infinity.

Condition
---------
That of softplus at -x.

Error bound
-----------
That of softplus at -x: min(x, 0) - log1p(e^(-|x|)) has a relative error of at most
(7 + 2 max(x, 0)) u in grade B and (16 + 2 max(x, 0)) u in grade C, since no term is positive.
log(sigmoid(x)) is beyond it: it is 0 where sigmoid rounds to 1, and -∞ where sigmoid rounds to 0.

Source
------
See softplus.

Traffic
-------
Reads and writes one element for each.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import estimates, references, softplus
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    return softplus.error_bound(Row(-row.x), model)


def derivative_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``g sigmoid(-x)``."""
    return softplus.derivative_bound(Row(-row.x), direction, model)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``-g v y (1 - y)`` with ``y = sigmoid(-x)``."""
    return softplus.hvp_bound(Row(-row.x), g, v, model)


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.log_sigmoid(problem.x)


OPERATION = Operation(
    name="log_sigmoid",
    kind=Kind.ELEMENTWISE,
    source="softplus at -x, derived in operations/softplus.py",
    range=lambda row: (-np.inf, np.minimum(row.x, 0.0)),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound, estimates.of("log_sigmoid", "value")),
    vjp=references.vjp("log_sigmoid", derivative_bound),
    jvp=references.jvp("log_sigmoid", derivative_bound),
    hvp=references.hvp("log_sigmoid", hvp_bound),
    summands=lambda n: 2,
    formulas=(DIVISION_FREE,),
    is_pointwise=True,
    is_monotone=True,
    identities=("permutation",),
    masked_result=-np.inf,
    open_situations=(),
)
