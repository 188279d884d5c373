"""The softmax of capped logits: kernel and ball arithmetic agree, and where a cap holds all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from softmark import oracle
from softmark.formats import BFLOAT16, FLOAT32, FLOAT64
from softmark.oracle import Enclosure, fast

KINDS = ("value", "vjp", "jvp")


def asked(kind: str, x: np.ndarray, cap: float) -> Enclosure:
    along = np.random.default_rng(1).normal(size=x.shape)
    if kind == "value":
        return oracle.softcap_softmax(x, cap)
    return {"vjp": oracle.vjp, "jvp": oracle.jvp}[kind]("softcap_softmax", x, along, beta=cap)


def rows() -> Iterator[tuple[np.ndarray, float]]:
    rng = np.random.default_rng(0)
    for cap in (0.01, 1.0, 30.0, 300.0):
        for scale in (0.1, 3.0, 50.0, 1e4):
            yield rng.normal(0.0, scale, (2, 7)), cap


@pytest.mark.parametrize("kind", KINDS)
def test_the_kernel_encloses_what_ball_arithmetic_finds(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for x, cap in rows():
        quick = asked(kind, x, cap)
        with monkeypatch.context() as patch:
            patch.setattr(fast, "applies", lambda problem: False)
            slow = asked(kind, x, cap)
        same = quick.scale == slow.scale
        off = np.abs((quick.hi - slow.hi) + (quick.lo - slow.lo))[same]
        assert (off <= (quick.bound + slow.bound)[same]).all()
        for fmt in (FLOAT64, FLOAT32, BFLOAT16):
            np.testing.assert_array_equal(quick.rounded(fmt), slow.rounded(fmt))


def test_a_wide_cap_leaves_softmax_and_a_narrow_one_equal_weights() -> None:
    x = np.array([[-1.0, 0.0, 2.0]])
    wide = oracle.softcap_softmax(x, 1e12).value
    np.testing.assert_allclose(wide, oracle.softmax(x).value, rtol=1e-11)
    np.testing.assert_allclose(oracle.softcap_softmax(x, 1e-9).value, 1 / 3, rtol=1e-8)


@pytest.mark.parametrize("x", [[1e5, 2e5, 3e5], [1e5, np.inf, 2e5], [-np.inf, -np.inf, -1e9]])
def test_logits_far_beyond_the_cap_share_alike(x: list[float]) -> None:
    """No practical precision tells them apart, and each rounded result is that of 1/3."""
    found = oracle.softcap_softmax(np.array([x]), 1.0)
    for fmt in (FLOAT64, FLOAT32, BFLOAT16):
        assert (found.rounded(fmt) == oracle.softmax([0.0, 0.0, 0.0]).rounded(fmt)).all()


def test_infinities_are_held_at_the_cap_and_have_no_slope() -> None:
    x, g = np.array([[-np.inf, 0.5, np.inf]]), np.array([[1.0, -2.0, 0.5]])
    y = np.array([[-3.0, 3 * np.tanh(0.5 / 3), 3.0]])
    expected = np.exp(y) / np.exp(y).sum()
    np.testing.assert_allclose(oracle.softcap_softmax(x, 3.0).value, expected, rtol=1e-14)
    gradient = oracle.vjp("softcap_softmax", x, g, beta=3.0).value
    assert gradient[0, 0] == gradient[0, 2] == 0
    assert gradient[0, 1] != 0


@pytest.mark.parametrize("cap", [0.0, -1.0, np.inf, np.nan])
def test_a_cap_is_finite_and_above_0(cap: float) -> None:
    with pytest.raises(ValueError, match="it must be finite and above 0"):
        oracle.softcap_softmax([0.0, 1.0], cap)
