"""Caps that are dropped, misplaced, coarse or without a slope; and right ones built otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@mutant("softcap_softmax", "accuracy")
def cap_that_is_dropped(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """As kernels whose softcap argument goes nowhere."""
    return _softmax(x, axis)


@mutant("softcap_softmax", "accuracy")
def cap_of_logits_that_were_shifted(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    return _softmax(cap * np.tanh(shifted / cap), axis)


@mutant("softcap_softmax", "accuracy")
def cap_as_a_clip(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    return _softmax(np.clip(x, -cap, cap), axis)


@mutant("softcap_softmax", "accuracy")
def tanh_that_is_not_scaled_back(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    return _softmax(np.tanh(x / cap), axis)


@mutant("softcap_softmax", "accuracy")
def tanh_of_what_was_not_divided(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    return _softmax(cap * np.tanh(x), axis)


@mutant("softcap_softmax", "accuracy")
def tanh_of_a_product_with_the_cap(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    return _softmax(cap * np.tanh(x * cap), axis)


@mutant("softcap_softmax", "accuracy")
def cap_that_is_always_thirty(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    return _softmax(30 * np.tanh(x / x.dtype.type(30)), axis)


@mutant("softcap_softmax", "accuracy")
def cap_on_one_side(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    return _softmax(np.where(x > 0, cap * np.tanh(x / cap), x), axis)


@mutant("softcap_softmax", "accuracy")
def tanh_in_16_bits(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    narrow = np.tanh((x / cap).astype(np.float16)).astype(x.dtype)
    return _softmax(cap * narrow, axis)


@mutant("softcap_softmax", "accuracy")
def tanh_of_a_fast_instruction(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """A relative error of 2**-11, as ``tanh.approx.f32`` has."""
    coarse = np.tanh(x / cap).view(np.int32) & np.int32(-(2**12))
    return _softmax(cap * coarse.view(np.float32), axis)


@mutant("softcap_softmax", "accuracy")
def cap_that_overflows_without_a_shift(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """e^30 is no danger; e^300 is."""
    e = np.exp(cap * np.tanh(x / cap))
    return e / e.sum(axis=axis, keepdims=True)


@mutant("softcap_softmax", "special_values")
def infinity_that_stays_a_mask(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """A logit of minus infinity is capped like any other."""
    capped = np.where(np.isneginf(x), x, cap * np.tanh(x / cap))
    return _softmax(capped, axis)


@mutant("softcap_softmax", "gradient", "torch")
def cap_without_its_slope(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """The backward of softmax alone."""
    capped = cap * torch.tanh(x / cap)
    return torch.softmax(x + (capped - x).detach(), dim=axis)


@mutant("softcap_softmax", "gradient", "torch")
def slope_with_the_capped_logit_squared(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """1 - y^2 in place of 1 - (y / c)^2."""
    capped = (cap * torch.tanh(x / cap)).detach()
    slope = 1 - capped * capped
    return torch.softmax(capped + slope * (x - x.detach()), dim=axis)


@mutant("softcap_softmax", "gradient", "torch")
def slope_without_the_square(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    tanh = torch.tanh(x / cap).detach()
    return torch.softmax(cap * tanh + (1 - tanh.abs()) * (x - x.detach()), dim=axis)


@control("softcap_softmax")
def cap_by_a_sigmoid(x: Array, axis: int = -1, softcap: float = 30.0) -> Array:
    """c (2 sigmoid(2x / c) - 1): tanh with an absolute error."""
    with np.errstate(over="ignore"):
        half = 1 / (1 + np.exp(-2 * (x / softcap)))
    return _softmax(softcap * (2 * half - 1), axis)


@control("softcap_softmax", takes="")
def cap_in_base_two(x: Array, axis: int = -1, logits_soft_cap: float = 30.0) -> Array:
    """The factor of base two is part of the cap, and the division a product."""
    tanh = np.tanh(x * (1 / float(logits_soft_cap)))
    capped = float(logits_soft_cap * np.log2(np.e)) * tanh
    e = np.exp2(capped - capped.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@control("softcap_softmax", "torch", ("float32", "bfloat16"))
def cap_with_an_online_sum(x: Array, axis: int = -1, soft_cap: float = 30.0) -> Array:
    """In float32, over blocks with a running maximum, as attention kernels have it."""
    if not x.is_floating_point():
        return torch.softmax(soft_cap * torch.tanh(x / soft_cap), dim=axis)
    rows = soft_cap * torch.tanh(
        x.movedim(axis, -1).to(torch.promote_types(x.dtype, torch.float32)) / soft_cap
    )
    top = rows.new_full(rows.shape[:-1], -soft_cap)
    total = torch.zeros_like(top)
    for block in rows.split(64, dim=-1):
        new = torch.maximum(top, block.amax(dim=-1)) if block.shape[-1] else top
        total = total * torch.exp(top - new) + torch.exp(block - new[..., None]).sum(dim=-1)
        top = new
    found = torch.exp(rows - top[..., None]) / total[..., None]
    return found.movedim(-1, axis).to(x.dtype)
