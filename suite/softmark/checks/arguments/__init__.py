"""arguments: whatever the shape, axis, layout and type of the input, the result is the same.

Statement
---------
Along every axis of an array of one to four axes, and for every length and number of rows, the
results are within their bounds.  A negative axis gives the same bits as the positive one, an axis
that is not there is an error.  How the logits lie in memory (transposed, with gaps between elements
or rows, off their alignment, backwards, one row for all, read-only) changes nothing, and what lies
in the gaps is not read, nor what lies beyond the last logit or before the first.  The input is not
written into.  The result has the format of the input; an
index is an integer.

In each mode of its framework (without gradients, with a leaf that requires one, mapped over the
first axis and over the last, under automatic casts, compiled, as part of a gradient, in one of
these inside another) the function has the same value.  What
is meant to be compiled runs as compiled code.

The manner of the call changes nothing either: a function's own default axis is the last one, or,
where it is ``None``, all of them; the axis may be its second argument, or a NumPy integer; beta may
be an int, a scalar or an array of one number, or a column of an array with a number for each row.
What a function refuses with an exception is not offered.

What whole numbers, truth values and labels that are no class give is reported: an error, or a
result of some format.  A result that is wrong for its format fails; of unsigned numbers it is weak,
since the shift by the maximum wraps around in the formula of every book.

Bound
-----
Grades A, B and C of the operation; 0 bits for a negative axis.  A wider format than the input's is
weak, a narrower one fails, since it has lost digits.  In a mode the result is judged by the format
that it has there; under automatic casts it is weak where only the format of their arithmetic
explains it.  Eager code where compiled code is asked for is weak.

Source
------
Definition; the conventions of the Python array API standard (data-apis.org) for axes and types.

Cases
-----
Each axis of arrays of one to four axes; each layout; lengths around every power of two to 2^14
(2^k - 1, 2^k, 2^k + 1), with the maximum at the first place, the last and between; 65,537 rows of
3, along the last axis and the first; logits that end at the border of a page that cannot be read,
and that begin at one, for lengths from 1 on; each mode that the framework has and the function does
not refuse, those that compile for seconds from the standard profile on; where the signature has
them, calls without an axis, with the axis by its place and as a NumPy integer, and with beta as
each of these; int64, uint8 and bool; the labels n, -1 and -100; labels of int32, and with gaps in
memory.

Metric
------
error and error by mode, in ulp; negative axis, in results; axis out of range; input modified;
output format; compiled code.

Witness
-------
The worst element and its row, with its axis, layout or length.
"""

# Over 300 lines: the check together with its statement, which reports and ``explain`` read.

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from softmark.checks.arguments import buffers, foreign, manners, modes
from softmark.formats import FORMATS
from softmark.judging import losses
from softmark.judging.outputs import judge_forward
from softmark.judging.paths import worst_of_each
from softmark.judging.scope import TEN, Measurement, Scope, said
from softmark.operations import Kind, Problem
from softmark.records import Case, Json, Verdict
from softmark.subjects import NotOffered, Output, Raised, Subject

SHAPES: Final = ((7,), (3, 7), (2, 3, 7), (2, 3, 2, 7))
"""Arrays of one to four axes."""

LAYOUTS: Final = ("transposed", "strided", "padded", "offset", "reversed", "read-only")
"""All but the one that needs equal rows; see ``softmark_implementations.framework.LAYOUTS``."""

QUICK: Final = (3, 7, 9, 15, 17, 31, 33, 65, 127, 129, 257, 1023, 1025, 4097)
"""Lengths with a tail of one element, and of all but one, for vectors of 4 to 32 and blocks of
128 and 1024.
"""
FEW: Final = (7, 17, 33, 127, 1025, 4097)
LEAST: Final = (33, 1025)
ALL: Final = (
    *(2**k + off for k in range(1, 15) for off in (-1, 0, 1) if 2**k + off > 1),
    *(24, 40, 48, 96, 160, 384, 640, 1152, 1536),
)


def spares(scope: Scope) -> str | None:
    if scope.few_shapes and scope.format.name != scope.main_format:
        main = scope.main_format  # nothing here is about the format, and each shape costs anew
        return f"what compiles for each shape is measured in {main} only, but in the full profile"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    yield scope.case("normal", *TEN, check={"about": "plain"})
    yield from _axis_cases(scope)
    yield from manners.cases(scope)
    yield from _layout_cases(scope)
    lengths = scope.fitted_lengths(_lengths(scope))
    told: dict[str, Json] = {"about": "lengths", "lengths": [*lengths]}
    yield scope.case("spiked", 4, max(lengths), check=told)
    if _many_rows(scope):
        yield scope.case("normal", 65537, 3, check={"about": "rows"})
        if scope.other_axes and not scope.few_shapes:
            yield scope.case("normal", 3, 65537, axis=0, check={"about": "rows"})
    yield from buffers.cases(scope)
    yield from modes.cases(scope)
    yield from foreign.cases(scope)
    yield from losses.label_cases(scope)


def _many_rows(scope: Scope) -> bool:
    """Whether more rows than 16 bits count take a second, and no minute."""
    # The oracle takes 0.1 ms for a row of cross-entropy with probabilities.
    return scope.takes_rank(2) and scope.info.costly != "rows" and not scope.has_probabilities


def _axis_cases(scope: Scope) -> Iterator[Case]:
    case = partial(scope.case, "normal", check={"about": "axis"})
    if scope.few_shapes:
        yield case(*TEN, axis=1)
        return
    for shape in SHAPES:
        if scope.takes_rank(len(shape)):
            for axis in _axes(len(shape), scope):
                yield case(*shape, axis=axis)
    if scope.other_axes:
        yield scope.case("normal", 3, 7, check={"about": "axis out of range"})


def _axes(rank: int, scope: Scope) -> tuple[int, ...]:
    """The axes of an array to work along: with few shapes the first, the middle, or one inside."""
    if not scope.other_axes:
        return (rank - 1,)
    if scope.fewer_shapes:
        return {1: (0,), 2: (0,), 3: (1,)}.get(rank, ())
    return (1,) if rank == 4 and scope.profile == "quick" else tuple(range(rank))


def _layout_cases(scope: Scope) -> Iterator[Case]:
    if not scope.takes_rank(2):
        return
    shape = TEN if scope.few_shapes else (5, 37)
    layouts: list[Json] = [*LAYOUTS]
    if scope.fewer_shapes:
        layouts = layouts[:1] if scope.few_shapes else layouts[:3]
    yield scope.case("normal", *shape, check={"about": "layouts", "layouts": layouts})
    if not scope.few_shapes:
        told: dict[str, Json] = {"about": "layouts", "layouts": ["broadcast"]}
        yield scope.case("repeated", *shape, check=told)
    if scope.other_axes and scope.profile != "quick" and not scope.fewer_shapes:
        for axis in (0, 1):
            yield scope.case(
                "normal", 5, 6, 37, axis=axis, check={"about": "layouts", "layouts": layouts}
            )


def _lengths(scope: Scope) -> tuple[int, ...]:
    if scope.costly_shapes:
        return scope.by_profile(LEAST, FEW, QUICK)
    return scope.by_profile(QUICK, ALL, ALL)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    about: dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]] = {
        "plain": _plain,
        "axis": _axis,
        "axis out of range": _axis_out_of_range,
        "layouts": _layouts,
        "lengths": _by_length,
        "rows": _rows,
        "modes": modes.measured,
        buffers.ABOUT: buffers.measured,
        **manners.MODES,
        **foreign.MODES,
        **dict.fromkeys(losses.LABELS, losses.of_labels),
    }
    yield from about[said(case)["about"]](subject, case, scope)


def _plain(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    output = scope.forward(subject, scope.problem(case))
    yield _format(output, scope)
    yield _modified([""] if output.input_modified else [])
    if scope.info.compiled:
        yield _compiled(output)


def _compiled(output: Output) -> Measurement:
    """Whether compiled code ran, as its user asks for."""
    verdict: Verdict = "weak" if output.eager else "pass"
    text = f"it ran as eager code: {output.eager}" if output.eager else ""
    return Measurement("compiled code", None, "", verdict, message=text)


def _format(output: Output, scope: Scope) -> Measurement:
    """Whether the result has the expected format, or a wider or narrower one."""
    verdict: Verdict = _format_verdict(output.format, scope)
    due = "an integer" if scope.operation.kind is Kind.INDEX else scope.format.name
    text = "" if verdict == "pass" else f"the result is {output.format}, expected {due}"
    return Measurement("output format", None, "", verdict, message=text)


def _format_verdict(name: str, scope: Scope) -> Verdict:
    given, came = scope.format, FORMATS.get(name)
    if scope.operation.kind is Kind.INDEX:
        return "weak" if came or name == "bool" else "pass"
    if name == given.name:
        return "pass"
    if came is None:  # a one-hot of integers has all that there is to know
        return "weak" if scope.operation.kind is Kind.ONE_HOT else "fail"
    holds = came.precision >= given.precision and came.e_min <= given.e_min
    return "weak" if holds else "fail"


def _modified(where: list[str]) -> Measurement:
    verdict: Verdict = "fail" if where else "pass"
    named = ", ".join(filter(None, where[:3])) + (", ..." if len(where) > 3 else "")
    text = f"the call writes into its input {named}".rstrip()
    return Measurement(
        "input modified",
        float(len(where)),
        "calls",
        verdict,
        0.0,
        "definition",
        message=text if where else "",
    )


def _axis(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The results along an axis, and those along the same axis counted from the end."""
    problem = scope.problem(case)
    forth = scope.forward(subject, problem)
    yield from judge_forward(forth.values, problem, scope)
    other = case.axis - problem.x.ndim
    back = scope.forward(subject, replace(problem, axis=other))
    if bool(forth.eager) != bool(back.eager):
        text = "one of the two axes ran as compiled code, and the other as eager code"
        yield Measurement("negative axis", None, "results", "not_offered", message=text)
        return
    apart = int((forth.values != back.values).sum()) if _comparable(forth, back) else -1
    verdict: Verdict = "fail" if apart else "pass"
    text = f"axis {other} gives other results than axis {case.axis}" if apart else ""
    ways: list[Json] = [_way(axis=axis) | {"answer": f"axis {axis}"} for axis in (case.axis, other)]
    yield Measurement(
        "negative axis",
        float(abs(apart)),
        "results",
        verdict,
        0.0,
        "definition",
        witness={"paths": ways} if apart else {},
        message=text,
    )
    if forth.input_modified or back.input_modified:
        yield _modified([f"along axis {case.axis}"])


def _comparable(one: Output, other: Output) -> bool:
    return one.values.shape == other.values.shape


def _way(axis: int, layout: str = "contiguous") -> dict[str, Json]:
    """How an array as it is was passed, as a witness tells it."""
    return {"rank": 0, "axis": axis, "layout": layout}


def _axis_out_of_range(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """An axis that the array lacks is an error, whatever shape it would give."""
    problem = scope.problem(case)
    rank = problem.x.ndim
    accepted = [a for a in (rank, -rank - 1, 7) if _accepts(a, subject, problem, scope)]
    verdict: Verdict = "fail" if accepted else "pass"
    words = " and ".join(map(str, accepted))
    yield Measurement(
        "axis out of range",
        float(len(accepted)),
        "accepted",
        verdict,
        0.0,
        "definition",
        witness={"path": _way(axis=accepted[0])} if accepted else {},
        message=f"it takes axis {words} of an array of {rank} axes" if accepted else "",
    )


def _accepts(axis: int, subject: Subject, problem: Problem, scope: Scope) -> bool:
    try:
        subject.forward(replace(scope.call(problem), axis=axis), scope.format)
    except Raised as error:
        return error.kind == "ShapeError"  # it did return something
    return True


def _layouts(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The same logits in each layout that the framework has."""
    problem = scope.problem(case)
    found, modified, missing = [], [], None
    for layout in said(case)["layouts"]:
        try:
            output = subject.forward(scope.call(problem, layout=layout), scope.format)
        except NotOffered as error:
            missing = error
            continue
        except Raised as error:
            raise Raised(f"{layout} input: {error.message}", error.kind, error.traceback) from None
        told: dict[str, Json] = {"path": _way(case.axis, layout)}
        found += [(layout, told, m) for m in judge_forward(output.values, problem, scope)]
        modified += [f"({layout})"] if output.input_modified else []
    if not found and missing is not None:
        raise missing
    yield from worst_of_each(found)
    yield _modified(modified)


def _by_length(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Rows of each length, of which the worst is recorded."""
    found, modified = [], []
    for n in said(case)["lengths"]:
        shape = (*case.shape[:-1], n)
        problem = scope.problem(replace(case, shape=shape))
        try:
            output = scope.forward(subject, problem)
        except Raised as error:
            raise Raised(f"n = {n}: {error.message}", error.kind, error.traceback) from None
        told: dict[str, Json] = {"shape": [*shape]}
        found += [(f"n = {n}", told, m) for m in judge_forward(output.values, problem, scope)]
        modified += [f"(n = {n})"] if output.input_modified else []
    yield from worst_of_each(found)
    yield _modified(modified)


def _rows(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    output = scope.forward(subject, problem)
    yield from judge_forward(output.values, problem, scope)
    if output.input_modified:
        yield _modified(["(many rows)"])
