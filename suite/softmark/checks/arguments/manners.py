"""One call written in several manners: without an axis, with one of another kind, beta an int.

``arguments`` asks for the same results of each.  A default axis is to be the last one; where the
default is ``None``, NumPy means all axes by it, and so may the function.  Where beta is taken as a
column of an array, each row has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from softmark.judging.outputs import judge_forward
from softmark.judging.paths import Found, worst_of_each
from softmark.judging.scope import TEN, Measurement, Scope, said
from softmark.operations import Problem
from softmark.records import BAD, Case
from softmark.subjects import NotOffered, Output, Raised, Subject
from softmark.subjects.subject import (
    AXIS_AS_NUMPY,
    AXIS_BY_PLACE,
    AXIS_LEFT_OUT,
    BETA_BY_ROW,
    BETA_KINDS,
    betas_by_row,
)

OBLONG: Final = (3, 7)
"""Rows and columns differ, so that one axis is not taken for the other."""
THREE: Final = (2, 3, 7)
"""A default axis may depend on how many there are."""


def cases(scope: Scope) -> Iterator[Case]:
    shape = TEN if scope.few_shapes else OBLONG
    if not scope.takes_rank(2):
        return
    if scope.info.default_axis and scope.other_axes:
        means_all = scope.info.default_axis == (None,) and _reduces(scope)
        left_out = (shape[1],) if means_all else _where_it_is_not_last(scope, shape)
        shapes = [left_out] if scope.few_shapes else [left_out, THREE]
        for each in shapes:
            if scope.takes_rank(len(each)) and not (means_all and each == THREE):
                yield scope.case("normal", *each, check={"about": AXIS_LEFT_OUT})
    if scope.info.axis_by_place and scope.other_axes:
        yield scope.case("normal", *shape, axis=0, check={"about": AXIS_BY_PLACE})
    if scope.other_axes:
        yield scope.case("normal", *shape, axis=0, check={"about": AXIS_AS_NUMPY})
    if scope.chooses_number:
        call = scope.info.call
        beta = 0.25 if call is not None and call.is_inverse else 4.0
        for kind in (*BETA_KINDS, BETA_BY_ROW):
            yield scope.case("normal", *shape, beta=beta, check={"about": kind})


def _where_it_is_not_last(scope: Scope, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape with another last axis than a default that counts from the first, if it is taken."""
    (default,) = scope.info.default_axis
    longer = OBLONG[:1] * (default or 0) + OBLONG
    return longer if default and default > 0 and scope.takes_rank(len(longer)) else shape


def _reduces(scope: Scope) -> bool:
    return scope.operation.output_shape(OBLONG, -1) != OBLONG


def measured(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The results of a call in the manner that the case names; a refusal is not offered."""
    manner, problem = said(case)["about"], scope.problem(case)
    output = _output(subject, problem, scope, manner)
    if manner == BETA_BY_ROW:
        yield _worst_row(output, problem, scope)
        return
    found = list(judge_forward(output.values, problem, scope))
    if any(m.verdict in BAD for m in found) and _may_mean_all(output, problem, scope, manner):
        whole = replace(problem, x=problem.x.reshape(-1))
        over_all = list(judge_forward(output.values.reshape(-1), whole, scope))
        found = found if any(m.verdict in BAD for m in over_all) else over_all
    for m in found:
        bad = m.verdict in BAD
        yield replace(m, message=f"{_told(manner, scope)}: {m.message}") if bad else m


def _worst_row(output: Output, problem: Problem, scope: Scope) -> Measurement:
    """The results of the row that is furthest off, each judged at its own beta."""
    found: list[Found] = []
    for row, beta in enumerate(betas_by_row(problem.beta, len(problem.x)).ravel().tolist()):
        alone = replace(problem.of_rows([row]), beta=beta)
        judged = judge_forward(output.values[[row]], alone, scope)
        words = f"with its {BETA_BY_ROW}, {beta:g} in row {row}"
        found += [(words, {}, replace(m, distribution={}, witness={})) for m in judged]
    return next(iter(worst_of_each(found)))


def _output(subject: Subject, problem: Problem, scope: Scope, manner: str) -> Output:
    """What is returned.

    Raises
    ------
    Raised
        It has another shape.
    NotOffered
        The manner is refused with an exception.
    """
    try:
        return subject.forward(scope.call(problem, manner=manner), scope.format)
    except Raised as error:
        text = f"{_told(manner, scope)}: {error.message}"
        if error.kind == "ShapeError":
            raise Raised(text, error.kind, error.traceback) from None
        raise NotOffered(text) from None


def _may_mean_all(output: Output, problem: Problem, scope: Scope, manner: str) -> bool:
    is_none = manner == AXIS_LEFT_OUT and scope.info.default_axis == (None,)
    has_sinks = scope.operation.takes_sink  # one for each row, which a whole array is not
    return is_none and not has_sinks and output.values.shape == problem.x.shape


def _told(manner: str, scope: Scope) -> str:
    """The manner in words, with what is expected of a default."""
    if manner != AXIS_LEFT_OUT:
        return f"with its {manner}"
    (default,) = scope.info.default_axis
    return f"without an axis (its default is {default}; softmark expects the last)"


MODES: Final[dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]]] = dict.fromkeys(
    (AXIS_LEFT_OUT, AXIS_BY_PLACE, AXIS_AS_NUMPY, *BETA_KINDS, BETA_BY_ROW), measured
)
