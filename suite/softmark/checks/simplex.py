"""simplex: results lie where the exact ones can, sum to 1, and rise with their logits.

Statement
---------
softmax and sigmoid are in [0, 1], log_softmax ≤ 0, max x ≤ logsumexp ≤ max x + log n, 0 ≤
softargmax ≤ n - 1, min x ≤ smooth_max ≤ max x, cross_entropy ≥ 0.  The probabilities of a row sum
to 1, those that log_softmax is the logarithm of too.  xᵢ ≤ xⱼ implies yᵢ ≤ yⱼ for softmax,
log_softmax and sigmoid.

Bound
-----
A row sum is within the sum of its elements' bounds of 1 (grades A, B, C).  A result outside of
the range, or below that of a smaller logit, by no more than its bound allows is weak; by more it
fails.

Source
------
Definition; rounding to nearest is monotone, so that the ends of a range are rounded too; the
triangle inequality over the bounds of Blanchard, Higham, Higham 2021.

Cases
-----
Normal logits of several lengths and scales; equal logits, 2^20 of them among these, whose sum
overflows in float16 and leaves nothing but zeros; a spread beyond the exponential's range; the
logits of a classifier; neighbouring numbers of the format; other axes than the last.

Metric
------
row sum, in u; row sum of exponentials, in units of its bound; range and monotone, in ulp.

Witness
-------
The row or the element that is furthest away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from softmark.formats import Float64Array, round_to
from softmark.judging.grades import LETTERS, VERDICT_OF
from softmark.judging.outputs import Truth, explained_by, forward_truth
from softmark.judging.scope import HUNDRED, LONG, LONGEST, TEN, THOUSAND, Measurement, Scope, row_of
from softmark.operations import Problem
from softmark.records import Case, Verdict
from softmark.subjects import Subject

_SCALE = 2.0**-64
"""By which numbers are made smaller whose sum may go beyond the largest on its way."""


def applies(scope: Scope) -> str | None:
    if scope.operation.is_index:
        return f"{scope.operation.name} is right or wrong, which accuracy says"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    few = (TEN, THOUSAND, LONG)
    for shape in scope.by_profile(
        few, (*few, (100, 33), scope.longest), (*few, (100, 33), scope.longest)
    ):
        yield scope.case("normal", *shape)
    yield scope.case("normal", *HUNDRED, scale=8.0)
    yield scope.case("ties", *THOUSAND)
    yield scope.case("ties", *scope.longer)
    if scope.profile != "quick":
        yield scope.case("ties", *LONGEST)
    yield scope.case("wide", *HUNDRED)
    if scope.operation.is_monotone:
        for start in scope.by_profile(
            (-1.0,), (-0.3, -1.0, -7.0, -60.0), (-0.3, -1.0, -7.0, -60.0)
        ):
            yield scope.case("consecutive", *HUNDRED, start=start)
    if scope.profile != "quick" and scope.other_axes and not scope.info.ranks:
        for n in scope.by_profile((), (100, 4096), (100, 4096, 2**16)):
            yield scope.case("normal", n, 8, axis=0)
    yield scope.case("digits", *TEN, network="mlp")


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    truth = forward_truth(problem, scope)
    judges: list[Callable[[Truth], Measurement]] = []
    if scope.operation.sums_to_one == "results":
        judges.append(lambda truth: _row_sum(values, truth, problem, scope))
    if scope.operation.sums_to_one == "exponentials":
        judges.append(lambda truth: _sum_of_exponentials(values, truth, problem))
    judges.append(lambda truth: range_of("range", values, truth, problem, scope))
    if scope.operation.is_monotone:
        judges.append(lambda truth: _monotone(values, truth, problem))
    for judge in judges:
        yield explained_by(scope, truth, judge)


def _exact_sum(row: Float64Array) -> float:
    """The sum of finite numbers, infinite where it is beyond the largest."""
    try:
        return math.fsum(row.tolist())
    except OverflowError:  # a partial sum is beyond it: what is lost below is far below an ulp
        return math.fsum((row * _SCALE).tolist()) / _SCALE


def _row_sum(values: Float64Array, truth: Truth, problem: Problem, scope: Scope) -> Measurement:
    """The distance of each row's exact sum from 1, against the sum of the elements' bounds."""
    u = scope.format.unit_roundoff
    rows = np.moveaxis(values, problem.axis, -1).reshape(-1, problem.n)
    sums = np.array([_exact_sum(r) if np.isfinite(r).all() else np.nan for r in rows])
    off = np.abs(sums - 1.0)
    worst = int(np.argmax(np.where(np.isnan(off), np.inf, off)))

    def allowed(each: Float64Array) -> float:
        total = (each * truth.unit).sum(axis=problem.axis).reshape(-1)
        return float(total[worst])

    bounds = [
        allowed(np.ones_like(truth.unit)),
        allowed(truth.limits.good),
        allowed(truth.limits.legal),
    ]
    bounds[1:] = [max(bounds[:2]), float(_below_half(max(bounds), max(bounds[:2])))]
    letter = LETTERS[next((i for i, b in enumerate(bounds) if off[worst] <= b), 3)]
    bad = letter in "CF"
    return Measurement(
        metric="row sum",
        value=float(off[worst] / u),
        unit="u",
        verdict=VERDICT_OF[letter],
        bound=bounds[2] / u,
        good_bound=bounds[1] / u,
        bound_source="sum of the elements' bounds",
        grade=letter,
        witness={"row": worst, "sum": float(sums[worst]).hex()},
        message=f"a row sums to {sums[worst]:.9g}" if bad else "",
    )


def _below_half(legal: Float64Array | float, good: Float64Array | float) -> Float64Array:
    """``legal`` below 1/2 where ``good`` is below 1/8: no row that is right sums to 1/2 or 3/2."""
    return np.where(np.less(good, 0.125), np.minimum(legal, np.nextafter(0.5, 0.0)), legal)


def _sum_of_exponentials(values: Float64Array, truth: Truth, problem: Problem) -> Measurement:
    """The distance of each row's sum of e^y from 1, in units of what its elements' bounds allow."""
    p = np.exp(np.minimum(truth.exact.value, 0.0))

    def moved(error: Float64Array) -> Float64Array:
        return np.asarray((p * np.expm1(np.minimum(error, 700.0))).sum(axis=problem.axis))

    with np.errstate(over="ignore"):
        good = moved(np.maximum(truth.limits.good, 1.0) * truth.unit)
        allowed = _below_half(moved(truth.allowed), good)
        off = np.abs(np.exp(values).sum(axis=problem.axis) - 1.0)
    share = (off / (allowed + 1e-12)).reshape(-1)
    worst = int(np.argmax(np.where(np.isnan(share), np.inf, share)))
    failed = not share[worst] <= 1.0
    return Measurement(
        "row sum of exponentials",
        float(share[worst]),
        "of bound",
        "fail" if failed else "pass",
        1.0,
        "sum of the elements' bounds",
        witness={"row": worst},
        message=f"e^y of a row sums to 1 {off.reshape(-1)[worst]:+.3g}" if failed else "",
    )


def range_of(
    metric: str, values: Float64Array, truth: Truth, problem: Problem, scope: Scope
) -> Measurement:
    """How far results are outside of what the exact ones can be, once those are rounded."""
    low, high = (round_to(end, scope.format) for end in scope.operation.range(row_of(problem)))
    with np.errstate(invalid="ignore"):
        outside = np.fmax(np.fmax(low - values, values - high), 0.0) / truth.unit
    # An index beyond the largest finite number is rightly infinite.
    outside = np.where(values == truth.exact.rounded(scope.format), 0.0, outside)
    return _by_how_much(metric, "outside of its range", outside, truth.limits.legal)


def _monotone(values: Float64Array, truth: Truth, problem: Problem) -> Measurement:
    order = np.argsort(problem.x, axis=problem.axis, kind="stable")
    x, y, unit, slack = (
        np.moveaxis(np.take_along_axis(a, order, axis=problem.axis), problem.axis, -1)
        for a in (problem.x, values, truth.unit, truth.limits.legal)
    )
    with np.errstate(invalid="ignore"):
        step_down = np.fmax(y[..., :-1] - y[..., 1:], 0.0) / unit[..., 1:]
    rising = x[..., 1:] > x[..., :-1]
    step_down = np.where(rising, np.nan_to_num(step_down, nan=0.0), 0.0)
    return _by_how_much(
        "monotone", "lower for a larger logit", step_down, slack[..., 1:] + slack[..., :-1]
    )


def _by_how_much(
    metric: str, words: str, excess: Float64Array, allowed: Float64Array
) -> Measurement:
    """0 passes; up to what the rounding bound allows is weak, more fails."""
    if excess.size == 0:
        return Measurement(metric, 0.0, "ulp", "pass", 0.0, "definition")
    allowed = np.maximum(allowed, 1.0)
    at = np.unravel_index(int(np.argmax(excess / allowed)), excess.shape)
    value, bound = float(excess[at]), float(allowed[at])
    verdict: Verdict = "pass" if value == 0 else "weak" if value <= bound else "fail"
    text = f"{value:.3g} ulp {words}, where rounding explains {bound:.3g}" if value else ""
    return Measurement(
        metric,
        value,
        "ulp",
        verdict,
        bound,
        "definition; the operation's bound explains the rounding",
        witness={"index": [int(i) for i in at]},
        message=text,
    )
