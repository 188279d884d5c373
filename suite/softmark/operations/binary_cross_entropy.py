"""binary_cross_entropy: the loss of a logit against a target between 0 and 1.

Formula
-------
binary_cross_entropy(x, t) = -t log(y) - (1 - t) log(1 - y), with y = sigmoid(x)
= softplus(x) - t x = cross_entropy((x, 0), (t, 1 - t))

Also known as sigmoid cross-entropy, as the logistic loss, and as BCE with logits.  Each element is
a result of its own, with no mean over them; the targets have the shape of the logits and are called
``target``, ``labels`` or ``y``.

Domain
------
Finite logits, and targets from 0 to 1, soft ones among them.  An infinite logit has the limit for a
result; most formulas multiply 0 by infinity there, so that it is left open.

Exact values
------------
None.

Condition
---------
A change δ of x changes the result r by (sigmoid(x) - t) δ: for t = 0 relative to r by at most
max(1, 1/r) δ, as softplus.

Error bound
-----------
With s = log1p(e^-|x|), max(x, 0) - t x + s and -t log_sigmoid(x) - (1 - t) log_sigmoid(-x) both
have an absolute error of at most (9 r + 2 |x| s) u in grade B, and 3 |x| u more where t is neither
0 nor 1, since t x or 1 - t is rounded then.  Grade C, with u of the format, adds the 8 r u of a
series that is cut off, as softplus does.

(1 - t) x - log_sigmoid(x) cancels for a negative x: it has the absolute error of its terms, |x| u
more, and is weak.  log(sigmoid(x)) is beyond it, and so are probabilities held above 1e-7.

The derivative is g (sigmoid(x) - t) or g ((1 - t) sigmoid(x) - t sigmoid(-x)), with the absolute
errors of these terms; where t is neither 0 nor 1, also g ((1 - t) - sigmoid(-x)).  Of that form for
t = 0, an error of 2 u is weak.  The second derivative is that of softplus.

Source
------
See softplus and sigmoid; (1 - t) x - log_sigmoid(x) is what PyTorch computes.

Traffic
-------
Reads two elements and writes one for each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import estimates, references, sigmoid, softplus
from softmark.operations.base import INFINITE, Kind, Operation, Problem, SecondDerivative, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import LESS_LOG_SIGMOID
from softmark.operations.row import LARGEST, Row


def _target(row: Row) -> Float64Array:
    assert row.labels is not None
    return row.labels.astype(np.float64)


def _is_soft(row: Row) -> NDArray[np.bool_]:
    """Where the target is neither 0 nor 1, so that what it multiplies is rounded."""
    t = _target(row)
    return np.asarray((t != 0) & (t != 1))


def error_bound(row: Row, model: Model) -> Float64Array:
    x, t = np.clip(row.x, -LARGEST, LARGEST), _target(row)  # or 0 times infinity
    size = np.abs(x)
    small = np.log1p(np.exp(-size))
    result = t * np.logaddexp(-x, 0.0) + (1 - t) * np.logaddexp(x, 0.0)
    exponent = np.expm1(np.minimum(2 * model.exponent * size, 1.0))
    each = result * (8 * model.step + model.sum + 8 * model.offset) + small * exponent
    rounded = 3 * model.step * size * _is_soft(row)
    return np.asarray(each + rounded + model.stored * size + 4 * model.tiny)


def derivative_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``g (sigmoid(x) - t)``."""
    t, mirrored = _target(row), sigmoid.error_bound(Row(-row.x), model)
    each = sigmoid.error_bound(row, model) + t * mirrored + 2 * model.stored
    each += _is_soft(row) * (mirrored + 3 * model.step)
    each += 2 * model.step * np.abs(sigmoid.estimate(row) - t)
    return np.asarray(np.abs(direction) * each + model.tiny * (1 + np.abs(direction)))


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    return softplus.hvp_bound(Row(row.x), g, v, model)


def _reference(problem: Problem) -> oracle.Enclosure:
    assert problem.labels is not None, "binary_cross_entropy needs targets"
    return oracle.binary_cross_entropy(problem.x, problem.labels)


def _hvp(problem: Problem, g: Float64Array, v: Float64Array) -> oracle.Enclosure:
    return oracle.hvp("binary_cross_entropy", problem.x, g, v, labels=problem.labels)


OPERATION = Operation(
    name="binary_cross_entropy",
    kind=Kind.ELEMENTWISE,
    source="softplus and sigmoid, derived in operations/binary_cross_entropy.py",
    range=lambda row: (0.0, np.inf),
    traffic=lambda rows, n: (2 * rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("binary_cross_entropy", derivative_bound, beside=True),
    jvp=references.jvp("binary_cross_entropy", derivative_bound, beside=True),
    hvp=SecondDerivative(_hvp, hvp_bound, estimates.of("softplus", "hvp")),
    summands=lambda n: 2,
    formulas=(LESS_LOG_SIGMOID,),
    operand="target",
    is_pointwise=True,
    multiplies_logits=True,
    identities=("permutation",),
    open_situations=(*INFINITE, "masked"),
)
