"""Divergences in the wrong direction, that are NaN, or cut off; and right ones of other kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _logs(x: Array, axis: int) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _right(x: Array, other: Array, axis: int) -> Array:
    log_p, log_q = _logs(x, axis), _logs(other, axis)
    p = np.exp(log_p)
    return np.multiply(p, log_p - log_q, where=p != 0, out=np.zeros_like(p)).sum(axis=axis)


@mutant("kl_divergence", "accuracy")
def divergence_in_the_opposite_direction(x: Array, other: Array, axis: int = -1) -> Array:
    """The arguments of PyTorch's kl_div, exchanged."""
    return _right(other, x, axis)


@mutant("kl_divergence", "accuracy")
def divergence_that_is_a_cross_entropy(x: Array, other: Array, axis: int = -1) -> Array:
    p = np.exp(_logs(x, axis))
    log_q = _logs(other, axis)
    return -np.multiply(p, log_q, where=p != 0, out=np.zeros_like(p)).sum(axis=axis)


@mutant("kl_divergence", "special_values")
def divergence_of_0_times_infinity(x: Array, other: Array, axis: int = -1) -> Array:
    p, q = np.exp(_logs(x, axis)), np.exp(_logs(other, axis))
    return (p * np.log(p / q)).sum(axis=axis)


@mutant("kl_divergence", "accuracy")
def divergence_as_a_mean_over_classes(x: Array, other: Array, axis: int = -1) -> Array:
    """The default reduction of PyTorch's kl_div, which its documentation warns of."""
    return _right(x, other, axis) / x.dtype.type(x.shape[axis])


@mutant("kl_divergence", "accuracy")
def divergence_with_an_epsilon(x: Array, other: Array, axis: int = -1) -> Array:
    p, q = np.exp(_logs(x, axis)), np.exp(_logs(other, axis))
    small = x.dtype.type(1e-4)
    return (p * np.log((p + small) / (q + small))).sum(axis=axis)


@mutant("kl_divergence", "accuracy")
def divergence_of_one_sample(x: Array, other: Array, axis: int = -1) -> Array:
    """log p - log q at the most likely class alone, as an estimate from a greedy token."""
    apart = _logs(x, axis) - _logs(other, axis)
    place = np.argmax(x, axis=axis, keepdims=True)
    return np.squeeze(np.take_along_axis(apart, place, axis), axis)


@mutant("kl_divergence", "accuracy")
def divergence_of_logits_that_are_not_normalised(x: Array, other: Array, axis: int = -1) -> Array:
    p = np.exp(_logs(x, axis))
    safe = np.where(np.isneginf(x), x.dtype.type(0), x - other)
    return (p * safe).sum(axis=axis)


@mutant("kl_divergence", "gradient", "torch")
def divergence_whose_other_logits_have_no_gradient(x: Array, other: Array, axis: int = -1) -> Array:
    log_p, log_q = torch.log_softmax(x, dim=axis), torch.log_softmax(other.detach(), dim=axis)
    terms = torch.nn.functional.kl_div(log_q, log_p, reduction="none", log_target=True)
    return terms.sum(dim=axis) + 0.0 * other.sum(dim=axis)


@mutant("kl_divergence", "gradient", "torch")
def divergence_whose_weights_are_detached(x: Array, other: Array, axis: int = -1) -> Array:
    """The mean of a difference, whose weights are taken for numbers: x has no gradient left."""
    log_p, log_q = torch.log_softmax(x, dim=axis), torch.log_softmax(other, dim=axis)
    return (log_p.exp().detach() * (log_p - log_q)).sum(dim=axis)


@control("kl_divergence")
def logarithms_under_the_first_weights(x: Array, other: Array, axis: int = -1) -> Array:
    return _right(x, other, axis)


@control("kl_divergence", takes="")
def mean_difference_less_that_of_the_totals(x: Array, ref_logits: Array, axis: int = -1) -> Array:
    """Both arrays shifted by their own maxima first."""
    a = x - x.max(axis=axis, keepdims=True)
    b = ref_logits - ref_logits.max(axis=axis, keepdims=True)
    e = np.exp(a)
    total = e.sum(axis=axis)
    weighed = np.multiply(e, a - b, where=e != 0, out=np.zeros_like(e)).sum(axis=axis)
    return weighed / total - np.log(total) + np.log(np.exp(b).sum(axis=axis))


@control("kl_divergence", "torch", ("float64", "float32", "bfloat16"))
def terms_where_there_is_a_weight(x: Array, other: Array, axis: int = -1) -> Array:
    """In float32 at least; what has no weight is left out before and after the product."""
    wide, beside = ((v if v.dtype == torch.float64 else v.float()) for v in (x, other))
    p = torch.softmax(wide, dim=axis)
    apart = torch.log_softmax(wide, dim=axis) - torch.log_softmax(beside, dim=axis)
    left_out = p == 0
    found = (p * apart.masked_fill(left_out, 0.0)).masked_fill(left_out, 0.0).sum(dim=axis)
    return found.to(x.dtype) if x.is_floating_point() else found
