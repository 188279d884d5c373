"""Masks that let through what they hide, hide too much, or are not there."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _minus(x: Array) -> Array:
    return x.dtype.type(-np.inf)


@mutant("masked_softmax", "special_values")
def mask_that_is_ignored(x: Array, mask: Array, axis: int = -1) -> Array:
    return _softmax(x, axis)


@mutant("masked_softmax", "special_values")
def mask_that_multiplies_the_logits(x: Array, mask: Array, axis: int = -1) -> Array:
    return _softmax(x * mask, axis)


@mutant("masked_softmax", "special_values")
def masked_with_a_number_that_is_not_low_enough(x: Array, mask: Array, axis: int = -1) -> Array:
    return _softmax(np.where(mask, x, x.dtype.type(-1e4)), axis)


@mutant("masked_softmax", "special_values")
def masked_by_adding_so_that_nan_leaks(x: Array, mask: Array, axis: int = -1) -> Array:
    return _softmax(x + np.where(mask, 0, -1e9).astype(x.dtype), axis)


@mutant("masked_softmax", "accuracy")
def masked_after_the_softmax_without_renormalising(x: Array, mask: Array, axis: int = -1) -> Array:
    return np.where(mask, _softmax(x, axis), x.dtype.type(0))


@mutant("masked_softmax", "special_values")
def maximum_of_what_is_masked_too(x: Array, mask: Array, axis: int = -1) -> Array:
    top = np.nanmax(np.where(np.isfinite(x), x, np.nan), axis=axis, keepdims=True)
    e = np.where(mask, np.exp(x - top), x.dtype.type(0))
    return e / e.sum(axis=axis, keepdims=True)


@mutant("masked_softmax", "special_values")
def mask_of_the_first_row_for_all(x: Array, mask: Array, axis: int = -1) -> Array:
    return _softmax(np.where(mask[:1], x, _minus(x)), axis)


@mutant("masked_softmax", "special_values")
def mask_that_ends_at_whole_tiles_of_8(x: Array, mask: Array, axis: int = -1) -> Array:
    kept = np.moveaxis(mask, axis, -1).copy()
    whole = kept.shape[-1] // 8 * 8
    tiles = kept[..., :whole].reshape(*kept.shape[:-1], -1, 8)
    tiles[...] = tiles.any(axis=-1, keepdims=True)
    return _softmax(np.where(np.moveaxis(kept, -1, axis), x, _minus(x)), axis)


@mutant("masked_softmax", "gradient", "torch")
def gradient_that_is_nan_beside_a_mask(x: Array, mask: Array, axis: int = -1) -> Array:
    top = x.masked_fill(~mask, -torch.inf).amax(dim=axis, keepdim=True)
    e = torch.where(mask, torch.exp(x - top), 0.0)
    return e / e.sum(dim=axis, keepdim=True)


@mutant("masked_softmax", "gradient", "torch")
def gradient_that_reaches_what_is_masked(x: Array, mask: Array, axis: int = -1) -> Array:
    y = torch.softmax(x.masked_fill(~mask, -torch.inf), dim=axis)
    leak = torch.where(mask, 0.0, x.nan_to_num(0.0, 0.0, 0.0))
    return y + (leak - leak.detach())


@mutant("masked_log_softmax", "special_values")
def logarithm_that_is_0_where_it_is_masked(x: Array, mask: Array, axis: int = -1) -> Array:
    logs = np.log(_softmax(np.where(mask, x, _minus(x)), axis))
    return np.where(mask, logs, x.dtype.type(0))


@mutant("masked_log_softmax", "accuracy")
def logarithm_of_a_masked_softmax(x: Array, mask: Array, axis: int = -1) -> Array:
    return np.log(_softmax(np.where(mask, x, _minus(x)), axis))


@mutant("masked_logsumexp", "special_values")
def masked_logits_count_as_0(x: Array, mask: Array, axis: int = -1) -> Array:
    return _logsumexp(np.where(mask, x, x.dtype.type(0)), axis)


@mutant("masked_logsumexp", "accuracy")
def mean_over_what_is_kept(x: Array, mask: Array, axis: int = -1) -> Array:
    total = _logsumexp(np.where(mask, x, _minus(x)), axis)
    return total - np.log(mask.sum(axis=axis)).astype(x.dtype)


@mutant("masked_log_softmax", "special_values")
def logarithm_without_a_mask(x: Array, mask: Array, axis: int = -1) -> Array:
    return _log_softmax(x, axis)


@mutant("masked_log_softmax", "special_values")
def logarithm_masked_with_a_large_number(x: Array, mask: Array, axis: int = -1) -> Array:
    return _log_softmax(np.where(mask, x, x.dtype.type(-1e9)), axis)


@mutant("masked_log_softmax", "accuracy")
def logarithm_masked_after_the_sum(x: Array, mask: Array, axis: int = -1) -> Array:
    return np.where(mask, _log_softmax(x, axis), _minus(x))


@mutant("masked_log_softmax", "special_values")
def logarithm_of_a_mask_that_is_added(x: Array, mask: Array, axis: int = -1) -> Array:
    """NaN and infinities behind the mask reach the whole row."""
    added = x + np.where(mask, x.dtype.type(0), _minus(x))
    return np.where(mask, _log_softmax(added, axis), _minus(x))


@mutant("masked_log_softmax", "stability")
def logarithm_of_a_masked_sum_without_a_shift(x: Array, mask: Array, axis: int = -1) -> Array:
    kept = np.where(mask, x, _minus(x))
    return kept - np.log(np.exp(kept).sum(axis=axis, keepdims=True))


@mutant("masked_log_softmax", "gradient", "torch")
def logarithm_whose_gradient_takes_the_sum_over_all(x: Array, mask: Array, axis: int = -1) -> Array:
    """The backward of an unmasked log_softmax behind the right values."""
    right = torch.log_softmax(x.masked_fill(~mask, -torch.inf), dim=axis)
    plain = torch.log_softmax(x.nan_to_num(0.0, 0.0, 0.0), dim=axis)
    return torch.where(mask, plain + (right - plain).detach(), -torch.inf)


@mutant("masked_logsumexp", "special_values")
def total_without_a_mask(x: Array, mask: Array, axis: int = -1) -> Array:
    return _logsumexp(x, axis)


@mutant("masked_logsumexp", "special_values")
def total_of_the_opposite_mask(x: Array, mask: Array, axis: int = -1) -> Array:
    return _logsumexp(np.where(mask & mask.any(), _minus(x), x), axis)


@mutant("masked_logsumexp", "special_values")
def total_of_exponentials_times_the_mask(x: Array, mask: Array, axis: int = -1) -> Array:
    """NaN and infinities behind the mask are multiplied by 0."""
    top = np.where(mask, x, _minus(x)).max(axis=axis, keepdims=True)
    e = np.exp(x - top) * mask
    return np.squeeze(top, axis) + np.log(e.sum(axis=axis))


@mutant("masked_logsumexp", "special_values")
def total_that_is_shifted_by_what_is_masked(x: Array, mask: Array, axis: int = -1) -> Array:
    """Behind a mask 1e30 is the maximum: what is kept vanishes, and the total is minus infinity."""
    top = np.where(np.isfinite(x), x, _minus(x)).max(axis=axis, keepdims=True)
    e = np.where(mask, np.exp(x - top), x.dtype.type(0))
    return np.squeeze(top, axis) + np.log(e.sum(axis=axis))


@mutant("masked_logsumexp", "gradient", "torch")
def total_whose_gradient_is_uniform(x: Array, mask: Array, axis: int = -1) -> Array:
    """Each logit that is kept gets the same share."""
    right = torch.logsumexp(x.masked_fill(~mask, -torch.inf), dim=axis)
    kept = torch.where(mask, x.nan_to_num(0.0, 0.0, 0.0), 0.0)
    mean = kept.sum(dim=axis) / mask.sum(dim=axis)
    return mean + (right - mean).detach()


def _log_softmax(x: Array, axis: int) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _logsumexp(x: Array, axis: int) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis))


@control("masked_softmax")
def ufuncs_that_never_read_what_is_masked(x: Array, mask: Array, axis: int = -1) -> Array:
    """0 where nothing is kept, which is one of the policies."""
    top = x.max(axis=axis, keepdims=True, where=mask, initial=-np.inf)
    shifted = np.subtract(x, top, where=mask, out=np.zeros_like(x))
    e = np.exp(shifted, where=mask, out=np.zeros_like(x))
    total = e.sum(axis=axis, keepdims=True)
    return np.divide(e, total, where=total > 0, out=e)


@control("masked_softmax", takes="")
def kept_logits_in_front_of_a_sorted_row(x: Array, axis: int = -1, *, where: Array) -> Array:
    """NaN where nothing is kept; the mask by the name that JAX has for it."""
    order = np.argsort(~where, axis=axis, kind="stable")
    kept = np.take_along_axis(where, order, axis)
    row = np.where(kept, np.take_along_axis(x, order, axis), _minus(x))
    result = np.empty_like(x)
    np.put_along_axis(result, order, _softmax(row, axis), axis)
    return result


@control("masked_softmax", "torch", ("float32", "bfloat16"))
def the_least_number_and_zeros_afterwards(x: Array, attn_mask: Array, axis: int = -1) -> Array:
    """0 where nothing is kept."""
    filled = x.masked_fill(~attn_mask, torch.finfo(x.dtype).min)
    return torch.softmax(filled, dim=axis).masked_fill(~attn_mask, 0.0)


@control("masked_log_softmax")
def shifted_logits_less_a_masked_sum(x: Array, mask: Array, axis: int = -1) -> Array:
    row = np.where(mask, x, _minus(x))
    top = row.max(axis=axis, keepdims=True)
    shifted = np.where(np.isneginf(row) & np.isfinite(top), _minus(x), row - top)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@control("masked_log_softmax", "torch", ("float32", "bfloat16"))
def masked_before_and_after(x: Array, mask: Array, axis: int = -1) -> Array:
    safe = torch.where(mask, x, -torch.inf)
    return torch.log_softmax(safe, dim=axis).masked_fill(~mask, -torch.inf)


@control("masked_logsumexp")
def logsumexp_of_what_is_kept(x: Array, mask: Array, axis: int = -1) -> Array:
    """NaN where nothing is kept, which is reported."""
    return _logsumexp(np.where(mask, x, _minus(x)), axis)


@control("masked_logsumexp", "torch", ("float64",))
def log_of_a_weighted_sum(x: Array, mask: Array, axis: int = -1) -> Array:
    top = x.masked_fill(~mask, -torch.inf).amax(dim=axis, keepdim=True).detach()
    terms = torch.exp(x.masked_fill(~mask, -torch.inf) - top)
    return top.squeeze(axis) + torch.log(terms.sum(dim=axis))
