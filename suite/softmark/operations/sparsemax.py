"""sparsemax: the nearest point of the probability simplex, in which small results are exactly 0.

Formula
-------
sparsemax(x)ᵢ = max(xᵢ - τ, 0), with τ such that the results sum to 1

Also known as the Euclidean projection onto the probability simplex.  With S the places above τ it
is τ = (Σ_S xⱼ - 1) / |S|; sorting, bisection and selection find it.

Domain
------
Finite logits and -∞, which has the result 0.  A row that holds NaN or +∞, or nothing but -∞, has
no defined result.

Exact values
------------
All are rational: 1/n when all logits are equal, and a one-hot when the greatest is ahead by 1.

Condition
---------
A change δ of the logits changes an element of S by δᵢ - mean_S δ: well conditioned in the absolute
sense.  The derivative is that of S, and jumps where a logit meets τ.

Error bound
-----------
With z = x - x_max, which is at least -1 on S, an absolute error of at most (8u + 2σ): the shift,
the sum of z over S as a mean, and the threshold are rounded relative to numbers of at most 1; σ is
⌈log₂ n⌉ u in grade B and n u in grade C.  A logit that is further below τ than that has exactly 0.
Which logits are in S may differ from the exact S only where |xᵢ - τ| is within that bound.  A
derivative is right within its own roundings for each such S, and where a clamp at τ passes what the
mean leaves out: with A the places where S is open, m the mean of the direction g over S and
aⱼ = |gⱼ - m| + |gⱼ|, that adds Σ_A aⱼ / (|S| - |S ∩ A|), and aᵢ in A.

Source
------
Martins, Astudillo 2016, From softmax to sparsemax (arXiv:1602.02068), equations 2 to 5 and 14; the
bound is derived above.

Traffic
-------
Reads n and writes n elements a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import estimates, references
from softmark.operations.base import Kind, Operation, Problem, Value
from softmark.operations.bounds import Model
from softmark.operations.row import Row


@dataclass(frozen=True)
class _Support:
    """Which logits of each row are above the threshold, and how far they are."""

    row: Row

    @cached_property
    def above(self) -> Float64Array:
        """``x - tau``, near enough for a bound; -2 for all that is far below."""
        x = np.moveaxis(self.row.x, self.row.axis, -1)
        with np.errstate(over="ignore", invalid="ignore"):
            z = np.nan_to_num(x - x.max(axis=-1, keepdims=True), nan=-2.0, neginf=-2.0)
        z = np.maximum(z, -2.0)
        ordered = -np.sort(-z, axis=-1)
        total = np.cumsum(ordered, axis=-1) - 1
        count = np.arange(1, z.shape[-1] + 1)
        size = np.count_nonzero(count * ordered > total, axis=-1, keepdims=True)
        tau = np.take_along_axis(total, np.maximum(size, 1) - 1, axis=-1) / np.maximum(size, 1)
        return np.moveaxis(z - tau, -1, self.row.axis)

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        return self.above > 0

    def open(self, model: Model) -> NDArray[np.bool_]:
        """Where rounding may decide."""
        return np.abs(self.above) <= _threshold_error(model)

    def mean(self, direction: Float64Array) -> Float64Array:
        total = self.row.sum(_among(self.inside, direction))
        return total / np.maximum(self.count(self.inside), 1.0)

    def count(self, chosen: NDArray[np.bool_]) -> Float64Array:
        return self.row.sum(chosen.astype(np.float64))


def _among(chosen: NDArray[np.bool_], values: Float64Array) -> Float64Array:
    """The values at the chosen places, and 0 elsewhere."""
    return np.asarray(np.where(chosen, values, 0.0), dtype=np.float64)


def _threshold_error(model: Model) -> float:
    """Error of ``x - tau`` where it is at most 1."""
    return 8 * model.step + 2 * model.sum


def error_bound(row: Row, model: Model) -> Float64Array:
    support = _Support(row)
    touched = support.inside | support.open(model)
    return np.where(touched, _threshold_error(model), 0.0) + model.tiny


def derivative_bound(row: Row, direction: Float64Array, model: Model) -> Float64Array:
    """Error of ``g_i - mean_S g`` on S and of 0 elsewhere, for each S that rounding may choose."""
    support = _Support(row)
    inside, opened = support.inside, support.open(model)
    mean = support.mean(direction)
    away = np.abs(direction - mean)
    kept = support.count(inside & ~opened)
    jump = away + np.abs(direction)
    moved = row.sum(_among(opened, jump)) / np.maximum(kept, 1.0)
    dot = (2 * model.sum + 4 * model.step) * support.mean(np.abs(direction))
    own = moved + dot + 4 * model.step * away
    each = _among(inside | opened, own) + _among(opened, jump)
    return np.asarray(each + model.tiny)


def _reference(problem: Problem) -> oracle.Enclosure:
    return oracle.sparsemax(problem.x, axis=problem.axis)


OPERATION = Operation(
    name="sparsemax",
    kind=Kind.ELEMENTWISE,
    source="threshold of Martins, Astudillo 2016; bound derived in operations/sparsemax.py",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(_reference, error_bound, estimates.of("sparsemax", "value")),
    vjp=references.vjp("sparsemax", derivative_bound),
    jvp=references.jvp("sparsemax", derivative_bound),
    is_probability=True,
    is_sparse=True,
    is_monotone=True,
    sums_to_one="results",
    shift="ignored",
    identities=("shift", "permutation", "padding"),
    masked_result=0.0,
    masks_gradient=True,
)
