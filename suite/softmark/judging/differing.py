"""Two results of one problem that ought to have the same bits: how far apart are they?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array
from softmark.judging.outputs import Truth, derivative_truth, explained_by, forward_truth
from softmark.judging.scope import Measurement, Scope
from softmark.operations import Kind, Problem
from softmark.records import Json, Verdict

Place = tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """What came, and in which way.

    Attributes
    ----------
    words:
        The way, as a person would put it.
    values:
        The result.
    place:
        Which part of the problem's result it is; empty for all of it.
    told:
        What it takes to get it again.
    """

    words: str
    values: Float64Array
    place: Place = ()
    told: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Sameness:
    """A problem whose result may not depend on the way to it.

    Attributes
    ----------
    metric:
        Name of the record.
    problem, g:
        The inputs; with a cotangent ``g`` the results are gradients.
    must_hold:
        Whether other bits are a failure, whatever they are.
    """

    metric: str
    problem: Problem
    scope: Scope
    g: Float64Array | None = None
    must_hold: bool = False

    @property
    def unit(self) -> str:
        return "indices" if self.scope.operation.is_index else "ulp"

    def measure(self, first: Result, others: Sequence[Result]) -> Measurement:
        """The largest distance of another result from the first one."""
        different = [other for other in others if _differ(first, other).any()]
        compared: dict[str, Json] = {"ways": len(others) + 1, "different": len(different)}
        if not different:
            source = "bit for bit"
            return Measurement(
                self.metric, 0.0, self.unit, "pass", 0.0, source, distribution=compared
            )
        if self.scope.operation.is_index:
            ruler = _Ruler.of_index(self.problem, self.scope)
            return ruler.measurement(self, first, different, compared)
        return explained_by(
            self.scope,
            self._truth(),
            lambda truth: _Ruler.of(truth).measurement(self, first, different, compared),
        )

    def _truth(self) -> Truth:
        if self.g is None:
            return forward_truth(self.problem, self.scope)
        return derivative_truth(self.scope.operation.vjp, self.problem, self.g, self.scope)


@dataclass(frozen=True)
class _Ruler:
    """For each element of a result one ulp, and the distance that two right results may have."""

    unit: Float64Array
    allowed: Float64Array

    @classmethod
    def of(cls, truth: Truth) -> _Ruler:
        legal = 2.0 * np.maximum(truth.limits.legal, 1.0)
        if truth.flushes():
            legal = np.maximum(legal, 2.0 * truth.limits.flushing) + _flushed(truth)
        return cls(truth.unit, legal)

    @classmethod
    def of_index(cls, problem: Problem, scope: Scope) -> _Ruler:
        """Indices may differ where several maxima are equal."""
        top = problem.x == problem.x.max(axis=problem.axis, keepdims=True)
        several = top.sum(axis=problem.axis, keepdims=True) > 1
        allowed = np.where(several, np.inf, 0.0)
        if scope.operation.kind is Kind.ONE_HOT:
            allowed = np.broadcast_to(allowed, problem.x.shape)
        else:
            allowed = np.squeeze(allowed, axis=problem.axis)
        return cls(np.ones(allowed.shape), np.asarray(allowed))

    def measurement(
        self,
        same: Sameness,
        first: Result,
        different: Sequence[Result],
        compared: dict[str, Json],
    ) -> Measurement:
        """The record of results that are not all alike."""
        distances = [self._distance(first, other) for other in different]
        shares = [d / self._allowed(other) for d, other in zip(distances, different, strict=True)]
        beyond = any((share > 1).any() for share in shares)
        ranked = shares if beyond else distances
        worst = int(np.argmax([each.max() for each in ranked]))
        at = np.unravel_index(int(np.argmax(ranked[worst])), ranked[worst].shape)
        other = different[worst]
        value, bound = float(distances[worst][at]), float(self._allowed(other)[at])
        verdict: Verdict = "fail" if same.must_hold or beyond else "weak"
        source = "twice the operation's bound: beyond it one of the two is wrong"
        return Measurement(
            same.metric,
            value,
            same.unit,
            verdict,
            0.0 if same.must_hold else bound,
            "bit for bit" if same.must_hold else source,
            witness=_witness(first, other, at),
            message=_sentence(first, other, at, value, same.unit),
            distribution=compared | {"which": [each.words for each in different[:8]]},
        )

    def _distance(self, first: Result, other: Result) -> Float64Array:
        """In ulp; infinite where one of the two is no finite number."""
        one, two = first.values[other.place], other.values
        with np.errstate(invalid="ignore"):
            apart = np.abs(one - two) / self.unit[other.place]
        apart = np.where(np.isnan(apart), np.inf, apart)
        return np.where(_differ(first, other) & (one != two), apart, 0.0)

    def _allowed(self, other: Result) -> Float64Array:
        return np.asarray(np.maximum(self.allowed[other.place], 1e-300))


def _flushed(truth: Truth) -> Float64Array:
    """What a result below the normal range may be off by where it is flushed to zero."""
    size = np.abs(truth.exact.value)
    return np.asarray(np.where(size < truth.format.least_normal, size / truth.unit, 0.0))


def _differ(first: Result, other: Result) -> NDArray[np.bool_]:
    """Where the bits are not the same; one NaN is as good as another."""
    one, two = first.values[other.place], other.values
    same: NDArray[np.bool_] = (one == two) & (np.signbit(one) == np.signbit(two))
    return ~(same | (np.isnan(one) & np.isnan(two)))


def _witness(first: Result, other: Result, at: Place) -> dict[str, Json]:
    """Both results, how they came about, and where in the problem's result they stand."""
    start = [0 if part.start is None else part.start for part in other.place]
    start += [0] * (len(at) - len(start))
    return {
        "index": [int(i) + s for i, s in zip(at, start, strict=True)],
        "first": float(first.values[other.place][at]).hex(),
        "second": float(other.values[at]).hex(),
        "first way": {"words": first.words, **first.told},
        "second way": {"words": other.words, **other.told},
    }


def _sentence(first: Result, other: Result, at: Place, value: float, unit: str) -> str:
    one, two = first.values[other.place][at], other.values[at]
    if not value:
        apart = "which are equal but not the same bits"
    elif np.isnan(one) or np.isnan(two):
        apart = "and one of them is NaN"
    else:
        apart = f"{value:.3g} {unit} apart"
    return f"{first.words} gives {one:.9g}, {other.words} {two:.9g}, {apart}"
