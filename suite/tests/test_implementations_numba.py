"""The kernels of numba: the one that promises no error has none, however it finds its results."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx
from numba import njit
from numpy.typing import NDArray

from softmark.formats import FLOAT32, FLOAT64
from softmark.oracle import softmax
from softmark.oracle.families import FAMILIES
from softmark_implementations import correctly_rounded, numba_exponential, with_numba

SCRIPT = Path(numba_exponential.__file__).with_name("exponential.gappa")
Single = NDArray[np.float32]


def correct(x: Single) -> Single:
    return softmax(x).rounded(FLOAT32).astype(np.float32)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [1, 2, 9, 100, 700])
def test_every_result_is_the_nearest(family: str, n: int) -> None:
    rng = np.random.default_rng(n)
    with np.errstate(over="ignore"):
        x = np.stack([FAMILIES[family](rng, n) for _ in range(4)]).astype(np.float32)
    np.testing.assert_array_equal(with_numba.rounded_softmax(x), correct(x))


@pytest.mark.parametrize("scale", [0.1, 5.0, 60.0, 1e4])
def test_what_float64_leaves_open_is_found_with_more(scale: float) -> None:
    x = (np.random.default_rng(0).normal(size=300) * scale).astype(np.float32)
    x[7], x[8] = -np.inf, x[9]
    out = np.full_like(x, np.nan)
    correctly_rounded._settle(x, out)
    np.testing.assert_array_equal(out, correct(x))


def test_what_pairs_leave_open_is_found_in_decimal(monkeypatch: pytest.MonkeyPatch) -> None:
    x = (np.random.default_rng(1).normal(size=12) * 8).astype(np.float32)
    monkeypatch.setattr(correctly_rounded, "_nearest", lambda *_: None)
    for digits in (40, 4):  # from 8 digits on it has to go on until they suffice
        monkeypatch.setattr(correctly_rounded, "FIRST_DIGITS", digits)
        out = np.full_like(x, np.nan)
        correctly_rounded._settle(x, out)
        np.testing.assert_array_equal(out, correct(x))


def test_a_hair_beside_a_midpoint_is_not_decided_by_less_than_its_bound() -> None:
    middle = 1.0 + 2.0**-24
    width = 2.0**-60
    for side, expected in ((1, 1.0 + 2.0**-23), (-1, 1.0)):
        assert correctly_rounded._nearest(middle, side * 2.0**-61, width) is None
        assert correctly_rounded._nearest(middle, side * 2.0**-59, width) == expected


def test_float64_leaves_open_what_lies_within_its_bound() -> None:
    middle = 1.0 + 2.0**-24
    near = middle * (1 + 2.0**-49)
    weights = np.array([near, middle * (1 + 2.0**-46), 1.0])
    out = np.empty(3, dtype=np.float32)
    assert correctly_rounded._round(weights, 1.0, correctly_rounded.WIDTH, out)
    assert np.isnan(out).tolist() == [True, False, False]


def test_the_weights_keep_their_bounds() -> None:
    @njit
    def fine(high: float, low: float) -> tuple[float, float]:
        return correctly_rounded._fine_exp(high, low)

    @njit
    def coarse(x: float) -> float:
        m, k = numba_exponential._split_64(x)
        return m * numba_exponential._power_64(k)

    rng = np.random.default_rng(2)
    with ctx.workprec(300):
        for v in rng.uniform(-256, 256, size=1500).tolist():
            assert abs(arb(coarse(v)) / arb(v).exp() - 1) < arb(2) ** -51
            d, e = -abs(v) * 2.7, v * 2.0**-55
            high, low = fine(d, e)
            assert abs((arb(high) + arb(low)) / (arb(d) + arb(e)).exp() - 1) < arb(2) ** -70


def test_the_budget_adds_up() -> None:
    u = 2.0**-53
    (polynomial,) = map(float, re.findall(r"\|\(m - M\) / M\| in \[0, (\S+)\]", SCRIPT.read_text()))
    reduction, series = 2 * 0.3466 * 2 * u, 0.3466**14 / math.factorial(14) * 2
    exponential = polynomial + reduction + series
    assert exponential < 2.0**-51
    assert 2 * 2.0**-51 + (16 + 4) * u < correctly_rounded.WIDTH
    assert correctly_rounded.WIDTH + 2 * 746 * u < correctly_rounded.SHIFTED_WIDTH
    assert correctly_rounded.BLOCK == 8 * correctly_rounded.LANES


@pytest.mark.skipif(
    shutil.which("gappa") is None, reason="gappa is not installed (apt install gappa)"
)
def test_gappa_proves_the_polynomial() -> None:
    done = subprocess.run(["gappa", str(SCRIPT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("function", [with_numba.online_softmax, with_numba.two_pass_softmax])
@pytest.mark.parametrize(("dtype", "fmt"), [(np.float32, FLOAT32), (np.float64, FLOAT64)])
def test_the_published_algorithms_are_near(function: object, dtype: type, fmt: object) -> None:
    x = (np.random.default_rng(3).normal(size=(3, 1100)) * 2).astype(dtype)
    x[0, 5], x[1, 1099] = -np.inf, -900.0
    errors = softmax(x).error(function(x).astype(np.float64), fmt)  # type: ignore[operator, arg-type]
    assert np.abs(errors.ulp).max() < 20
    assert function(x)[0, 5] == 0  # type: ignore[operator]


def test_two_pass_loses_nothing_far_from_zero() -> None:
    """Far from zero, yet as accurate as near it: exponents are whole numbers, which add exactly."""
    near = np.random.default_rng(4).normal(size=(1, 500)).astype(np.float32)
    far = (np.round(near * 1024) / 1024 + 990).astype(np.float32)
    errors = softmax(far).error(with_numba.two_pass_softmax(far), FLOAT32)
    assert np.abs(errors.ulp).max() < 6


def test_a_first_block_without_a_logit_adds_nothing() -> None:
    x = np.full((1, 3 * with_numba.BLOCK), -np.inf, dtype=np.float32)
    x[0, -2:] = 3.0, 5.0
    for function in (with_numba.online_softmax, with_numba.two_pass_softmax):
        np.testing.assert_allclose(function(x)[0, -2:], correct(x)[0, -2:], rtol=1e-6)
        assert (function(x)[0, :-2] == 0).all()
    assert with_numba.online_logsumexp(x)[0] == pytest.approx(5.126928)
