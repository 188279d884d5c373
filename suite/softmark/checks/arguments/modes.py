"""A function in each mode of its framework: without gradients, mapped over an axis, compiled.

A function can see each of them and compute otherwise there; ``arguments`` judges what it returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from softmark.formats import FORMATS
from softmark.judging.outputs import Judged, forward_truth, judge_index
from softmark.judging.paths import Found, worst_of_each
from softmark.judging.scope import TEN, Measurement, Scope
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import Mode, NotOffered, Output, Raised, Subject

METRIC: Final = "error by mode"
MAPPED: Final = 2
"""The size of the axis that a mode adds, over which it maps the function."""


def cases(scope: Scope) -> Iterator[Case]:
    spared = scope.info.compiled and scope.profile == "quick"  # each mode is compiled anew
    if scope.takes_rank(2) and not scope.by_row and not spared:
        yield scope.case("normal", *TEN, check={"about": "modes"})


def measured(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The worst result of all modes; of those that are refused, why."""
    found: list[Found] = []
    told: dict[str, Json] = {}
    for mode in subject.modes():
        if mode.of_gradient or (mode.is_costly and scope.profile == "quick"):
            continue
        if mode.adds_an_axis and (why := _unmappable(case, scope)):
            told[mode.name] = f"not offered: {why}"
            continue
        asked = mapped(case, mode.name) if mode.adds_an_axis else case
        problem = scope.problem(asked)
        try:
            output = _called(mode, subject, problem, scope)
        except NotOffered as fault:
            told[mode.name] = f"not offered: {fault.message}"
            continue
        one = judged(output, mode, problem, scope)
        told[mode.name] = one.value
        where: dict[str, Json] = {"mode": mode.name, "case": asked.to_json()}
        found.append((f"in the mode {mode.name}", where, one))
    yield from (replace(worst, distribution=told) for worst in worst_of_each(found))


def mapped(case: Case, name: str) -> Case:
    """The case with an axis in front, over which the mode ``name`` maps the function.

    Plain ``vmap`` counts the axis of the rows from the end, the others from the front.
    """
    axis = case.axis % len(case.shape) + 1
    shape = (MAPPED, *case.shape)
    return replace(case, shape=shape, axis=axis - (name == "vmap") * len(shape))


def _unmappable(case: Case, scope: Scope) -> str:
    """Why a function cannot be mapped over an axis, if it cannot."""
    if not scope.takes_rank(len(case.shape) + 1):
        return "it takes no arrays of an axis more"
    if scope.info.axes.isdecimal():
        return "it counts its axis from the first, which the map takes away"
    return ""


def _called(mode: Mode, subject: Subject, problem: Problem, scope: Scope) -> Output:
    try:
        return subject.forward(scope.call(problem, mode=mode.name), scope.format)
    except Raised as error:
        text = f"in the mode {mode.name}: {error.message}"
        raise Raised(text, error.kind, error.traceback) from None


def judged(output: Output, mode: Mode, problem: Problem, scope: Scope) -> Measurement:
    """By the format that came; weak where only that of the mode's arithmetic explains it."""
    if scope.operation.is_index:
        return replace(judge_index(output.values, problem, scope), metric=METRIC)
    found = _in_format(output.format, output, problem, scope)
    if found.verdict != "fail" or not mode.arithmetic:
        return found
    coarse = _in_format(mode.arithmetic, output, problem, scope)
    if coarse.verdict == "fail":
        return found
    text = f"{found.message}; the mode computes in {mode.arithmetic}"
    return replace(found, verdict="weak", grade="C", message=text)


def _in_format(name: str, output: Output, problem: Problem, scope: Scope) -> Measurement:
    own = replace(scope, format=FORMATS.get(name, scope.format))
    return Judged(METRIC, output.values, forward_truth(problem, own), problem, own).error()
