"""The derivatives that the oracle knows by an operation's name, each with the operation's bound.

``beside`` says whether the oracle is given what the operation has beside its logits.
"""

from __future__ import annotations

from typing import Any

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations import estimates
from softmark.operations.base import Bound, Derivative, Problem, SecondBound, SecondDerivative
from softmark.oracle import Enclosure


def vjp(name: str, error_bound: Bound, *, beside: bool = False) -> Derivative:
    """The gradient of ``<g, f(x)>``."""

    def reference(problem: Problem, g: Float64Array) -> Enclosure:
        return oracle.vjp(name, problem.x, g, **_given(problem, beside))

    return Derivative(reference, error_bound, estimates.of(name, "vjp"))


def jvp(name: str, error_bound: Bound, *, beside: bool = False) -> Derivative:
    """The derivative of ``f(x)`` along a tangent."""

    def reference(problem: Problem, v: Float64Array) -> Enclosure:
        return oracle.jvp(name, problem.x, v, **_given(problem, beside))

    return Derivative(reference, error_bound, estimates.of(name, "jvp"))


def hvp(name: str, error_bound: SecondBound, *, beside: bool = False) -> SecondDerivative:
    """The derivative of the gradient of ``<g, f(x)>`` along a tangent."""

    def reference(problem: Problem, g: Float64Array, v: Float64Array) -> Enclosure:
        return oracle.hvp(name, problem.x, g, v, **_given(problem, beside))

    return SecondDerivative(reference, error_bound, estimates.of(name, "hvp"))


def vjp_beta(name: str, error_bound: Bound) -> Derivative:
    """The gradient of ``<g, f(x)>`` in the inverse temperature, one for each row."""

    def reference(problem: Problem, g: Float64Array) -> Enclosure:
        return oracle.vjp_beta(name, problem.x, g, axis=problem.axis, beta=problem.beta)

    return Derivative(reference, error_bound)


def _given(problem: Problem, beside: bool) -> dict[str, Any]:
    labels = problem.labels if beside else None
    return {"axis": problem.axis, "beta": problem.beta, "labels": labels}
