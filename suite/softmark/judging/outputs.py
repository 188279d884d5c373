"""From outputs to measurements: the one way in which every check grades an error.

Each element is compared with the oracle and with its own bounds; the worst of
the case becomes the record's number, with the input that produced it.
"""

# Over 300 lines: all checks grade an error in this one way.

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.formats import FLOAT32, Float64Array, Format, ulp
from softmark.judging.fingerprint import fingerprint
from softmark.judging.grades import EXCELLENT, LETTERS, VERDICT_OF, Limits, grade_each
from softmark.judging.scope import Measurement, Scope, row_of
from softmark.operations import Derivative, Kind, Problem
from softmark.operations.bounds import Model
from softmark.operations.formulas import SHIFTED, Formula
from softmark.oracle import Enclosure, Errors
from softmark.records import Json, Verdict

MANY = 1000.0
"""Errors of more ulp than that, within the bound, need a word: they are absolutely tiny."""

HALF = "half the exact value, which no grade admits: softmark explain grades"
"""Where the bound is from, if the roundings of grade C add up to more than that."""

LONGEST_WITNESS = 32
"""Rows up to this length are in the record as hex floats; longer ones are their case's recipe."""


@dataclass(frozen=True)
class Truth:
    """The exact values, and the bounds at each of them."""

    exact: Enclosure
    limits: Limits
    format: Format
    limits_of: Callable[[Formula], Limits]
    flushes: Callable[[], bool] = lambda: False
    """Whether the implementation was shown to set results of this kind to zero."""
    has_steps: bool = True
    """Whether a step that flushes can move a result that is no zero."""

    @cached_property
    def unit(self) -> Float64Array:
        """One ulp at each element."""
        return ulp(self.exact.value, self.format)

    @cached_property
    def allowed(self) -> Float64Array:
        """The absolute error that grade C allows at each element, at least one ulp."""
        return np.asarray(np.maximum(self.limits.legal, 1.0) * self.unit)

    def by(self, formula: Formula) -> Truth:
        """The same with what ``formula`` may err by as grade C."""
        return self if formula is SHIFTED else replace(self, limits=self.limits_of(formula))

    @property
    def wide(self) -> Format:
        """The format in which steps flush: none of float16 do, whose results may."""
        return self.format if self.format.bits >= 32 else FLOAT32

    def bound(self, at: tuple[Any, ...]) -> float:
        """What grade C allows at an element, in ulp; 0 where the value is no number."""
        return self._bound(self.limits.legal, at)

    def good_bound(self, at: tuple[Any, ...]) -> float:
        """What grade B allows at an element, in ulp; 0 where the value is no number."""
        return self._bound(self.limits.good, at)

    def _bound(self, limit: Float64Array, at: tuple[Any, ...]) -> float:
        finite = bool(np.isfinite(self.exact.value[at]))
        return max(float(limit[at]), EXCELLENT) if finite else 0.0


def forward_truth(problem: Problem, scope: Scope) -> Truth:
    """The exact result of the operation, and its bounds."""
    value = scope.operation.value
    assert value is not None, f"{scope.operation.name} is right or wrong"
    row, bound = row_of(problem), value.error_bound
    exact = value.reference(problem)
    return truth(exact, lambda model: bound(row, model), problem, scope, "forward")


def derivative_truth(
    derivative: Derivative | None, problem: Problem, along: Float64Array, scope: Scope
) -> Truth:
    """The exact derivative along a direction, and its bounds."""
    assert derivative is not None, f"{scope.operation.name} has no derivative"
    row, bound = row_of(problem), derivative.error_bound
    exact = derivative.reference(problem, along)
    modes = ("vjp", "jvp", "vjp_beta", "vjp_operand")
    mode = next(mode for mode in modes if getattr(scope.operation, mode) is derivative)
    return truth(exact, lambda model: bound(row, along, model), problem, scope, mode)


def second_truth(problem: Problem, g: Float64Array, v: Float64Array, scope: Scope) -> Truth:
    """The exact second derivative along a cotangent and a tangent, and its bounds."""
    second = scope.operation.hvp
    assert second is not None, f"{scope.operation.name} has no second derivative"
    row, bound = row_of(problem), second.error_bound
    exact = second.reference(problem, g, v)
    return truth(exact, lambda model: bound(row, g, v, model), problem, scope, "hvp")


def truth(
    exact: Enclosure,
    bound: Callable[[Model], Float64Array],
    problem: Problem,
    scope: Scope,
    mode: str,
) -> Truth:
    summands = scope.operation.summands(problem.n) + problem.reduced_rows

    def limits_of(formula: Formula) -> Limits:
        return Limits.of(bound, exact.value, summands, scope.format, formula)

    has_steps = mode != "forward" or scope.operation.kind is not Kind.ELEMENTWISE
    flushes = partial(scope.flushes, mode)
    return Truth(exact, limits_of(SHIFTED), scope.format, limits_of, flushes, has_steps)


def explained(scope: Scope, judge: Callable[[Formula], Measurement]) -> Measurement:
    """What ``judge`` finds by the bounds of the shifted formula, or where that is a failure by
    those of another published one, which makes it weak, with the formula's name.
    """
    found = judge(SHIFTED)
    if found.verdict != "fail" or found.value is None or not math.isfinite(found.value):
        return found
    for formula in scope.operation.formulas:
        other = judge(formula)
        if other.verdict != "fail":
            text = f"explained by {formula.name}: {formula.source}"
            message = "; ".join(filter(None, (other.message or found.message, text)))
            poor = replace(other, verdict="weak", message=message)
            return replace(poor, grade="C") if found.grade else poor
    return found


def explained_by(scope: Scope, truth: Truth, judge: Callable[[Truth], Measurement]) -> Measurement:
    """The same for what is judged by one truth."""
    return explained(scope, lambda formula: judge(truth.by(formula)))


@dataclass(frozen=True)
class Judged:
    """An output beside the truth."""

    metric: str
    values: Float64Array
    truth: Truth
    problem: Problem
    scope: Scope
    direction: Float64Array | None = None
    tangent: Float64Array | None = None

    def measurements(self) -> Iterator[Measurement]:
        """The error, and what was excused since numbers below the normal range are flushed."""
        if self.values.size == 0:
            return
        found = self.error()
        kept = dict(found.distribution) | fingerprint(self.values, self._all_signed)
        yield replace(found, distribution=kept)
        for metric, words, excused in self._excuses:
            if excused.any():
                yield self._policy(metric, words, excused)

    @cached_property
    def _errors(self) -> Errors:
        return self.truth.exact.error(self.values, self.scope.format)

    @cached_property
    def _excuses(self) -> tuple[tuple[str, str, NDArray[np.bool_]], ...]:
        """Errors beyond grade B that flushing explains, if the implementation was shown to flush.

        A result of exactly 0 is excused where the exact value is below the normal range, or so
        little above that rounding leads below.  A step that is lost on the way makes an error
        of as much as the least normal number times what it is multiplied with, in a result that
        may be a normal number: the expected index 45 p of nine weights p, or a cotangent of a
        thousand times p.  It is excused in sums and in derivatives alone, within grade C for
        steps that flush, and in a result that is below the normal range divided by u and times the
        largest cotangent and tangent.
        """
        size, exact = np.abs(self._all_signed), np.abs(self.truth.exact.value)
        limits, fmt, wide = self.truth.limits, self.scope.format, self.truth.wide
        beyond = size > np.maximum(limits.good, EXCELLENT)
        if not beyond.any():
            return ()
        tiny = beyond & (exact < self._reach * wide.least_normal / wide.unit_roundoff)
        zeros = beyond & (self.values == 0)
        zeros &= exact - limits.legal * self.truth.unit < fmt.least_normal
        if not (tiny | zeros).any() or not self.truth.flushes():
            return ()
        steps = tiny & ~zeros & (size > limits.legal) & (size <= limits.flushing)
        steps &= self.truth.has_steps
        return (
            ("flushed", "results below the normal range are 0", zeros),
            ("flushed step", "results are off by what a step that is 0 explains", steps),
        )

    @property
    def _reach(self) -> float:
        """How much more a step weighs than alone: times the largest cotangent and tangent."""
        along = [np.abs(side) for side in (self.direction, self.tangent) if side is not None]
        largest = [float(np.max(side, initial=1.0, where=np.isfinite(side))) for side in along]
        return math.prod(largest)

    @cached_property
    def _excused(self) -> NDArray[np.bool_]:
        masks = [excused for _, _, excused in self._excuses]
        return np.logical_or(*masks) if masks else np.zeros(self.values.shape, dtype=np.bool_)

    @cached_property
    def signed(self) -> Float64Array:
        """Errors in ulp, 0 where flushing to zero is shown and explains them."""
        return np.where(self._excused, 0.0, self._all_signed)

    def error(self, among: NDArray[np.bool_] | None = None) -> Measurement:
        """The worst element's error, with its grade and its witness; of all, or ``among`` some.

        Excused elements are counted, and not among them; where all are, that is a policy.
        """
        return explained(self.scope, lambda formula: self._by(formula)._error(among, formula))

    def _by(self, formula: Formula) -> Judged:
        if formula is SHIFTED:
            return self
        other = replace(self, truth=self.truth.by(formula))
        vars(other)["_errors"] = self._errors  # they depend on no bound
        return other

    def _error(self, among: NDArray[np.bool_] | None, formula: Formula) -> Measurement:
        chosen = np.ones(self.values.shape, dtype=np.bool_) if among is None else among
        judged, excused = chosen & ~self._excused, chosen & self._excused
        if excused.any() and not judged.any():
            return self._policy(self.metric, "results are flushed to zero, all of them", excused)
        signed = np.where(judged, self.signed, 0.0)
        each = grade_each(signed, self.truth.limits)
        each = np.where(self._errors.infinite & judged, np.maximum(each, LETTERS.index("C")), each)
        at = worst(np.where(judged | ~chosen.any(), each, -1), signed)
        letter = LETTERS[each[at]]
        value, bound = float(signed[at]), self.truth.bound(at)
        return Measurement(
            metric=self.metric,
            value=value,
            unit="ulp",
            verdict=VERDICT_OF[letter],
            bound=bound,
            good_bound=self.truth.good_bound(at),
            bound_source=self._source(at, formula),
            grade=letter,
            witness=self.witness(at),
            message=self._sentence(at, value, bound) if letter in "CF" else _cancels(value, bound),
            distribution=spread(signed[judged]) | _count(excused),
        )

    def _source(self, at: tuple[Any, ...], formula: Formula) -> str:
        if self.truth.limits.is_half(at):
            return HALF
        return self.scope.operation.source if formula is SHIFTED else formula.source

    @cached_property
    def _all_signed(self) -> Float64Array:
        """Errors in ulp; infinite or NaN where the error is no number.

        An infinity stands for the first number beyond the largest, if the bound reaches that
        far: a sum near the largest finite number may overflow by rounding alone.
        """
        errors = self._errors
        if not _are_apart(errors):
            return errors.ulp
        fmt, exact = self.scope.format, self.truth.exact.value
        with np.errstate(over="ignore"):
            beyond = (fmt.max - np.abs(exact)) / self.truth.unit + 1.0
        explained = errors.infinite & (np.sign(self.values) == np.sign(exact))
        explained &= beyond <= self.truth.limits.legal
        lost = -exact / self.truth.unit  # of a zero, whose size the oracle does not tell
        signed = np.where(errors.flushed, lost, signed_error(errors))
        return np.where(explained, np.copysign(beyond, exact), signed)

    def _policy(self, metric: str, words: str, excused: NDArray[np.bool_]) -> Measurement:
        """The largest error that is excused, and of how many results."""
        at = worst(np.where(excused, 0, -1), self._all_signed)
        shown = "this implementation was shown to flush subnormal numbers in this format"
        return Measurement(
            metric=metric,
            value=float(self._all_signed[at]),
            unit="ulp",
            verdict="policy",
            witness=self.witness(at),
            message=f"{excused.sum()} {words}: {shown}",
            distribution=_count(excused),
        )

    def _sentence(self, at: tuple[Any, ...], value: float, bound: float) -> str:
        got, due = self.values[at], self.truth.exact.rounded(self.scope.format)[at]
        if not np.isfinite(value):
            return f"got {got}, expected {due:.9g}"
        return f"{abs(value):.4g} ulp, bound {bound:.4g}: got {got:.9g}, expected {due:.9g}"

    def witness(self, at: tuple[Any, ...]) -> dict[str, Json]:
        """Where the number was found, what came, what was due, and the row if it is short."""
        place = [int(i) for i in at]
        found: dict[str, Json] = {
            "index": list(place),
            "got": float(self.values[at]).hex(),
            "expected": float(self.truth.exact.rounded(self.scope.format)[at]).hex(),
        }
        if self.problem.n <= LONGEST_WITNESS and not self.problem.options.reduces:
            sides = {"direction": self.direction, "tangent": self.tangent}
            given = {name: side for name, side in sides.items() if side is not None}
            found |= row_at(self.problem, at, self.values.ndim, **given)
        return found


def _count(excused: NDArray[np.bool_]) -> dict[str, Json]:
    """How many results are excused, if there are any."""
    return {"flushed": int(excused.sum())} if excused.any() else {}


def _cancels(value: float, bound: float) -> str:
    """Why an error of many ulp may pass."""
    if not abs(value) > MANY:
        return ""
    return (
        f"{abs(value):.4g} ulp of a result that almost cancels: "
        f"the rounding of its terms explains up to {bound:.4g}"
    )


def row_at(
    problem: Problem, at: tuple[Any, ...], ndim: int, **directions: Float64Array
) -> dict[str, Json]:
    """The row that the element ``at`` of a result of ``ndim`` axes comes from, as hex floats.

    A logit that a mask leaves out is -inf in ``x``, and what lay there is among the labels.

    ``directions`` are cotangents and tangents, by the name that they get.
    """
    axis = problem.axis % problem.x.ndim
    place = list(at)
    if ndim < problem.x.ndim:
        place.insert(axis, 0)
    row = (*place[:axis], slice(None), *place[axis + 1 :])
    parts: dict[str, Json] = {"x": hexes(problem.x[row])}
    if problem.labels is not None:
        full = problem.labels.ndim == problem.x.ndim
        parts["labels"] = (
            hexes(problem.labels[row]) if full else int(problem.labels[tuple(at[:axis])])
        )
    for name, direction in directions.items():
        reduced = tuple(p for i, p in enumerate(place) if i != axis)
        full = direction.ndim == problem.x.ndim
        parts[name] = hexes(direction[row]) if full else float(direction[reduced]).hex()
    return parts


def judge_forward(values: Float64Array, problem: Problem, scope: Scope) -> Iterator[Measurement]:
    """Grade a forward result: an error in ulp, or for an index whether it is right."""
    if scope.operation.is_index:
        yield judge_index(values, problem, scope)
    else:
        found = forward_truth(problem, scope)
        yield from Judged("error", values, found, problem, scope).measurements()


def settled(values: Float64Array, truth: Truth, rows: NDArray[np.bool_]) -> Float64Array:
    """``values`` with the exact ones in ``rows``, a mask that broadcasts: they are not judged."""
    return np.where(rows, truth.exact.rounded(truth.format), values)


def _are_apart(errors: Errors) -> bool:
    """Whether any error is no number of ulp."""
    infinities = errors.infinite, errors.missing_infinity, errors.saturated
    others = errors.nan, errors.missing_nan, errors.flushed
    return any(bool(mask.any()) for mask in (*infinities, *others))


def signed_error(errors: Errors) -> Float64Array:
    """Errors in ulp with an infinity or a NaN where the error is no number."""
    endless = errors.infinite | errors.missing_infinity | errors.saturated
    signed = np.where(endless, np.inf, errors.ulp)
    return np.where(errors.nan | errors.missing_nan, np.nan, signed)


def spread(signed: Float64Array) -> dict[str, Json]:
    """Quantiles of the size of finite errors, and their signed mean."""
    finite = signed[np.isfinite(signed)]
    if finite.size == 0:
        return {"count": 0}
    size = np.abs(finite)
    p50, p99 = np.quantile(size, [0.5, 0.99])
    largest = float(size.max())
    scale = 2.0**-64 if largest > 2.0**900 else 1.0  # else the sum may overflow
    mean = np.clip((finite * scale).mean(), -largest * scale, largest * scale) / scale
    return {
        "count": int(signed.size),
        "p50": float(p50),
        "p99": float(p99),
        "max": largest,
        "mean": float(mean),
    }


def hexes(values: NDArray[Any]) -> list[Json]:
    return [float(v).hex() for v in values]


def worst(each: NDArray[Any], signed: Float64Array) -> tuple[Any, ...]:
    """The element of the worst grade with the largest error; a NaN is the largest of all."""
    size = np.where(np.isnan(signed), np.inf, np.abs(signed))
    among = np.where(each == each.max(), size, -1.0)
    return np.unravel_index(int(np.argmax(among)), each.shape)


def judge_index(
    values: Float64Array, problem: Problem, scope: Scope, among: NDArray[np.bool_] | bool = True
) -> Measurement:
    """Whether each index ``among`` these rows is that of a maximum, and of the first one."""
    given = values
    if scope.operation.kind is Kind.ONE_HOT:
        given = _index_of_one_hot(values, problem.axis)
    top = problem.x == problem.x.max(axis=problem.axis, keepdims=True)
    first = np.argmax(top, axis=problem.axis)
    inside = (given >= 0) & (given < problem.n) & (given == np.rint(given))
    picked = np.expand_dims(np.where(inside, given, 0).astype(np.int64), problem.axis)
    found = np.squeeze(np.take_along_axis(top, picked, axis=problem.axis), axis=problem.axis)
    wrong = ~(inside & found) & among
    text = ""
    verdict: Verdict = "pass"
    if wrong.any():
        at = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        verdict = "fail"
        text = f"got index {given[at]:g} in row {[int(i) for i in at]}, expected {first[at]}"
    elif ((given != first) & among).any():
        verdict = "policy"
        text = "where there are several maxima, another than the first is given"
    count = float(wrong.sum())
    return Measurement("wrong index", count, "indices", verdict, 0.0, "definition", message=text)


def _index_of_one_hot(values: Float64Array, axis: int) -> Float64Array:
    """The place of the one in each row; NaN where a row is not a one among zeros."""
    proper = ((values == 0) | (values == 1)).all(axis=axis) & (values.sum(axis=axis) == 1)
    return np.where(proper, np.argmax(values, axis=axis), np.nan)
