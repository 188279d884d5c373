"""Whether a subject sets subnormal results to zero, which must be shown before a zero is excused.

A zero where a subnormal number is right may come from a processor or a framework that flushes
such numbers, but as well from an exponential or a sum that overflowed.  The probe tells them
apart: its exact results lie so close below the normal range that their reciprocals are finite,
and none of its steps comes near the largest number.  A function that returns zeros even there
flushes; one that does not has no excuse elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from softmark.formats import Float64Array, round_to
from softmark.judging.outputs import Truth, derivative_truth, forward_truth, second_truth
from softmark.judging.scope import TEN, Scope
from softmark.operations import Kind, Problem
from softmark.subjects import Output, Subject, SubjectFault

FROM, TO = 0.28, 0.97
"""The exact results that count, in units of the least normal number."""

_FURTHEST = 8.0
"""How far below the normal range a weight may be: up to 1/3,000 of the least normal number."""


@dataclass(frozen=True)
class Probe:
    """Asks a subject, once for each format and mode."""

    subject: Subject
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __call__(self, scope: Scope, mode: str) -> bool:
        key = scope.format.name, mode
        if key not in self._known:
            self._known[key] = self._flushes(scope, mode)
        return self._known[key]

    def _flushes(self, scope: Scope, mode: str) -> bool:
        problem = probe(scope)
        try:
            found = _solved(self.subject, problem, scope, mode)
        except SubjectFault:  # it cannot be called so, and nothing is shown
            return False
        return found is not None and _has_zeros(*found)


def probe(scope: Scope) -> Problem:
    """Rows with a winner far ahead of the others, and rows of equal subnormal logits."""
    fmt, (rows, n) = scope.format, scope.fitted(TEN)
    few = rows // 4
    x = np.zeros((rows, n))
    gaps = np.linspace(0.05, _FURTHEST, rows - few) - np.log(fmt.least_normal)
    x[few:, 1:] = -gaps[:, np.newaxis] / (scope.own_scale or 1.0)
    if scope.operation.is_pointwise:  # some are small far above 0, others far below
        turned = np.arange(rows) % 4 >= 2
        x[turned] *= -1
    x[:few] = fmt.least_normal * np.linspace(FROM, TO, few)[:, np.newaxis]
    return Problem(round_to(x, fmt), -1, _number(scope), _labels(scope))


def _number(scope: Scope) -> float:
    """Its own inverse temperature; or a cap that leaves results below the normal range."""
    if scope.operation.has_cap and scope.chooses_number:
        return min(2.0**14, scope.format.max)
    return scope.own_beta


def _labels(scope: Scope) -> Float64Array | None:
    """The winner of each row, as an index or as the probability 1; or a sink that ties with it."""
    rows, n = scope.fitted(TEN)
    if scope.operation.takes_sink:
        return np.zeros((rows, 1))
    if scope.operation.takes_other:
        return np.zeros((rows, n))
    if not scope.operation.takes_labels:
        return None
    return _sides(rows, n)[0] if scope.has_probabilities else np.zeros(rows, dtype=np.int64)


def _sides(rows: int, n: int) -> tuple[Float64Array, Float64Array]:
    """1 at the winner and 0 at the others, in each row; and the reverse."""
    winner = np.zeros((rows, n))
    winner[:, 0] = 1.0
    return winner, 1.0 - winner


def _solved(
    subject: Subject, problem: Problem, scope: Scope, mode: str
) -> tuple[Output, Truth] | None:
    """What the subject answers, and what is right; directions are 1 at the winner, or elsewhere."""
    operation, fmt = scope.operation, scope.format
    even = np.arange(len(problem.x))[:, np.newaxis] % 2 == 0
    v = np.where(even, *_sides(*problem.x.shape))
    g = v if operation.kind is Kind.ELEMENTWISE else np.ones(scope.output_shape(problem))
    if mode == "forward":
        return scope.forward(subject, problem), forward_truth(problem, scope)
    if mode == "vjp":
        output = subject.vjp(scope.call(problem, g=g), fmt)
        truth = derivative_truth(operation.vjp, problem, g, scope)
    elif mode == "jvp":
        output = subject.jvp(scope.call(problem, v=v), fmt)
        truth = derivative_truth(operation.jvp, problem, v, scope)
    elif mode == "hvp":
        output = subject.hvp(scope.call(problem, g=g, v=v), fmt)
        truth = second_truth(problem, g, v, scope)
    else:  # in beta, of which there are a few cases, none with subnormal results
        return None
    return None if output is None else (output, truth)


def _has_zeros(output: Output, truth: Truth) -> bool:
    """Whether a subnormal result is 0 where that is beyond the bound, or all of them are.

    In 16 bits the bound may be wider than any of them; that rounding alone makes each one 0 is no
    explanation then.
    """
    size = np.abs(truth.exact.value)
    least = truth.format.least_normal
    inside = (size > FROM * least) & (size < TO * least)
    zero = output.values == 0
    beyond = inside & (size > truth.allowed) & zero
    return bool(beyond.any() or (inside.any() and zero[inside].all()))
