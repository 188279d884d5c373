"""Entropies that are NaN, biased, or of something else; and right ones of other constructions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant, poor

Array = Any


def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _right(x: Array, axis: int) -> Array:
    p = _softmax(x, axis)
    return -np.multiply(p, np.log(p), where=p != 0, out=np.zeros_like(p)).sum(axis=axis)


@mutant("entropy", "special_values")
def entropy_of_0_times_minus_infinity(x: Array, axis: int = -1) -> Array:
    p = _softmax(x, axis)
    return -(p * np.log(p)).sum(axis=axis)


@mutant("entropy", "accuracy")
def entropy_with_an_epsilon_in_the_logarithm(x: Array, axis: int = -1) -> Array:
    p = _softmax(x, axis)
    return -(p * np.log(p + x.dtype.type(1e-5))).sum(axis=axis)


@mutant("entropy", "accuracy")
def entropy_in_bits(x: Array, axis: int = -1) -> Array:
    return _right(x, axis) / x.dtype.type(np.log(2))


@mutant("entropy", "accuracy")
def entropy_of_the_wrong_sign(x: Array, axis: int = -1) -> Array:
    return -_right(x, axis)


@mutant("entropy", "accuracy")
def entropy_as_a_mean_over_classes(x: Array, axis: int = -1) -> Array:
    return _right(x, axis) / x.dtype.type(x.shape[axis])


@mutant("entropy", "accuracy")
def entropy_as_a_share_of_the_largest(x: Array, axis: int = -1) -> Array:
    return _right(x, axis) / x.dtype.type(np.log(max(x.shape[axis], 2)))


@mutant("entropy", "accuracy")
def entropy_of_the_64_most_likely(x: Array, axis: int = -1) -> Array:
    """As servers that return the top log-probabilities alone compute it."""
    few = np.take(np.sort(x, axis=axis), range(-min(64, x.shape[axis]), 0), axis=axis)
    return _right(few, axis)


@mutant("entropy", "stability")
def entropy_without_a_shift(x: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    p = e / e.sum(axis=axis, keepdims=True)
    return -np.multiply(p, np.log(p), where=p != 0, out=np.zeros_like(p)).sum(axis=axis)


@mutant("entropy", "special_values")
def entropy_that_counts_masked_logits(x: Array, axis: int = -1) -> Array:
    """They are clamped to a number that is not low enough."""
    return _right(np.maximum(x, x.max(axis=axis, keepdims=True) - 10), axis)


@mutant("entropy", "gradient", "torch")
def entropy_whose_weights_are_detached(x: Array, axis: int = -1) -> Array:
    """The logarithms alone have a gradient, which is 0 but for rounding."""
    logs = torch.log_softmax(x, dim=axis)
    return -(logs.exp().detach() * logs).nan_to_num(0.0).sum(dim=axis)


@mutant("entropy", "gradient", "torch")
def entropy_with_the_gradient_of_its_opposite(x: Array, axis: int = -1) -> Array:
    right = torch.special.entr(torch.softmax(x, dim=axis)).sum(dim=axis)
    return 2 * right.detach() - right


@control("entropy")
def distances_from_the_maximum(x: Array, axis: int = -1) -> Array:
    below = x.max(axis=axis, keepdims=True) - x
    e = np.exp(-below)
    total = e.sum(axis=axis)
    weighed = np.multiply(e, below, where=e > 0, out=np.zeros_like(e)).sum(axis=axis)
    return np.log(total) + weighed / total


@control("entropy")
def probabilities_times_their_logarithms(x: Array, axis: int = -1) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    p = np.exp(logs)
    return -np.multiply(p, logs, where=p != 0, out=np.zeros_like(p)).sum(axis=axis)


@control("entropy", "torch", ("float64", "float32", "bfloat16"))
def probabilities_where_there_are_some(x: Array, axis: int = -1) -> Array:
    """In float32 at least; what has no weight is left out before and after the product."""
    wide = x if x.dtype == torch.float64 else x.float()
    p, logs = torch.softmax(wide, dim=axis), torch.log_softmax(wide, dim=axis)
    left_out = p == 0
    terms = (p * logs.masked_fill(left_out, 0.0)).masked_fill(left_out, 0.0)
    found = -terms.sum(dim=axis)
    return found.to(x.dtype) if x.is_floating_point() else found


@poor("entropy", "stability", "offset", "a logsumexp less the mean logit")
def logsumexp_less_the_mean_logit(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    e = np.exp(x - top)
    total = e.sum(axis=axis, keepdims=True)
    mean = (e / total * x).sum(axis=axis)
    return np.squeeze(top + np.log(total), axis) - mean
