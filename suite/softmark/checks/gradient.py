"""gradient: the framework's own derivatives against the exact ones.

Statement
---------
For each cotangent g and tangent v, the vector-Jacobian product of softmax is pᵢ(gᵢ - Σⱼ pⱼgⱼ)
within a bound of its condition, and the Jacobian-vector product is the same with v; likewise for
the other operations.  The gradient of a function that ignores a shift sums to 0 over its row. ⟨u,
J v⟩ = ⟨Jᵀu, v⟩.  A zero cotangent gives exactly 0.  argmax and hardmax pass no gradient.

Bound
-----
First order in the roundoff: |error| ≤ pᵢ [ |gᵢ - a| (8u + σ + δᵢ) + (8u + 2σ) Σⱼ pⱼ|gⱼ| + Σⱼ pⱼ
δⱼ |gⱼ - a| ], with a = Σⱼ pⱼgⱼ, δᵢ = 2u β|xᵢ - x_max| and σ the error of a sum: ⌈log₂ n⌉ u in
grade B, n u in grade C.  In 16 bits a backward that starts from the rounded probabilities is
grade C.  Each operation's file has its own.  Relative to the result no error is bounded: where a
row is saturated the winner's gradient cancels, and many ulp of almost nothing may be within the
bound.

Source
------
Derived in the operations' files from Blanchard, Higham, Higham 2021 and the dot product bound of
Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1.  Finite differences are
not a reference: in float32 they are right to 4 digits at best.

Cases
-----
Normal logits, real ones, ties, masks, long rows; saturation, a winner ahead by 1 to 700; a zero
cotangent; for layers of Keras a small model, and which of its layers a gradient reaches.

Metric
------
vjp error and jvp error, in ulp; zero sum and adjointness, in units of their bounds; zero
cotangent, no gradient, gradient reaches.

Witness
-------
The worst element, its row, and the cotangent or tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from softmark.checks.base import LONG, LONGEST, TEN, THOUSAND, Measurement, Scope, said
from softmark.checks.judging import Judged, Truth, derivative_truth
from softmark.formats import Float64Array, round_to
from softmark.inputs import direction
from softmark.operations import Problem
from softmark.records import Case, Json, Verdict
from softmark.subjects import NotOffered, Subject

_IGNORES_SHIFT = ("softmax", "log_softmax", "softargmax", "cross_entropy")
_NO_GRADIENT = ("argmax", "hardmax")


def applies(scope: Scope) -> str | None:
    if not scope.info.gradient:
        return f"{scope.info.framework} does not differentiate {scope.info.name}"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    if scope.operation.name in _NO_GRADIENT:
        yield scope.case("normal", *TEN, check={"mode": "none"})
    else:
        yield from _inputs(scope)
        yield scope.case("normal", *TEN, check={"mode": "zero"})
        yield scope.case("normal", *TEN, check={"mode": "jvp"})
        yield scope.case("saturation", *TEN, check={"mode": "jvp"}, gap=20.0)
    if scope.info.variant == "layer":
        yield scope.case("normal", 1, 1, check={"mode": "reach"})


def _inputs(scope: Scope) -> Iterator[Case]:
    """Where the gradient is compared with the exact one."""
    case = partial(scope.case, check={"mode": "vjp"})
    for beta in scope.betas:
        yield case("normal", *TEN, beta=beta)
        yield case("digits", *TEN, beta=beta, network="mlp")
    few = (THOUSAND, LONG)
    for shape in scope.by_profile(few, (*few, (1, 65537)), (*few, (1, 65537), LONGEST)):
        yield case("normal", *shape)
    yield case("ties", *TEN, maxima=5)
    yield case("ties", *THOUSAND)
    if scope.operation.name not in ("smooth_max", "cross_entropy"):
        yield case("masked", *TEN)
    for gap in scope.by_profile((4, 20, 80), (1, 4, 10, 20, 40, 80, 150, 700), (1, 4, 20, 80, 700)):
        yield case("saturation", *TEN, gap=float(gap))


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    modes: dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]] = {
        "vjp": _vjp,
        "jvp": _jvp,
        "zero": _zero_cotangent,
        "none": _no_gradient,
        "reach": _reach,
    }
    yield from modes[said(case)["mode"]](subject, case, scope)


def cotangent(case: Case, problem: Problem, scope: Scope) -> Float64Array:
    """What the transposed Jacobian is multiplied with, of the shape of the result."""
    return direction(case, scope.output_shape(problem), scope.format, "cotangent")


def _vjp(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    output = subject.vjp(problem.x, g, scope.format, **scope.arguments(problem))
    if output is None:
        yield _none_came("vjp error")
        return
    truth = derivative_truth(scope.operation.vjp, problem, g, scope)
    yield from Judged("vjp error", output.values, truth, problem, scope, g).measurements()
    if scope.operation.name in _IGNORES_SHIFT and np.isfinite(problem.x).all():
        yield _zero_sum(output.values, truth, problem)


def _jvp(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    v = direction(case, problem.x.shape, scope.format, "tangent")
    output = subject.jvp(problem.x, v, scope.format, **scope.arguments(problem))
    if output is None:
        yield _none_came("jvp error")
        return
    truth = derivative_truth(scope.operation.jvp, problem, v, scope)
    forth = Judged("jvp error", output.values, truth, problem, scope, v)
    yield from forth.measurements()
    if np.isfinite(problem.x).all():
        yield from _adjoint(subject, case, forth)


def _none_came(metric: str) -> Measurement:
    return Measurement(metric, None, "ulp", "fail", message="no derivative reaches the logits")


def _zero_sum(values: Float64Array, truth: Truth, problem: Problem) -> Measurement:
    """The sum over each row against the sum of its elements' bounds."""
    share = np.abs(values.sum(axis=problem.axis)) / truth.allowed.sum(axis=problem.axis)
    return _share("zero sum", float(share.max()), "a row of the gradient does not sum to 0")


def _share(metric: str, share: float, words: str) -> Measurement:
    """A number in units of its bound: up to 1 it passes."""
    failed = not share <= 1.0
    return Measurement(
        metric,
        share,
        "of bound",
        "fail" if failed else "pass",
        1.0,
        "sum of the elements' bounds",
        message=f"{words}: {share:.3g} times its bound" if failed else "",
    )


def _adjoint(subject: Subject, case: Case, forth: Judged) -> Iterator[Measurement]:
    """``<u, J v>`` against ``<J^T u, v>``, each from the framework; ``forth`` is ``J v``."""
    problem, scope, v = forth.problem, forth.scope, forth.direction
    assert v is not None
    u = cotangent(case, problem, scope)
    try:
        back = subject.vjp(problem.x, u, scope.format, **scope.arguments(problem))
    except NotOffered:
        return
    if back is None:
        return
    truth = derivative_truth(scope.operation.vjp, problem, u, scope)
    allowed = (np.abs(v) * truth.allowed).sum() + (np.abs(u) * forth.truth.allowed).sum()
    apart = abs(float((u * forth.values).sum() - (back.values * v).sum()))
    yield _share("adjointness", apart / float(allowed), "the two derivatives disagree")


def _zero_cotangent(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    zeros = np.zeros(scope.output_shape(problem))
    output = subject.vjp(problem.x, zeros, scope.format, **scope.arguments(problem))
    if output is not None:
        yield _must_vanish("zero cotangent", output.values, "a zero cotangent gives a gradient")


def _no_gradient(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Neither argmax nor hardmax has a derivative; a framework says so, or gives zeros."""
    problem = scope.problem(case)
    g = round_to(np.ones(scope.output_shape(problem)), scope.format)
    output = subject.vjp(problem.x, g, scope.format, **scope.arguments(problem))
    if output is None:
        yield Measurement("no gradient", 0.0, "1", "pass", 0.0, "definition")
    else:
        yield _must_vanish("no gradient", output.values, "a piecewise constant has a gradient")


def _must_vanish(metric: str, values: Float64Array, words: str) -> Measurement:
    largest = float(np.abs(values).max(initial=0.0))
    verdict: Verdict = "pass" if largest == 0 else "fail"
    text = f"{words} of {largest:.3g}" if verdict == "fail" else ""
    return Measurement(metric, largest, "1", verdict, 0.0, "definition", message=text)


def _reach(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """How far a gradient gets into a model that ends in the layer."""
    norms = subject.reach(case.seed)
    reached = sum(norm is not None and norm > 0 for norm in norms.values())
    due = 0 if scope.operation.name in _NO_GRADIENT else len(norms)
    verdict: Verdict = "pass" if reached == due else "fail"
    layers = ", ".join(name for name, norm in norms.items() if norm) or "no layer"
    by_layer: dict[str, Json] = dict(norms)
    yield Measurement(
        "gradient reaches",
        float(reached),
        "layers",
        verdict,
        float(due),
        "definition",
        message=f"the gradient reaches {layers} of {', '.join(norms)}",
        distribution=by_layer,
    )
