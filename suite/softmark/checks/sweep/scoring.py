"""How far many results of ordinary cases are from the exact ones, in units that make rows alike.

Bounds cost ten times as much as exact values, so these errors say which results are judged by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.checks.arguments import modes
from softmark.formats import Float64Array, ulp
from softmark.judging.outputs import (
    Judged,
    Truth,
    derivative_truth,
    forward_truth,
    judge_index,
    second_truth,
    settled,
)
from softmark.judging.scope import Measurement, Scope, said
from softmark.operations import Kind, Operation, Problem
from softmark.operations.base import Derivative, SecondDerivative, Value
from softmark.records import Case
from softmark.subjects import Mode, Output


@dataclass(frozen=True)
class Point:
    """One ordinary case of a sweep, and what the subject gave for it."""

    case: Case
    problem: Problem
    g: Float64Array | None
    given: Output
    within: Mode | None = None
    v: Float64Array | None = None

    @property
    def mode(self) -> str:
        """The name of the mode of its framework in which the function was called."""
        return self.within.name if self.within else ""

    @property
    def values(self) -> Float64Array:
        return self.given.values

    @property
    def rows(self) -> Float64Array:
        """The logits as a matrix of rows."""
        return _as_rows(self.problem.x, self.problem.axis)

    def measured(self, scope: Scope) -> Measurement:
        """As the check of such a case would find it."""
        problem, g, v = self.problem, self.g, self.v
        if scope.operation.is_index:
            return judge_index(self.values, problem, scope)
        if self.within is not None and g is None and v is None:
            given = replace(self.given, values=self._settled(forward_truth(problem, scope)))
            found = modes.judged(given, self.within, problem, scope)
            return replace(found, metric="error")
        if g is not None and v is not None:
            return self._judged("hvp error", second_truth(problem, g, v, scope), scope)
        if g is not None:
            truth = derivative_truth(scope.operation.vjp, problem, g, scope)
            return self._judged("vjp error", truth, scope)
        if v is not None:
            truth = derivative_truth(scope.operation.jvp, problem, v, scope)
            return self._judged("jvp error", truth, scope)
        return self._judged("error", forward_truth(problem, scope), scope)

    def _judged(self, metric: str, truth: Truth, scope: Scope) -> Measurement:
        along, tangent = (self.v, None) if self.g is None else (self.g, self.v)
        values = self._settled(truth)
        return Judged(metric, values, truth, self.problem, scope, along, tangent).error()

    def _settled(self, truth: Truth) -> Float64Array:
        """The results with the exact ones in rows that have none."""
        if not may_be_open(self.case):
            return self.values
        x, axis = self.problem.x, self.problem.axis
        rows = open_rows(x, axis, is_value=self.g is None and self.v is None)
        rows = rows if self.values.ndim == x.ndim else np.squeeze(rows, axis)
        return settled(self.values, truth, rows)


def scores(points: Sequence[Point], scope: Scope) -> Float64Array:
    """For each point its largest error, in units that rows have in common."""
    found = np.zeros(len(points))
    blocks: dict[Any, list[int]] = {}
    for place, point in enumerate(points):
        n = point.problem.n
        directions = point.g is None, point.v is None
        width = n if scope.operation.has_cap else _padded(n)  # a cap would hold the padding too
        key = width, point.problem.beta, directions, said(point.case).get("labels")
        blocks.setdefault(key, []).append(place)
    for (width, *_), places in blocks.items():
        block = _Block([points[place] for place in places], width, scope)
        found[places] = block.scores()
    return found


def _padded(n: int) -> int:
    """The length to which rows of about ``n`` logits are padded."""
    step = max(1, 1 << max(0, n.bit_length() - 4))
    return -(-n // step) * step


@dataclass(frozen=True)
class _Block:
    """Points whose rows are of about one length, as one problem: masked logits fill them up."""

    points: Sequence[Point]
    width: int
    scope: Scope

    def scores(self) -> Float64Array:
        each = self._apart()
        starts = np.cumsum([0, *map(len, self._rows)])[:-1]
        return np.maximum.reduceat(each, starts)

    def _apart(self) -> Float64Array:
        """The largest error in each row."""
        problem, operation = self._problem(), self.scope.operation
        values = self._gathered([point.values for point in self.points], np.nan)
        if operation.is_index:
            return _wrong_places(values, problem, self.scope)
        exact, size = self._exact(problem)
        exact, values, size = (v.reshape(len(problem.x), -1) for v in (exact, values, size))
        same = (values == exact) | (np.isnan(values) & np.isnan(exact))
        if exact.shape[1] == self.width:
            same |= self._is_padding()
        with np.errstate(invalid="ignore"):
            apart = np.where(same, 0.0, np.abs(values - exact))
        size = np.where(np.isfinite(size), np.maximum(size, self._least()), 1.0)
        unit = ulp(size, self.scope.format)
        apart = np.where(np.isnan(apart), np.inf, apart / unit)
        if any(may_be_open(point.case) for point in self.points):
            apart = np.where(open_rows(problem.x, 1, is_value=self._is_value), 0.0, apart)
        return np.asarray(apart.max(axis=1, initial=0.0))

    def _exact(self, problem: Problem) -> tuple[Float64Array, Float64Array]:
        """The exact results, and the sizes that their errors are compared with."""
        operation = self.scope.operation
        if self._is_value:
            assert operation.value is not None
            exact = estimated(operation.value, problem, ())
            return exact, np.abs(exact)
        given = {
            "g": [point.g for point in self.points if point.g is not None],
            "v": [point.v for point in self.points if point.v is not None],
        }
        along = {name: self._gathered(each, 0.0) for name, each in given.items() if each}
        name = {("g",): "vjp", ("v",): "jvp", ("g", "v"): "hvp"}[tuple(along)]
        derivative = getattr(operation, name)
        exact = estimated(derivative, problem, [*along.values()])
        size = np.abs(exact).reshape(len(problem.x), -1).max(axis=1, keepdims=True)
        size = np.maximum(size, _terms(problem, [*along.values()], operation))
        return exact, size if exact.ndim == 2 else size[:, 0]

    @property
    def _is_value(self) -> bool:
        return self.points[0].g is None and self.points[0].v is None

    def _least(self) -> float:
        """Below it an error is as large as at it: a cancelled result has errors of its terms."""
        fmt = self.scope.format
        if self.scope.operation.is_probability:
            return fmt.least_normal / (fmt.unit_roundoff if fmt.bits >= 32 else 1.0)
        return 1.0 if self._is_value else fmt.least_normal

    def _is_padding(self) -> NDArray[np.bool_]:
        lengths = np.repeat(
            [rows.shape[1] for rows in self._rows], [len(rows) for rows in self._rows]
        )
        return np.arange(self.width) >= lengths[:, None]

    def _problem(self) -> Problem:
        points = self.points
        x = self._gathered([point.problem.x for point in points], -np.inf)
        labels = None
        if self.scope.operation.takes_sink:
            given = [_as_rows(np.asarray(p.problem.labels), p.problem.axis) for p in points]
            labels = np.concatenate(given)
        elif self.scope.operation.takes_other:
            others = [np.asarray(point.problem.labels) for point in points]
            filling = 0.0 if self.scope.operation.takes_target else -np.inf
            labels = self._gathered(others, filling)
        elif self.scope.operation.takes_labels:
            given = [np.asarray(point.problem.labels) for point in points]
            labels = self._gathered(given, 0.0)
            if given[0].ndim < points[0].problem.x.ndim:
                labels = labels.reshape(-1).astype(np.int64)
        return Problem(x, -1, points[0].problem.beta, labels)

    def _gathered(self, arrays: Sequence[Float64Array], filling: float) -> Float64Array:
        """Arrays of all points one below the other: a row for each of their rows, or a number."""
        if arrays[0].ndim < self.points[0].problem.x.ndim:
            return np.concatenate([array.reshape(-1) for array in arrays])
        found = np.full((sum(map(len, self._rows)), self.width), filling)
        start = 0
        for point, array in zip(self.points, arrays, strict=True):
            rows = _as_rows(array, point.problem.axis)
            found[start : start + len(rows), : rows.shape[1]] = rows
            start += len(rows)
        return found

    @cached_property
    def _rows(self) -> list[Float64Array]:
        return [point.rows for point in self.points]


def estimated(
    asked: Value | Derivative | SecondDerivative, problem: Problem, along: Sequence[Float64Array]
) -> Float64Array:
    """The results in extended precision; of rows where that gives no number, the exact ones."""
    exact = asked.estimate and asked.estimate(problem, *along)
    if exact is None:
        return asked.reference(problem, *along).value
    is_known = np.isfinite(exact) if along else ~np.isnan(exact)
    rest = ~is_known.reshape(len(problem.x), -1).all(axis=1)
    if rest.any():
        labels = None if problem.labels is None else problem.labels[rest]
        part = replace(problem, x=problem.x[rest], labels=labels)
        exact[rest] = asked.reference(part, *(each[rest] for each in along)).value
    return exact


def may_be_open(case: Case) -> bool:
    """Whether some rows may have no defined result."""
    return case.family == "levels"


def open_rows(x: Float64Array, axis: int, *, is_value: bool = True) -> NDArray[np.bool_]:
    """The rows that have no defined result, or no defined gradient."""
    masked = np.isneginf(x).all(axis=axis, keepdims=True)
    odd = np.isposinf(x) if is_value else np.isposinf(x) | np.isnan(x)
    return np.asarray(masked | odd.any(axis=axis, keepdims=True))


def _terms(problem: Problem, along: Sequence[Float64Array], operation: Operation) -> Float64Array:
    """Of each row the size of what a derivative is the difference of."""
    x = problem.x
    top = x.max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):  # a row without a finite maximum is open
        largest = 1.0 / np.exp(x - top).sum(axis=1, keepdims=True)
    size = np.ones((len(x), 1))
    for direction in along:
        size = size * np.abs(direction.reshape(len(x), -1)).max(axis=1, keepdims=True)
    if operation.multiplies_logits:
        return np.asarray(size * (1.0 + np.abs(top)))
    if not (operation.is_probability or operation.has_beta):  # a logarithm
        return np.asarray(size)
    return np.asarray(size * largest * (problem.n if operation.kind is Kind.REDUCTION else 1))


def _as_rows(array: Float64Array, axis: int) -> Float64Array:
    if array.ndim == 2 and axis in (-1, 1):
        return array
    moved = np.moveaxis(array, axis, -1)
    return moved.reshape(-1, moved.shape[-1])


def _wrong_places(values: Float64Array, problem: Problem, scope: Scope) -> Float64Array:
    """1 for each row of which an index is wrong."""
    if scope.operation.kind is Kind.ONE_HOT:
        values = np.nan_to_num(values).argmax(axis=1)
    top = problem.x.max(axis=1)
    inside = (values >= 0) & (values < problem.n)
    picked = problem.x[np.arange(len(values)), np.where(inside, values, 0).astype(np.int64)]
    return np.asarray((picked != top) | ~inside, dtype=np.float64)
