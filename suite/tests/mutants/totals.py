"""Merges of two totals, log(e^x + e^y), that lose something; and right ones of other kinds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


@mutant("logaddexp", "special_values")
def totals_of_two_empty_parts_that_are_nan(x: Array, other: Array) -> Array:
    """Infinity less infinity, where neither part has a logit."""
    top = np.maximum(x, other)
    return top + np.log(np.exp(x - top) + np.exp(other - top))


@mutant("logaddexp", "accuracy")
def totals_in_base_2_of_totals_in_base_e(x: Array, other: Array) -> Array:
    return np.logaddexp2(x, other)


@mutant("logaddexp", "stability")
def totals_without_a_shift(x: Array, other: Array) -> Array:
    with np.errstate(over="ignore", divide="ignore"):
        return np.log(np.exp(x) + np.exp(other))


@mutant("logaddexp", "stability")
def totals_shifted_by_the_first(x: Array, other: Array) -> Array:
    """Right in one order, and infinite in the other where the second total is much larger."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(np.isneginf(x), other, x + np.log1p(np.exp(other - x)))


@mutant("logaddexp", "accuracy")
def totals_of_which_the_larger_is_kept(x: Array, other: Array) -> Array:
    return np.maximum(x, other)


@mutant("logaddexp", "accuracy")
def totals_of_which_the_last_is_kept(x: Array, other: Array) -> Array:
    """The running total is replaced by that of the block."""
    return np.where(np.isneginf(other), x, other)


@mutant("logaddexp", "accuracy")
def totals_of_which_an_empty_one_is_0(x: Array, other: Array) -> Array:
    """A part without a logit has a total of 0 in place of minus infinity, and adds 1 to the sum."""
    zero = x.dtype.type(0)
    return np.logaddexp(x, np.where(np.isneginf(other), zero, other))


@mutant("logaddexp", "accuracy")
def totals_merged_in_float16(x: Array, other: Array) -> Array:
    top = np.maximum(x, other)
    with np.errstate(invalid="ignore"):
        apart = np.exp(-np.abs(x - other).astype(np.float16)).astype(x.dtype)
    return np.where(np.isneginf(top), top, top + np.log1p(np.nan_to_num(apart)))


@mutant("logaddexp", "gradient", "torch")
def total_whose_first_part_is_detached(x: Array, other: Array) -> Array:
    """The running total is a buffer, through which no gradient goes."""
    return torch.logaddexp(x.detach(), other) + 0.0 * x


@mutant("logaddexp", "gradient", "torch")
def total_whose_maximum_alone_has_a_gradient(x: Array, other: Array) -> Array:
    return torch.maximum(x, other) + torch.log1p(torch.exp(-(x - other).abs())).detach()


@control("logaddexp")
def larger_total_and_the_logarithm_of_the_rest(x: Array, other: Array) -> Array:
    top = np.maximum(x, other)
    with np.errstate(invalid="ignore"):
        apart = np.where(np.isneginf(top), top, -np.abs(x - other))
    return top + np.log1p(np.exp(apart))


@control("logaddexp")
def sum_of_shifted_exponentials_of_both(x: Array, other: Array) -> Array:
    top = np.maximum(x, other)
    origin = np.where(np.isneginf(top), x.dtype.type(0), top)
    with np.errstate(divide="ignore", invalid="ignore"):
        return origin + np.log(np.exp(x - origin) + np.exp(other - origin))


@control("logaddexp", "torch", ("float64", "float32", "bfloat16"))
def shift_that_is_a_constant_of_both(x: Array, other: Array) -> Array:
    """In float32 at least; the shift is detached, as its derivative cancels."""
    wide, beside = ((v if v.dtype == torch.float64 else v.float()) for v in (x, other))
    top = torch.maximum(wide, beside).detach()
    origin = top.masked_fill(torch.isneginf(top), 0.0)
    found = origin + torch.log(torch.exp(wide - origin) + torch.exp(beside - origin))
    return found.to(x.dtype) if x.is_floating_point() else found


@control("logaddexp")
def totals_in_base_2_and_back(x: Array, other: Array) -> Array:
    """The difference is scaled, and not the totals, so that nothing is lost at an offset."""
    top = np.maximum(x, other)
    with np.errstate(invalid="ignore"):
        apart = np.where(np.isneginf(top), top, -np.abs(x - other))
    scale = x.dtype.type(math.log2(math.e))
    return top + np.log1p(np.exp2(apart * scale))
