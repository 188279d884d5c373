"""Rows of attention: right kernels pass, in float8 where that is said, and wrong ones are named."""

from __future__ import annotations

from typing import Any

import attention_kernels
import numpy as np
import pytest
import torch
from attention_kernels import online_in_float8, total_of_rounded

from softmark.testing import assert_attention

FLOAT8 = "float8_e4m3fn"


def given(n: int = 71, scale: float = 3.0, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    s = (scale * rng.normal(size=(9, n))).astype(np.float32)
    s[1:, ::5] = -np.inf
    s[2, n // 2 :] = -np.inf
    s[3] = np.sort(s[3])
    return s, rng.normal(size=(n, 8)).astype(np.float32)


def judged(kernel: attention_kernels.Kernel, s: Any, v: Any, **more: Any) -> None:
    o, lse = kernel(s, v)
    assert_attention(o, s, v, lse=lse, **more)


@pytest.mark.parametrize("scale", [0.1, 3.0, 30.0])
@pytest.mark.parametrize("n", [1, 16, 71, 1000])
@pytest.mark.parametrize("kernel", attention_kernels.RIGHT, ids=lambda k: k.__name__)
def test_a_right_kernel_passes(kernel: Any, n: int, scale: float) -> None:
    s, v = given(max(n, 6), scale)
    judged(kernel, s, v)


@pytest.mark.parametrize("kernel", attention_kernels.WRONG, ids=lambda k: k.__name__)
def test_a_wrong_kernel_fails(kernel: Any) -> None:
    with pytest.raises(AssertionError, match=r"^(o|lse) at \["):
        judged(kernel, *given())


def test_weights_in_float8_pass_where_that_is_said_and_sum_to_1() -> None:
    s, v = given()
    judged(online_in_float8, s, v, probabilities=FLOAT8)
    ones = np.ones_like(v)
    judged(online_in_float8, s, ones, probabilities=FLOAT8)
    o, _ = online_in_float8(s, ones)
    assert 1e-4 < np.abs(o - 1).max() < 2.0**-4


def test_a_total_of_rounded_weights_is_found() -> None:
    s, v = given()
    o, lse = total_of_rounded(s, v)
    assert_attention(o, s, v, probabilities="float8_e5m2")
    with pytest.raises(AssertionError, match=r"^lse at"):
        assert_attention(o, s, v, lse=lse, probabilities="float8_e5m2")


def test_attention_of_pytorch_passes_in_float32_and_in_bfloat16() -> None:
    torch.manual_seed(0)
    q, k, v = (torch.randn(40, 16) for _ in range(3))
    for dtype in (torch.float32, torch.bfloat16):
        a, b, c = (each.to(dtype) for each in (q, k, v))
        o = torch.nn.functional.scaled_dot_product_attention(a[None], b[None], c[None])[0]
        scores = (a.double() @ b.double().T) / 4
        assert_attention(o, scores, c, format="float32" if dtype is torch.float32 else "bfloat16")


@pytest.mark.parametrize("share", [1.0, -1.0])
def test_an_error_of_twenty_units_is_found(share: float) -> None:
    s, v = given(6, 1.0)
    o, lse = attention_kernels.whole(s, v)
    with pytest.raises(AssertionError, match=r"^o at"):
        assert_attention(o * (1 + share * 1e-3), s, v, lse=lse)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scores": np.zeros((9, 3), np.float32)}, r"they must be \(rows, n\)"),
        ({"scores": np.full((9, 71), -np.inf, np.float32)}, "row 0 is masked as a whole"),
        ({"scores": np.full((9, 71), np.nan, np.float32)}, "numbers or -inf"),
        ({"probabilities": "float9"}, "unknown format 'float9'"),
        ({"format": "float9"}, "unknown format 'float9'"),
    ],
)
def test_what_does_not_belong_together_is_refused(change: Any, message: str) -> None:
    s, v = given()
    call = {"o": np.zeros((9, 8), np.float32), "scores": s, "v": v} | change
    with pytest.raises(ValueError, match=message):
        assert_attention(**call)


def test_another_shape_is_named() -> None:
    s, v = given()
    o, lse = attention_kernels.whole(s, v)
    with pytest.raises(AssertionError, match=r"^lse has shape \(9, 1\), not \(9,\)"):
        assert_attention(o, s, v, lse=lse[:, None])
