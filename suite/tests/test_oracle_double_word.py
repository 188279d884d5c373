"""The lemmas of the double-word steps, and the constants, each against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import gmpy2
import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from softmark.oracle import double_word as dw
from softmark.oracle import exponential as ex
from softmark.oracle import logarithm as lg
from softmark.oracle import summation as sm

U2 = Fraction(1, 2**106)
moderate = st.floats(-1e100, 1e100).filter(lambda v: v == 0 or abs(v) > 1e-100)


def exactly(*parts: float) -> Fraction:
    return sum((Fraction(p) for p in parts), Fraction(0))


def positive_double_words() -> st.SearchStrategy[tuple[float, float]]:
    high = st.floats(1e-30, 1e30)
    return st.tuples(high, st.floats(-1, 1)).map(lambda t: (t[0], t[1] * t[0] * 2.0**-54))


@settings(deadline=None)
@given(moderate, moderate)
def test_two_sum_is_exact(a: float, b: float) -> None:
    assert exactly(*dw.two_sum(a, b)) == exactly(a, b)


@pytest.mark.parametrize("product", [dw._two_prod_fused, dw._two_prod_dekker])
@settings(deadline=None)
@given(a=moderate, b=moderate)
def test_two_prod_is_exact_with_and_without_fma(product, a: float, b: float) -> None:
    assert exactly(*product(a, b)) == Fraction(a) * Fraction(b)


@settings(deadline=None)
@given(moderate, moderate, moderate)
def test_emulated_fma_keeps_its_bound(a: float, b: float, c: float) -> None:
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    error = abs(exactly(dw._fma_emulated(a, b, c)) - exact)
    allowed = abs(exact) * Fraction(1 + 2**-40) / 2**53 + U2 * (
        abs(Fraction(a) * b) + abs(Fraction(c))
    )
    assert error <= allowed


@settings(deadline=None)
@given(positive_double_words(), positive_double_words())
def test_double_word_steps_keep_their_bounds(
    x: tuple[float, float], y: tuple[float, float]
) -> None:
    a, b = exactly(*x), exactly(*y)
    assert abs(exactly(*dw.add_same_sign(*x, *y)) - (a + b)) <= Fraction(301, 100) * U2 * (a + b)
    assert abs(exactly(*dw.add(*x, -y[0], -y[1])) - (a - b)) <= Fraction(301, 100) * U2 * (a + b)
    assert abs(exactly(*dw.times(*x, *y)) - a * b) <= 6 * U2 * a * b
    assert abs(exactly(*dw.times_float(*x, y[0])) - a * Fraction(y[0])) <= 2 * U2 * a * Fraction(
        y[0]
    )
    assert abs(exactly(*dw.reciprocal(*x)) * a - 1) <= Fraction(81, 10) * U2


@pytest.mark.parametrize("n", [1, 2, 7, 127, 128, 129, 1000])
def test_sums_keep_their_bounds(n: int) -> None:
    rng = np.random.default_rng(n)
    high = rng.random(n) * 10.0 ** rng.uniform(-20, 0, n)
    low = high * rng.uniform(-1, 1, n) * 2.0**-54
    exact = sum((exactly(h, e) for h, e in zip(high, low, strict=True)), Fraction(0))
    assert abs(exactly(*sm.sum_same_sign(high, low)) - exact) <= Fraction(sm.sum_bound(n)) * exact
    sign = rng.choice([-1.0, 1.0], n)
    signed = sum((exactly(h, e) for h, e in zip(sign * high, sign * low, strict=True)), Fraction(0))
    found = exactly(*sm.sum_signed(sign * high, sign * low))
    assert abs(found - signed) <= Fraction(sm.signed_bound(n)) * exact


def test_table_is_the_nearest_by_another_library() -> None:
    with gmpy2.context(precision=400):
        for j in range(ex.ENTRIES):
            power = gmpy2.exp2(gmpy2.mpfr(j) / ex.ENTRIES)
            assert float(power) == ex.POWER_HIGH[j]
            assert float(power - ex.POWER_HIGH[j]) == ex.POWER_LOW[j]


def test_parts_of_ln2_add_up_and_the_first_is_a_multiple_of_2_to_the_minus_62() -> None:
    with gmpy2.context(precision=400):
        step = gmpy2.const_log2() / ex.ENTRIES
        assert abs(step - ex.LN2_1 - ex.LN2_2) < gmpy2.mpfr(2) ** -117
    assert Fraction(ex.LN2_1) * 2**62 % 1 == 0


@settings(max_examples=300, deadline=None)
@given(d=st.floats(ex.DEEPEST, -ex.DEEPEST))
def test_the_first_step_of_the_reduction_is_exact(d: float) -> None:
    k = round(d * ex.INVERSE_STEP)
    exact = Fraction(d) - k * Fraction(ex.LN2_1)
    assert Fraction(float(exact)) == exact


def test_exp_keeps_its_bound_at_random_points_and_at_the_edges_of_its_reduction() -> None:
    rng = np.random.default_rng(0)
    edges = -(rng.integers(0, 10**6, 1500) + 0.5) * (np.log(2) / ex.ENTRIES)
    points = np.concatenate(
        [-(10.0 ** rng.uniform(-300, 3.14, 1500)), rng.uniform(-1400, 1400, 1500), edges]
    )
    worst = 0.0
    for d in points:
        e = d * rng.uniform(-1, 1) * 2.0**-54
        for low, parts in ((e, ex.exponential(d, e)), (0.0, ex.exponential(d, 0.0))):
            mh, ml, power = parts
            assert abs(ml) <= 2.0**-53 * mh
            with ctx.workprec(300):
                exact = (arb(d) + arb(low)).exp() * arb(2) ** -power
                worst = max(worst, float(abs((arb(mh) + arb(ml)) / exact - 1)))
    assert worst <= ex.EXP_BOUND
    assert worst > ex.EXP_BOUND / 16  # the bound is not idle


def test_log1p_keeps_its_bound() -> None:
    rng = np.random.default_rng(1)
    for t in np.concatenate(
        [10.0 ** rng.uniform(-280, 6, 1500), [2.0**-11, 2.0**-11 * (1 - 2.0**-53)]]
    ):
        low = t * rng.uniform(-1, 1) * 2.0**-54
        lh, ll = lg.log1p(t, low)
        with ctx.workprec(300):
            exact = (arb(t) + arb(low)).log1p()
            assert float(abs((arb(lh) + arb(ll)) / exact - 1)) <= lg.LOG_BOUND
