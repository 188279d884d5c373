"""limit: as β grows, softmax goes to the one-hot of the maximum at the rate e^(-β gap).

Statement
---------
With k maxima, and the others lower by at least a gap, for every β

|softmax(βx)ᵢ - [xᵢ = max x]/k| ≤ (n - 1) e^(-β gap) + bound(i).

softargmax goes to the mean index of the maxima, |r - r_∞| ≤ (n - 1)² e^(-β gap) + bound, and
smooth_max to the maximum, |y - max x| ≤ (n - 1) gap e^(-β gap) + bound.  βx may overflow the
format; the result may not.

Bound
-----
The law, and the rounding bound of grade C of the operation at each element.

Source
------
Σ over the others of e^(β(xⱼ - max x)) ≤ (n - 1) e^(-β gap), from the definition.

Cases
-----
Rows of 5 with one and two maxima, in the larger profiles more; β from 1 to beyond the format's
range; gaps from one ulp up.  Where the function takes no β the logits are scaled instead.

Metric
------
distance to limit, absolute; error, in ulp.

Witness
-------
The worst element and its row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from softmark.formats import Float64Array
from softmark.judging.outputs import Judged, Truth, explained_by, forward_truth
from softmark.judging.scope import FIVE, Measurement, Scope
from softmark.operations import Kind, Problem
from softmark.records import Case
from softmark.subjects import Subject


def applies(scope: Scope) -> str | None:
    if scope.operation.limit is None:
        return f"{scope.operation.name} has no limit as beta grows"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    few = tuple(2.0**k for k in range(10))
    many = tuple(2.0 ** (k / 2) for k in range(20))
    for maxima in (1, 2):
        for strength in scope.by_profile(few, many, many):
            if strength / scope.own_beta >= scope.format.least_normal:
                yield _at(scope, strength, maxima)
        yield _overflowing(scope, maxima)
    yield from _one_ulp(scope)
    if scope.profile != "quick":
        for maxima in (3, 4):
            for strength in few:
                if strength / scope.own_beta >= scope.format.least_normal:
                    yield _at(scope, strength, maxima)


def _one_ulp(scope: Scope) -> Iterator[Case]:
    """Where the gap is one ulp of the logits, at a beta for which that is something."""
    precision, largest = scope.format.precision, scope.format.max
    for strength in scope.by_profile((2.0, 16.0), (1.0, 2.0, 4.0, 16.0), (1.0, 2.0, 4.0, 16.0)):
        gap = 2.0 ** (1 - precision)
        if scope.takes_beta and strength / gap <= largest:
            yield scope.case("two_level", *FIVE, beta=strength / gap, gap=gap, level=1.0 + 4 * gap)
        elif scope.own_beta == 1.0 and not scope.takes_beta:
            level = strength * (2.0 ** (precision - 1) + 4)
            yield scope.case("two_level", *FIVE, gap=strength, level=level)


def _lacks_beta(scope: Scope) -> bool:
    """Whether the function has no inverse temperature though its operation is known by it."""
    wanted = scope.operation.kind is Kind.REDUCTION
    return wanted and not scope.info.takes_beta and scope.info.fixed_beta is None


def _at(scope: Scope, strength: float, maxima: int) -> Case:
    """Where ``beta gap`` is ``strength``, by way of beta if the function takes one."""
    if scope.takes_beta:
        return scope.case("two_level", *FIVE, beta=strength, gap=1.0, maxima=maxima)
    return scope.case("two_level", *FIVE, gap=strength / scope.own_beta, maxima=maxima)


def _overflowing(scope: Scope, maxima: int) -> Case:
    """Where ``beta x`` is beyond the format; without a beta, the largest gap there is."""
    if scope.takes_beta:
        half = 2.0 ** (math.frexp(scope.format.max)[1] // 2 + 1)
        return scope.case("two_level", *FIVE, beta=half, gap=half / 4, maxima=maxima, level=half)
    return scope.case("two_level", *FIVE, gap=scope.format.max / 2, maxima=maxima)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    truth = forward_truth(problem, scope)
    yield from Judged("error", values, truth, problem, scope).measurements()
    yield explained_by(scope, truth, lambda truth: _distance(values, truth, problem, scope))
    if case == _overflowing(scope, maxima=1) and _lacks_beta(scope):
        text = "the function takes no beta; the logits are scaled in its place"
        yield Measurement("beta", None, "", "not_offered", message=text)


def _distance(values: Float64Array, truth: Truth, problem: Problem, scope: Scope) -> Measurement:
    of = scope.operation.limit
    assert of is not None
    limit = of.value(problem)
    gap = float(-np.partition(np.unique(problem.x), -2)[-2] + problem.x.max())
    strength = problem.beta * gap if gap else 0.0
    # The decay comes first, because the largest gap times n - 1 overflows.
    share = (problem.n - 1) * math.exp(-min(strength, 1000.0))
    law = share * of.reach(problem.n, gap)
    far = np.abs(values - limit)
    at = np.unravel_index(int(np.argmax(np.where(np.isnan(far), np.inf, far))), far.shape)
    value, bound = float(far[at]), law + float(truth.allowed[at])
    failed = not value <= bound
    return Measurement(
        metric="distance to limit",
        value=value,
        unit="1",
        verdict="fail" if failed else "pass",
        bound=bound,
        bound_source="(n - 1) e^(-beta gap) from the definition, and the operation's own bound",
        witness={"index": [int(i) for i in at], "got": float(values[at]).hex()},
        message=f"{value:.3g} from its limit, where {bound:.3g} is allowed" if failed else "",
        distribution={
            "beta_gap": strength if math.isfinite(strength) else None,
            "law": law,
            "exact": float(np.abs(truth.exact.value - limit).max()),
        },
    )
