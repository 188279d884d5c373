from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from softmark import operations
from softmark.checks import Measurement, Scope, applies, load
from softmark.formats import FLOAT32
from softmark.subjects import Info, Timing
from softmark.timing.throughput import throughput
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

Array = NDArray[Any]


def softmax(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def softargmax(x: Array, axis: int = -1) -> Array:
    return np.asarray((softmax(x, axis) * np.arange(x.shape[axis], dtype=x.dtype)).sum(axis))


def scope_of(function: Callable[..., Any], operation: str, **changes: Any) -> Scope:
    info = Info(
        f"numpy.{operation}",
        "numpy",
        operation,
        formats=("float64", "float32"),
        takes_beta="beta" in inspect.signature(function).parameters,
    )
    return Scope(info, operations.load(operation), FLOAT32, **changes)


def measure(function: Callable[..., Any], check: str, scope: Scope) -> list[Measurement]:
    subject = InProcessSubject(function, scope.info, FRAMEWORK)
    module = load(check)
    return [m for case in module.cases(scope) for m in module.measure(subject, case, scope)]


def test_a_right_result_has_a_time_and_its_samples() -> None:
    measured = measure(softmax, "throughput", scope_of(softmax, "softmax"))
    found = [m for m in measured if "differentiation" not in m.message]

    assert [m.verdict for m in found] == ["pass"] * len(found)
    for m in found:
        assert m.value is not None
        assert m.value > 0
        samples = m.distribution["samples_ns"]
        assert isinstance(samples, list)
        assert len(samples) >= 2
        assert m.distribution["p10"] <= m.distribution["median"] <= m.distribution["p90"]  # type: ignore[operator]
        assert m.distribution["copy_fraction"] > 0  # type: ignore[operator]
        assert len(m.distribution["copy_ns"]) == len(samples)  # type: ignore[arg-type]


def test_throughput_is_traffic_over_time_and_its_fraction_that_of_the_copies() -> None:
    timing = Timing(
        subject_ns=np.array([100.0, 200.0, 400.0]),
        copy_ns=np.array([50.0, 50.0, 60.0]),
        subject_calls=1,
        copy_calls=1,
        copy_bytes=1000,
        threads=1,
        first_call_ns=1e6,
    )

    found = throughput(timing, elements=100, traffic_bytes=2000)

    assert found.ns_per_call == 200.0
    assert found.ns_per_element == 2.0
    assert found.gb_per_s == 10.0
    assert found.copy_fraction == pytest.approx(10.0 / 40.0)


def test_a_beta_that_a_function_does_not_take_is_said_once() -> None:
    found = measure(softargmax, "limit", scope_of(softargmax, "softargmax"))

    assert [m.verdict for m in found if m.metric == "beta"] == ["not_offered"]


def test_the_distance_falls_with_the_law_until_rounding_hides_it() -> None:
    found = measure(softmax, "limit", scope_of(softmax, "softmax"))
    distances = [m for m in found if m.metric == "distance to limit"]

    assert {m.verdict for m in distances} == {"pass"}
    for m in distances:
        law, exact = m.distribution["law"], m.distribution["exact"]
        assert isinstance(law, float)
        assert isinstance(exact, float)
        assert exact <= law
        assert m.value == pytest.approx(exact, rel=1e-4, abs=1e-7)


def test_what_has_no_limit_says_so() -> None:
    assert (
        applies("limit", scope_of(softmax, "logsumexp")) == "logsumexp has no limit as beta grows"
    )
    assert "right or wrong" in (applies("simplex", scope_of(softmax, "argmax")) or "")
