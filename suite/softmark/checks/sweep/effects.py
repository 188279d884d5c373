"""What calls of a sweep did beside returning numbers.

They may write into an argument, return memory that is not theirs, or in a narrower format, and
change what their process shares, which other code then feels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from softmark.checks.sweep.scoring import Point
from softmark.checks.sweep.showing import cost_of, shown
from softmark.formats import FORMATS
from softmark.judging.scope import Measurement, Scope, said
from softmark.records import Case, Verdict
from softmark.subjects.side_effects import of_speed_or_words

Again = Callable[[Sequence[Case]], Sequence[Point]]
"""Calls cases once more, together."""


def found(points: Sequence[Point], scope: Scope, again: Again) -> Iterator[Measurement]:
    """A measurement of each kind that occurred, at its simplest case."""
    yield from _written(points, scope)
    yield from _shared(points, scope)
    yield from _read_only(points, scope)
    yield from _formats(points, scope)
    yield from _left_behind(points, scope, again)


def _left_behind(points: Sequence[Point], scope: Scope, again: Again) -> Iterator[Measurement]:
    """Whether calls change what their process shares, each time; nothing where none does.

    What a first call changes, a module that it loads for instance, is no matter of the second.
    """
    noted = sorted((point.case for point in points if point.given.note), key=cost_of)
    point = _changing(noted[:1], again) or _changing(noted[1:], again)
    if point is None:
        return
    note, case = point.given.note, point.case
    text = f"{shown(case, scope, point.mode)}: {note}, and left it so for code that runs later"
    verdict: Verdict = "weak" if of_speed_or_words(note) else "fail"
    witness = {"case": case.to_json()}
    yield Measurement("state left behind", None, "", verdict, witness=witness, message=text)


def _changing(cases: Sequence[Case], again: Again) -> Point | None:
    """The first that changes something, found by halves: a note is of all calls of a message."""
    noted = next((point for point in again(cases) if point.given.note), None) if cases else None
    if noted is None or len(cases) == 1:
        return noted
    half = len(cases) // 2
    return _changing(cases[:half], again) or _changing(cases[half:], again)


def _written(points: Sequence[Point], scope: Scope) -> Iterator[Measurement]:
    """Whether a call wrote into its input, or its cotangent; nothing where none did."""
    written = [point.case for point in points if point.given.input_modified]
    is_vjp = bool(written) and said(min(written, key=cost_of)).get("mode") == "vjp"
    what = "its cotangent, or its input" if is_vjp else "its input"
    yield from _counted("input modified", written, f"the call writes into {what}", scope)


def _shared(points: Sequence[Point], scope: Scope) -> Iterator[Measurement]:
    """Whether a result lies in memory that is not its own; nothing where none does."""
    shared = [point.case for point in points if point.given.is_shared]
    text = "the result shares memory, with the input or among its elements"
    yield from _counted("shared memory", shared, text, scope)


def _read_only(points: Sequence[Point], scope: Scope) -> Iterator[Measurement]:
    """Whether a result cannot be written into: its numbers are right, its use is not."""
    read_only = [point.case for point in points if point.given.is_read_only]
    text = "the result cannot be written into"
    yield from _counted("read-only result", read_only, text, scope, "weak")


def _counted(
    metric: str, cases: Sequence[Case], what: str, scope: Scope, verdict: Verdict = "fail"
) -> Iterator[Measurement]:
    """How many calls did it, with the simplest of them."""
    if cases:
        case = min(cases, key=cost_of)
        text = f"{shown(case, scope)}: {what}"
        count, witness = float(len(cases)), {"case": case.to_json()}
        yield Measurement(
            metric, count, "calls", verdict, 0.0, "definition", witness=witness, message=text
        )


def _formats(points: Sequence[Point], scope: Scope) -> Iterator[Measurement]:
    """Whether a result is of a narrower format than its input; nothing where none is."""
    narrower = [point for point in points if _lacks(point, scope)]
    if narrower:
        point = min(narrower, key=lambda one: cost_of(one.case))
        came = f"{point.given.format}, not {scope.format.name}"
        text = f"{shown(point.case, scope)}: the result is {came}"
        witness = {"case": point.case.to_json()}
        yield Measurement("output format", None, "", "fail", witness=witness, message=text)


def _lacks(point: Point, scope: Scope) -> bool:
    came = FORMATS.get(point.given.format)
    if scope.operation.is_index or point.given.format == scope.format.name:
        return False
    return came is None or came.precision < scope.format.precision
