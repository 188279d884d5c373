"""softcap_softmax: the softmax of logits that are held below a cap by tanh.

Formula
-------
softcap_softmax(x, c)ᵢ = e^(yᵢ) / Σⱼ e^(yⱼ),  y = c tanh(x / c)

Also known as logit soft-capping: attention scores and final logits of Gemma 2 (``softcap``,
``attn_logit_softcapping``), with c = 50 and c = 30.  For |x| far below c it is softmax.

Domain
------
c > 0 and finite.  Logits of any size: those far beyond c share the limit c, or -c, and so do
infinities.  -∞ is no mask here, since a mask is applied after the cap: its weight is e^(-c), not 0.
A row that holds NaN has no defined result.

Exact values
------------
1/n when all logits are equal.  No ratio of two results is above e^(2c).

Condition
---------
A change δ of the logits changes element i by the relative amount sᵢδᵢ - Σⱼ pⱼ sⱼδⱼ, where
s = sech²(x / c) is at most 1: better conditioned than softmax.

Error bound
-----------
The quotient, tanh within one ulp and the product give y with a relative error of at most 5u, which
is in the exponent, where no shift takes it away.  So an element has a relative error of at most
(⌈log₂ n⌉ + 6)u + 2u|yᵢ - y_max| + 5u|yᵢ| + 5u Σⱼ pⱼ|yⱼ| in grade B, the error of y_max being common
to all; with n in place of the logarithm and u of the format in grade C.  That also admits a tanh
that is formed from an exponential, as 2σ(2x / c) - 1, with an absolute error: 3uc more.  A cap of
50 in bfloat16 leaves exponents that are up to 1/4 apart.  A slope s, formed as 1 - t² with the
rounded t = tanh(x / c), has an absolute error of at most (8t² + 3)u; the derivatives are those of
softmax along the capped logits, with these errors carried through.

Source
------
Blanchard, Higham, Higham 2021, Theorem 4.3, with exponents that are rounded before the shift; the
condition of tanh, |t| tanh'(t) / tanh(t) <= 1 (Higham, Accuracy and Stability of Numerical
Algorithms, 2002, section 1.6).

Traffic
-------
Reads n and writes n elements a row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import references, softmax
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.formulas import DIVISION_FREE, MERGED, SCALED
from softmark.operations.row import Row

STEPS = 5
"""Relative error of a capped logit, in units of the roundoff of exponents."""


def _tanh(row: Row) -> Float64Array:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.tanh(row.x / row.beta)


def _slope(row: Row) -> Float64Array:
    """``sech(x / c)^2``."""
    with np.errstate(over="ignore", invalid="ignore"):
        decay = np.exp(-2 * np.abs(row.x / row.beta))
    return np.asarray(4 * decay / (1 + decay) ** 2)


@dataclass(frozen=True)
class _Capped(Row):
    """The rows that softmax is taken of; ``least`` is what rounding is relative to at least."""

    least: float = 0.0

    @cached_property
    def product_size(self) -> Float64Array:
        return np.asarray(np.abs(self.x) + self.least)  # the greatest's error is common to all


def _capped(row: Row, model: Model) -> Row:
    # Grade C admits a tanh that is formed from an exponential.
    least = 0.6 * row.beta if model.offset else 0.0
    return _Capped(row.beta * _tanh(row), row.axis, least=least)


def _rounded_first(model: Model) -> Model:
    """A model in which exponents are rounded before the shift, as capped logits are."""
    also = model.offset if model.scaled else 0.0
    return replace(model, offset=STEPS * model.exponent + also, scaled=True)


def _slope_error(row: Row, model: Model) -> Float64Array:
    """Absolute error of a slope, which is formed from the rounded tanh."""
    return (8 * _tanh(row) ** 2 + 3) * model.step


def error_bound(row: Row, model: Model) -> Float64Array:
    return softmax.error_bound(_capped(row, model), _rounded_first(model))


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``s_i p_i (g_i - mean g)``; on the way it is multiplied by c, and divided."""
    capped, slope = _capped(row, model), _slope(row)
    p = capped.weight
    projected = softmax.jacobian_bound(capped, g, _rounded_first(model))
    size = p * np.abs(g - capped.sum(p * g)) + projected
    return (
        slope * projected
        + (_slope_error(row, model) + 3 * model.step * slope) * size
        + _lost(row, model)
    )


def _lost(row: Row, model: Model) -> float:
    """What products with c and quotients by it lose below the normal range."""
    return model.tiny * (3 + row.beta + 1 / row.beta)


def _moved(row: Row, v: Float64Array, model: Model) -> tuple[Float64Array, Float64Array]:
    """``w = s v``, the tangent of the capped logits, and its error."""
    slope = _slope(row)
    error = (_slope_error(row, model) + 4 * model.step * slope) * np.abs(v)
    return slope * v, error + _lost(row, model)


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``p_i (w_i - mean w)``."""
    capped, (w, own) = _capped(row, model), _moved(row, v, model)
    p = capped.weight
    return softmax.jacobian_bound(capped, w, _rounded_first(model)) + p * (
        own + capped.sum(p * own)
    )


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``s_i h_i + s'_i v_i p_i (g_i - mean g)``: h is the second derivative of softmax
    along w, and ``s' = -2 tanh(x / c) s / c``, which differentiates the slope.
    """
    capped, slope, (w, own) = _capped(row, model), _slope(row), _moved(row, v, model)
    model_of_p, p = _rounded_first(model), capped.weight
    of_g = np.abs(g) + capped.sum(p * np.abs(g))
    of_w = np.abs(w) + capped.sum(p * np.abs(w))
    reached = p * (of_g * own + capped.sum(p * of_g * own) + of_g * capped.sum(p * own))
    second = softmax.hvp_bound(capped, g, w, model_of_p) + 2 * reached
    total = slope * second + _slope_error(row, model) * (p * of_g * of_w + second)
    projected = softmax.jacobian_bound(capped, g, model_of_p)
    bend = 2 * np.abs(_tanh(row) * v) / row.beta
    bent_error = 2 * (_slope_error(row, model) + 8 * model.step * slope) * np.abs(v) / row.beta
    size = p * of_g + projected
    total = total + bend * slope * projected + bent_error * size
    lost = (1 + of_g) * (1 + np.abs(v)) * (1 + 1 / row.beta)
    return np.asarray(total + _lost(row, model) * lost)


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.softcap_softmax(problem.x, problem.beta, axis=problem.axis)


OPERATION = Operation(
    name="softcap_softmax",
    kind=Kind.ELEMENTWISE,
    source="Blanchard, Higham, Higham 2021, Thm 4.3, with capped logits rounded before the shift",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound),
    vjp=references.vjp("softcap_softmax", vjp_bound),
    jvp=references.jvp("softcap_softmax", jvp_bound),
    hvp=references.hvp("softcap_softmax", hvp_bound),
    has_cap=True,
    formulas=(DIVISION_FREE, SCALED, MERGED),
    is_probability=True,
    is_monotone=True,
    sums_to_one="results",
    identities=("permutation",),
    open_situations=(),
)
