"""What no bound on a single error shows: a winner's logarithm that is lost, errors of one sign."""

from __future__ import annotations

import numpy as np
import pytest
from mutants.published import log_softmax_by_log1p

from softmark import operations
from softmark.checks import Measurement, Scope, accuracy
from softmark.checks.accuracy import bias, winners
from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Float64Array, Format
from softmark.judging.outputs import Judged, forward_truth
from softmark.records import Case
from softmark.subjects import Info

FORMATS = (FLOAT64, FLOAT32, FLOAT16, BFLOAT16)
LOGARITHMS = [name for name in operations.names() if operations.load(name).is_logarithm]
BY_NAME = pytest.mark.parametrize("fmt", FORMATS, ids=lambda f: f.name)


def scope_of(operation: str, fmt: Format) -> Scope:
    return Scope(Info(f"x.{operation}", "x", operation), operations.load(operation), fmt)


def judged(case: Case, scope: Scope) -> Judged:
    """The correctly rounded result."""
    problem = scope.problem(case)
    truth = forward_truth(problem, scope)
    return Judged("error", truth.exact.rounded(scope.format), truth, problem, scope)


def with_values(right: Judged, values: Float64Array) -> Judged:
    return Judged("error", values, right.truth, right.problem, right.scope)


def at_the_winner(operation: str, fmt: Format, values: Float64Array | None = None) -> Measurement:
    scope = scope_of(operation, fmt)
    (case,) = winners.lead_cases(scope)
    right = judged(case, scope)
    (found,) = winners.at_the_winner(right if values is None else with_values(right, values))
    return found


def lead(operation: str, fmt: Format) -> Judged:
    scope = scope_of(operation, fmt)
    (case,) = winners.lead_cases(scope)
    return judged(case, scope)


@BY_NAME
@pytest.mark.parametrize("operation", LOGARITHMS)
def test_a_correctly_rounded_winner_is_grade_a(operation: str, fmt: Format) -> None:
    found = at_the_winner(operation, fmt)

    assert (found.verdict, found.grade, found.message) == ("pass", "A", "")


@BY_NAME
def test_log1p_is_accurate_at_the_winner(fmt: Format) -> None:
    x = lead("log_softmax", fmt).problem.x
    kind = np.float32 if fmt.bits < 64 else np.float64
    y = log_softmax_by_log1p(x.astype(kind))  # type: ignore[no-untyped-call]

    found = at_the_winner("log_softmax", fmt, np.asarray(y, dtype=np.float64))

    assert found.verdict == "pass", found.message


@pytest.mark.parametrize("operation", LOGARITHMS)
def test_a_winner_of_zero_is_weak_and_all_of_it_is_wrong(operation: str) -> None:
    """-4e-18 at a gap of 40, and 0 came: within the absolute bound of every grade."""
    right = lead(operation, FLOAT32)
    values = np.where(np.abs(right.values) < 1e-8, 0.0, right.values)
    lost = with_values(right, values)

    (found,) = winners.at_the_winner(lost)

    assert (found.verdict, found.grade, found.unit) == ("weak", "C", "%")
    assert found.value == pytest.approx(100)
    assert "no log1p accuracy from a gap of" in found.message
    assert lost.error().grade != "A"


def test_the_error_is_shown_by_gap_with_the_share_of_rows_that_are_lost() -> None:
    right = lead("log_softmax", FLOAT64)
    rounded = np.where(np.abs(right.values) < 1e-16, 0.0, right.values)

    found = at_the_winner("log_softmax", FLOAT64, rounded).distribution

    gaps, errors = np.array(found["gap"]), np.array(found["relative, %"])
    assert gaps[0] == pytest.approx(1, abs=0.2)
    assert gaps[-1] > 700
    assert errors[gaps > 40] == pytest.approx(100)
    assert (errors[gaps < 30] < 1).all()
    assert isinstance(found["share half wrong"], float)
    assert 0.9 < found["share half wrong"] < 1


def test_only_logarithms_of_probabilities_have_a_winner_to_lose() -> None:
    assert not list(winners.lead_cases(scope_of("softmax", FLOAT32)))


def mean_of(right: Judged, values: Float64Array) -> Measurement:
    (found,) = bias.bias_of(with_values(right, values))
    return found


def close(operation: str, fmt: Format) -> Judged:
    scope = scope_of(operation, fmt)
    (case,) = bias.bias_cases(scope)
    return judged(case, scope)


def truncated(right: Judged) -> Float64Array:
    exact, unit = right.truth.exact.value, right.truth.unit
    return np.asarray(np.trunc(exact / unit) * unit)


@BY_NAME
@pytest.mark.parametrize("operation", ["softmax", "logsumexp", "log_softmax", "softargmax"])
def test_truncation_is_weak_and_rounding_to_nearest_is_not(operation: str, fmt: Format) -> None:
    if fmt is FLOAT64:
        return  # whose exact value is not known to a fraction of an ulp here
    right = close(operation, fmt)

    rounded, cut = mean_of(right, right.values), mean_of(right, truncated(right))

    assert right.values.size >= 10**4
    assert (rounded.verdict, cut.verdict) == ("pass", "weak")
    assert abs(rounded.value or 0) < 0.05
    assert abs(cut.value or 0) == pytest.approx(0.5, abs=0.05)
    assert "ulp in the mean" in cut.message


def test_truncation_is_within_one_ulp_so_that_nothing_else_shows_it() -> None:
    right = close("softmax", BFLOAT16)

    assert with_values(right, truncated(right)).error().grade == "A"


@pytest.mark.parametrize(("share", "verdict"), [(0.1, "pass"), (0.2, "pass"), (0.35, "weak")])
def test_a_small_bias_of_an_exponential_is_legal(share: float, verdict: str) -> None:
    """A share of the results one ulp too large."""
    right = close("softmax", FLOAT32)
    up = np.random.default_rng(0).random(right.values.shape) < share

    assert mean_of(right, right.values + up * right.truth.unit).verdict == verdict


def test_a_large_spread_of_errors_needs_a_larger_mean() -> None:
    """Rows that share one error each count as one draw: 60 ulp of spread hide a mean of 0.5."""
    right = close("softmax", FLOAT32)
    wild = np.random.default_rng(0).normal(0.5, 60, (len(right.values), 1)).round()

    found = mean_of(right, right.values + wild * right.truth.unit)

    assert found.verdict == "pass"
    assert found.distribution["standard error"] == pytest.approx(60 / 2**7, rel=0.05)


def test_both_are_cases_of_accuracy_in_every_profile() -> None:
    modes = [
        case.parameters.get("check") for case in accuracy.cases(scope_of("log_softmax", FLOAT32))
    ]

    assert {"mode": "winner"} in modes
    assert {"mode": "bias"} in modes
