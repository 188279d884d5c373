"""The lean weights keep their bound, whichever way their powers of two are looked up."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from numba import njit
from numpy.typing import NDArray

from softmark.oracle import lean_reduction, lean_weights, straight_kernel, summation
from softmark.oracle.exponential import SHIFT_BITS

Vector = NDArray[np.float64]
STEPS = lean_reduction.LEAN_ENTRIES
STAGES = {
    "this processor's": lean_reduction.reduce_block,
    "any processor's": lean_reduction._from_memory,
}


@functools.cache
def compiled(stage: lean_reduction.Stage) -> lean_reduction.Stage:
    @njit
    def run(x: Vector, r: Vector, c: Vector, th: Vector, tl: Vector) -> None:
        stage(x, r, c, th, tl)

    return run  # type: ignore[no-any-return]


def reduced(stage: lean_reduction.Stage, x: Vector) -> tuple[Vector, ...]:
    parts = tuple(np.empty_like(x) for _ in range(4))
    compiled(stage)(x, *parts)
    return parts


def weights(x: Vector) -> tuple[Vector, Vector, bool]:
    high, low = np.empty_like(x), np.empty_like(x)
    return high, low, compiled_weigh(x, high, low, np.empty(lean_weights.SCRATCH))


@njit
def compiled_sum(high: Vector, low: Vector) -> tuple[float, float]:
    return summation.sum_same_sign(high, low)


@njit
def compiled_ends(xh: float, xl: float) -> tuple[float, float]:
    return straight_kernel._rounded_product(xh, xl, 1.0, 0.0)


@njit
def compiled_weigh(x: Vector, high: Vector, low: Vector, scratch: Vector) -> bool:
    return lean_weights.weigh(x, high, low, scratch)


def hard_logits() -> Vector:
    """Random ones, edges of the reduction, and the ends of the range."""
    rng = np.random.default_rng(0)
    edges = (rng.integers(-90000, 90000, size=160) + 0.5) * math.log(2) / STEPS
    tiny = rng.normal(size=60) * 2.0 ** rng.integers(-60, -5, size=60)
    ends = [0.0, -0.0, 5e-324, 256.0, -256.0, np.nextafter(256.0, 0.0)]
    return np.concatenate(
        [edges, np.nextafter(edges, 0.0), tiny, ends, rng.uniform(-256, 256, 123)]
    )


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_the_reduction_leaves_what_the_proof_says(stage: lean_reduction.Stage) -> None:
    x = hard_logits()[:504]
    r, c, th, tl = reduced(stage, x)
    with ctx.workprec(300):
        step = arb(2).log() / STEPS
        for v, r_, c_, h, low in zip(x, r, c, th, tl, strict=True):
            k = round((v - r_) * STEPS / math.log(2))
            exact = arb(v) - k * step
            assert abs(arb(r_) + arb(c_) - exact) < arb(2) ** -98
            assert abs(r_) <= 0.001354
            assert abs(c_) <= 9.1e-15
            power = arb(2) ** (arb(k) / STEPS)
            assert abs((arb(h) + arb(low)) / power - 1) < arb(2) ** -103


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_every_power_is_as_good_as_the_proof_says(stage: lean_reduction.Stage) -> None:
    x = np.arange(STEPS) * math.log(2) / STEPS
    _, _, th, tl = reduced(stage, x)
    assert (np.abs(tl) <= 2.0**-51).all()
    assert ((th >= 1) & (th < 2)).all()
    with ctx.workprec(300):
        for j in range(STEPS):
            power = arb(2) ** (arb(j) / STEPS)
            assert abs((arb(th[j]) + arb(tl[j])) / power - 1) < arb(2) ** -103


def test_a_weight_keeps_its_bound() -> None:
    x = hard_logits()
    high, low, moderate = weights(x)
    assert moderate
    assert (np.abs(low) <= 2.0**-53 * high).all()
    worst = 0.0
    with ctx.workprec(300):
        for v, mh, ml in zip(x, high, low, strict=True):
            worst = max(worst, float(abs((arb(mh) + arb(ml)) / arb(v).exp() - 1)))
    assert worst < lean_weights.LEAN_EXP_BOUND
    assert worst > lean_weights.LEAN_EXP_BOUND / 32  # the bound means something


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 256.00001, -1e308])
@pytest.mark.parametrize("place", [0, 5, 70])
def test_a_logit_that_is_not_moderate_is_noticed(value: float, place: int) -> None:
    x = np.zeros(71)
    x[place] = value
    assert not weights(x)[2]


@pytest.mark.parametrize("n", [1, 2, 17, 127, 128, 511, 512, 1000, 4097])
def test_a_sum_keeps_its_bound(n: int) -> None:
    rng = np.random.default_rng(n)
    high = rng.uniform(1, 2, size=n) * 2.0 ** rng.integers(-60, 60, size=n)
    low = high * rng.uniform(-1, 1, size=n) * 2.0**-54

    exact = sum((fmpq(*v.as_integer_ratio()) for v in [*high.tolist(), *low.tolist()]), fmpq(0))
    found = sum((fmpq(*v.as_integer_ratio()) for v in compiled_sum(high, low)), fmpq(0))
    bound = summation.sum_bound(n)
    assert abs(found - exact) <= fmpq(*bound.as_integer_ratio()) * exact


def test_the_keys_of_the_look_up_have_no_bits_of_the_shift() -> None:
    assert SHIFT_BITS % (1 << lean_reduction.LEAN_BITS) == 0
    assert (SHIFT_BITS >> lean_reduction.LEAN_BITS) % (1 << 12) == 0


def test_a_row_with_a_doubtful_quotient_is_left_open() -> None:
    """A quotient so near to a midpoint that its bound does not decide is not rounded."""

    for side in (-1, 1):
        near, far = (2.0**-53 * (1 + side * 2.0**-d) for d in (27.1, 26.0))
        below, above = compiled_ends(1.0, near)
        assert below != above
        below, above = compiled_ends(1.0, far)
        assert below == above == (1.0 if side < 0 else 1.0 + 2.0**-52)
