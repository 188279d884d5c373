from __future__ import annotations

from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark.formats import (
    BFLOAT16,
    FLOAT8_E4M3FN,
    FLOAT8_E5M2,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    FORMATS,
    Format,
    decode,
    encode,
    format_named,
    is_representable,
    round_to,
    ulp,
)

NARROW: list[tuple[Format, Any]] = [
    (FLOAT16, np.float16),
    (BFLOAT16, ml_dtypes.bfloat16),
    (FLOAT8_E4M3FN, ml_dtypes.float8_e4m3fn),
    (FLOAT8_E5M2, ml_dtypes.float8_e5m2),
]
formats = st.sampled_from(list(FORMATS.values()))
floats = st.floats(width=64, allow_nan=False)


def exact_round(value: float, fmt: Format) -> float:
    """Round to nearest, ties to even, in rational arithmetic: slow and plain."""
    if value == 0:
        return value
    if np.isinf(value):
        return value if fmt.has_infinity else float("nan")
    v = Fraction(value)
    unit = Fraction(float(ulp(value, fmt)))
    rounded = round(v / unit) * unit  # Python's round is to even
    if abs(rounded) > Fraction(fmt.max):
        return float(np.copysign(np.inf, value)) if fmt.has_infinity else float("nan")
    return float(rounded)


@pytest.mark.parametrize(("fmt", "dtype"), NARROW, ids=lambda p: getattr(p, "name", ""))
def test_every_bit_pattern_means_what_another_library_says(fmt: Format, dtype: Any) -> None:
    bits = np.arange(2**fmt.bits).astype(fmt.carrier)
    with np.errstate(invalid="ignore"):
        theirs = bits.view(dtype).astype(np.float64)

    assert np.array_equal(decode(bits, fmt), theirs, equal_nan=True)


@pytest.mark.parametrize(("fmt", "dtype"), NARROW, ids=lambda p: getattr(p, "name", ""))
def test_bits_survive_decoding_and_encoding(fmt: Format, dtype: Any) -> None:
    bits = np.arange(2**fmt.bits).astype(fmt.carrier)
    number = ~np.isnan(decode(bits, fmt))

    assert np.array_equal(encode(decode(bits, fmt), fmt)[number], bits[number])
    assert np.isnan(decode(encode(np.array(np.nan), fmt), fmt))


@given(floats, formats)
def test_rounding_is_that_of_rational_arithmetic(value: float, fmt: Format) -> None:
    expected = value if fmt is FLOAT64 else exact_round(value, fmt)

    assert np.array_equal(round_to(value, fmt), expected, equal_nan=True)


def test_rounding_to_bfloat16_rounds_once() -> None:
    just_above_half_way = 1 + 2.0**-8 + 2.0**-40

    assert round_to(just_above_half_way, BFLOAT16) == 1 + 2.0**-7
    by_way_of_float32 = np.array(just_above_half_way).astype(np.float32).astype(ml_dtypes.bfloat16)
    assert float(by_way_of_float32) == 1.0  # what a cast through float32 makes of it


@given(floats, formats)
def test_a_rounded_value_is_held_and_stays(value: float, fmt: Format) -> None:
    rounded = round_to(value, fmt)

    assert is_representable(rounded, fmt)
    assert np.array_equal(decode(encode(rounded, fmt), fmt), rounded, equal_nan=True)


@given(floats, formats)
def test_rounding_moves_by_half_an_ulp_at_most(value: float, fmt: Format) -> None:
    rounded = float(round_to(value, fmt))
    if np.isfinite(rounded) and np.isfinite(value):
        assert abs(Fraction(rounded) - Fraction(value)) <= Fraction(float(ulp(value, fmt))) / 2


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda f: f.name)
def test_ulp_at_its_landmarks(fmt: Format) -> None:
    assert ulp(1.0, fmt) == 2 * fmt.unit_roundoff
    assert ulp(0.0, fmt) == ulp(fmt.least_normal / 2, fmt) == fmt.least_subnormal
    assert ulp(np.nextafter(2.0, 0.0), fmt) == 2 * fmt.unit_roundoff
    assert ulp(2.0, fmt) == 4 * fmt.unit_roundoff
    assert np.isnan(ulp(np.inf, fmt))


def test_overflow_begins_half_an_ulp_beyond_the_largest_number() -> None:
    assert round_to(65519.99, FLOAT16) == 65504.0
    assert round_to(65520.0, FLOAT16) == np.inf
    assert np.isnan(round_to(1e6, FLOAT8_E4M3FN))


def test_a_number_that_the_format_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a number of float16; round it first"):
        encode(np.array([1.0, 1 + 2.0**-20]), FLOAT16)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown format 'float12'; the formats are float64"):
        format_named("float12")


@pytest.mark.parametrize("fmt", [FLOAT64, FLOAT32], ids=lambda f: f.name)
def test_shape_and_zero_dimensions_survive(fmt: Format) -> None:
    for shape in ((), (0,), (2, 3)):
        values = np.ones(shape)
        assert decode(encode(values, fmt), fmt).shape == shape
