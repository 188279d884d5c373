"""Thousands of ordinary cases as one: called together, compared with the oracle, the worst judged.

Bounds cost ten times as much as exact values.  So each result is compared with the exact one, in
units that make rows alike, and the furthest are judged by the bounds of their operation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.checks.base import Measurement, Scope, said
from softmark.checks.judging import Judged, derivative_truth, forward_truth, judge_index
from softmark.formats import FORMATS, Float64Array, Format, ulp
from softmark.inputs import direction
from softmark.inputs.registry import CHECK
from softmark.operations import Kind, Operation, Problem
from softmark.records import Case, Json
from softmark.subjects import (
    Call,
    Crashed,
    NotOffered,
    Output,
    Subject,
    SubjectFault,
    TimedOut,
)

TOGETHER: Final = 512
"""Calls of one message, at most."""
ELEMENTS: Final = 2**21
"""Logits of one message, unless a single call has more."""
JUDGED: Final = 20
"""Points that are judged by their bounds, at most: those of the largest errors of their kind."""
WRONG: Final = 1e4
"""An error in these units that rounding explains nowhere."""
PATIENCE: Final = (60.0, 300.0, 3000.0)
"""Seconds of calls in the profiles after which a sweep of a slow function leaves out the rest."""
SHORTER: Final = 24
"""Points that are tried in the place of a failing one, the simplest first."""


@dataclass(frozen=True)
class Point:
    """One ordinary case of a sweep, and what the subject gave for it."""

    case: Case
    problem: Problem
    g: Float64Array | None
    given: Output
    mode: str = ""

    @property
    def values(self) -> Float64Array:
        return self.given.values

    @property
    def rows(self) -> Float64Array:
        """The logits as a matrix of rows."""
        return _as_rows(self.problem.x, self.problem.axis)

    def measured(self, scope: Scope) -> Measurement:
        """As the check of such a case would find it."""
        problem, values, g = self.problem, self.values, self.g
        if scope.operation.is_index:
            return judge_index(values, problem, scope)
        if g is None:
            return Judged("error", values, forward_truth(problem, scope), problem, scope).error()
        truth = derivative_truth(scope.operation.vjp, problem, g, scope)
        return Judged("vjp error", values, truth, problem, scope, g).error()


Fault = tuple[Case, SubjectFault, str]
"""What went wrong in a case, and the mode in which it was called."""


def asked(
    cases: Iterable[Case], scope: Scope, modes: Sequence[str] = ()
) -> Iterator[list[tuple[Case, Problem, Call]]]:
    """The calls, in portions that one message holds; a case has the number of its mode."""
    portion: list[tuple[Case, Problem, Call]] = []
    size = 0
    for case in cases:
        problem, told = scope.problem(case), said(case)
        if portion and (size + problem.x.size > ELEMENTS or len(portion) == TOGETHER):
            yield portion
            portion, size = [], 0
        g = None
        if told.get("mode") == "vjp":
            g = direction(case, scope.output_shape(problem), scope.format, "cotangent")
        ways = {
            "layout": told.get("layout", "contiguous"),
            "cotangent": told.get("cotangent layout", "contiguous"),
            "mode": modes[told["within"] % len(modes)] if modes and "within" in told else "",
        }
        call = Call(problem.x, g=g, **scope.arguments(problem), **ways)
        portion.append((case, problem, call))
        size += problem.x.size
    if portion:
        yield portion


def called(
    subject: Subject, cases: Iterable[Case], scope: Scope
) -> tuple[list[Point], list[Fault]]:
    """What the subject gives for each case, and what went wrong; what it does not offer is left."""
    points: list[Point] = []
    faults: list[Fault] = []
    declined: list[Case] = []
    end = monotonic() + scope.by_profile(*PATIENCE)
    for portion in asked(cases, scope, _modes(subject)):
        calls = [call for _, _, call in portion]
        outputs = _given(subject, calls, scope.format, end - monotonic())
        for (case, problem, call), output in zip(portion, outputs, strict=False):
            if isinstance(output, Output):
                points.append(Point(case, problem, call.g, output, call.mode))
            elif isinstance(output, NotOffered):
                declined.append(case)
            elif isinstance(output, SubjectFault):
                faults.append((case, output, call.mode))
        if len(outputs) < len(portion):
            return points, faults
    if plain := [_laid_out_plainly(case) for case in declined if {*LAYING_OUT} & {*said(case)}]:
        more, others = called(subject, plain, scope)
        return points + more, faults + others
    return points, faults


LAYING_OUT: Final = ("layout", "cotangent layout")


def _laid_out_plainly(case: Case) -> Case:
    """The case with arrays row by row, for a framework that chooses how its arrays lie."""
    told = {name: value for name, value in said(case).items() if name not in LAYING_OUT}
    return replace(case, parameters={**case.parameters, CHECK: told})


def _given(
    subject: Subject, calls: Sequence[Call], fmt: Format, patience: float
) -> Sequence[Output | SubjectFault | None]:
    """What calls gave; where the process ended, that of each up to the one that ends it alone."""
    try:
        return subject.several(calls, fmt, patience)
    except (Crashed, TimedOut) as ended:
        if ended.verdict == "skipped":  # it compiled, and would again
            raise
        found: list[Output | SubjectFault | None] = []
        for call in calls:
            try:
                found += subject.several([call], fmt)
            except (Crashed, TimedOut) as fault:
                return [*found, fault]
        raise


def _modes(subject: Subject) -> list[str]:
    """The usual call, and the modes that are as cheap and as exact."""
    offered = subject.modes()
    return ["", *(m.name for m in offered if not (m.is_costly or m.adds_an_axis or m.arithmetic))]


def scores(points: Sequence[Point], scope: Scope) -> Float64Array:
    """For each point its largest error, in units that rows have in common."""
    found = np.zeros(len(points))
    blocks: dict[Any, list[int]] = {}
    for place, point in enumerate(points):
        n = point.problem.n
        key = point.problem.beta, _padded(n), point.g is None, said(point.case).get("labels")
        blocks.setdefault(key, []).append(place)
    for (_, width, _, _), places in blocks.items():
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
        directions = [point.g for point in self.points if point.g is not None]
        if directions:
            g = self._gathered(directions, 0.0)
            derivative = operation.vjp
            assert derivative is not None
            exact = derivative.reference(problem, g).value
            size = np.abs(exact).max(axis=1, keepdims=True)
            size = np.maximum(size, _terms(problem, g, operation))
        else:
            assert operation.value is not None
            exact = operation.value.reference(problem).value
            size = np.abs(exact)
        exact, values, size = (v.reshape(len(problem.x), -1) for v in (exact, values, size))
        same = (values == exact) | (np.isnan(values) & np.isnan(exact))
        if exact.shape[1] == self.width:
            same |= self._is_padding()
        with np.errstate(invalid="ignore"):
            apart = np.where(same, 0.0, np.abs(values - exact))
        size = np.where(np.isfinite(size), np.maximum(size, self._least()), 1.0)
        unit = ulp(size, self.scope.format)
        apart = np.where(np.isnan(apart), np.inf, apart / unit)
        return np.asarray(apart.max(axis=1, initial=0.0))

    def _least(self) -> float:
        """Below it an error is as large as at it: a cancelled result has errors of its terms."""
        fmt = self.scope.format
        if self.scope.operation.is_probability:
            return fmt.least_normal / (fmt.unit_roundoff if fmt.bits >= 32 else 1.0)
        return 1.0 if self.points[0].g is None else fmt.least_normal

    def _is_padding(self) -> NDArray[np.bool_]:
        lengths = np.repeat(
            [rows.shape[1] for rows in self._rows], [len(rows) for rows in self._rows]
        )
        return np.arange(self.width) >= lengths[:, None]

    def _problem(self) -> Problem:
        points = self.points
        x = self._gathered([point.problem.x for point in points], -np.inf)
        labels = None
        if self.scope.operation.takes_labels:
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


def _terms(problem: Problem, g: Float64Array, operation: Operation) -> Float64Array:
    """Of each row the size of what a gradient is the difference of."""
    x = problem.x
    top = x.max(axis=1, keepdims=True)
    largest = 1.0 / np.exp(x - top).sum(axis=1, keepdims=True)
    size = np.abs(g.reshape(len(x), -1)).max(axis=1, keepdims=True)
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


def swept(subject: Subject, cases: Iterable[Case], scope: Scope) -> Iterator[Measurement]:
    """The worst of all points; where it fails, the simplest that fails too."""
    points, faults = called(subject, cases, scope)
    if faults:
        yield _raised(min(faults, key=lambda fault: _cost(fault[0])), len(faults))
    if not points:
        return
    score = scores(points, scope)
    order = np.argsort(-score, kind="stable")
    suspects = _suspects(points, score, order, is_narrow=scope.format.bits < 32)
    judged = [(points[i], points[i].measured(scope)) for i in suspects]
    point, found = max(judged, key=lambda one: _badness(one[1]))
    if found.verdict == "fail":
        likely = [points[i] for i in order if score[i] >= min(score[order[0]], WRONG) / 100]
        point, found = _simplest(subject, point, found, likely, scope)
    told: dict[str, Json] = {"points": len(points), "numbers": sum(p.values.size for p in points)}
    text = f"{shown(point.case, point.mode)}: {found.message}" if found.message else ""
    witness = {**found.witness, **_where(point.case, point.mode)}
    yield replace(found, message=text, witness=witness, distribution={**found.distribution, **told})
    yield from _written(points)
    yield from _formats(points, scope)


def _suspects(
    points: Sequence[Point], score: Float64Array, order: NDArray[np.intp], *, is_narrow: bool
) -> list[int]:
    """The worst point, and the worst of each kind of logits and octave of lengths.

    What is as near as half of grade B's least bound is left out.
    """
    chosen: dict[Any, int] = {}
    for i in map(int, order):
        case, n = points[i].case, max(1, points[i].problem.n)
        key = case.family, n.bit_length(), case.beta, said(case).get("cotangent")
        usual = 1.0 if is_narrow else (math.log2(n) + 6) / 2
        if not chosen or score[i] > usual:
            chosen.setdefault(key, i)
        if len(chosen) == JUDGED:
            break
    return [*chosen.values()]


def _badness(found: Measurement) -> tuple[int, float]:
    size = abs(found.value or 0.0)
    share = size / found.bound if found.bound else size
    return ("pass", "policy", "weak", "fail").index(found.verdict), np.nan_to_num(share, nan=np.inf)


def _cost(case: Case) -> tuple[Any, ...]:
    """How much a person has to look at."""
    n = case.shape[case.axis] if case.shape else 1
    return len(said(case)), len(case.shape), n, int(np.prod(case.shape))


def _simplest(
    subject: Subject, point: Point, found: Measurement, likely: Sequence[Point], scope: Scope
) -> tuple[Point, Measurement]:
    """The failing point of the shortest rows, of fewest rows, and of the simplest numbers."""
    for other in sorted(likely, key=lambda p: _cost(p.case))[:SHORTER]:
        if _cost(other.case) >= _cost(point.case):
            break
        measured = other.measured(scope)
        if measured.verdict == "fail":
            point, found = other, measured
            break
    for simpler in _simpler(point.case):
        for one in called(subject, [simpler], scope)[0]:
            measured = one.measured(scope)
            if measured.verdict == "fail":
                return one, measured
    return point, found


def _simpler(case: Case) -> Iterator[Case]:
    """Cases that say less: equal logits, whole ones, a single row, each with the same rest."""
    told = {name: value for name, value in case.parameters.items() if name == CHECK}
    shapes = [case.shape]
    if len(case.shape) == 2 and case.axis in (-1, 1) and case.shape[0] > 1:
        shapes.insert(0, (1, case.shape[1]))
    for shape in shapes:
        for family in ("ties", "whole"):
            yield replace(case, family=family, shape=shape, parameters=told)
    if len(shapes) > 1:
        yield replace(case, shape=shapes[0])


def shown(case: Case, mode: str = "") -> str:
    """The case, and the mode of the call, in a few words for a message."""
    told = said(case)
    words = [f"shape {case.shape}"]
    words += [f"axis {case.axis}"] if case.axis not in (-1, len(case.shape) - 1) else []
    words += [f"beta {case.beta:g}"] if case.beta != 1 else []
    names = ("layout", "cotangent", "cotangent layout")
    words += [f"{name} {told[name]}" for name in names if name in told]
    return ", ".join([*words, f"{case.family} logits", *([mode] if mode else [])])


def _raised(fault: Fault, count: int) -> Measurement:
    case, error, mode = fault
    details = {name: told for name, told in error.to_json().items() if name != "message" and told}
    text = f"{shown(case, mode)}: {error.message}" + (f" ({count} such calls)" if count > 1 else "")
    witness = {**details, **_where(case, mode)}
    return Measurement("call", None, "", error.verdict, witness=witness, message=text)


def _where(case: Case, mode: str) -> dict[str, Json]:
    """What a witness says of the point."""
    return {"case": case.to_json(), **({"mode": mode} if mode else {})}


def _written(points: Sequence[Point]) -> Iterator[Measurement]:
    """Whether a call wrote into its input; nothing where none did."""
    written = [point.case for point in points if point.given.input_modified]
    if written:
        case = min(written, key=_cost)
        text = f"{shown(case)}: the call writes into its input"
        count, witness = float(len(written)), {"case": case.to_json()}
        yield Measurement(
            "input modified", count, "calls", "fail", 0.0, "definition",
            witness=witness, message=text,
        )  # fmt: skip


def _formats(points: Sequence[Point], scope: Scope) -> Iterator[Measurement]:
    """Whether a result is of a narrower format than its input; nothing where none is."""
    narrower = [point for point in points if _lacks(point, scope)]
    if narrower:
        point = min(narrower, key=lambda one: _cost(one.case))
        text = f"{shown(point.case)}: the result is {point.given.format}, not {scope.format.name}"
        witness = {"case": point.case.to_json()}
        yield Measurement("output format", None, "", "fail", witness=witness, message=text)


def _lacks(point: Point, scope: Scope) -> bool:
    came = FORMATS.get(point.given.format)
    if scope.operation.is_index or point.given.format == scope.format.name:
        return False
    return came is None or came.precision < scope.format.precision
