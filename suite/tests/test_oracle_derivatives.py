"""Derivatives: adjoint to each other, equal to difference quotients, and their exact cases."""

from __future__ import annotations

import numpy as np
import pytest

from softmark import oracle
from softmark.formats import FLOAT64

OPERATIONS = (
    "softmax",
    "log_softmax",
    "logsumexp",
    "softargmax",
    "smooth_max",
    "entropy",
    "cross_entropy",
    "sigmoid",
    "softplus",
    "log_sigmoid",
    "sink_softmax",
    "kl_divergence",
    "logaddexp",
    "softcap_softmax",
    "binary_cross_entropy",
)
WITH_BETA = ("softmax", "softargmax", "smooth_max")
LABELS = np.array([0, 1, 2, 4])
SINKS = np.array([[0.0], [2.0], [-1.0], [20.0]])
TARGETS = np.random.default_rng(7).integers(0, 129, (4, 5)) / 128
OTHERS = np.random.default_rng(6).normal(size=(4, 5))
CAP = 4.0
STEP = 1e-5


def arguments(operation: str) -> dict:
    if operation == "cross_entropy":
        return {"labels": LABELS}
    if operation == "sink_softmax":
        return {"labels": SINKS}
    if operation in ("kl_divergence", "logaddexp"):
        return {"labels": OTHERS}
    if operation == "binary_cross_entropy":
        return {"labels": TARGETS}
    if operation == "softcap_softmax":
        return {"beta": CAP}
    return {"beta": 0.7} if operation in WITH_BETA else {}


def value(operation: str, x: np.ndarray) -> np.ndarray:
    if operation == "sink_softmax":
        return oracle.sink_softmax(x, SINKS).rounded(FLOAT64)
    if operation in ("kl_divergence", "logaddexp"):
        return getattr(oracle, operation)(x, OTHERS).rounded(FLOAT64)
    if operation == "binary_cross_entropy":
        return oracle.binary_cross_entropy(x, TARGETS).rounded(FLOAT64)
    if operation == "softcap_softmax":
        return oracle.softcap_softmax(x, CAP).rounded(FLOAT64)
    return getattr(oracle, operation)(x, **arguments(operation)).rounded(FLOAT64)


@pytest.fixture
def arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    return rng.normal(size=(4, 5)) * 3, rng.normal(size=(4, 5)), rng.normal(size=(4, 5))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_derivatives_are_limits_of_difference_quotients(operation: str, arrays) -> None:
    x, g, v = arrays
    more = arguments(operation)
    g = g if value(operation, x).ndim == 2 else g[:, 0]
    along = (value(operation, x + STEP * v) - value(operation, x - STEP * v)) / (2 * STEP)
    forward = oracle.jvp(operation, x, v, **more).rounded(FLOAT64)
    np.testing.assert_allclose(forward, along, atol=1e-8)
    backward = oracle.vjp(operation, x, g, **more).rounded(FLOAT64)
    assert np.sum(backward * v) == pytest.approx(np.sum(forward * g), rel=1e-12)
    ahead, behind = (
        oracle.vjp(operation, x + s * v, g, **more).rounded(FLOAT64) for s in (STEP, -STEP)
    )
    second = oracle.hvp(operation, x, g, v, **more).rounded(FLOAT64)
    np.testing.assert_allclose(second, (ahead - behind) / (2 * STEP), atol=1e-8)


@pytest.mark.parametrize("operation", WITH_BETA)
def test_the_derivative_in_beta_is_the_limit_of_its_quotient(operation: str, arrays) -> None:
    x, g, _ = arrays
    function = getattr(oracle, operation)
    ahead, behind = (function(x, beta=0.7 + s).rounded(FLOAT64) for s in (STEP, -STEP))
    g = g if ahead.ndim == 2 else g[:, 0]
    quotient = (ahead - behind) / (2 * STEP) * g
    quotient = quotient.sum(axis=-1) if quotient.ndim == 2 else quotient
    found = oracle.vjp_beta(operation, x, g, beta=0.7).rounded(FLOAT64)
    np.testing.assert_allclose(found, quotient, atol=1e-8)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_derivative_in_a_sink_is_the_limit_of_its_quotient(axis: int, arrays) -> None:
    x, g, _ = (np.moveaxis(each, -1, axis) for each in arrays)
    sinks = np.moveaxis(SINKS, -1, axis)
    ahead, behind = (
        oracle.sink_softmax(x, sinks + s, axis).rounded(FLOAT64) for s in (STEP, -STEP)
    )
    quotient = ((ahead - behind) / (2 * STEP) * g).sum(axis=axis, keepdims=True)
    found = oracle.vjp_sink(x, sinks, g, axis)
    assert found.shape == sinks.shape
    np.testing.assert_allclose(found.rounded(FLOAT64), quotient, atol=1e-8)


def test_a_sink_that_is_absent_leaves_softmax_and_one_alone_leaves_nothing() -> None:
    x = np.random.default_rng(5).normal(size=(3, 7))
    without = oracle.sink_softmax(x, -np.inf)
    assert (without.rounded(FLOAT64) == oracle.softmax(x).rounded(FLOAT64)).all()
    masked = np.full((1, 3), -np.inf)
    assert (oracle.sink_softmax(masked, 0.5).rounded(FLOAT64) == 0).all()
    assert np.isnan(oracle.sink_softmax(masked, -np.inf).rounded(FLOAT64)).all()
    with pytest.raises(ValueError, match=r"has shape \(3,\); it must broadcast to \(3, 1\)"):
        oracle.sink_softmax(x, [0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match="needs a sink"):
        oracle.vjp("sink_softmax", x, x)


@pytest.mark.parametrize("n", [3, 200])
def test_a_constant_cotangent_gives_exactly_zero(n: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, n)) * 40
    for kind in (oracle.vjp, oracle.jvp):
        answer = kind("softmax", x, np.full_like(x, 0.3))
        assert (answer.hi == 0).all()
        assert (answer.bound == 0).all()


def test_symmetric_rows_have_rational_means_and_covariances() -> None:
    x = np.array([1.0, 7.0, 7.0, 1.0])
    assert oracle.softargmax(x, beta=3.0).rounded(FLOAT64) == 1.5
    even = np.array([2.0, -1.0, -1.0, 2.0])
    assert oracle.jvp("softargmax", x, even).rounded(FLOAT64) == 0.0
    assert (oracle.hvp("softmax", x, np.ones(4), even).rounded(FLOAT64) == 0).all()


def test_a_row_certain_of_its_label_keeps_its_small_gradient() -> None:
    x = np.array([0.0, -80.0, -90.0])
    answer = oracle.vjp("cross_entropy", x, 1.0, labels=0)
    exact = -(np.exp(-80.0) + np.exp(-90.0))
    assert answer.hi[0] == pytest.approx(exact, rel=1e-14)
    assert answer.bound[0] <= 2.0**-63 * abs(answer.hi[0])


@pytest.mark.parametrize("kind", ["value", "vjp"])
def test_enclosures_are_as_narrow_as_promised(kind: str) -> None:
    x = np.random.default_rng(1).normal(size=(50, 40)) * 10
    g = np.random.default_rng(2).normal(size=(50, 40))
    for operation in ("softmax", "log_softmax", "logsumexp", "softargmax", "smooth_max", "entropy"):
        if kind == "value":
            answer = getattr(oracle, operation)(x)
        else:
            side = g if getattr(oracle, operation)(x).hi.ndim == 2 else g[:, 0]
            answer = oracle.vjp(operation, x, side)
        assert (answer.bound <= 2.0**-63 * np.abs(answer.hi)).all()


def test_an_entropy_near_0_is_exact_and_that_of_ties_is_a_logarithm() -> None:
    """A winner that is 800 ahead leaves an entropy below float64, whose logarithm is known."""
    found = oracle.entropy([[0.0, -800.0, -np.inf], [1.0, 1.0, 1.0], [2.0, -np.inf, -np.inf]])
    assert np.log(found.hi[0]) + found.scale[0] * np.log(2) == pytest.approx(np.log(801) - 800)
    assert found.value[1:].tolist() == [pytest.approx(np.log(3), rel=1e-15), 0.0]


def test_the_derivative_in_the_other_logits_is_the_limit_of_its_quotient(arrays) -> None:
    x, v, g = arrays
    ahead, behind = (
        oracle.kl_divergence(x, OTHERS + s * v).rounded(FLOAT64) for s in (STEP, -STEP)
    )
    found = oracle.vjp_other(x, OTHERS, g[:, 0]).rounded(FLOAT64)
    quotient = (ahead - behind) / (2 * STEP) * g[:, 0]
    np.testing.assert_allclose((found * v).sum(axis=-1), quotient, atol=1e-8)


def test_a_divergence_of_rows_that_differ_by_a_constant_is_exactly_0() -> None:
    x = np.random.default_rng(7).integers(-9, 9, (3, 6)).astype(float)
    x[0, 2] = -np.inf
    assert (oracle.kl_divergence(x, x + 3).rounded(FLOAT64) == 0).all()
    assert (oracle.vjp_other(x, x + 3, [1.0, 2.0, 3.0]).rounded(FLOAT64) == 0).all()


def test_a_divergence_from_a_row_that_lacks_an_element_is_infinite_and_not_the_reverse() -> None:
    lacking, whole = [[0.0, -np.inf]], [[0.0, 1.0]]
    assert oracle.kl_divergence(whole, lacking).rounded(FLOAT64) == np.inf
    assert oracle.kl_divergence(lacking, whole).value == pytest.approx(np.log1p(np.e))
