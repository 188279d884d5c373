"""Inputs that lack something: logits, rows, an axis, a normal number, an inverse temperature.

``special_values`` asks what is answered to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from softmark.judging import answers
from softmark.judging.outputs import Judged, forward_truth
from softmark.judging.scope import HUNDRED, TEN, Measurement, Scope
from softmark.operations import Kind, Problem
from softmark.records import Case
from softmark.subjects import Raised, Subject


def cases(scope: Scope) -> Iterator[Case]:
    if not scope.few_shapes:
        yield from _empty(scope)
    if scope.operation.is_probability:
        yield scope.case("wide", *HUNDRED, check={"about": "subnormal output"})
    if scope.takes_beta:
        yield scope.case("normal", *TEN, beta=0.0, check={"about": "beta = 0"})
    if scope.takes_beta and scope.format.has_infinity:
        yield scope.case("masked", *TEN, beta=0.0, check={"about": "beta = 0, masked"})
    if not scope.format.has_infinity and scope.operation.is_logarithm:
        yield scope.case("near_limit", *TEN, sign="both", check={"about": "overflow"})


def _empty(scope: Scope) -> Iterator[Case]:
    if scope.takes_rank(2):
        yield scope.case("normal", 0, 5, check={"about": "empty batch"})
    if scope.operation.takes_labels:
        return  # without a class there is no label
    if scope.takes_rank(2):
        yield scope.case("normal", 3, 0, check={"about": "n = 0"})
    if not scope.info.ranks:
        yield scope.case("normal", check={"about": "0-d"})


def _empty_batch(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """No rows have no results; a result of another shape, or an error, stops the measurement."""
    scope.forward(subject, scope.problem(case))
    yield Measurement("empty batch", 0.0, "results", "pass", 0.0, "definition")


def _no_logits(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    try:
        values = scope.forward(subject, problem).values
    except Raised as error:
        yield answers.policy("n = 0", answers.ERROR, error.message)
        return
    answer = "empty" if values.size == 0 else answers.of_row(values[0], problem.x[0], scope)
    yield answers.policy("n = 0", answer)


def _no_axis(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """A scalar is a row of one, or an error; of sigmoid it is an input like any other."""
    problem = scope.problem(case)
    elementwise = scope.operation.is_pointwise
    try:
        value = float(scope.forward(subject, problem).values)
    except Raised as error:
        if elementwise:
            raise
        shape = "another shape" if error.kind == "ShapeError" else answers.ERROR
        yield answers.policy("0-d input", shape, error.message)
        return
    due = _as_row_of_one(problem, scope)
    if abs(value - due) <= 4 * scope.format.unit_roundoff * abs(due):
        yield answers.policy("0-d input", "a row of one")
    else:
        yield _wrong(value, due)


def _as_row_of_one(scalar: Problem, scope: Scope) -> float:
    value = scope.operation.value
    if value is None:
        return 1.0 if scope.operation.kind is Kind.ONE_HOT else 0.0
    labels = None if scalar.labels is None else scalar.labels.reshape(1)
    return float(value.reference(Problem(scalar.x.reshape(1), labels=labels)).value.item())


def _wrong(value: float, due: float) -> Measurement:
    text = f"got {value:.9g}, expected {due:.9g}"
    return Measurement("0-d input", value, "1", "fail", due, "definition", message=text)


def _subnormal_output(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    due = scope.operation.value.reference(problem).rounded(scope.format)  # type: ignore[union-attr]
    subnormal = (due != 0) & (np.abs(due) < scope.format.least_normal)
    yield answers.of_subnormal("subnormal output", values[subnormal], due[subnormal], scope.format)


def _beta_zero(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Equal weights; a 0 is not a beta that was left out."""
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    yield Judged("error", values, forward_truth(problem, scope), problem, scope).error()


def _beta_zero_masked(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Equal weights of those that are not masked; 0 times -inf is NaN."""
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    truth = forward_truth(problem, scope)
    hit = np.isneginf(problem.x).any(axis=problem.axis)
    if np.isnan(values[hit]).all():
        answer = "NaN"
    else:
        near = np.abs(values - truth.exact.value)[hit] <= truth.allowed[hit]
        answer = "still masked" if near.all() else "no longer masked"
    yield answers.policy("beta = 0, masked", answer)


def _overflow(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Beyond the largest number of a format that has no infinity."""
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    beyond = np.abs(forward_truth(problem, scope).exact.value) > 1.25 * scope.format.max
    kinds = {"NaN": np.isnan(values), "saturated": np.abs(values) == scope.format.max}
    answer = next((name for name, where in kinds.items() if where[beyond].all()), "several")
    yield answers.policy("overflow", answer)


MODES: Final[dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]]] = {
    "empty batch": _empty_batch,
    "n = 0": _no_logits,
    "0-d": _no_axis,
    "subnormal output": _subnormal_output,
    "beta = 0": _beta_zero,
    "beta = 0, masked": _beta_zero_masked,
    "overflow": _overflow,
}
