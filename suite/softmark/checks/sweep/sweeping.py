"""Thousands of ordinary cases as one: called together, scored, the worst judged."""

# Over 300 lines: calls, scores and witnesses of one sweep, which share its points.

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from softmark.checks.arguments.modes import MAPPED
from softmark.checks.sweep import effects
from softmark.checks.sweep.scoring import Point, may_be_open, open_rows, scores
from softmark.checks.sweep.showing import cost_of, shown
from softmark.formats import Float64Array, Format
from softmark.inputs import direction
from softmark.inputs.registry import CHECK
from softmark.judging.scope import Measurement, Scope, said
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import (
    Call,
    Crashed,
    Mode,
    NotOffered,
    Output,
    Raised,
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
PATIENCE: Final = (4.0, 300.0, 3000.0)
"""Seconds of a processor that calls take in the profiles before the rest is left out."""
BY_ROW: Final = 4
"""How many times sooner that is of a loop over the rows, which has one way for all lengths."""
LARGE: Final = 2**12
"""Elements from which a call waits until smaller ones have shown how long it would take."""
SHORTER: Final = 24
"""Points that are tried in the place of a failing one, the simplest first."""

Fault = tuple[Case, SubjectFault, str]
"""What went wrong in a case, and the mode in which it was called."""


class CaseCall(NamedTuple):
    """A call of a case, and the mode in which it is made."""

    case: Case
    problem: Problem
    call: Call
    within: Mode | None

    def point(self, output: Output) -> Point:
        return Point(self.case, self.problem, self.call.g, output, self.within, self.call.v)


def asked(
    cases: Iterable[Case], scope: Scope, modes: Sequence[Mode | None] = ()
) -> Iterator[list[CaseCall]]:
    """The calls, in portions that one message holds; a case has the number of its mode."""
    portion: list[CaseCall] = []
    size = 0
    for case in cases:
        one = _asked(case, scope, modes)
        is_full = size + one.problem.x.size > ELEMENTS or len(portion) == TOGETHER
        if portion and (is_full or portion[-1].problem.x.size <= LARGE < one.problem.x.size):
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += one.problem.x.size
    if portion:
        yield portion


LAID_OUT: Final = {
    "layout": "layout",
    "cotangent layout": "cotangent",
    "tangent layout": "tangent",
    "label layout": "label_layout",
    "step": "step",
    "manner": "manner",
}
"""What a case says of its call, and the field of the call."""
ALONG: Final = {"vjp": ("g",), "jvp": ("v",), "hvp": ("g", "v")}


def _asked(case: Case, scope: Scope, modes: Sequence[Mode | None]) -> CaseCall:
    told = said(case)
    within = modes[told["within"] % len(modes)] if modes and "within" in told else None
    case = _mapped(case) if within and within.adds_an_axis else case
    problem = scope.problem(case)
    purposes = {"g": ("cotangent", scope.output_shape(problem)), "v": ("tangent", problem.x.shape)}
    ways: dict[str, Any] = {field: told[name] for name, field in LAID_OUT.items() if name in told}
    for name in ALONG.get(told.get("mode", ""), ()):
        purpose, shape = purposes[name]
        ways[name] = direction(case, shape, scope.format, purpose)
    call = scope.call(problem, mode=within.name if within else "", **ways)
    if (kind := told.get("label type")) and problem.labels is not None:
        call = replace(call, labels=problem.labels.astype(kind))
    return CaseCall(case, problem, call, within)


def _mapped(case: Case) -> Case:
    """The case with one more axis in front, over which the function is mapped."""
    return replace(case, shape=(MAPPED, *case.shape), axis=case.axis + (case.axis >= 0))


class Called(NamedTuple):
    """What a subject gave for cases, what went wrong, and how many it was not asked about."""

    points: list[Point]
    faults: list[Fault]
    left_out: int


def called(subject: Subject, cases: Iterable[Case], scope: Scope) -> Called:
    """What the subject gives for each case, and what went wrong; what it does not offer is left.

    The cases are called in a drawn order, so that of a slow function some of each kind are reached;
    the large ones last, when it is known how long one would take.
    """
    given = [*cases]
    drawn = np.random.default_rng([scope.seed, len(given)]).permutation(len(given))
    order = sorted(drawn, key=lambda i: math.prod(given[i].shape) > LARGE)
    place = {id(case): number for number, case in enumerate(given)}
    found = _called(subject, [given[i] for i in order], scope)
    found.points.sort(key=lambda point: place.get(id(point.case), len(given)))
    found.faults.sort(key=lambda fault: place.get(id(fault[0]), len(given)))
    return found


def _called(subject: Subject, cases: Sequence[Case], scope: Scope) -> Called:
    """The same in the order of the cases, until they have taken too long."""
    points: list[Point] = []
    faults: list[Fault] = []
    declined: list[Case] = []
    spent, answered, patience = 0.0, 0, scope.by_profile(*PATIENCE)
    patience /= BY_ROW if scope.info.costly == "rows" else 1
    largest, rate = 0, 0.0  # the seconds of an element, in the largest call so far
    derivative = str(said(cases[0]).get("mode", "")) if cases else ""
    for portion in asked(cases, scope, modes_of(subject, scope, derivative)):
        if spent + rate * max(one.problem.x.size for one in portion) > patience:
            break
        calls = [one.call for one in portion]
        outputs = _given(subject, calls, scope.format, patience - spent)
        answered += len(outputs)
        for one, output in zip(portion, outputs, strict=False):
            if isinstance(output, Output):
                points.append(one.point(output))
                spent += output.processor_seconds
                if one.problem.x.size > largest:
                    largest = one.problem.x.size
                    rate = output.processor_seconds / largest
            elif isinstance(output, NotOffered) or _may_be_refused(one, output):
                declined.append(one.case)
            elif isinstance(output, SubjectFault):
                faults.append((one.case, output, one.call.mode))
        if len(outputs) < len(portion):
            break
    left_out = len(cases) - answered
    plain = [_usual(case) for case in declined if {*WAYS} & {*said(case)}]
    if plain and not left_out:
        more = _called(subject, plain, scope)
        return Called(points + more.points, faults + more.faults, more.left_out)
    return Called(points, faults, left_out)


REFUSABLE: Final = ("manner", "label type", "label layout")
"""What of a call a function may refuse with an exception."""
WAYS: Final = (*LAID_OUT, "label type", "within")
"""What of a call a function, or its framework, may not offer."""


def _may_be_refused(one: CaseCall, output: Output | SubjectFault | None) -> bool:
    """Whether an exception is an answer to an odd call, or to a row without a defined result."""
    if not isinstance(output, Raised) or output.kind == "ShapeError":
        return False
    if may_be_open(one.case) and open_rows(one.problem.x, one.problem.axis).any():
        return True
    return (one.case.beta or 1) < 0 or bool({*REFUSABLE} & {*said(one.case)})


def _usual(case: Case) -> Case:
    """The case called as usual, with arrays row by row, of a function that offers no other."""
    told = {name: value for name, value in said(case).items() if name not in WAYS}
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


def modes_of(subject: Subject, scope: Scope, derivative: str = "") -> list[Mode | None]:
    """The usual call, and the modes that are as cheap: those of values, or of a derivative."""
    is_mapped = not (scope.info.axes.isdecimal() or scope.info.ranks)
    offered = [mode for mode in subject.modes() if not mode.is_costly and _is_for(mode, derivative)]
    return [None, *(mode for mode in offered if is_mapped or not mode.adds_an_axis)]


def _is_for(mode: Mode, derivative: str) -> bool:
    if mode.of_gradient:
        return derivative == "vjp"
    return not derivative or (derivative in ("vjp", "jvp") and mode.differentiated)


def swept(subject: Subject, cases: Iterable[Case], scope: Scope) -> Iterator[Measurement]:
    """The worst of all points; where it fails, the simplest that fails too."""
    points, faults, left_out = called(subject, cases, scope)
    if faults:
        yield _raised(min(faults, key=lambda fault: cost_of(fault[0])), len(faults), scope)
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
    told |= {"left out": left_out} if left_out else {}
    text = f"{shown(point.case, scope, point.mode)}: {found.message}" if found.message else ""
    witness = {**found.witness, **_where(point.case, point.mode)}
    yield replace(found, message=text, witness=witness, distribution={**found.distribution, **told})
    yield from effects.found(points, scope, lambda cases: called(subject, cases, scope).points)


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


def _simplest(
    subject: Subject, point: Point, found: Measurement, likely: Sequence[Point], scope: Scope
) -> tuple[Point, Measurement]:
    """The failing point of the shortest rows, of fewest rows, and of the simplest numbers."""
    for other in sorted(likely, key=lambda p: cost_of(p.case))[:SHORTER]:
        if cost_of(other.case) >= cost_of(point.case):
            break
        measured = other.measured(scope)
        if measured.verdict == "fail":
            point, found = other, measured
            break
    for simpler in _simpler(point.case):
        for one in called(subject, [simpler], scope).points:
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


def _raised(fault: Fault, count: int, scope: Scope) -> Measurement:
    case, error, mode = fault
    details = {name: told for name, told in error.to_json().items() if name != "message" and told}
    text = f"{shown(case, scope, mode)}: {error.message}"
    text += f" ({count} such calls)" if count > 1 else ""
    witness = {**details, **_where(case, mode)}
    return Measurement("call", None, "", error.verdict, witness=witness, message=text)


def _where(case: Case, mode: str) -> dict[str, Json]:
    """What a witness says of the point."""
    return {"case": case.to_json(), **({"mode": mode} if mode else {})}
