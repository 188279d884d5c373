"""One problem that is solved several times, or in several ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from softmark.formats import Float64Array
from softmark.inputs import direction
from softmark.judging.differing import Sameness
from softmark.judging.scope import Scope, said
from softmark.operations import Problem
from softmark.records import Case
from softmark.subjects import Call, NotOffered, Series, Subject


@dataclass(frozen=True)
class Comparison:
    """A problem, and who solves it.

    Attributes
    ----------
    g:
        The cotangent, where gradients are compared.
    """

    subject: Subject
    case: Case
    scope: Scope
    problem: Problem
    g: Float64Array | None

    @classmethod
    def of(cls, subject: Subject, case: Case, scope: Scope) -> Comparison:
        """The problem that ``case`` stands for."""
        problem, g = scope.problem(case), None
        if said(case).get("mode") == "vjp":
            g = direction(case, scope.output_shape(problem), scope.format, "cotangent")
        return cls(subject, case, scope, problem, g)

    @property
    def metric(self) -> str:
        return str(said(self.case)["compare"])

    def seeded(self, seed: int) -> Comparison:
        """The same with other logits, labels and cotangent."""
        return Comparison.of(self.subject, replace(self.case, seed=seed), self.scope)

    def rows(self, rows: slice) -> Comparison:
        """The same with some of the rows alone."""
        g = None if self.g is None else self.g[rows]
        return replace(self, problem=self.problem.of_rows(rows), g=g)

    def same(self, metric: str = "", *, must_hold: bool = False) -> Sameness:
        """The demand that all results are one; ``metric`` is the comparison's own if empty."""
        return Sameness(metric or self.metric, self.problem, self.scope, self.g, must_hold)

    @property
    def call(self) -> Call:
        """A call with the problem."""
        return self.scope.call(self.problem, g=self.g)

    def series(self, inputs: Sequence[Call], *callers: Sequence[int]) -> Series:
        """What the subject returns to callers that call with ``inputs``, by their numbers."""
        return self.subject.series(inputs, callers, self.scope.format)

    def result(self, layout: str = "contiguous") -> Float64Array:
        """What the subject returns.

        Raises
        ------
        NotOffered
            It has no such layout, or no gradient.
        """
        call, fmt = self.call, self.scope.format
        if call.g is None:
            return self.subject.forward(replace(call, layout=layout), fmt).values
        output = self.subject.vjp(call, fmt)
        if output is None:
            raise NotOffered("no gradient reaches the logits")
        return output.values
