"""Binary cross-entropies that clamp, cancel or forget a side; and right ones built otherwise."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F
from scipy.special import log_expit

from mutants import control, mutant

Array = Any


def _sigmoid(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


@mutant("binary_cross_entropy", "accuracy")
def bce_of_probabilities_held_above_1e_7(x: Array, target: Array) -> Array:
    """As Keras holds what comes without logits."""
    p = np.clip(_sigmoid(x), 1e-7, 1 - 1e-7).astype(x.dtype)
    return -target * np.log(p) - (1 - target) * np.log(1 - p)


@mutant("binary_cross_entropy", "accuracy")
def bce_of_a_sigmoid(x: Array, target: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        p = _sigmoid(x)
        return -target * np.log(p) - (1 - target) * np.log(1 - p)


@mutant("binary_cross_entropy", "stability")
def bce_that_overflows(x: Array, target: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.log1p(np.exp(x)) - target * x


@mutant("binary_cross_entropy", "accuracy")
def bce_of_rounded_targets(x: Array, target: Array) -> Array:
    return np.logaddexp(x, x.dtype.type(0)) - np.round(target) * x


@mutant("binary_cross_entropy", "accuracy")
def bce_of_the_other_class(x: Array, target: Array) -> Array:
    return np.logaddexp(x, x.dtype.type(0)) - (1 - target) * x


@mutant("binary_cross_entropy", "accuracy")
def bce_of_the_positive_side_alone(x: Array, target: Array) -> Array:
    return target * np.logaddexp(-x, x.dtype.type(0))


@mutant("binary_cross_entropy", "accuracy")
def bce_without_log1p(x: Array, target: Array) -> Array:
    return np.maximum(x, 0) - target * x + np.log(1 + np.exp(-np.abs(x)))


@mutant("binary_cross_entropy", "accuracy")
def bce_that_cancels(x: Array, target: Array) -> Array:
    return (1 - target) * x + np.logaddexp(-x, x.dtype.type(0))


@mutant("binary_cross_entropy", "accuracy")
def bce_in_bits(x: Array, target: Array) -> Array:
    found = np.maximum(x, 0) - target * x + np.log1p(np.exp(-np.abs(x)))
    return found / x.dtype.type(np.log(2))


@mutant("binary_cross_entropy", "accuracy")
def bce_held_below_a_hundred(x: Array, target: Array) -> Array:
    """As PyTorch holds the logarithms of probabilities."""
    found = np.maximum(x, 0) - target * x + np.log1p(np.exp(-np.abs(x)))
    return np.minimum(found, 100)


@mutant("binary_cross_entropy", "gradient", "torch")
def bce_whose_gradient_forgets_the_target(x: Array, target: Array) -> Array:
    right = F.binary_cross_entropy_with_logits(x, target, reduction="none")
    slope = torch.sigmoid(x).detach() * x
    return right.detach() + slope - slope.detach()


@mutant("binary_cross_entropy", "gradient", "torch")
def bce_whose_gradient_is_that_of_the_mean(x: Array, target: Array) -> Array:
    right = F.binary_cross_entropy_with_logits(x, target, reduction="none")
    mean = right / max(1, x.numel())
    return right.detach() + mean - mean.detach()


@mutant("binary_cross_entropy", "gradient", "torch")
def bce_without_a_gradient_where_the_sigmoid_is_sure(x: Array, target: Array) -> Array:
    return (
        F.binary_cross_entropy_with_logits(x.clamp(-16, 16), target, reduction="none")
        + ((x - x.clamp(-16, 16)) * ((x > 0).to(x.dtype) - target)).detach()
    )


@control("binary_cross_entropy")
def bce_as_two_log_sigmoids(x: Array, target: Array) -> Array:
    with np.errstate(under="ignore"):
        wide = x.astype(np.float64)
        return (-target * log_expit(wide) - (1 - target) * log_expit(-wide)).astype(x.dtype)


@control("binary_cross_entropy", "jax", formats=("float32",))
def bce_as_a_chosen_softplus(x: Array, target: Array) -> Array:
    """The softplus of the logit turned to its target's side, and the rest of a soft target."""
    turned = jnp.where(target >= 0.5, -x, x)
    rest = jnp.where(target >= 0.5, 1 - target, target)
    return jax.nn.softplus(turned) - rest * turned


class _ByHand(torch.autograd.Function):
    """The loss and its gradient, written as kernels write them."""

    @staticmethod
    def forward(ctx: Any, x: Array, target: Array) -> Array:
        ctx.save_for_backward(x, target)
        return torch.clamp(x, min=0) - target * x + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx: Any, *gs: Array) -> tuple[Array, None]:
        x, target = ctx.saved_tensors
        return gs[0] * (torch.sigmoid(x) - target), None


@control("binary_cross_entropy", "torch", formats=("float32", "float64"))
def bce_with_a_backward_by_hand(x: Array, target: Array) -> Array:
    return _ByHand.apply(x, target)
