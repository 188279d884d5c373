from __future__ import annotations

import math

import numpy as np
import pytest

from softmark import operations, oracle
from softmark.checks import Measurement, Scope
from softmark.formats import FLOAT16, FLOAT32, Float64Array, Format, round_to
from softmark.judging.differing import Result, Sameness
from softmark.judging.outputs import Judged, derivative_truth, judge_forward, second_truth
from softmark.operations import Problem
from softmark.subjects import Info

X = np.array([[0.0, 1.0, 2.0, 4.0], [3.0, 3.0, -1.0, 0.5]])


def judge(
    values: Float64Array, fmt: Format = FLOAT32, x: Float64Array = X, *, flushes: bool = False
) -> list[Measurement]:
    scope = scope_of("softmax", fmt, flushes=flushes)
    return list(judge_forward(values, Problem(x), scope))


def scope_of(operation: str, fmt: Format, *, flushes: bool = False) -> Scope:
    info = Info(f"numpy.{operation}", "numpy", operation)
    return Scope(info, operations.load(operation), fmt, shown=lambda scope, mode: flushes)


def right(fmt: Format = FLOAT32, x: Float64Array = X) -> Float64Array:
    return oracle.softmax(x).rounded(fmt)


def test_the_correctly_rounded_result_passes_with_grade_a() -> None:
    (found,) = judge(right())

    assert (found.verdict, found.grade) == ("pass", "A")
    assert found.value is not None
    assert abs(found.value) <= 0.5
    assert found.distribution["count"] == 8


@pytest.mark.parametrize(("ulps", "grade"), [(3, "B"), (400, "F")])
def test_the_error_is_measured_in_ulp_where_it_is_worst(ulps: int, grade: str) -> None:
    values = right()
    wrong = values.astype(np.float32).copy()
    for _ in range(ulps):
        wrong[1, 2] = np.nextafter(wrong[1, 2], np.float32(1))

    found = judge(wrong.astype(np.float64))[0]

    assert found.value == pytest.approx(ulps, abs=0.5)
    assert found.grade == grade
    assert found.witness["index"] == [1, 2]
    assert found.witness["x"] == [float(v).hex() for v in X[1]]
    assert found.witness["expected"] == float(values[1, 2]).hex()


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_no_number_where_one_is_due_fails_whatever_the_bound(bad: float) -> None:
    values = right()
    values[0, 1] = bad

    found = judge(values)[0]

    assert (found.verdict, found.grade) == ("fail", "F")
    assert found.value is not None
    assert not math.isfinite(found.value)
    assert ", expected " in found.message


def test_an_infinity_is_excused_only_where_rounding_alone_overflows() -> None:
    scope = Scope(Info("x.smooth_max", "x", "smooth_max"), operations.load("smooth_max"), FLOAT16)
    at_the_limit, well_below = (Problem(np.full((1, 10), v)) for v in (FLOAT16.max, 30000.0))
    overflow = np.array([np.inf])

    assert [m.verdict for m in judge_forward(overflow, at_the_limit, scope)] == ["weak"]
    assert [m.verdict for m in judge_forward(-overflow, at_the_limit, scope)] == ["fail"]
    assert [m.verdict for m in judge_forward(overflow, well_below, scope)] == ["fail"]


def flushed(at: slice) -> tuple[Float64Array, Float64Array]:
    """Logits with two subnormal results in float16, and results of which some are 0."""
    x = np.array([[0.0, -12.0, -13.0, -1.0]])
    values = right(FLOAT16, x)
    assert 0 < values[0, 1] < FLOAT16.least_normal
    values[0, at] = 0.0
    return x, values


def test_results_that_are_shown_to_be_flushed_to_zero_are_a_policy_with_their_error() -> None:
    x, values = flushed(slice(1, 3))

    error, policy = judge(values, FLOAT16, x, flushes=True)

    assert error.verdict == "pass"
    assert error.distribution["flushed"] == policy.distribution["flushed"] == 2
    assert (policy.metric, policy.verdict) == ("flushed", "policy")
    assert policy.value == pytest.approx(-oracle.softmax(x).value[0, 1] * 2.0**24, rel=1e-6)
    assert float.fromhex(str(policy.witness["got"])) == 0.0


def test_zeros_of_what_keeps_subnormal_numbers_fail_with_their_error() -> None:
    x, values = flushed(slice(1, 3))

    (error,) = judge(values, FLOAT16, x)

    assert (error.verdict, error.grade) == ("fail", "F")
    assert error.value == pytest.approx(-oracle.softmax(x).value[0, 1] * 2.0**24, rel=1e-6)


def test_only_a_zero_is_excused_and_only_below_the_normal_range() -> None:
    x, values = flushed(slice(1, 1))
    values[0, 1] /= 4  # half way to zero
    (quartered,) = judge(values, FLOAT16, x, flushes=True)
    normal = right()
    normal[0, 0] = 0.0

    assert quartered.verdict == "fail"
    assert judge(normal, flushes=True)[0].verdict == "fail"


def test_where_all_results_are_excused_there_is_no_error_of_0() -> None:
    scope = scope_of("smooth_max", FLOAT32, flushes=True)
    tiny = Problem(np.full((3, 4), FLOAT32.least_normal / 2))

    found = list(judge_forward(np.zeros(3), tiny, scope))

    assert [m.verdict for m in found] == ["policy", "policy"]
    assert found[0].value == pytest.approx(-(2.0**22))
    assert found[0].grade is None


def test_a_step_flushed_on_the_way_is_a_policy_too_and_nothing_larger_is() -> None:
    scope, strict = (scope_of("softargmax", FLOAT32, flushes=flushes) for flushes in (True, False))
    problem = Problem(np.array([[0.0, *[-200.0] * 98, -87.6]]))  # 99 times a subnormal weight
    due = oracle.softargmax(problem.x).rounded(FLOAT32)
    assert due > FLOAT32.least_normal

    error, step = judge_forward(np.zeros(1), problem, scope)
    (larger,) = judge_forward(np.array([1e-34]), problem, scope)
    (unproved,) = judge_forward(np.zeros(1), problem, strict)

    assert (error.verdict, step.metric, step.verdict) == ("policy", "flushed step", "policy")
    assert larger.verdict == unproved.verdict == "fail"


def test_a_flushed_step_weighs_as_much_as_its_cotangent_and_tangent() -> None:
    scope = scope_of("log_softmax", FLOAT32, flushes=True)
    problem = Problem(np.array([[0.0, -88.0]]))  # the second weight is subnormal
    g, v = np.full((1, 2), 1e4), np.array([[-1e4, 1e4]])
    truth = second_truth(problem, g, v, scope)
    values = truth.exact.rounded(FLOAT32)
    assert FLOAT32.least_normal / FLOAT32.unit_roundoff < abs(values[0, 1]) < 1e-29
    values[0, 1] = 0.0

    error, step = Judged("hvp error", values, truth, problem, scope, g, v).measurements()
    ones = np.ones((1, 2))
    (small,) = Judged("hvp error", values, truth, problem, scope, ones, ones).measurements()

    assert (error.verdict, step.metric) == ("pass", "flushed step")
    assert small.verdict == "fail"


def off_by(relative: float) -> Measurement:
    """That of rows at an offset of 1000, each result off by the same relative amount."""
    x = X + 1000.0
    return judge(round_to(right(x=x) * (1 + relative), FLOAT32), x=x)[0]


def test_what_another_published_formula_explains_is_weak_and_says_which() -> None:
    found = off_by(900 * FLOAT32.unit_roundoff)  # e^(x - logsumexp(x)) may lose some 1000 u

    assert (found.verdict, found.grade) == ("weak", "C")
    assert "explained by the division-free softmax, exp(x - lse)" in found.message
    assert "Blanchard, Higham, Higham 2021" in found.bound_source
    assert found.bound is not None
    assert found.value is not None
    assert found.value < found.bound


def test_the_narrowest_formula_that_explains_an_error_is_named() -> None:
    assert "exponents scaled before the shift" in off_by(1800 * FLOAT32.unit_roundoff).message
    assert "merged" in off_by(4500 * FLOAT32.unit_roundoff).message


def test_what_no_published_formula_explains_fails() -> None:
    for found in (off_by(6000 * FLOAT32.unit_roundoff), off_by(-0.5)):
        assert (found.verdict, found.grade) == ("fail", "F")
        assert "explained" not in found.message


def test_a_formula_explains_an_error_only_where_the_logits_are_large() -> None:
    assert (
        judge(round_to(right() * (1 + 900 * FLOAT32.unit_roundoff), FLOAT32))[0].verdict == "fail"
    )


def test_a_normal_result_set_to_zero_is_an_error() -> None:
    values = right()
    values[0, 0] = 0.0

    assert judge(values)[0].verdict == "fail"


@pytest.mark.parametrize(
    ("values", "verdict"),
    [([3, 0], "pass"), ([3, 1], "policy"), ([2, 0], "fail"), ([4, 0], "fail"), ([3.5, 0], "fail")],
)
def test_an_index_is_right_wrong_or_another_maximum(values: list[float], verdict: str) -> None:
    scope = Scope(Info("numpy.argmax", "numpy", "argmax"), operations.load("argmax"), FLOAT32)

    (found,) = judge_forward(np.array(values, dtype=float), Problem(X), scope)

    assert found.verdict == verdict


def test_a_one_hot_must_be_one() -> None:
    scope = Scope(Info("numpy.hardmax", "numpy", "hardmax"), operations.load("hardmax"), FLOAT32)
    good = np.array([[0.0, 0, 0, 1], [1.0, 0, 0, 0]])
    both = np.array([[0.0, 0, 0, 1], [1.0, 1, 0, 0]])

    assert [m.verdict for m in judge_forward(good, Problem(X), scope)] == ["pass"]
    assert [m.verdict for m in judge_forward(both, Problem(X), scope)] == ["fail"]
    assert [m.verdict for m in judge_forward(good * 0.5, Problem(X), scope)] == ["fail"]


def test_no_grade_admits_an_error_of_half_the_value() -> None:
    """The gradient e^(x - lse) at [1e8, 1e8], where grade C's roundings add up to more than 1."""
    scope = scope_of("logsumexp", FLOAT32)
    problem, g = Problem(np.array([[1e8, 1e8]])), np.ones(1)
    exact = derivative_truth(scope.operation.vjp, problem, g, scope)

    def verdict(values: list[float]) -> Measurement:
        return Judged("vjp error", np.array([values]), exact, problem, scope, g).error()

    assert verdict([1.0, 1.0]).verdict == verdict([0.25, 0.25]).verdict == "fail"
    assert verdict([0.7, 0.7]).verdict == "weak"
    assert verdict([0.5, 0.5]).grade == "A"


def test_a_record_has_both_bounds_and_the_share_of_the_one_that_decided() -> None:
    values = right().astype(np.float32)
    for _ in range(3):
        values[1, 2] = np.nextafter(values[1, 2], np.float32(1))

    found = judge(values.astype(np.float64))[0]

    assert found.good_bound is not None
    assert found.bound is not None
    assert 3 < found.good_bound <= found.bound


def test_nan_against_nan_is_equal_and_against_a_number_is_said() -> None:
    scope = scope_of("softmax", FLOAT32)
    same, nan = Sameness("axis", Problem(X), scope), np.full(X.shape, np.nan)
    one, other, number = (Result(f"call {i}", v) for i, v in enumerate((nan, nan.copy(), right())))

    assert same.measure(one, [other]).verdict == "pass"
    assert "one of them is NaN" in same.measure(one, [number]).message
    assert "ulp" not in same.measure(one, [number]).message
