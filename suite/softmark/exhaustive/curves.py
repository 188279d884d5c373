"""What the results of two logits are, as functions of their difference, and the exact ones.

``softmax((a, b))`` is ``(s(d), s(-d))`` with ``d = a - b`` and ``s`` the logistic function, and the
other operations are as simple.  The curves below are float64 arithmetic: they choose the inputs
that the oracle is asked about, and never decide an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.judging.outputs import Truth, derivative_truth, forward_truth
from softmark.judging.scope import Scope
from softmark.operations import Problem
from softmark.oracle import Enclosure, softplus

Quantity = Literal["value", "vjp"]

FAR: Final = 40.0
"""log(1 + e^t) is t in float64 from here on: it is less than 2^-57 more."""
LEAST: Final = -200.0

SIGMOID, SOFTPLUS, SLOPE = 0, 1, 2
"""1 / (1 + e^-d), log(1 + e^d), and s(d) s(-d)."""

Curve = tuple[int, int, int]
"""Which function, the sign of the result, and the sign of the difference."""

CURVES: Final[dict[tuple[str, Quantity], tuple[Curve, ...]]] = {
    ("softmax", "value"): ((SIGMOID, 1, 1), (SIGMOID, 1, -1)),
    ("softmax", "vjp"): ((SLOPE, 1, 1), (SLOPE, -1, 1)),
    ("log_softmax", "value"): ((SOFTPLUS, -1, -1), (SOFTPLUS, -1, 1)),
    ("log_softmax", "vjp"): ((SIGMOID, 1, -1), (SIGMOID, -1, -1)),
    ("logsumexp", "value"): ((SOFTPLUS, 1, 1),),
    ("logsumexp", "vjp"): ((SIGMOID, 1, 1), (SIGMOID, 1, -1)),
    ("cross_entropy", "value"): ((SOFTPLUS, 1, -1),),
    ("cross_entropy", "vjp"): ((SIGMOID, -1, -1), (SIGMOID, 1, -1)),
    ("sigmoid", "value"): ((SIGMOID, 1, 1),),
    ("sigmoid", "vjp"): ((SLOPE, 1, 1),),
    ("softplus", "value"): ((SOFTPLUS, 1, 1),),
    ("softplus", "vjp"): ((SIGMOID, 1, 1),),
    ("log_sigmoid", "value"): ((SOFTPLUS, -1, -1),),
    ("log_sigmoid", "vjp"): ((SIGMOID, 1, -1),),
}
"""For each output; logsumexp's is that of ``(d, 0)``.  Gradients are of the first output, and of
the first class as label."""


@dataclass(frozen=True)
class Measurand:
    """What is asked of a function for all inputs.

    Attributes
    ----------
    scope:
        The implementation, its operation and the format.
    quantity:
        ``value``, or ``vjp`` for the gradient of the first output.
    """

    scope: Scope
    quantity: Quantity

    @property
    def format(self) -> Format:
        return self.scope.format

    @property
    def curves(self) -> tuple[Curve, ...]:
        return CURVES[self.scope.operation.name, self.quantity]

    @property
    def adds(self) -> bool:
        """Whether a result depends on the logits beyond their difference."""
        return self.scope.operation.shift == "added" and self.quantity == "value"

    def labels(self, rows: int) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
        """The first class for each row, where the operation has labels."""
        return np.zeros(rows, np.int64) if self.scope.operation.takes_labels else None

    def cotangent(self, rows: int, n: int = 2) -> Float64Array:
        """1 for the first output of each row, and 0 for the others: one row each."""
        if self.scope.operation.mixes_each:
            return np.tile(np.eye(1, n), (rows, 1))
        return np.ones((rows, 1) if self.scope.operation.is_pointwise else rows)

    def truth(self, x: Float64Array) -> Truth:
        """The exact results and their bounds for rows ``x``, shape ``(rows, n)``.

        A result that is one number a row has no axis of its own.
        """
        problem, operation = self._problem(x), self.scope.operation
        if self.quantity == "value":
            return forward_truth(problem, self.scope)
        return derivative_truth(operation.vjp, problem, self.cotangent(*x.shape), self.scope)

    def exact(self, x: Float64Array) -> Enclosure:
        """The exact results alone."""
        operation = self.scope.operation
        if self.quantity == "value":
            assert operation.value is not None
            return operation.value.reference(self._problem(x))
        assert operation.vjp is not None
        return operation.vjp.reference(self._problem(x), self.cotangent(*x.shape))

    def at(self, difference: Float64Array) -> Float64Array:
        """The exact results at ``(d, 0)``, rounded to float64: shape ``(rows, outputs)``."""
        if all(function == SOFTPLUS for function, _, _ in self.curves):
            # the oracle takes long for log_softmax of far logits, next to the middle of two numbers
            outputs = [sign * _softplus(turn * difference) for _, sign, turn in self.curves]
            return np.stack(outputs, axis=-1)
        x = np.stack([difference, np.zeros_like(difference)], axis=-1)
        return self.exact(x).value.reshape(len(x), -1)

    def _problem(self, x: Float64Array) -> Problem:
        return Problem(x, labels=self.labels(len(x)))


def _softplus(t: Float64Array) -> Float64Array:
    """log(1 + e^t), rounded to float64; below e^LEAST, which is 0 in every format here, e^LEAST."""
    return np.where(t > FAR, t, softplus(np.clip(t, LEAST, FAR)).value)
