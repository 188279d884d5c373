"""identities: what holds between results by definition holds between the computed ones.

Statement
---------
Each identity is a metric; the other side comes from the subject's own second result, or from the
oracle's enclosure, which is the stronger comparison.

Against a second result of the subject:
shift: f(x + c) = f(x) where x + c is exact; logsumexp and smooth_max move by c.
permutation: f(Px) = P f(x), and the same f(Px) where there is one result a row.
mirror: softargmax(reversed x) = n - 1 - softargmax(x).
temperature: f(x; β) = f(βx; 1) for β = 4, which scales exactly; smooth_max is 1/β of that.
reflection: sigmoid(-x) = 1 - sigmoid(x).
exchange: logaddexp(x, y) = logaddexp(y, x), so that no merge depends on its order.

Against the oracle's enclosure of the other side:
exp: e^(log_softmax(x)ᵢ) = softmax(x)ᵢ.
log n: logsumexp of n equal logits c is c + log n, and log_softmax -log n.
two classes: softmax((x, 0)) = (sigmoid(x), sigmoid(-x)), and softargmax((x, 0)) = sigmoid(-x).
label: cross_entropy(x, k) = -log_softmax(x)ₖ, for an index and for its one-hot.
p - y: the gradient of cross_entropy is softmax(x) less the one-hot.
padding: -∞ on both sides of a row gives 0 there (log_softmax: -∞) and changes nothing else.

order: mean x ≤ smooth_max ≤ max x ≤ logsumexp, and 0 ≤ softargmax ≤ n - 1, also where rounding
comes nearest to them.  argmax and hardmax follow shift, permutation and padding exactly.

Bound
-----
Two results of the subject are apart by at most the sum of both bounds: grade B's pass, grade C's
are weak.  Where the shifted formula computes both from the same differences (shift, temperature,
exchange) or element by element (sigmoid's permutation) it gives the same bits, and anything else
is weak.
One result against an enclosure has the grades of the operation; an absolute error δ of a
logarithm is the relative error e^δ - 1 of its exponential.  Beyond the order by what rounding
explains is weak.

Source
------
Definitions; the triangle inequality over the bounds of Blanchard, Higham, Higham 2021.

Cases
-----
Offsets by powers of two up to the largest of the format, on logits that are exact there; normal
logits in a seeded order, and masked between two runs of -∞; equal logits; two classes; winners far
ahead, where the smooth functions touch the maximum.

Metric
------
The name of the identity; in ulp, exp in u.

Witness
-------
The element furthest from what it must be, with its row and the twin's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from softmark import oracle
from softmark.checks.simplex import range_of
from softmark.formats import Float64Array
from softmark.judging.outputs import (
    Judged,
    derivative_truth,
    explained_by,
    forward_truth,
    judge_index,
    spread,
)
from softmark.judging.scope import FIVE, HUNDRED, LONG, TEN, THOUSAND, Measurement, Scope, said
from softmark.judging.twins import MAKERS, compare, twin_of
from softmark.operations import Kind, Problem
from softmark.records import Case
from softmark.subjects import Subject

Recipe = tuple[str, str, tuple[int, ...], dict[str, Any]]
"""Identity, family, shape, and other parameters of the case."""

_TWO: Final = (256, 2)


def cases(scope: Scope) -> Iterator[Case]:
    offered = {
        "temperature": scope.takes_beta,
        "two classes": scope.own_beta == 1.0,
        "p - y": scope.has_gradient,
    }
    for identity, family, shape, more in _recipes(scope):
        if identity in scope.operation.identities and offered.get(identity, True):
            told = {"identity": identity} | more.pop("check", {})
            yield scope.case(family, *shape, check=told, **more)


def _recipes(scope: Scope) -> Iterator[Recipe]:
    for exponent in _exponents(scope):
        yield "shift", "offset", HUNDRED, {"exponent": exponent}
    for identity in ("permutation", "mirror", "reflection", "exchange", "exp"):
        yield identity, "normal", HUNDRED, {"scale": 3.0}
    yield "temperature", "normal", HUNDRED, {"beta": 4.0}
    for shape in (FIVE, HUNDRED, THOUSAND):
        yield "log n", "ties", shape, {}
    yield "two classes", "beside_zero", _TWO, {}
    for kind in scope.info.labels:
        labels = {"labels": "index" if kind == "index" else "one-hot"}
        yield "label", "normal", TEN, {"check": labels, "scale": 3.0}
    for kind in scope.info.labels[1:]:
        yield "padding", "padded", HUNDRED, {"check": {"labels": kind}, "front": 20, "kept": 60}
    yield "p - y", "normal", TEN, {"scale": 3.0}
    yield "padding", "padded", HUNDRED, {"front": 20, "kept": 60}
    yield "padding", "padded", THOUSAND, {"front": 600, "kept": 10}
    yield "order", "saturation", TEN, {"gap": 20.0}
    yield "order", "ties", THOUSAND, {"level": 1.1}
    if scope.profile != "quick":
        yield from _more(scope)


def _exponents(scope: Scope) -> list[int]:
    """Powers of two to shift by, up to the largest of the format."""
    largest = scope.format.e_max
    few = (7, -largest)
    more = (*few, 3, 5, -7, 10, -12, 20, 60, largest)
    return [e for e in scope.by_profile(few, more, more) if abs(e) <= largest]


def _more(scope: Scope) -> Iterator[Recipe]:
    for identity in ("permutation", "mirror"):
        yield identity, "normal", THOUSAND, {}
        yield identity, "wide", HUNDRED, {}
        yield identity, "one_large", LONG, {}
    if scope.other_axes and not scope.info.ranks:
        yield "permutation", "normal", (100, 40), {"axis": 0}
        yield "padding", "padded", (1000, 4), {"axis": 0, "front": 600, "kept": 10}
    yield "temperature", "wide", HUNDRED, {"spread": 40.0, "beta": 4.0}
    yield "two classes", "beside_zero", _TWO, {"scale": 30.0}
    yield "exp", "wide", HUNDRED, {"spread": 80.0}
    for gap in (1.0, 4.0, 10.0, 40.0):
        yield "order", "saturation", TEN, {"gap": gap}
    for level in (0.1, 3.3, -1000.1):
        yield "order", "ties", THOUSAND, {"level": level}


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    identity, problem = said(case)["identity"], scope.problem(case)
    if identity in MAKERS:
        yield _twins(subject, case, problem, scope)
    elif identity == "p - y":
        yield _gradient(subject, problem, scope)
    else:
        values = scope.forward(subject, problem).values
        yield _against_oracle(identity, values, problem, scope)


def _twins(subject: Subject, case: Case, problem: Problem, scope: Scope) -> Measurement:
    """A second result of the subject beside the first one."""
    twin = twin_of(case, problem, scope)
    other = scope.forward(subject, twin.problem).values
    if scope.operation.is_index:
        return replace(judge_index(other, twin.problem, scope), metric=twin.identity)
    values = scope.forward(subject, problem).values
    return compare(values, other, problem, twin, scope)


def _gradient(subject: Subject, problem: Problem, scope: Scope) -> Measurement:
    """The gradient of the loss itself, whose cotangent is 1."""
    ones = np.ones(scope.output_shape(problem))
    output = subject.vjp(scope.call(problem, g=ones), scope.format)
    if output is None:
        return Measurement("p - y", None, "ulp", "fail", message="no gradient reaches the logits")
    truth = derivative_truth(scope.operation.vjp, problem, ones, scope)
    return Judged("p - y", output.values, truth, problem, scope, ones).error()


def _against_oracle(
    identity: str, values: Float64Array, problem: Problem, scope: Scope
) -> Measurement:
    if scope.operation.is_index:
        return replace(judge_index(values, problem, scope), metric=identity)
    truth = forward_truth(problem, scope)
    if identity == "order":
        return explained_by(
            scope, truth, lambda truth: range_of(identity, values, truth, problem, scope)
        )
    if identity == "two classes":
        truth = replace(truth, exact=_sigmoids(problem, scope))
    judged = Judged(identity, values, truth, problem, scope)
    return _exponential(judged) if identity == "exp" else judged.error()


def _sigmoids(problem: Problem, scope: Scope) -> oracle.Enclosure:
    """What two classes, the second one at 0, must have: both probabilities, or the second."""
    x = problem.x[..., 0]
    if scope.operation.kind is Kind.REDUCTION:
        return oracle.sigmoid(-x)
    return oracle.sigmoid(np.stack([x, -x], axis=-1))


def _exponential(judged: Judged) -> Measurement:
    """The relative error of the probability, from the absolute one of its logarithm."""
    found, unit = judged.error(), judged.truth.unit
    u = judged.scope.format.unit_roundoff
    at: Any = found.witness["index"]
    assert found.value is not None
    assert found.bound is not None
    assert found.good_bound is not None
    value, bound, good = (
        float(np.expm1(error * unit[tuple(at)]) / u)
        for error in (found.value, found.bound, found.good_bound)
    )
    text = f"the probability is off by {value:.4g} u, bound {bound:.4g}"
    return replace(
        found,
        value=value,
        bound=bound,
        good_bound=good,
        unit="u",
        message=text if found.message else "",
        distribution=spread(np.expm1(judged.signed * unit) / u),
    )
