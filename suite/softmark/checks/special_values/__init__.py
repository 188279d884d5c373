"""special_values: NaN, infinities and masks stay in their row, and what is open is reported.

Statement
---------
A NaN makes every result of its row NaN, and of no other row; softargmax of a row of one may be 0
all the same, as a constant may ignore its argument.  A logit of -∞ is absent: its softmax
is exactly 0, its log_softmax -∞, and the others' results are within their bounds, however long the
masked part.  Ordinary rows beside special ones have ordinary results and gradients, and no gradient
reaches a masked logit of softmax, logsumexp, softargmax or cross_entropy.  A batch of no rows
gives no results.  sigmoid(±∞) is 1 and 0; argmax of a row with +∞ is where one is.  A class of
probability 0 adds nothing to cross_entropy, masked or not, and the loss of a masked label is +∞.
With β = 0 all logits of a row have the same weight.

Where the result is undefined it is reported, not judged, and must be the same by every way to the
same rows: along the last axis or another, in each layout in memory, a row alone or among others.

Bound
-----
Grades A, B and C of the operation for ordinary rows; 0 for what must be exact.  A policy that
depends on the way is weak.

Source
------
IEEE 754-2019, sections 6.1 and 6.2: an operation on a NaN gives NaN, on an infinity the limit where
there is one, and section 9.2.1: a function that is constant in an argument, as pow(x, 0), may
ignore a NaN there.  A masked logit is an absent one: the sum is over those that are there.

Cases
-----
NaN at every place; masks at random places, and all but a window; rows that are all masked, have one
or several +∞, or both infinities, between ordinary ones; rows of one landmark number; no logits, no
rows, no axis; β = 0, also on a masked row; subnormal results; logits of 1000 that the framework
casts to float8_e4m3fn, whose largest number is 448; a loss of which each row is ignored.

Metric
------
error and vjp error, in ulp; masked, in results; else what is answered.

Witness
-------
The worst element and its row; for an answer the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from softmark.checks.special_values import degenerate, narrowing, situations
from softmark.formats import Float64Array
from softmark.inputs.edges import SITUATIONS
from softmark.judging import answers, losses
from softmark.judging.derivatives import cotangent
from softmark.judging.outputs import (
    Judged,
    derivative_truth,
    forward_truth,
    judge_forward,
    judge_index,
    settled,
)
from softmark.judging.scope import HUNDRED, LONG, TEN, THOUSAND, Measurement, Scope, row_of, said
from softmark.operations import Problem
from softmark.records import Case, Json, Verdict
from softmark.subjects import Subject


def cases(scope: Scope) -> Iterator[Case]:
    yield from _nan_cases(scope)
    yield scope.case("landmarks", 64, 1, check={"about": "landmarks"})
    yield from degenerate.cases(scope)
    yield from narrowing.cases(scope)
    yield from losses.empty_cases(scope)
    if scope.format.has_infinity:
        yield from _mask_cases(scope)
        yield from situations.cases(scope)
        if scope.has_gradient:
            yield scope.case("special_rows", *TEN, check=_gradient_check(scope))
            yield scope.case("poisoned", *TEN, check={"about": "gradient", "mode": "vjp"})


def _nan_cases(scope: Scope) -> Iterator[Case]:
    case = partial(scope.case, "poisoned", check={"about": "nan"})
    for shape in ((64, 1), TEN, HUNDRED):
        yield case(*shape)
    if scope.other_axes and scope.takes_rank(2):
        yield case(*HUNDRED, axis=0)
    if not scope.few_shapes:
        yield case(*THOUSAND)
        yield case(74, 37)
    if scope.info.costly != "rows":
        for shape in scope.by_profile((), ((514, 257),), ((514, 257), (2050, 1025))):
            yield case(*shape)


def _mask_cases(scope: Scope) -> Iterator[Case]:
    case = partial(scope.case, check={"about": "masks"})
    yield scope.case("masked", *TEN, check={"about": "masks", "told": True})
    yield case("masked", *TEN, offset=-(2.0**15))  # below what some take for minus infinity
    for shape in (TEN, THOUSAND, LONG):
        yield case("window", *shape)
    if scope.profile != "quick":
        yield case("masked", *THOUSAND, kept=0.02)
        yield case("window", 5, 4097)
    for kind in scope.info.labels[1:]:
        yield scope.case("masked", *TEN, check={"about": "masks", "labels": kind})
    if scope.operation.takes_mask:
        for family in ("causal", "tiles"):
            yield case(family, *HUNDRED)
        for shape in (TEN, HUNDRED):
            yield scope.case("masked", *shape, check={"about": "masks", "behind": "hostile"})


def _gradient_check(scope: Scope) -> dict[str, Json]:
    """The label of cross-entropy is one at which no row has an infinity, except the masked one."""
    told: dict[str, Json] = {"about": "gradient", "mode": "vjp"}
    if scope.operation.takes_labels:
        told |= {"labels": scope.info.labels[0] if scope.info.labels else "index", "label": 0}
    return told


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    modes: dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]] = {
        "nan": _nan,
        "landmarks": _landmarks,
        "masks": _masks,
        "rows": situations.answered,
        "gradient": _gradient,
        **degenerate.MODES,
        **narrowing.MODES,
        losses.ABOUT: losses.of_no_rows,
    }
    yield from modes[said(case)["about"]](subject, case, scope)


def _nan(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """A row with NaN has nothing else, the others nothing of it."""
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    if not scope.operation.is_index:
        truth = forward_truth(problem, scope)
        judged = settled(values, truth, _constant(values, problem, scope))
        yield from Judged("error", judged, truth, problem, scope).measurements()
        return
    hit = _rows_with(np.isnan(problem.x), problem)
    yield judge_index(values, problem, scope, among=~hit)
    if case.shape == TEN:
        yield answers.of_nan(values, problem, scope)


def _constant(values: Float64Array, problem: Problem, scope: Scope) -> NDArray[np.bool_]:
    """Where the only value that the operation can take came: of softargmax for rows of one."""
    low, high = scope.operation.range(row_of(problem))
    return np.asarray((low == high) & (values == low))


def _landmarks(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Rows of one logit; where that is the result, whether a subnormal one survives."""
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    yield from judge_forward(values, problem, scope)
    if scope.operation.shift == "added":  # a row of one is its own result
        x = problem.x[:, 0]
        subnormal = (x != 0) & (np.abs(x) < scope.format.least_normal)
        yield answers.of_subnormal("subnormal input", values[subnormal], x[subnormal], scope.format)


def _masks(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """A masked logit has no part in anything."""
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    masked = np.isneginf(problem.x)
    if scope.operation.multiplies_logits:
        yield from _masks_of_a_product(values, problem, scope, "told" in said(case))
    else:
        yield from judge_forward(values, problem, scope)
    due = scope.operation.masked_result
    if due is not None:
        words = f"the result of a masked logit is not exactly {due:g}"
        yield _exactly(values[masked] != due, words)


def _masks_of_a_product(
    values: Float64Array, problem: Problem, scope: Scope, told: bool
) -> Iterator[Measurement]:
    """Whether a masked logit times its weight of 0 is NaN, which the operation leaves open."""
    masked = np.isneginf(problem.x)
    hit = masked if scope.operation.is_pointwise else _rows_with(masked, problem)
    undefined = np.isnan(values[hit]).any()
    truth = forward_truth(problem, scope)
    judged = settled(values, truth, hit) if undefined else values
    yield Judged("error", judged, truth, problem, scope).error()
    if told:
        yield answers.policy("masked", "NaN" if undefined else "left out")


def _rows_with(where: NDArray[np.bool_], problem: Problem) -> NDArray[np.bool_]:
    return np.asarray(where.any(axis=problem.axis))


def _exactly(wrong: NDArray[np.bool_], words: str) -> Measurement:
    count = int(np.count_nonzero(wrong))
    verdict: Verdict = "fail" if count else "pass"
    text = f"{words}, {count} times" if count else ""
    return Measurement("masked", float(count), "results", verdict, 0.0, "definition", message=text)


def _gradient(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The gradient of ordinary rows beside special ones."""
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    output = subject.vjp(scope.call(problem, g=g), scope.format)
    if output is None:
        return
    values = output.values
    left_open = _rows_with(np.isnan(problem.x), problem)
    if case.family == "special_rows":
        left_open = situations.left_open(len(problem.x), scope)
        row = SITUATIONS.index("all masked")
        answer = answers.of_logits(values[row], problem.x[row])
        yield answers.policy("gradient, all masked", answer)
        if scope.operation.masks_gradient:
            masked = np.isneginf(problem.x) & ~left_open[:, np.newaxis]
            yield _exactly(values[masked] != 0, "a gradient reaches a masked logit")
    truth = derivative_truth(scope.operation.vjp, problem, g, scope)
    judged = settled(values, truth, left_open[:, np.newaxis])
    if scope.operation.ends_at_masked:
        judged = settled(judged, truth, np.isneginf(problem.x))
    yield Judged("vjp error", judged, truth, problem, scope, g).error()
