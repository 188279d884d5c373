"""Rounding from enclosures and errors in ulp, against exact rationals."""

from __future__ import annotations

import math
from fractions import Fraction

import gmpy2
import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from softmark import oracle
from softmark.formats import (
    FLOAT8_E4M3FN,
    FLOAT8_E5M2,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    FORMATS,
    Format,
    round_to,
    ulp,
)
from softmark.oracle import rounding_kernel as kernel
from softmark.oracle.exact_rounding import round_interval, round_rational
from softmark.oracle.measure import round_scaled

ALL = pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
NARROW = [f for f in FORMATS.values() if f is not FLOAT64]


def midpoints(fmt: Format, count: int = 400) -> np.ndarray:
    """Numbers halfway between neighbours of a format narrower than float64."""
    rng = np.random.default_rng(0)
    top = int(math.log2(fmt.max))
    exponent = rng.integers(fmt.e_min - fmt.precision, top, count).astype(float)
    number = np.abs(round_to(rng.uniform(1, 2, count) * 2.0**exponent, fmt))
    return number + ulp(number, fmt) / 2


@ALL
@settings(max_examples=300, deadline=None)
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_rational_rounding_agrees_with_the_formats(fmt: Format, value: float) -> None:
    rounded = round_rational(fmpq(*value.as_integer_ratio()), fmt)
    np.testing.assert_array_equal(rounded, float(round_to(value, fmt)))


def test_rational_rounding_agrees_with_mpfr_in_float32() -> None:
    rng = np.random.default_rng(0)
    with gmpy2.context(precision=24, emin=-148, emax=128, subnormalize=True):
        for _ in range(2000):
            p = int(rng.integers(-(2**60), 2**60)) or 1
            q = int(rng.integers(1, 2**60)) << int(rng.integers(0, 160))
            assert round_rational(fmpq(p, q), FLOAT32) == float(gmpy2.mpfr(gmpy2.mpq(p, q)))


def test_an_interval_around_zero_is_no_overflow() -> None:
    assert round_interval(fmpq(-(10**9)), fmpq(10**9), FLOAT8_E4M3FN) is None
    found = round_interval(fmpq(10**8), fmpq(10**9), FLOAT8_E4M3FN)
    assert found is not None
    assert math.isnan(found)


def narrow(fmt: Format, hi: np.ndarray, lo: np.ndarray, bound: np.ndarray):
    out, undecided = np.empty(hi.size), np.empty(hi.size, dtype=np.uint8)
    overflow = np.inf if fmt.has_infinity else np.nan
    kernel.round_to_narrow(
        hi, lo, bound, fmt.precision, fmt.e_min, fmt.max, overflow, out, undecided
    )
    return out, undecided.astype(bool)


@pytest.mark.parametrize("fmt", NARROW, ids=lambda f: f.name)
@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_hair_beside_a_midpoint_decides(fmt: Format, side: float, sign: float) -> None:
    hi = sign * midpoints(fmt)
    lo = side * hi * 2.0**-80
    found, undecided = narrow(fmt, hi, lo, np.abs(hi) * 2.0**-81)
    assert not undecided.any()
    expected = [
        round_rational(fmpq(*h.as_integer_ratio()) + fmpq(*e.as_integer_ratio()), fmt)
        for h, e in zip(hi.tolist(), lo.tolist(), strict=True)
    ]
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("fmt", NARROW, ids=lambda f: f.name)
def test_an_enclosure_across_a_midpoint_is_undecided_and_an_exact_tie_goes_to_even(
    fmt: Format,
) -> None:
    hi = midpoints(fmt)
    assert narrow(fmt, hi, hi * 2.0**-80, hi * 2.0**-79)[1].all()
    found, undecided = narrow(fmt, hi, np.zeros_like(hi), np.zeros_like(hi))
    assert not undecided.any()
    np.testing.assert_array_equal(found, round_to(hi, fmt))


def test_float64_midpoints_are_undecided_within_the_bound_alone() -> None:
    hi = np.random.default_rng(0).uniform(1, 2, 500)
    half = np.full_like(hi, 2.0**-53)
    for lo, bound, expected in (
        (half * (1 - 2.0**-20), 2.0**-100, hi),
        (half * (1 - 2.0**-20), 2.0**-70, None),
    ):
        out, undecided = np.empty(hi.size), np.empty(hi.size, dtype=np.uint8)
        kernel.round_to_double(hi, lo, np.full_like(hi, bound), out, undecided)
        if expected is None:
            assert undecided.all()
        else:
            assert not undecided.any()
            np.testing.assert_array_equal(out, expected)


@ALL
def test_scaled_rounding_is_exact_through_the_subnormal_band(fmt: Format) -> None:
    rng = np.random.default_rng(1)
    hi, scale = rng.uniform(1, 2, 800), rng.integers(fmt.e_min - 60, fmt.e_min + 10, 800)
    lo = hi * rng.uniform(-1, 1, 800) * 2.0**-54
    found, undecided = round_scaled(hi, lo, hi * 2.0**-90, scale, fmt)
    exact = [
        round_rational(
            (fmpq(*h.as_integer_ratio()) + fmpq(*e.as_integer_ratio())) * fmpq(2) ** s, fmt
        )
        for h, e, s in zip(hi.tolist(), lo.tolist(), scale.tolist(), strict=True)
    ]
    assert undecided.mean() < 0.01
    np.testing.assert_array_equal(found[~undecided], np.array(exact)[~undecided])


@ALL
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_scaled_rounding_decides_a_hair_beside_a_midpoint(fmt: Format, side: float) -> None:
    least = fmt.e_min - fmt.precision + 1
    top = 2 ** (fmt.precision - 1) - 1
    units = np.arange(max(0, top - 3000), top) + 0.5
    mantissa, exponent = np.frexp(units)
    scale = exponent.astype(np.int64) + least
    found, undecided = round_scaled(
        mantissa, side * mantissa * 2.0**-80, mantissa * 2.0**-81, scale, fmt
    )
    assert not undecided.any()
    np.testing.assert_array_equal(found, np.ldexp(units + side / 2, least))


@ALL
def test_error_in_ulp_is_that_of_exact_arithmetic(fmt: Format) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(30, 7)) * 3
    enclosure = oracle.softmax(x)
    right = enclosure.rounded(fmt)
    for steps in (0, 1, -3):
        y = round_to(right + steps * ulp(right, fmt), fmt)
        errors = enclosure.error(y, fmt)
        parts = (y, enclosure.hi, enclosure.lo, errors.ulp)
        for value, hi, lo, found in zip(*(p.ravel() for p in parts), strict=True):
            exact = Fraction(hi) + Fraction(lo)
            unit = Fraction(float(ulp(float(hi), fmt)))
            if math.frexp(hi)[0] == 0.5 and lo < 0:
                continue
            assert math.isnan(found) or abs(found - float((Fraction(value) - exact) / unit)) < 1e-3


@ALL
def test_correct_rounding_is_never_off_by_more_than_half_an_ulp(fmt: Format) -> None:
    x = np.random.default_rng(3).normal(size=(200, 5)) * 30
    for enclosure in (oracle.softmax(x), oracle.log_softmax(x), oracle.logsumexp(x)):
        errors = enclosure.error(enclosure.rounded(fmt), fmt)
        assert np.nanmax(np.abs(errors.ulp)) <= 0.5
        assert not errors.nan.any()
        assert not errors.infinite.any()


def test_ulp_just_below_a_power_of_two_is_the_small_one() -> None:
    enclosure = oracle.softmax([0.0, -60.0])  # 1 - exp(-60): inside the binade below 1
    errors = enclosure.error([1.0 - 2.0**-53, 0.0], FLOAT64)
    assert errors.ulp[0] == pytest.approx(-1.0, abs=1e-6)


def test_failures_that_are_no_number_of_ulp_are_counted_apart() -> None:
    tiny = -100.0  # exp(tiny) is subnormal in float32
    enclosure = oracle.softmax([0.0, tiny, 0.0, 0.0, 0.0])
    errors = enclosure.error([np.nan, 0.0, np.inf, 0.25, 0.25], FLOAT32)
    assert errors.nan.tolist() == [True, False, False, False, False]
    assert errors.flushed.tolist() == [False, True, False, False, False]
    assert errors.infinite.tolist() == [False, False, True, False, False]
    assert np.isnan(errors.ulp[:3]).all()
    assert np.isfinite(errors.ulp[3:]).all()


def test_overflow_saturation_and_missing_nan() -> None:
    large = oracle.logsumexp([[70000.0, 0.0], [np.nan, 0.0], [-np.inf, -np.inf]])
    errors = large.error([65504.0, 1.0, -np.inf], FLOAT16)
    assert errors.saturated.tolist() == [True, False, False]
    assert errors.missing_nan.tolist() == [False, True, False]
    assert errors.ulp[2] == 0.0
    assert large.error([1.0, np.nan, 3.0], FLOAT16).missing_infinity.tolist() == [True, False, True]
    assert large.error([np.inf, np.nan, -np.inf], FLOAT16).ulp.tolist() == [0.0, 0.0, 0.0]
    assert math.isnan(large.rounded(FLOAT8_E4M3FN)[0])
    assert large.rounded(FLOAT8_E5M2)[0] == math.inf
    eight = large.error([448.0, np.nan, -np.inf], FLOAT8_E4M3FN)
    assert eight.saturated.tolist() == [True, False, False]


def test_real_ties_of_equal_logits_go_to_even() -> None:
    n = 1024  # 2**-10 is half the least subnormal of float8_e4m3fn
    assert (oracle.softmax(np.zeros(n)).rounded(FLOAT8_E4M3FN) == 0).all()
    assert (oracle.softmax(np.zeros(n - 1)).rounded(FLOAT8_E4M3FN) == 2.0**-9).all()


def test_long_rows_of_ties_are_decided_once_for_all_equal_logits() -> None:
    n = 1 << 17  # 2**-17 is half the least subnormal of float8_e5m2
    rounded = oracle.softmax(np.zeros(n)).rounded(FLOAT8_E5M2)
    assert (rounded == 0).all()
    one_up = oracle.softmax(np.zeros(n)).error(np.full(n, 2.0**-16), FLOAT8_E5M2)
    assert (one_up.ulp == 0.5).all()


def test_a_term_that_no_precision_resolves_still_breaks_a_tie() -> None:
    x = np.zeros(1025)
    x[-1] = -1e5  # 1/1024 less exp(-100000)/2**20
    assert (oracle.softmax(x).rounded(FLOAT8_E4M3FN)[:-1] == 0).all()
    found = oracle.log_softmax([0.0, -257.0, -1e30]).rounded(FORMATS["bfloat16"])
    assert found.tolist()[1] == -258.0  # 257 is a midpoint, and log(1 + exp(-257)) is positive


def test_a_result_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        oracle.softmax([1.0, 2.0]).error([1.0], FLOAT64)
