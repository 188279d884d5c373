"""What is asked of a function, and what is made large: the share of the bound of its errors."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.exhaustive.curves import Measurand
from softmark.formats import Float64Array, Format
from softmark.judging.grades import LETTERS, grade_each
from softmark.judging.outputs import Truth
from softmark.operations.formulas import SHIFTED, Formula
from softmark.searching.found import SearchName, finite
from softmark.subjects import Call, Raised
from softmark.workers.worker_subject import WorkerSubject

LOGITS: Final = 2**17
"""Logits of a round, as far as that is no more than ``MOST`` rows and no less than ``LEAST``."""

MOST, LEAST = 2048, 64


class NotSearched(ValueError):
    """There is no error to search for."""


@dataclass(frozen=True)
class Request:
    """One search.

    Attributes
    ----------
    what:
        An implementation, or a user's function.
    operation:
        What a user's function computes.
    array:
        Whose arrays it takes, one of ``softmark.calling.arrays.ARRAYS``.
    format:
        The name of the format of its inputs.
    quantity:
        ``value``, or ``vjp`` for the gradient of the first output.
    n:
        The length of a row.
    rounds, seed:
        How many, and of what is drawn.
    """

    what: Entry | Target
    n: int
    operation: str = "softmax"
    array: str = "auto"
    format: str = "float32"
    quantity: str = "value"
    rounds: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        operation = operations.load(self.computed)
        if operation.value is None or operation.operand not in ("", "labels"):
            raise NotSearched(
                f"the rows of {operation.name} are not searched; name an operation of logits "
                "alone, or with labels, that returns numbers"
            )
        if operation.is_pointwise:
            raise NotSearched(f"{operation.name} has one argument: softmark exhaustive tries all")
        if isinstance(self.what, Entry):
            if self.format not in self.what.formats:
                raise NotSearched(f"{self.what.name} takes no {self.format}")
            if self.quantity == "vjp" and not self.what.gradient:
                raise NotSearched(f"{self.what.name} has no derivative")

    @property
    def computed(self) -> str:
        return self.what.operation if isinstance(self.what, Entry) else self.operation

    @property
    def rows(self) -> int:
        """Rows of a round."""
        return min(max(LOGITS // self.n, LEAST), MOST)

    @property
    def place(self) -> SearchName:
        what = self.what
        name = what.name if isinstance(what, Entry) else f"{what.stem}:{what.function}"
        return SearchName(name, self.format, self.quantity, self.n)


@dataclass(frozen=True)
class Objective:
    """What is made large: a function is called with rows, and its errors are measured."""

    subject: WorkerSubject
    question: Measurand

    @property
    def format(self) -> Format:
        return self.question.format

    def measured(self, rows: Float64Array) -> Measured:
        """What it returns for rows, shape ``(rows, n)``, and how wrong that is.

        Raises
        ------
        Raised
            It has another shape, or is not offered.
        """
        call = Call(rows, labels=self.question.labels(len(rows)))
        if self.question.quantity == "value":
            output = self.subject.forward(call, self.format)
        else:
            asked = Call(rows, labels=call.labels, g=self.question.cotangent(*rows.shape))
            given = self.subject.vjp(asked, self.format)
            if given is None:
                raise Raised("it has no derivative at these rows", "NoDerivative")
            output = given
        if output.format != self.format.name:
            raise Raised(f"it returned {output.format} for {self.format.name}", "FormatError")
        truth = self.question.truth(rows)
        errors = truth.exact.error(output.values, self.format)
        no_number = errors.nan | errors.infinite | errors.missing_infinity
        size = np.where(no_number, inf, np.abs(np.nan_to_num(errors.ulp, nan=0.0)))
        return Measured(output.values, truth, size, self.question.scope.operation.formulas)


@dataclass(frozen=True)
class Measured:
    """What rows gave: the results, the exact ones with their bounds, and the errors in ulp."""

    results: Float64Array
    truth: Truth
    size: Float64Array
    formulas: tuple[Formula, ...]

    @property
    def shares(self) -> Float64Array:
        """The share of grade B's bound at each result, shape ``(rows, outputs)``.

        Results that are so small that underflow decides are left out: a result below the normal
        range has a bound of one unit, which would hide all else, and it is a policy whether it is
        0, as it is whether a step of a derivative or of a sum is.
        """
        truth, exact = self.truth, np.abs(self.truth.exact.value)
        least = truth.wide.least_normal / truth.wide.unit_roundoff if truth.has_steps else 0.0
        counts = exact - truth.limits.legal * truth.unit >= truth.format.least_normal
        counts &= (exact >= least) & np.isfinite(exact)
        share = self.size / np.maximum(truth.limits.good, 1.0)
        share = np.where(np.isinf(self.size), inf, np.where(counts, share, 0.0))
        return np.asarray(share.reshape(len(share), -1))

    def _explained(self, at: tuple[Any, ...]) -> tuple[Formula, str]:
        """The published formula that explains an error, the shifted one first, and the grade."""
        for formula in (SHIFTED, *self.formulas):
            limits = self.truth.by(formula).limits
            letter = LETTERS[int(grade_each(self.size, limits)[at])]
            if letter != "F":
                return formula, letter if formula is SHIFTED else "C"
        return SHIFTED, "F"

    def of_worst(self) -> dict[str, Any]:
        """The worst result of one row, as a file has it."""
        output = int(self.shares[0].argmax())
        at = np.unravel_index(output, self.size.shape)
        formula, letter = self._explained(at)
        return {
            "ulp": finite(float(self.size[at])),
            "share of the bound": finite(float(self.shares[0, output])),
            "bound": self.truth.good_bound(at),
            "largest legal error": self.truth.by(formula).bound(at),
            "formula": formula.name,
            "grade": letter,
            "output": output,
            "got": float(self.results[at]).hex(),
            "exact": float(self.truth.exact.value[at]).hex(),
        }
