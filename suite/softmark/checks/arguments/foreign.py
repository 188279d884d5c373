"""Inputs that a function may refuse: whole numbers, truth values, labels that are no class.

``arguments`` tells what is answered to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from softmark.formats import FORMATS, Float64Array
from softmark.judging import answers
from softmark.judging.outputs import Judged, forward_truth, judge_index
from softmark.judging.scope import TEN, Measurement, Scope, said
from softmark.operations import Problem
from softmark.records import Case, Json, Record, Verdict
from softmark.subjects import Output, Raised, Subject

MEASURED_IN: Final = "float32"
"""The format whose records say it, since the input is of none."""

METRICS: Final = {
    "int64": "integer input",
    "uint8": "unsigned input",
    "bool": "bool input",
}
LENIENT: Final = ("uint8",)
"""Where a wrong result is weak: the shift by the maximum wraps around in the formula of every
book, and few pass such logits.
"""

_WRONG: Final = "wrong "

_RANGES: Final = {"int64": (-3, 4), "uint8": (0, 7), "bool": (0, 2)}


def cases(scope: Scope) -> Iterator[Case]:
    rather = MEASURED_IN if MEASURED_IN in scope.info.formats else scope.info.formats[0]
    if scope.format.name != rather:
        return
    briefly = scope.info.compiled and scope.profile == "quick"
    labels: dict[str, Json] = {}
    if scope.operation.takes_labels:
        if "index" not in scope.info.labels:
            return
        labels = {"labels": "index"}
        for label in () if briefly else (scope.fitted(TEN)[1], -1, -100):
            yield scope.case("normal", *TEN, check=labels | {"about": "label", "label": label})
    for name in ("int64",) if briefly else _RANGES:
        low, high = _RANGES[name]
        told = labels | {"about": "whole", "format": name}
        if scope.operation.takes_sink:
            told |= {"sink": "zero"}  # which is a whole number
        if scope.operation.takes_other:
            told |= {"other": "uniform"}
        yield scope.case("whole", *TEN, check=told, low=low, high=high)


def _whole(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """An error, or a result that is right for its format, whichever that is."""
    problem, name = scope.problem(case), said(case)["format"]
    try:
        output = subject.forward(scope.call(problem), name)
    except Raised as error:
        yield answers.policy(METRICS[name], answers.ERROR, error.message)
        return
    wrong = _what_is_wrong(output, problem, scope)
    if wrong:
        gives = _kind(output.values)
        is_cast = output.format == name and not scope.operation.is_index
        why = ", since the result is cast back to the input's type" if is_cast else ""
        text = f"{name} input gives {output.format}: {gives}{why} ({wrong})"
        verdict: Verdict = "weak" if name in LENIENT else "fail"
        yield answers.policy(METRICS[name], f"{_WRONG}{output.format}: {gives}", text, verdict)
    else:
        yield answers.policy(METRICS[name], output.format)


def _kind(values: Float64Array) -> str:
    """What a wrong result holds."""
    if np.isnan(values).any():
        return "NaN"
    return "wrong numbers" if values.any() else "zeros"


def failing(records: Iterable[Record]) -> str:
    """What whole numbers give where that is a failure; empty where it is none."""
    for record in records:
        answer = str(record.distribution.get("answer", ""))
        is_wrong = record.verdict == "fail" and answer.startswith(_WRONG)
        if is_wrong and record.metric in METRICS.values():
            return answer.rpartition(": ")[2]
    return ""


def _what_is_wrong(output: Output, problem: Problem, scope: Scope) -> str:
    """Why the result is not what it stands for; empty when it is."""
    if scope.operation.is_index:
        return judge_index(output.values, problem, scope).message
    if output.format in FORMATS:
        own = replace(scope, format=FORMATS[output.format])
        truth = forward_truth(problem, own)
        found = Judged("error", output.values, truth, problem, own).error()
        return found.message if found.verdict == "fail" else ""
    exact = forward_truth(problem, scope).exact.value
    at = np.unravel_index(int(np.argmax(np.abs(output.values - exact))), exact.shape)
    apart = output.values[at] != exact[at]
    return f"got {output.values[at]:g}, expected {exact[at]:.4g}" if apart else ""


def _label(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The loss of a label that is no class."""
    problem, label = scope.problem(case), said(case)["label"]
    metric = "label = n" if label == problem.n else f"label = {label}"
    try:
        values = scope.forward(subject, problem).values
    except Raised as error:
        yield answers.policy(metric, answers.ERROR, error.message)
        return
    yield answers.policy(metric, _loss(values, problem, scope))


def _loss(values: Float64Array, problem: Problem, scope: Scope) -> str:
    """What the losses are: no number, one number for all, or those of a class."""
    told = {answers.of_number(float(value)) for value in values}
    if len(told) == 1:
        return told.pop()
    for words, label in (("the last class", problem.n - 1), ("the first class", 0)):
        assert problem.labels is not None
        of_class = replace(problem, labels=np.full_like(problem.labels, label))
        truth = forward_truth(of_class, scope)
        if (np.abs(values - truth.exact.value) <= truth.allowed).all():
            return f"the loss of {words}"
    return "a number"


MODES: Final[dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]]] = {
    "whole": _whole,
    "label": _label,
}
