"""Estimates are as near to the exact ones as what they are compared with needs."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from softmark import operations
from softmark.operations import Kind, Problem, estimates

KINDS = ("value", "vjp", "jvp", "hvp")
ESTIMATED = [
    (name, kind)
    for name in operations.names()
    for kind in KINDS
    if getattr(getattr(operations.load(name), kind), "estimate", None) is not None
]


def problem_of(name: str, rng: np.random.Generator, rows: int, n: int) -> Problem:
    operation = operations.load(name)
    x = rng.normal(0.0, 8.0, (rows, n))
    beta = float(rng.choice([0.3, 1.0, 2.7])) if operation.has_beta else operation.usual_number
    labels = None
    if operation.takes_sink:
        labels = rng.normal(0.0, 3.0, (rows, 1))
    elif operation.takes_target:
        labels = rng.integers(0, 129, (rows, n)) / 128
    elif operation.takes_other:
        labels = rng.normal(0.0, 3.0, (rows, n))
    elif operation.takes_labels:
        labels = rng.integers(0, n, rows) if rng.random() < 0.5 else rng.random((rows, n))
    return Problem(x, -1, beta, labels)


@pytest.mark.parametrize(("name", "kind"), ESTIMATED)
@given(n=st.integers(2, 40), seed=st.integers(0, 10**6))
@settings(max_examples=examples(10), deadline=None)
def test_an_estimate_is_within_a_hundredth_of_an_ulp_of_float64_of_its_terms(
    name: str, kind: str, n: int, seed: int
) -> None:
    rng = np.random.default_rng([seed, n])
    operation, problem = operations.load(name), problem_of(name, rng, 3, n)
    is_one = operation.kind is Kind.REDUCTION
    g, v = rng.normal(size=(3,) if is_one else (3, n)), rng.normal(size=(3, n))
    along = {"value": (), "vjp": (g,), "jvp": (v,), "hvp": (g, v)}[kind]
    derivative = getattr(operation, kind)
    exact = derivative.reference(problem, *along).value
    found = derivative.estimate(problem, *along)
    assert found.shape == exact.shape
    terms = np.prod([np.abs(a).max() for a in along]) * max(1.0, problem.beta) ** 2
    terms *= max(n, 2 * np.abs(problem.x).max()) if is_one else 1.0
    labels = 0.0 if problem.labels is None else np.abs(problem.labels).sum()
    assert np.abs(found - exact).max() <= (1 + labels) * terms * 2.0**-58 + 2.0**-53 * np.max(
        np.abs(exact)
    )


def test_what_the_oracle_has_no_kernel_for_is_estimated() -> None:
    assert set(ESTIMATED) >= {(name, "hvp") for name in ("softmax", "sigmoid", "cross_entropy")}
    assert set(ESTIMATED) >= {(name, "value") for name in ("sparsemax", "softplus", "log_sigmoid")}
    assert estimates.of("softmax", "vjp") is None


def test_what_has_no_number_is_not_estimated() -> None:
    softmax, x = operations.load("softmax"), np.array([[np.inf, 1.0], [0.0, 1.0]])
    assert softmax.hvp is not None
    assert softmax.hvp.estimate is not None
    found = softmax.hvp.estimate(Problem(x), np.ones_like(x), np.ones_like(x))
    assert found is not None
    assert np.isfinite(found).all(axis=1).tolist() == [False, True]
