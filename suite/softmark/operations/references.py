"""The derivatives that the oracle knows by an operation's name, each with the operation's bound."""

from __future__ import annotations

from softmark import oracle
from softmark.formats import Float64Array
from softmark.operations.base import Bound, Derivative, Problem, SecondBound, SecondDerivative
from softmark.oracle import Enclosure


def vjp(name: str, error_bound: Bound) -> Derivative:
    """The gradient of ``<g, f(x)>``."""

    def reference(problem: Problem, g: Float64Array) -> Enclosure:
        return oracle.vjp(name, problem.x, g, axis=problem.axis, beta=problem.beta)

    return Derivative(reference, error_bound)


def jvp(name: str, error_bound: Bound) -> Derivative:
    """The derivative of ``f(x)`` along a tangent."""

    def reference(problem: Problem, v: Float64Array) -> Enclosure:
        return oracle.jvp(name, problem.x, v, axis=problem.axis, beta=problem.beta)

    return Derivative(reference, error_bound)


def hvp(name: str, error_bound: SecondBound) -> SecondDerivative:
    """The derivative of the gradient of ``<g, f(x)>`` along a tangent."""

    def reference(problem: Problem, g: Float64Array, v: Float64Array) -> Enclosure:
        return oracle.hvp(name, problem.x, g, v, axis=problem.axis, beta=problem.beta)

    return SecondDerivative(reference, error_bound)


def vjp_beta(name: str, error_bound: Bound) -> Derivative:
    """The gradient of ``<g, f(x)>`` in the inverse temperature, one for each row."""

    def reference(problem: Problem, g: Float64Array) -> Enclosure:
        return oracle.vjp_beta(name, problem.x, g, axis=problem.axis, beta=problem.beta)

    return Derivative(reference, error_bound)
