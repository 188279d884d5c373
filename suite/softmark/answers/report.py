"""What there is to say of a tolerance: numbers, and what it lets through, all found on the spot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final

import numpy as np

from softmark import operations, specification
from softmark.answers.allowed import Allowed, allowed, question
from softmark.answers.closeness import judged
from softmark.answers.evaluations import right_results
from softmark.answers.pool import Counted, counted
from softmark.answers.rows import Size
from softmark.answers.wrong import exact, wrong_results
from softmark.formats import Float64Array
from softmark.operations import Problem

USUAL: Final = (1e-2, 1e-2)
TORCH: Final = {
    "float64": (1e-7, 1e-7),
    "float32": (1.3e-6, 1e-5),
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
}
"""``(rtol, atol)`` of ``torch.testing.assert_close``."""


@dataclass(frozen=True)
class ToleranceReport:
    """A tolerance at a size, and what it is worth."""

    size: Size
    accumulate: str | None = None
    strict: bool = False

    OWN: ClassVar = "assert_close"
    """Of the rules the one that judges each element by its own bound."""

    @cached_property
    def allowed(self) -> Allowed:
        return allowed(self.size, self.accumulate, self.strict)

    @property
    def source(self) -> str:
        """The theorem."""
        return operations.load(self.size.operation).source

    @property
    def formula(self) -> str:
        """The bound of an element, in a sentence."""
        texts = {text.name: text for text in specification.operations()}
        told = " ".join(texts[self.size.operation].sections["Error bound"].split())
        return re.split(r";|\.\s|\.$", told, maxsplit=1)[0]

    @cached_property
    def problem(self) -> Problem:
        """Ordinary rows."""
        return self.size.ordinary()

    @property
    def rules(self) -> dict[str, tuple[float, float]]:
        """Pairs of a relative and an absolute tolerance, by name."""
        rules = {"1e-2, 1e-2": USUAL}
        if self.size.format.name in TORCH:
            rules["torch.testing"] = TORCH[self.size.format.name]
        return rules | {"rtol, atol above": (self.allowed.rtol, self.allowed.atol)}

    @cached_property
    def let_through(self) -> dict[str, dict[str, bool]]:
        """For each wrong result, whether each rule accepts it."""
        wrong = wrong_results(self.size, self.problem)
        return {name: self.accepted(values) for name, values in wrong.items()}

    def accepted(self, values: Float64Array) -> dict[str, bool]:
        """Whether each rule accepts results of the ordinary rows."""
        told = {
            rule: bool(np.allclose(values, self._right, rtol=rtol, atol=atol))
            for rule, (rtol, atol) in self.rules.items()
        }
        asked = question(self.size, self.problem, self.accumulate, self.strict)
        return told | {self.OWN: judged(asked, values).ok}

    @cached_property
    def _right(self) -> Float64Array:
        return exact(self.size, self.problem)

    @property
    def pool(self) -> Counted | None:
        """What passes of the wrong implementations of the tests, where that was counted."""
        return counted(self.size, self.accumulate, self.strict)

    @cached_property
    def worst(self) -> tuple[float, float]:
        """The largest error that was found, in ulp and as a share of the element's bound."""
        errors, shares = [0.0], [0.0]
        for problem in (self.problem, self.size.extreme()):
            truth = question(self.size, problem, self.accumulate, self.strict).truth
            for values in right_results(self.size, problem, self.accumulate):
                size = np.abs(truth.exact.error(values, self.size.format).ulp)
                errors.append(float(np.nanmax(size)))
                shares.append(float(np.nanmax(size * truth.unit / truth.allowed)))
        return max(errors), max(shares)
