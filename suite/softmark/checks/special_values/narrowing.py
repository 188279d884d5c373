"""Logits that a framework casts to 8 bits, beyond the largest number that those hold.

float8_e4m3fn has no infinity, so a cast from a wider format either saturates or gives NaN, and few
frameworks compute with what it gave.  ``special_values`` asks for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from softmark.formats import FLOAT8_E4M3FN, Float64Array
from softmark.judging import answers
from softmark.judging.scope import TEN, Measurement, Scope
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import Crashed, NotOffered, Raised, Subject

SITUATION: Final = "overflow of fp8"
TO: Final = FLOAT8_E4M3FN
BEYOND: Final = 1000.0
"""More than twice the largest number of the format, which is 448."""


def cases(scope: Scope) -> Iterator[Case]:
    """One row shape in one format: the cast is the framework's, whatever is computed after it."""
    if scope.format.name != scope.main_format or not scope.takes_rank(2):
        return
    told: dict[str, Json] = {"about": "narrowed", "cast": TO.name}
    if scope.operation.takes_labels:
        told |= {"labels": scope.info.labels[0] if scope.info.labels else "index"}
        told |= {"label": 0}  # its probabilities are halves, which 8 bits hold too
    if scope.operation.takes_sink:
        told |= {"sink": "zero"}
    if scope.operation.takes_other:
        told |= {"other": "uniform"}
    yield scope.case("two_level", *TEN, check=told, level=BEYOND, gap=BEYOND)


def _narrowed(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    try:
        held = subject.cast(problem.x, scope.format, TO).values
    except NotOffered as fault:
        yield answers.policy(SITUATION, "not offered", fault.message)
        return
    beyond = _cast(held[problem.x == BEYOND])
    result, message = _computed(subject, held, problem, scope)
    answer = f"{beyond}, {result}"
    yield answers.policy(SITUATION, answer, f"{answer}: {message}" if message else answer)


def _cast(held: Float64Array) -> str:
    """What became of the numbers beyond the largest."""
    if (held == TO.max).all():
        return f"saturates at {TO.max:g}"
    if np.isnan(held).all():
        return "casts to NaN"
    return "casts to several values"


def _computed(
    subject: Subject, held: Float64Array, problem: Problem, scope: Scope
) -> tuple[str, str]:
    """What the operation makes of the 8 bits, and the message where it takes none."""
    try:
        values = subject.forward(scope.call(replace(problem, x=held)), TO).values
    except (NotOffered, Raised) as fault:
        return "refuses float8", fault.message.partition("\n")[0]
    except Crashed as fault:  # it never said that it takes 8 bits, so that is no failure
        return "crashes on float8", fault.message.partition("\n")[0]
    wrong = np.isnan(values)
    return ("result NaN" if wrong.all() else "NaN in part" if wrong.any() else "a number"), ""


MODES: Final[dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]]] = {
    "narrowed": _narrowed
}
