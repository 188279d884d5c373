"""The quantities of a row that error bounds are made of.

They are float64 estimates with a relative error far below 1 %, which is all
that a bound to first order in the unit roundoff can use; the reference values
themselves come from the oracle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array
from softmark.operations.bounds import Model
from softmark.options import PLAIN, Options

LARGEST: Final = float(np.finfo(np.float64).max)

MEANINGLESS: Final = 1e30
"""A relative error that says nothing any more, and may be added up without overflow."""

LOG_HALF_MORE: Final = math.log(1.5)


@dataclass(frozen=True)
class Row:
    """Rows of logits along one axis; every array keeps that axis, so that they broadcast.

    Attributes
    ----------
    x:
        The logits.
    axis:
        The axis of a row.
    beta:
        Inverse temperature.
    labels:
        For cross-entropy, class indices or probabilities; or the sink of each row, or other logits.
    options:
        The options of a loss.
    """

    x: Float64Array
    axis: int = -1
    beta: float = 1.0
    labels: NDArray[Any] | None = None
    options: Options = PLAIN

    @property
    def n(self) -> int:
        return int(self.x.shape[self.axis])

    @cached_property
    def with_sink(self) -> Row:
        """The rows with their sinks as last logits."""
        assert self.labels is not None
        return Row(np.concatenate([self.x, self.labels], axis=self.axis), self.axis, self.beta)

    @cached_property
    def other(self) -> Row:
        """The rows that a divergence compares with."""
        assert self.labels is not None
        return Row(np.asarray(self.labels, dtype=np.float64), self.axis)

    def sum(self, terms: Float64Array) -> Float64Array:
        return np.asarray(terms.sum(axis=self.axis, keepdims=True))

    def reduced(self, kept: Float64Array) -> Float64Array:
        """Drop the axis of the row, as the result of a reduction does."""
        return np.squeeze(kept, axis=self.axis)

    @cached_property
    def top(self) -> Float64Array:
        """The largest of ``beta x``'s logits: where the shifted formula takes its shift."""
        pick = np.max if self.beta >= 0 else np.min
        return np.asarray(pick(self.x, axis=self.axis, keepdims=True))

    @cached_property
    def distance(self) -> Float64Array:
        """``beta |x_i - x_max|``, at most the largest finite number."""
        with np.errstate(over="ignore", invalid="ignore"):
            distance = abs(self.beta) * np.abs(self.x - self.top)
        return np.nan_to_num(distance, nan=0.0, posinf=LARGEST)

    @property
    def gap(self) -> Float64Array:
        """How far the largest logit is ahead of the next."""
        largest = -np.partition(-self.x, 1, axis=self.axis)
        first, second = (np.take(largest, [i], axis=self.axis) for i in (0, 1))
        return np.asarray(first - second)

    @cached_property
    def weight(self) -> Float64Array:
        """``softmax(beta x)``."""
        terms = np.exp(-self.distance)
        return terms / self.sum(terms)

    @cached_property
    def log_sum(self) -> Float64Array:
        """``log sum_j e^(beta (x_j - x_max))``, between 0 and ``log n``."""
        return np.log(self.sum(np.exp(-self.distance)))

    @cached_property
    def mean_distance(self) -> Float64Array:
        """``sum_j p_j beta |x_j - x_max|``, at most ``log n``: the entropy less ``log_sum``."""
        return self.sum(self.weight * np.where(self.weight > 0, self.distance, 0.0))

    @cached_property
    def surprise(self) -> Float64Array:
        """``-log softmax(beta x)_i``."""
        return np.minimum(self.distance + self.log_sum, LARGEST)

    def rounds_offset(self, model: Model) -> bool:
        """Whether ``beta x`` is rounded while it carries the offset; a product with 1 is exact."""
        return model.offset > 0 and (model.scaled or abs(self.beta) != 1)

    @cached_property
    def product_size(self) -> Float64Array:
        """``beta |x_i| + beta |x_max|``: what rounding ``beta x`` first is relative to."""
        with np.errstate(over="ignore", invalid="ignore"):
            size = abs(self.beta) * (np.abs(self.x) + np.abs(self.top))
        return np.nan_to_num(np.minimum(size, LARGEST), nan=0.0)

    def exponent_error(self, model: Model) -> Float64Array:
        """Relative error of ``e^(beta (x_i - x_max))`` that the rounding of its exponent makes.

        ``2 step`` of the distance: one for the shift, one for the scaling by ``log2 e``
        (Blanchard, Higham and Higham 2021, section 4); one more for a product with ``beta``, unless
        that is a power of two.  ``expm1``, since the error of a product rounded before the
        shift need not be small.
        """
        steps = 2 if math.frexp(self.beta)[0] == 0.5 or not self.beta else 3
        size = np.minimum((steps * model.exponent) * self.distance, 1.0)
        if self.rounds_offset(model):
            size += model.offset * self.product_size
        with np.errstate(over="ignore"):
            np.expm1(size, out=size)
        return np.minimum(size, MEANINGLESS, out=size)

    @cached_property
    def log_total(self) -> Float64Array:
        """``|log sum_j e^(beta x_j)|``, at most the largest finite number."""
        with np.errstate(over="ignore", invalid="ignore"):
            total = np.abs(self.beta * self.top + self.log_sum)
        return np.nan_to_num(total, nan=0.0, posinf=LARGEST)

    def merge_error(self, model: Model) -> Float64Array:
        """Error of a logsumexp that is merged from parts: see ``formulas``."""
        return model.merged * (np.maximum(self.log_total, 1.0) + 3.0)

    def offset_error(self, model: Model) -> Float64Array | float:
        """Error of ``x_i - x_max`` where both were scaled, and rounded, before the shift."""
        return model.offset * self.product_size if model.scaled else 0.0

    def stored_error(self, model: Model) -> Float64Array | float:
        """Error of ``x_i - lse`` beyond that of the shifted formula, where lse is stored."""
        if not model.stored:
            return 0.0
        steps = 2 * self.log_sum + 2 * self.mean_distance
        return model.stored * self.log_total + model.step * steps + self.merge_error(model)

    def unnormalised(self, model: Model) -> Float64Array:
        """Relative error of ``e^(x_i - lse)`` that the stored lse makes, alike in a whole row.

        At most a half: no grade admits more, and what may be off by any factor explains nothing.
        """
        return np.expm1(np.minimum(self.stored_error(model), LOG_HALF_MORE))

    @cached_property
    def index(self) -> Float64Array:
        """0, 1, ... n - 1 along the row."""
        shape = [1] * self.x.ndim
        shape[self.axis] = self.n
        return np.arange(self.n, dtype=np.float64).reshape(shape)
