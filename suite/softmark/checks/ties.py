"""ties: equal maxima share the mass.

Statement
---------
When k of n logits equal the maximum and the others are far below, softmax gives 1/k at each of
them; when all are equal it gives 1/n, logsumexp gives x + log n, softargmax (n - 1)/2, smooth_max
x.  Equal logits of a row have equal results.

Bound
-----
Grades A, B and C of the operation.  For k ties of n the exact value is the oracle's, so the
others may be at any distance.  Results of equal logits may differ by what the bound allows, at
the price of the verdict weak.

Source
------
Definition; Blanchard, Higham, Higham 2021 for the rounding.

Cases
-----
Every k of n = 10 and of a list of lengths with numbers that are not powers of two; all-equal rows
up to n = 2^20, beside powers of two and beyond 65504, where a sum in 16 bits stops growing or
overflows; ties at the largest finite number and at its negative, at the least normal and the least
number.

Metric
------
error, in ulp; ties apart, in ulp.

Witness
-------
The worst element and its row.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softmark.formats import Float64Array
from softmark.judging.outputs import Judged, Truth, explained_by, forward_truth, judge_index
from softmark.judging.scope import HUNDRED, LONG, LONGEST, TEN, THOUSAND, Measurement, Scope
from softmark.operations import Kind, Problem
from softmark.records import Case, Verdict
from softmark.subjects import Subject


def cases(scope: Scope) -> Iterator[Case]:
    few = ((TEN, 2), (TEN, 7), (TEN, 10), (HUNDRED, 49))
    more = (*few, ((8, 3), 2), ((8, 7), 5), (THOUSAND, 333), (THOUSAND, 999))
    for shape, k in scope.by_profile(few, more, more):
        yield scope.case("ties", *shape, maxima=k, level=1.0, below=3.0)
    equal = (THOUSAND, LONG, LONGEST)
    for shape in scope.by_profile(
        equal, (*equal, (1, 49), (1, 65537)), (*equal, (1, 49), (1, 65505), (1, 65537))
    ):
        yield scope.case("ties", *shape)
    yield scope.case("every_tie", *TEN)
    for n in scope.by_profile(
        (), (2, 3, 7, 17, 33, 100), (*range(2, 34), 63, 65, 100, 127, 129, 257)
    ):
        yield scope.case("every_tie", n, n)
    powers = range(8, 20, 3 if scope.costly_shapes else 1)
    for n in scope.by_profile((), (), tuple(2**k + d for k in powers for d in (-1, 0, 1))):
        yield scope.case("ties", 1, n, level=-7.5)
    if not scope.operation.is_index:  # where subnormal numbers are flushed, all of them are equal
        for level in (scope.format.least_normal, scope.format.least_subnormal):
            yield scope.case("ties", *TEN, maxima=3, level=level, below=4 * level)
    yield scope.case("ties_at_limit", *TEN, maxima=3)
    yield scope.case("ties_at_limit", *TEN)
    yield scope.case("ties_at_limit", *TEN, negative=True)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    if scope.operation.is_index:
        yield judge_index(values, problem, scope)
        return
    truth = forward_truth(problem, scope)
    yield from Judged("error", values, truth, problem, scope).measurements()
    # Beside other logits of their own, equal ones have other results.
    if scope.operation.kind is Kind.ELEMENTWISE and not scope.operation.takes_other:
        yield explained_by(scope, truth, lambda truth: _apart(values, truth, problem))


def _apart(values: Float64Array, truth: Truth, problem: Problem) -> Measurement:
    """How far apart the results of the equal maxima of a row are."""
    top = problem.x == problem.x.max(axis=problem.axis, keepdims=True)
    highest = np.where(top, values, -np.inf).max(axis=problem.axis)
    lowest = np.where(top, values, np.inf).min(axis=problem.axis)
    unit = np.where(top, truth.unit, 0.0).max(axis=problem.axis)
    with np.errstate(invalid="ignore"):
        apart = float(((highest - lowest) / unit).max())
    bound = 2 * max(1.0, float(truth.limits.legal[top].max()))
    verdict: Verdict = "pass" if apart == 0 else "weak" if apart <= bound else "fail"
    text = "" if apart == 0 else f"equal logits of a row have results {apart:.3g} ulp apart"
    return Measurement("ties apart", apart, "ulp", verdict, bound, "twice grade C", message=text)
