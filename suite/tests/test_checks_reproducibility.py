"""What the check reproducibility makes of results that are, and are not, the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.formats import FLOAT32, FLOAT64, Format
from softmark.subjects import Info
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

Array = NDArray[Any]


def softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def measure(
    function: Callable[..., Any],
    metric: str,
    operation: str = "softmax",
    fmt: Format = FLOAT32,
    **info: Any,
) -> Measurement:
    """The first measurement of a metric in the quick profile."""
    known = Info(
        f"numpy.{operation}[t]",
        "numpy",
        operation,
        gradient=False,
        takes_beta="beta" in inspect.signature(function).parameters,
        **info,
    )
    scope = Scope(known, operations.load(operation), fmt)
    subject = InProcessSubject(function, known, FRAMEWORK)
    check = checks.load("reproducibility")
    for case in check.cases(scope):
        if case.parameters["check"]["compare"] == metric:  # type: ignore[index, call-overload]
            return next(iter(check.measure(subject, case, scope)))
    raise AssertionError(f"no case compares {metric}")


def alone_is_nudged(ulps: float) -> Callable[..., Any]:
    """A softmax whose results for a row alone are off by so many ulp, one of them."""

    def function(x: Array, axis: int = -1) -> Array:
        p = softmax(x, axis)
        if len(x) == 1:
            p[0, 3] += np.float32(ulps) * np.spacing(p[0, 3])
        return p

    return function


def test_the_same_bits_pass() -> None:
    for metric in ("run to run", "batch", "after other calls", "concurrent calls"):
        found = measure(softmax, metric)

        assert (found.verdict, found.value, found.unit) == ("pass", 0.0, "ulp")


def test_a_row_in_a_batch_that_differs_within_the_bound_is_weak() -> None:
    found = measure(alone_is_nudged(5), "batch")

    assert found.verdict == "weak"
    assert found.value == pytest.approx(5, abs=0.5)
    assert found.witness["index"] == [0, 3]
    assert found.witness["first way"]["rows"] == [0, 1025]  # type: ignore[index, call-overload]
    assert found.witness["second way"]["rows"] == [0, 1]  # type: ignore[index, call-overload]
    assert found.distribution["different"] == 3  # the rows that were alone
    assert "row 0 alone" in found.message


def test_a_row_in_a_batch_beyond_the_bound_fails() -> None:
    found = measure(alone_is_nudged(1e5), "batch")

    assert found.verdict == "fail"
    assert found.value is not None
    assert found.bound is not None
    assert found.value > found.bound > 1


def test_a_nan_where_a_number_was_fails() -> None:
    found = measure(alone_is_nudged(np.nan), "batch")

    assert (found.verdict, found.value) == ("fail", np.inf)


def test_the_sign_of_zero_is_a_bit() -> None:
    count = iter(range(1000))
    found = measure(lambda x, axis=-1: x * 0 * (-1) ** next(count), "run to run")

    assert (found.verdict, found.value) == ("fail", 0.0)
    assert "not the same bits" in found.message


def test_a_call_that_is_random_is_said_to_be_so_alone() -> None:
    generator = np.random.default_rng(0)

    def noisy(x: Array, axis: int = -1) -> Array:
        return softmax(x, axis) * np.float32(1 + generator.integers(2) * 2.0**-20)

    assert measure(noisy, "run to run").verdict == "fail"
    found = measure(noisy, "after other calls")
    assert found.verdict == "fail"
    assert "the same call repeated alone" in found.message


def test_what_one_call_leaves_for_the_next_is_told() -> None:
    last: list[Array] = []

    def keeps(x: Array, axis: int = -1) -> Array:
        last.append(x)
        return softmax(x, axis) + np.float32(np.isnan(last[-2]).any() if len(last) > 1 else 0)

    found = measure(keeps, "after other calls")
    assert found.verdict == "fail"
    assert "after NaN" in found.message
    assert "alone" not in found.message


def test_an_index_may_differ_where_maxima_are_equal_only() -> None:
    def last_in_a_batch(x: Array, axis: int = -1) -> Array:
        last = x.shape[axis] - 1 - np.argmax(np.flip(x, axis), axis=axis)
        return np.asarray(last if len(x) > 1 else np.argmax(x, axis=axis))

    def off_by_one(x: Array, axis: int = -1) -> Array:
        return np.asarray(np.argmax(x, axis=axis) + (len(x) > 1))

    assert measure(last_in_a_batch, "batch", "argmax").verdict == "pass"  # no two are equal
    found = measure(off_by_one, "batch", "argmax")
    assert (found.verdict, found.value, found.unit) == ("fail", 1.0, "indices")


def test_what_cannot_be_asked_is_not_offered() -> None:
    assert measure(softmax, "threads").verdict == "not_offered"
    assert measure(softmax, "compiled", eager="").verdict == "not_offered"


def test_rows_along_other_axes_come_back_in_their_places() -> None:
    for operation, function in (
        ("softmax", lambda x, axis=-1: softmax(x.astype(np.float64), axis).astype(x.dtype)),
        ("argmax", lambda x, axis=-1: np.argmax(x, axis=axis)),
    ):
        assert measure(function, "axis", operation).value == 0.0


def wrong_at_call(number: int) -> Callable[..., Any]:
    """A softmax of which one call gives other bits."""
    calls = 0

    def function(x: Array, axis: int = -1) -> Array:
        nonlocal calls
        calls += 1
        return np.asarray(softmax(x, axis) * np.float32(1.5 if calls == number else 1))

    return function


@pytest.mark.parametrize("number", [5, 119, 121, 600])
def test_a_fault_at_any_call_of_a_soak_is_found(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softmark.checks.reproducibility.calls.PATIENCE", np.inf)
    found = measure(wrong_at_call(number), "soak")
    assert found.verdict == "fail"
    assert f"call {number} " in found.message
    assert found.distribution["calls"] == 600


def test_a_soak_of_a_slow_function_makes_a_fifth_of_the_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("softmark.checks.reproducibility.calls.PATIENCE", 0.0)
    found = measure(wrong_at_call(121), "soak")
    assert (found.verdict, found.distribution["calls"]) == ("pass", 120)
    assert measure(wrong_at_call(119), "soak").verdict == "fail"


@pytest.mark.parametrize("keeps", [True, False])
def test_what_a_function_keeps_of_a_call_in_a_narrower_format_is_found(keeps: bool) -> None:
    kept: dict[int, Array] = {}

    def softargmax(x: Array, axis: int = -1) -> Array:
        """With an index by the length alone, in the type of the first call."""
        index = np.arange(x.shape[axis]).astype(x.dtype)
        index = kept.setdefault(len(index), index) if keeps else index
        p = softmax(np.moveaxis(x, axis, -1).astype(np.float64))
        return np.asarray((p * index).sum(axis=-1).astype(x.dtype))

    formats = ("float64", "float16")
    found = measure(softargmax, "after another format", "softargmax", FLOAT64, formats=formats)

    assert found.verdict == ("fail" if keeps else "pass")
    assert found.message.startswith("after a call in float16: ") == keeps
