"""sink_softmax: softmax beside a sink, which takes a share and has no result.

Formula
-------
sink_softmax(x, s)ᵢ = e^(xᵢ) / (e^s + Σⱼ e^(xⱼ))

It is softmax of the row (x, s) without its last result.  With s = 0 it is softmax1, "off by one":
e^(xᵢ) / (1 + Σⱼ e^(xⱼ)).  Attention with a sink (``sinks``, ``s_aux``) learns one s for each head.
The sink s is given as an array of the shape of x with length 1 along the axis, which broadcasts.

Domain
------
Finite logits and -∞, which masks an element: its result is exactly 0.  A sink that is finite, or
-∞: then it is softmax.  A row of nothing but -∞ has the result 0, since e^s is left in the sum;
where s is -∞ too, the result is not defined, as for a row that holds NaN or +∞.

Exact values
------------
1/(n + 1) when all logits and the sink are equal; 0 for a masked logit.

Condition
---------
A change δ of the exponents changes element i by the relative amount δᵢ - Σⱼ pⱼ δⱼ, the sink being
one of the j, with the probability that the others lack to 1.

Error bound
-----------
That of softmax over the n + 1 logits of the row (x, s): an element has a relative error of at most
(⌈log₂(n + 1)⌉ + 6 + 2|xᵢ - m|) u in grade B and (n + 7 + 2|xᵢ - m|) u in grade C, where m is the
largest of the logits and the sink.  A shift by the largest logit alone is within it too, as long as
nothing overflows: |xᵢ - x_max| + |s - x_max| is then |xᵢ - s|.  Derivatives are those of softmax
with the cotangent and the tangent 0 at the sink; the derivative in s is its element there,
-p_s Σᵢ gᵢ pᵢ.

Source
------
Blanchard, Higham, Higham 2021, Theorem 4.3, for a row of n + 1 logits.

Traffic
-------
Reads n and writes n elements a row; the sink, one element a row, is not counted.
"""

from __future__ import annotations

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references, softmax
from softmark.operations.base import Derivative, Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE, MERGED, SCALED
from softmark.operations.row import Row


def error_bound(row: Row, model: Model) -> Float64Array:
    return _front(row, softmax.error_bound(row.with_sink, model))


def jacobian_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``p_i (g_i - a)``; the sink adds nothing to ``a``, and its errors to each weight."""
    return _front(row, _whole(row, direction, model))


def sink_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``-p_s a``, which is the projection at the sink."""
    return np.take(_whole(row, g, model), [row.n], axis=row.axis)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    whole = softmax.hvp_bound(row.with_sink, _padded(row, g), _padded(row, v), model)
    return _front(row, whole)


def _whole(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    return softmax.jacobian_bound(row.with_sink, _padded(row, direction), model)


def _padded(row: Row, direction: Float64Array) -> Float64Array:
    """A direction along the logits, 0 at the sink."""
    zero = np.zeros_like(np.take(direction, [0], axis=row.axis))
    return np.concatenate([direction, zero], axis=row.axis)


def _front(row: Row, whole: Float64Array) -> Float64Array:
    """What belongs to the logits, of what a row has with its sink."""
    return np.take(whole, range(row.n), axis=row.axis)


def _reference(problem: Problem) -> oracle.Enclosure:
    assert problem.labels is not None, "sink_softmax needs a sink"
    return oracle.sink_softmax(problem.x, problem.labels, axis=problem.axis)


def _vjp_sink(problem: Problem, g: Float64Array) -> oracle.Enclosure:
    assert problem.labels is not None, "sink_softmax needs a sink"
    return oracle.vjp_sink(problem.x, problem.labels, g, axis=problem.axis)


OPERATION = Operation(
    name="sink_softmax",
    kind=Kind.ELEMENTWISE,
    source="Blanchard, Higham, Higham 2021, Thm 4.3, for n + 1 logits, scaled to the element",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("sink_softmax", jacobian_bound, beside=True),
    jvp=references.jvp("sink_softmax", jacobian_bound, beside=True),
    hvp=references.hvp("sink_softmax", hvp_bound, beside=True),
    vjp_operand=Derivative(_vjp_sink, sink_bound),
    summands=lambda n: n + 1,
    formulas=(DIVISION_FREE, SCALED, MERGED),
    operand="sink",
    is_probability=True,
    is_monotone=True,
    identities=("shift", "permutation", "padding"),
    masked_result=0.0,
    masks_gradient=True,
    open_situations=("one +inf", "several +inf", "+inf and -inf"),
)
