"""Bugs in the values of the other operations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mutants import mutant

Array = NDArray[Any]


def _shifted(x: Array, axis: int, beta: float = 1.0) -> tuple[Array, Array]:
    """The distances from the maximum, times beta, and their softmax."""
    with np.errstate(over="ignore"):
        d = (x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)
    e = np.exp(d)
    return d, np.asarray(e / e.sum(axis=axis, keepdims=True))


def _log_softmax(x: Array, axis: int = -1) -> Array:
    d, _ = _shifted(x, axis)
    return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


def _loss(logits: Array, labels: Array) -> Array:
    return -np.take_along_axis(_log_softmax(logits), np.expand_dims(labels, -1), -1)[..., 0]


@mutant("softmax", "limit")
def temperature_upside_down(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    return _shifted(x, axis, 1 / beta)[1]


@mutant("softmax", "limit")
def temperature_left_out_of_the_shift(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    e = np.exp(x * x.dtype.type(beta) - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "limit")
def one_hot_when_the_winner_is_clear(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """A shortcut that a greedy decoder takes."""
    p = _shifted(x, axis, beta)[1]
    return np.where(p.max(axis=axis, keepdims=True) > 0.999, np.rint(p), p)


@mutant("softargmax", "accuracy")
def coordinates_from_minus_one_to_one(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    n = x.shape[axis]
    p = np.moveaxis(_shifted(x, axis, beta)[1], axis, -1)
    return np.asarray(p @ np.linspace(-1, 1, n, dtype=x.dtype))


@mutant("softargmax", "accuracy")
def expected_index_rounded_to_a_whole_one(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    p = np.moveaxis(_shifted(x, axis, beta)[1], axis, -1)
    return np.rint(p @ np.arange(x.shape[axis], dtype=x.dtype))


@mutant("smooth_max", "stability")
def shift_not_added_back(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    d, p = _shifted(x, axis, beta)
    return np.asarray((p * d).sum(axis=axis) / x.dtype.type(beta))


@mutant("smooth_max", "ties")
def maximum_of_the_weighted_logits(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    return np.asarray((_shifted(x, axis, beta)[1] * x).max(axis=axis))


@mutant("log_softmax", "stability")
def logits_less_the_log_of_an_unshifted_sum(x: Array, axis: int = -1) -> Array:
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


@mutant("log_softmax", "stability", formats=("float64", "float32"))
def logits_less_the_stored_logsumexp(x: Array, axis: int = -1) -> Array:
    """The one number a row that is kept has the rounding of the row's offset."""
    top = x.max(axis=axis, keepdims=True)
    return x - (top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True)))


@mutant("log_softmax", "accuracy")
def log_of_the_sum_kept_in_half_precision(x: Array, axis: int = -1) -> Array:
    d, _ = _shifted(x, axis)
    kept = np.log(np.exp(d).sum(axis=axis, keepdims=True)).astype(np.float16)
    return d - kept.astype(x.dtype)


@mutant("log_softmax", "ties")
def log_of_the_mean(x: Array, axis: int = -1) -> Array:
    d, _ = _shifted(x, axis)
    return d - np.log(np.exp(d).mean(axis=axis, keepdims=True))


@mutant("logsumexp", "stability")
def logsumexp_shifted_by_the_largest_size(x: Array, axis: int = -1) -> Array:
    top = np.abs(x).max(axis=axis, keepdims=True)
    total = np.exp(x - top).sum(axis=axis)
    return np.asarray(np.squeeze(top, axis) + np.log(total))


@mutant("logsumexp", "accuracy")
def halves_of_logsumexp_added(x: Array, axis: int = -1) -> Array:
    """Partial results of two workers, merged with a sum where logaddexp was due."""
    halves = [half for half in np.array_split(x, 2, axis=axis) if half.shape[axis]]
    parts = []
    for half in halves:
        top = half.max(axis=axis, keepdims=True)
        parts.append(np.squeeze(top, axis) + np.log(np.exp(half - top).sum(axis=axis)))
    return np.asarray(np.add.reduce(parts))


@mutant("sigmoid", "stability")
def sigmoid_of_one_exponential(x: Array) -> Array:
    """e^x / (1 + e^x): infinity over infinity."""
    e = np.exp(x)
    return np.asarray(e / (1 + e))


@mutant("sigmoid", "accuracy")
def complement_taken_for_negative_logits(x: Array) -> Array:
    """1 - sigmoid(-x), which cancels."""
    y = 1 / (1 + np.exp(-np.abs(x)))
    return np.where(x < 0, 1 - y, y)


@mutant("sigmoid", "accuracy")
def three_straight_lines(x: Array) -> Array:
    return np.clip(x / 6 + x.dtype.type(0.5), 0, 1)


@mutant("cross_entropy", "accuracy")
def mean_of_the_batch_in_each_row(logits: Array, labels: Array) -> Array:
    loss = _loss(logits, labels)
    return np.full_like(loss, loss.mean())


@mutant("cross_entropy", "accuracy")
def last_class_out_of_reach(logits: Array, labels: Array) -> Array:
    return _loss(logits, np.minimum(labels, max(logits.shape[-1] - 2, 0)))


@mutant("cross_entropy", "accuracy")
def loss_of_probabilities_in_place_of_logits(logits: Array, labels: Array) -> Array:
    """Of a row that is certain of its label the loss is log(1 + (n - 1) / e), not 0."""
    return _loss(np.exp(_log_softmax(logits)), labels)


@mutant("cross_entropy", "accuracy")
def class_zero_ignored_as_padding(logits: Array, labels: Array) -> Array:
    return np.where(labels == 0, logits.dtype.type(0), _loss(logits, labels))


@mutant("cross_entropy", "accuracy")
def labels_smoothed_unasked(logits: Array, labels: Array) -> Array:
    log_p = _log_softmax(logits)
    picked = np.take_along_axis(log_p, np.expand_dims(labels, -1), -1)[..., 0]
    return np.asarray(-(0.99 * picked + 0.01 * log_p.mean(axis=-1))).astype(logits.dtype)


@mutant("cross_entropy", "ties")
def stored_logsumexp_less_the_label(logits: Array, labels: Array) -> Array:
    """As fused losses have it; of ten equal logits of 1e38 the loss is 0."""
    top = logits.max(axis=-1)
    stored = top + np.log(np.exp(logits - top[..., None]).sum(axis=-1))
    return np.asarray(stored - np.take_along_axis(logits, labels[..., None], -1)[..., 0])


@mutant("argmax", "accuracy")
def argmax_of_the_sizes(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.argmax(np.abs(x), axis=axis))


@mutant("argmax", "accuracy")
def argmax_after_rounding_to_half(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.argmax(x.astype(np.float16), axis=axis))


@mutant("argmax", "stability")
def running_maximum_that_starts_from_zero(x: Array, axis: int = -1) -> Array:
    return np.where(x.max(axis=axis) > 0, np.argmax(x, axis=axis), 0)


@mutant("argmax", "ties")
def index_kept_in_sixteen_bits(x: Array, axis: int = -1) -> Array:
    """Right up to 32,767, and negative after it."""
    at = x == x.max(axis=axis, keepdims=True)
    last = x.shape[axis] - 1 - np.argmax(np.flip(at, axis), axis=axis)
    return np.asarray(last.astype(np.int16).astype(np.int64))


@mutant("hardmax", "accuracy")
def maximum_in_place_of_one(x: Array, axis: int = -1) -> Array:
    first = np.expand_dims(np.argmax(x, axis=axis), axis)
    y = np.zeros_like(x)
    np.put_along_axis(y, first, np.take_along_axis(x, first, axis), axis)
    return y


@mutant("hardmax", "ties")
def ones_shared_among_the_ties(x: Array, axis: int = -1) -> Array:
    at = x == x.max(axis=axis, keepdims=True)
    return np.asarray(at / at.sum(axis=axis, keepdims=True)).astype(x.dtype)
