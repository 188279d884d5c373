"""What a step of training must leave alone, and what it must give once more; for ``gradient``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from softmark.formats import Float64Array
from softmark.judging.differing import Result, Sameness
from softmark.judging.outputs import Judged, Truth, forward_truth
from softmark.judging.paths import Found, worst_of_each
from softmark.judging.scope import Measurement, Scope
from softmark.operations import Problem
from softmark.records import Verdict
from softmark.subjects import Raised, Step, Subject

CHANGES: Final = ("logits", "result")
"""What is written into between forward and backward."""


@dataclass(frozen=True)
class Trained:
    """A step of training, and what it was made with."""

    step: Step
    problem: Problem
    g: Float64Array
    scope: Scope

    def measurements(self, *, is_plain: bool) -> Iterator[Measurement]:
        """What the step did beside its gradient; of a case that is not plain, failures alone."""
        if is_plain:
            yield self._value()
        found = [*self._written(), self._second()]
        yield from (one for one in found if is_plain or one.verdict == "fail")

    def _value(self) -> Measurement:
        exact, value = forward_truth(self.problem, self.scope), self.step.value.values
        return Judged("value in training", value, exact, self.problem, self.scope).error()

    def _written(self) -> Iterator[Measurement]:
        step = self.step
        changed = step.gradient.input_modified
        yield _is_left("input modified", changed, "forward and backward write into the input")
        changed, text = step.cotangent_modified, "backward writes into the cotangent"
        yield _is_left("cotangent modified", changed, text)
        changed, text = step.value_modified, "backward writes into the result of forward"
        yield _is_left("result overwritten", changed, text)

    def _second(self) -> Measurement:
        step, metric = self.step, "second backward"
        if step.again is None:
            return Measurement(metric, None, "ulp", "not_offered", message=step.refused)
        same = Sameness(metric, self.problem, self.scope, self.g, must_hold=True)
        first = Result("the first backward", step.gradient.values)
        return same.measure(first, [Result("the second of the same graph", step.again.values)])


def _is_left(metric: str, changed: bool, text: str) -> Measurement:
    verdict: Verdict = "fail" if changed else "pass"
    words = text if changed else ""
    return Measurement(metric, float(changed), "calls", verdict, 0.0, "definition", message=words)


def changed_between(
    subject: Subject, exact: Truth, g: Float64Array, problem: Problem, scope: Scope
) -> Iterator[Measurement]:
    """Overwrite the logits, or the result, before backward: the same gradient, or an exception."""
    metric, call = "in-place change", scope.call(problem, g=g)
    found: list[Found] = []
    for what in CHANGES:
        try:
            step = subject.train(call, scope.format, what)
        except Raised:  # the framework, or the function, has noticed it
            continue
        if step is not None:
            judged = Judged(metric, step.gradient.values, exact, problem, scope, g).error()
            if judged.verdict == "weak":  # as it is without a change, which vjp error says
                judged = replace(judged, verdict="pass", message="")
            found.append((f"after zeros were written into the {what}", {}, judged))
    if not found:
        yield Measurement(metric, None, "ulp", "pass", message="it is refused")
    yield from worst_of_each(found)
