"""Two problems of which one result determines the other: how they are made, and compared.

Both results come from the subject; the oracle says how far apart rounding may bring them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, is_representable
from softmark.inputs.registry import generator
from softmark.judging.outputs import LONGEST_WITNESS, Truth, explained, forward_truth, row_at
from softmark.judging.scope import Measurement, Scope, said
from softmark.operations import Kind, Problem
from softmark.records import Case, Json, Verdict

Arranged = Callable[[NDArray[Any]], NDArray[Any]]


def _as_it_is(values: NDArray[Any]) -> NDArray[Any]:
    return values


@dataclass(frozen=True)
class Twin:
    """A problem whose result follows from that of another one.

    Attributes
    ----------
    identity:
        What relates the two.
    problem:
        The second problem.
    arranged:
        Puts what belongs to its elements in the order of the first one's.
    undone:
        Turns its results, arranged, into what those of the first one must be.
    is_exact:
        Whether a formula that subtracts the maximum first gives the same bits.
    """

    identity: str
    problem: Problem
    arranged: Arranged = _as_it_is
    undone: Arranged = _as_it_is
    is_exact: bool = False


def shift_of(case: Case) -> float:
    """The amount by which the logits of an ``offset`` are moved back; exact, as the family says."""
    exponent = case.parameters["exponent"]
    assert isinstance(exponent, int)
    return float(-np.copysign(2.0 ** abs(exponent), exponent))


def order_of(case: Case) -> NDArray[np.intp]:
    """A seeded permutation of a row's places."""
    return generator(case, "order").permutation(case.shape[case.axis])


def _shift(case: Case, problem: Problem, scope: Scope) -> Twin:
    amount = shift_of(case)
    moves = scope.operation.shift == "added"
    labels = problem.labels
    if scope.operation.takes_sink and labels is not None:
        labels = labels + amount  # the sink is a logit like the others
    return Twin(
        "shift",
        replace(problem, x=problem.x + amount, labels=labels),
        undone=(lambda y: y - amount) if moves else _as_it_is,
        is_exact=not moves,
    )


def _permutation(case: Case, problem: Problem, scope: Scope) -> Twin:
    order, axis = order_of(case), problem.axis
    labels = problem.labels
    if labels is not None and not scope.operation.takes_sink:
        whole = labels.ndim == problem.x.ndim
        labels = np.take(labels, order, axis) if whole else np.argsort(order)[labels]
    elementwise = scope.operation.kind is Kind.ELEMENTWISE
    back = np.argsort(order)
    return Twin(
        "permutation",
        replace(problem, x=np.take(problem.x, order, axis), labels=labels),
        arranged=(lambda y: np.take(y, back, axis)) if elementwise else _as_it_is,
        is_exact=scope.operation.is_pointwise,
    )


def _mirror(case: Case, problem: Problem, scope: Scope) -> Twin:
    twin = replace(problem, x=np.flip(problem.x, problem.axis))
    return Twin("mirror", twin, undone=lambda y: problem.n - 1 - y)


def _temperature(case: Case, problem: Problem, scope: Scope) -> Twin:
    beta = problem.beta
    scales = scope.operation.shift == "added"  # then it is in units of the logits
    return Twin(
        "temperature",
        replace(problem, x=beta * problem.x, beta=1.0),
        undone=(lambda y: y / beta) if scales else _as_it_is,
        is_exact=True,
    )


def _reflection(case: Case, problem: Problem, scope: Scope) -> Twin:
    return Twin("reflection", replace(problem, x=-problem.x), undone=lambda y: 1.0 - y)


def _exchange(case: Case, problem: Problem, scope: Scope) -> Twin:
    assert problem.labels is not None
    first, second = problem.x, problem.labels.astype(np.float64)
    return Twin("exchange", replace(problem, x=second, labels=first), is_exact=True)


MAKERS: Final[dict[str, Callable[[Case, Problem, Scope], Twin]]] = {
    "shift": _shift,
    "permutation": _permutation,
    "mirror": _mirror,
    "temperature": _temperature,
    "reflection": _reflection,
    "exchange": _exchange,
}
"""By the name of the identity, which is that of its metric."""


def twin_of(case: Case, problem: Problem, scope: Scope) -> Twin:
    """The second problem of a case, whose check parameter ``identity`` names it."""
    twin = MAKERS[said(case)["identity"]](case, problem, scope)
    assert is_representable(twin.problem.x, scope.format).all()
    return twin


def compare(
    first: Float64Array, second: Float64Array, problem: Problem, twin: Twin, scope: Scope
) -> Measurement:
    """How far two results of the subject are apart, against the sum of both bounds."""
    truths = forward_truth(problem, scope), forward_truth(twin.problem, scope)
    return explained(
        scope,
        lambda formula: _compare(first, second, [t.by(formula) for t in truths], problem, twin),
    )


def _compare(
    first: Float64Array,
    second: Float64Array,
    truths: Sequence[Truth],
    problem: Problem,
    twin: Twin,
) -> Measurement:
    one, other = truths
    due = twin.undone(twin.arranged(second))
    same = (first == due) | (np.isnan(first) & np.isnan(due))
    with np.errstate(invalid="ignore"):  # infinities of one sign are the same, or one is NaN
        apart = np.abs(np.where(same, 0.0, first - due))
    apart = np.where(np.isnan(apart), np.inf, apart)
    good, legal = (
        np.maximum(of(one), 1.0) * one.unit + twin.arranged(np.maximum(of(other), 1.0) * other.unit)
        for of in (_good, _legal)
    )
    at = np.unravel_index(int(np.argmax(apart / legal)), apart.shape)
    unit = max(float(one.unit[at]), float(twin.arranged(other.unit)[at]))
    verdict = _verdict(apart, good, legal, twin.is_exact)
    value, bound = float(apart[at]) / unit, float(legal[at]) / unit
    return Measurement(
        metric=twin.identity,
        value=value,
        unit="ulp",
        verdict=verdict,
        bound=bound,
        bound_source="sum of the bounds of both results",
        witness=_witness(first, due, at, problem, twin),
        message=_sentence(verdict, value, bound, twin) if verdict != "pass" else "",
        distribution={"differing": int((apart > 0).sum()), "count": int(apart.size)},
    )


def _good(truth: Truth) -> Float64Array:
    return truth.limits.good


def _legal(truth: Truth) -> Float64Array:
    return truth.limits.legal


def _verdict(
    apart: Float64Array, good: Float64Array, legal: Float64Array, is_exact: bool
) -> Verdict:
    if not (apart <= legal).all():
        return "fail"
    fine = (apart == 0) if is_exact else (apart <= good)
    return "pass" if fine.all() else "weak"


def _sentence(verdict: Verdict, value: float, bound: float, twin: Twin) -> str:
    if not np.isfinite(value):
        return "one of the two results is NaN or infinite, the other is not"
    text = f"the two results are {value:.4g} ulp apart where rounding explains {bound:.4g}"
    if verdict == "weak" and twin.is_exact:
        text += "; a formula that subtracts the maximum first gives the same bits"
    return text


def _witness(
    first: Float64Array,
    due: Float64Array,
    at: tuple[Any, ...],
    problem: Problem,
    twin: Twin,
) -> dict[str, Json]:
    """Both results at the worst place, and both rows where they are short."""
    places = np.arange(first.size).reshape(first.shape)
    mine = np.unravel_index(int(twin.arranged(places)[at]), first.shape)
    found: dict[str, Json] = {
        "index": [int(i) for i in at],
        "got": float(first[at]).hex(),
        "expected": float(due[at]).hex(),
        "twin index": [int(i) for i in mine],
    }
    if problem.n <= LONGEST_WITNESS:
        found |= row_at(problem, at, first.ndim)
        found |= {f"twin {k}": v for k, v in row_at(twin.problem, mine, first.ndim).items()}
    return found
