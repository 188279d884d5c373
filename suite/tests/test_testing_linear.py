"""Linear cross-entropies in chunks: right ones pass with their gradients, wrong ones are named."""

from __future__ import annotations

from typing import Any

import linear_losses
import numpy as np
import pytest
import torch

from softmark.testing import assert_linear_cross_entropy


def given(dtype: torch.dtype = torch.float32, rows: int = 19) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(1)
    h = torch.tensor(rng.normal(size=(rows, 32))).to(dtype).requires_grad_()
    w = torch.tensor(0.3 * rng.normal(size=(53, 32))).to(dtype).requires_grad_()
    labels = torch.tensor(rng.integers(0, 53, rows))
    labels[::4] = linear_losses.IGNORED
    return h, w, labels


def judged(function: linear_losses.Loss, h: Any, w: Any, labels: Any, **more: Any) -> None:
    loss = function(h, w, labels)
    gradients = torch.autograd.grad(loss, (h, w))
    assert_linear_cross_entropy(loss, h, w, labels, gradients=gradients, **more)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("function", linear_losses.RIGHT, ids=lambda f: f.__name__)
def test_a_right_loss_passes_with_its_gradients(function: Any, dtype: torch.dtype) -> None:
    more = {} if dtype is torch.float32 else {"format": "float32"}
    judged(function, *given(dtype), **more)


def test_logits_in_float32_of_bfloat16_pass_and_those_in_bfloat16_where_that_is_said() -> None:
    h, w, labels = given(torch.bfloat16)
    judged(linear_losses.of_rows, h, w, labels)
    judged(linear_losses.whole, h, w, labels, format="bfloat16")
    with pytest.raises(AssertionError, match=r"^gradient in weight"):
        judged(linear_losses.gradients_added_in_their_format, h, w, labels)


def test_losses_of_rows_and_their_sum_pass() -> None:
    h, w, labels = given()
    for reduction in ("none", "sum"):
        loss = torch.nn.functional.cross_entropy(h @ w.T, labels, reduction=reduction)
        gradients = torch.autograd.grad(loss.sum(), (h, w))
        assert_linear_cross_entropy(loss, h, w, labels, reduction=reduction, gradients=gradients)


@pytest.mark.parametrize("function", linear_losses.WRONG, ids=lambda f: f.__name__)
def test_a_wrong_loss_fails(function: Any) -> None:
    with pytest.raises(AssertionError, match=r"^(loss|gradient in (hidden|weight)) at \["):
        judged(function, *given())


def test_an_error_of_a_hundred_times_of_a_right_one_is_found() -> None:
    h, w, labels = given()
    loss = linear_losses.whole(h, w, labels)
    with pytest.raises(AssertionError, match=r"^loss at \[\]: got"):
        assert_linear_cross_entropy(loss * (1 + 2e-4), h, w, labels)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"labels": np.full(19, -100)}, "every row is ignored"),
        ({"labels": np.full(19, 53)}, "from 0 to 52"),
        ({"weight": np.zeros((53, 31), np.float32)}, "they must be"),
        ({"reduction": "max"}, "unknown reduction 'max'"),
        ({"format": "float12"}, "unknown format 'float12'"),
    ],
)
def test_what_does_not_belong_together_is_refused(more: dict[str, Any], message: str) -> None:
    h, w, labels = given()
    call = {"loss": 0.0, "hidden": h, "weight": w, "labels": labels} | more
    with pytest.raises(ValueError, match=message):
        assert_linear_cross_entropy(**call)
