"""How close results are to the exact ones, in sentences that a test can show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from softmark.answers import foreign
from softmark.answers.question import Question
from softmark.formats import FLOAT64, FORMATS, Float64Array, is_representable
from softmark.judging.grades import LETTERS, grade_each
from softmark.judging.outputs import Judged, judge_index, settled
from softmark.judging.scope import Measurement

SHOWN_ROW: Final = 8
"""Rows up to this length are in the message."""


@dataclass(frozen=True)
class Closeness:
    """What was found: the worst element, beside its bound.

    Attributes
    ----------
    worst:
        The measurement of the worst element; its witness has the place and the numbers.
    beyond:
        How many results are beyond their bound.
    count:
        How many were compared.
    question:
        What was asked.
    row:
        The logits of the worst element's row.
    """

    worst: Measurement
    beyond: int
    count: int
    question: Question
    row: Float64Array

    @property
    def ok(self) -> bool:
        """Whether rounding explains every result."""
        return self.worst.verdict != "fail"

    @property
    def message(self) -> str:
        """What is wrong, where, and by how much, in lines."""
        scope, problem = self.question.scope, self.question.problem
        shape = f"logits of shape {problem.x.shape}, axis {problem.axis}"
        head = (
            f"{self.beyond} of {self.count} results of {scope.operation.name} are further from the "
            f"exact values than rounding explains ({scope.format.name}, {shape})"
        )
        return "\n".join([head, *self._lines()])

    def _lines(self) -> list[str]:
        found, fmt = self.worst, self.question.scope.format
        if found.unit != "ulp":
            return [found.message]
        assert found.value is not None
        assert found.bound is not None
        got, due = (
            _both(float.fromhex(str(found.witness[k])), fmt.name) for k in ("got", "expected")
        )
        share = f", {abs(found.value) / found.bound:.4g} times its bound" if found.bound else ""
        bound = f"bound {found.bound:.4g} ulp ({found.bound_source})"
        lines = [
            f"worst at {found.witness['index']}: got {got}, expected {due}",
            f"error {found.value:.4g} ulp{share}; {bound}",
        ]
        if self.row.size <= SHOWN_ROW:
            lines.append(f"logits of that row: {self.row.tolist()}")
        if not is_representable(self.question.problem.x, fmt).all():
            lines.append(
                f"the logits hold numbers that {fmt.name} does not: if the function was given "
                "rounded ones, pass those"
            )
        return lines


def compared(
    actual: Any, logits: Any, operation: str = "softmax", *, cotangent: Any = None, **options: Any
) -> Closeness:
    """Compare results with the certified oracle; the arguments are those of ``assert_close``.

    Raises
    ------
    TypeError, ValueError
        What is given are no arrays of numbers, or not what the operation takes.
    AssertionError
        The results have another shape than they should.
    """
    values, name = foreign.read(actual, "the result")
    if options.get("format") is None and name in FORMATS:
        options["format"] = name
    question = Question.of(logits, operation, cotangent=cotangent, **options)
    due = question.output_shape
    if values.shape != due:
        raise AssertionError(
            f"{operation} of logits of shape {question.problem.x.shape} along axis "
            f"{question.problem.axis} has shape {due}, not {values.shape}"
        )
    return judged(question, values)


def judged(question: Question, values: NDArray[Any]) -> Closeness:
    """The same of results of the right shape."""
    if not values.size:
        return Closeness(Measurement("error", 0.0, "ulp", "pass"), 0, 0, question, np.zeros(0))
    parts = [_part(part, values[at], getattr(at, "start", 0)) for at, part in question.blocks()]
    worst = max(parts, key=lambda part: _badness(part.worst))
    beyond, count = sum(part.beyond for part in parts), sum(part.count for part in parts)
    return replace(worst, beyond=beyond, count=count, question=question)


def _part(question: Question, values: NDArray[Any], start: int) -> Closeness:
    """What is found in a part that begins ``start`` rows into the whole."""
    problem, scope = question.problem, question.scope
    if scope.operation.is_index:
        found = judge_index(values.astype(np.float64), problem, scope)
        return Closeness(found, int(found.value or 0), values.size, question, np.zeros(0))
    truth = question.truth
    given = settled(values, truth, _open(question, truth.exact.value))
    each_one = Judged("error", given, truth, problem, scope, direction=question.cotangent)
    found = each_one.error()
    each = grade_each(each_one.signed, truth.limits)
    index = [*cast(list[int], found.witness["index"])]
    row = _row(problem.x, problem.axis, index, values.ndim)
    if index:
        index[0] += start
    found = replace(found, witness={**found.witness, "index": [*index]})
    beyond = int((each == LETTERS.index("F")).sum()) if found.verdict == "fail" else 0
    return Closeness(found, beyond, values.size, question, row)


def _open(question: Question, exact: Float64Array) -> NDArray[np.bool_]:
    """Results that nothing defines: of rows all masked, or with an infinity, but without a NaN."""
    x, axis = question.problem.x, question.problem.axis
    poisoned = np.isnan(x).any(axis=axis, keepdims=True)
    if exact.ndim < x.ndim:
        poisoned = np.squeeze(poisoned, axis=axis)
    return np.asarray(np.isnan(exact) & ~poisoned)


def _row(x: Float64Array, axis: int, index: list[int], ndim: int) -> Float64Array:
    """The logits that the result at ``index`` was made from."""
    place: list[Any] = list(index)
    if ndim < x.ndim:
        place.insert(axis % x.ndim, 0)
    place[axis] = slice(None)
    return np.asarray(x[tuple(place)])


def _badness(found: Measurement) -> tuple[bool, float]:
    value = abs(found.value or 0.0)
    share = value / found.bound if found.bound else value
    return found.verdict == "fail", np.inf if np.isnan(share) else share


def _both(value: float, format: str) -> str:
    """A number as people read it, and exactly."""
    digits = 17 if format == FLOAT64.name else 9
    return f"{value:.{digits}g} ({value.hex()})"
