"""Cases of a loss with options, for the checks that have them among theirs; see ``cross_entropy``.

Each option is asked for alone, and is not offered where a function does not take it.  Of those that
it takes some are asked for together, since they interact: a mean over rows of which some are
ignored, weights with smoothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from softmark.judging import answers
from softmark.judging.derivatives import cotangent
from softmark.judging.outputs import judge_forward
from softmark.judging.paths import Found, worst_of_each
from softmark.judging.scope import TEN, THOUSAND, Measurement, Scope, said
from softmark.records import Case, Json
from softmark.subjects import Raised, Subject

Told = dict[str, Json]

SMOOTHING: Final = 0.1
SQUARED: Final = 1e-3
IGNORED: Final[Told] = {"ignore_index": -100, "ignored": "some"}
MEAN: Final[Told] = {"reduction": "mean"}

ALONE: Final[tuple[Told, ...]] = (
    IGNORED,
    {"label_smoothing": SMOOTHING},
    {"weight": True},
    MEAN,
    {"reduction": "sum"},
    {"z_loss": SQUARED},
)
TOGETHER: Final[tuple[Told, ...]] = (
    {"ignore_index": 0},
    {**MEAN, **IGNORED},
    {**MEAN, **IGNORED, "ignored": "all but one"},
    {**MEAN, "weight": True},
    {"label_smoothing": SMOOTHING, **IGNORED},
    {**MEAN, **IGNORED, "label_smoothing": SMOOTHING},
    {**MEAN, **IGNORED, "label_smoothing": SMOOTHING, "weight": True},
    {"reduction": "sum", **IGNORED, "weight": True},
    {**MEAN, **IGNORED, "z_loss": SQUARED},
    {"label_smoothing": SMOOTHING, "weight": True},
    {"reduction": "sum", "label_smoothing": SMOOTHING, "z_loss": SQUARED},
    {"ignore_index": 0, "reduction": "sum", "z_loss": SQUARED},
    {"ignore_index": 0, **MEAN, "label_smoothing": SMOOTHING, "weight": True},
)
"""The first is a label that is a class too.  Any two options are together somewhere, but the square
and weights, whose convention is open.
"""

ABOUT: Final = "loss of no rows"
LABELS: Final = ("int32 labels", "strided labels")


def _has_indices(scope: Scope) -> bool:
    return scope.operation.takes_options and "index" in (scope.info.labels or ("index",))


def _offers(told: Told, scope: Scope) -> bool:
    return {*told} - {"ignored"} <= {*scope.info.options} and scope.takes_rank(2)


def offered(scope: Scope) -> list[Told]:
    """The options, alone and together, as far as the function takes them."""
    if not (_has_indices(scope) and scope.takes_rank(2)):
        return []
    taken = [_taken(told, scope) for told in (*ALONE, *TOGETHER)]
    return [told for place, told in enumerate(taken) if told and told not in taken[:place]]


def _taken(told: Told, scope: Scope) -> Told:
    """Those of the options that the function takes."""
    known = {*scope.info.options}
    if "ignore_index" in known:
        known.add("ignored")
    return {name: value for name, value in told.items() if name in known}


def richest(scope: Scope) -> list[Told]:
    """The longest list of options that it takes together, without the square, if there is one."""
    plain = [told for told in offered(scope) if "z_loss" not in told]
    return [max(plain, key=len)] if plain else []


def value_cases(scope: Scope) -> Iterator[Case]:
    """Each option, those that are not taken too, and a long row."""
    if not _has_indices(scope):
        return
    lacking = [told for told in ALONE if not _offers(told, scope)]
    for told in offered(scope) + lacking:
        yield scope.case("normal", *TEN, check=_check(told), scale=3.0)
    for told in richest(scope):
        yield scope.case("normal", *THOUSAND, check=_check(told), scale=3.0)
        if scope.profile != "quick":
            yield scope.case("normal", 2, 32000, check=_check(told), scale=3.0)


def offset_cases(scope: Scope) -> Iterator[Case]:
    """Logits that all carry an offset, in which a loss of less is lost."""
    most = scope.format.e_max - 2
    for told in richest(scope):
        for exponent in dict.fromkeys(min(most, power) for power in (13, 20, 27)):
            yield scope.case("offset", *TEN, check=_check(told), exponent=exponent)


def derivative_cases(scope: Scope) -> Iterator[Case]:
    for told in offered(scope):
        yield scope.case("normal", *TEN, check=_check(told, mode="vjp"), scale=3.0)
    for told in richest(scope):
        yield scope.case("saturation", *TEN, check=_check(told, mode="vjp"), gap=20.0)
        for mode in ("jvp", "hvp"):
            yield scope.case("normal", *TEN, check=_check(told, mode=mode), scale=3.0)
    for told in [told for told in offered(scope) if "z_loss" in told][-1:]:
        yield scope.case("normal", *TEN, check=_check(told, mode="jvp"), scale=3.0)


def memory_cases(scope: Scope, *shape: int) -> Iterator[Case]:
    """All options that a function takes together, and its derivative."""
    for told in richest(scope):
        yield scope.case("normal", *shape, check=_check(told))
        if scope.has_gradient:
            yield scope.case("normal", *shape, check=_check(told, mode="vjp"))


def empty_cases(scope: Scope) -> Iterator[Case]:
    """No row that counts: a sum of nothing is 0, and a mean is left open."""
    for told in ({**IGNORED}, {**IGNORED, "reduction": "sum"}, {**IGNORED, **MEAN}):
        told["ignored"] = "all"
        if _has_indices(scope) and _offers(told, scope):
            yield scope.case("normal", *TEN, check=_check(told, about=ABOUT))


def label_cases(scope: Scope) -> Iterator[Case]:
    """Labels of 32 bits, and labels with gaps between them in memory."""
    if _has_indices(scope) and scope.takes_rank(2) and scope.format.name == scope.main_format:
        for about in LABELS:
            yield scope.case("normal", *TEN, check={"about": about, "labels": "index"})


def _check(told: Told, **more: Json) -> Told:
    return {"labels": "index", "options": told, **more}


def of_no_rows(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The loss, and the gradient, where every row is ignored."""
    problem = scope.problem(case)
    if problem.options.reduction != "mean":
        yield from judge_forward(scope.forward(subject, problem).values, problem, scope)
        return
    try:
        value = float(scope.forward(subject, problem).values)
    except Raised as error:
        yield answers.policy("all ignored", answers.ERROR, error.message)
        return
    yield answers.policy("all ignored", answers.of_number(value))
    if scope.has_gradient:
        g = cotangent(case, problem, scope)
        output = subject.vjp(scope.call(problem, g=g), scope.format)
        if output is not None:
            found = {answers.of_number(v) for v in np.unique(output.values).tolist()}
            told = found.pop() if len(found) == 1 else "several values"
            yield answers.policy("gradient, all ignored", told)


def of_labels(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The loss of labels of another kind; they may be refused."""
    problem, about = scope.problem(case), said(case)["about"]
    layout = "strided" if about == LABELS[1] else "contiguous"
    if about == LABELS[0]:
        assert problem.labels is not None
        problem = replace(problem, labels=problem.labels.astype(np.int32))
    try:
        output = subject.forward(scope.call(problem, label_layout=layout), scope.format)
    except Raised as error:
        yield answers.policy(about, answers.ERROR, error.message)
        return
    found: list[Found] = [(about, {}, m) for m in judge_forward(output.values, problem, scope)]
    yield from worst_of_each(found)
