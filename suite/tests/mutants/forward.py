"""Bugs in the value: written with NumPy, one a function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mutants import mutant

Array = NDArray[Any]


def _shifted(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "stability")
def no_shift(x: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "stability")
def shift_by_the_mean(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.mean(axis=axis, keepdims=True, dtype=np.float64).astype(x.dtype))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "stability")
def shift_by_the_global_maximum(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "stability")
def logits_clamped_at_fifty(x: Array, axis: int = -1) -> Array:
    return _shifted(np.clip(x, -50, 50), axis)


@mutant("softmax", "accuracy")
def epsilon_in_the_denominator(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / (e.sum(axis=axis, keepdims=True) + x.dtype.type(1e-5)))


@mutant("softmax", "accuracy")
def all_zeros(x: Array, axis: int = -1) -> Array:
    return np.zeros_like(x)


@mutant("softmax", "accuracy")
def uniform(x: Array, axis: int = -1) -> Array:
    return np.full_like(x, 1 / x.shape[axis])


@mutant("softmax", "accuracy")
def always_the_last_axis_but_one(x: Array, axis: int = -1) -> Array:
    return _shifted(x, axis=0)


@mutant("softmax", "accuracy")
def last_axis_whatever_is_asked(x: Array, axis: int = -1) -> Array:
    return _shifted(x, axis=-1)


@mutant("softmax", "accuracy")
def tail_of_the_vector_left_out(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    n = x.shape[axis]
    whole = n - n % 8 if n > 8 else n
    total = np.take(e, range(whole), axis=axis).sum(axis=axis, keepdims=True)
    return np.asarray(e / total)


@mutant("softmax", "accuracy")
def exp_of_low_degree(x: Array, axis: int = -1) -> Array:
    d = (x - x.max(axis=axis, keepdims=True)).astype(np.float64) * np.log2(np.e)
    k = np.floor(d)
    r = (d - k) * np.log(2)
    e = np.ldexp(1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r / 24))), k.astype(int))
    return np.asarray(e / e.sum(axis=axis, keepdims=True)).astype(x.dtype)


@mutant("softmax", "accuracy")
def row_leaks_into_the_next(x: Array, axis: int = -1) -> Array:
    p = _shifted(x, axis)
    if x.ndim > 1 and x.shape[0] > 1:
        p[1:, ..., 0] = p[:-1, ..., 0]
    return p


@mutant("softmax", "accuracy", formats=("float32", "float16"))
def one_logit_dropped(x: Array, axis: int = -1) -> Array:
    if x.shape[axis] > 1:
        x = x.copy()
        x[(slice(None),) * (axis % x.ndim) + (-1,)] = -np.inf
    return _shifted(x, axis)


@mutant("softmax", "accuracy")
def rescale_of_the_online_sum_forgotten(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    running = np.maximum.accumulate(rows, axis=-1)
    total = np.exp(rows - running).sum(axis=-1, keepdims=True)
    return np.moveaxis(np.exp(rows - running[..., -1:]) / total, -1, axis)


@mutant("softmax", "ties")
def winner_takes_all_of_a_tie(x: Array, axis: int = -1) -> Array:
    first = np.expand_dims(np.argmax(x, axis=axis), axis)
    y = x.copy()
    np.put_along_axis(y, first, np.take_along_axis(x, first, axis) + x.dtype.type(1e-4), axis)
    return _shifted(y, axis)


@mutant("softmax", "ties", formats=("float16",))
def running_sum_in_16_bits(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    total = np.take(np.add.accumulate(e, axis=axis, dtype=e.dtype), [-1], axis=axis)
    return np.asarray(e / total)


@mutant("softmax", "ties")
def lane_width_decides_the_rounding(x: Array, axis: int = -1) -> Array:
    p = _shifted(x, axis)
    p[..., ::3] *= 1 - 40 * np.finfo(x.dtype).eps
    return p


@mutant("softmax", "limit")
def temperature_applied_twice_when_cold(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    return _shifted(x * min(beta, 16.0), axis)


@mutant("softargmax", "limit")
def product_overflows_before_the_shift(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    with np.errstate(all="ignore"):
        p = _shifted(x * x.dtype.type(beta), axis)
    return _expected_index(p, axis)


@mutant("softargmax", "limit")
def indices_from_one(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    shifted = (x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)
    return _expected_index(_shifted(shifted, axis), axis, first=1)


@mutant("smooth_max", "limit")
def logsumexp_over_beta_taken_for_it(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    top = x.max(axis=axis)
    d = (x - np.expand_dims(top, axis)) * x.dtype.type(beta)
    return np.asarray(top + np.log(np.exp(d).sum(axis=axis)) / x.dtype.type(beta))


def _expected_index(p: Array, axis: int, first: int = 0) -> Array:
    n = p.shape[axis]
    shape = [1] * p.ndim
    shape[axis] = n
    index = np.arange(first, n + first, dtype=p.dtype).reshape(shape)
    return np.asarray((p * index).sum(axis=axis))


@mutant("softmax", "simplex")
def sums_to_a_little_less_than_one(x: Array, axis: int = -1) -> Array:
    p = _shifted(x.astype(np.float64), axis)
    return np.asarray(p * (1 - 1e-4)).astype(x.dtype)


@mutant("log_softmax", "simplex")
def positive_logarithm(x: Array, axis: int = -1) -> Array:
    y = _log_softmax(x, axis)
    return np.asarray(np.where(y > -0.5, -y, y))


@mutant("sigmoid", "simplex")
def not_monotone(x: Array) -> Array:
    y = 1 / (1 + np.exp(-x.astype(np.float64)))
    return np.asarray(np.where(np.abs(x) < 0.5, 1 - y, y)).astype(x.dtype)


def _log_softmax(x: Array, axis: int = -1) -> Array:
    d = x - x.max(axis=axis, keepdims=True)
    return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


@mutant("log_softmax", "stability")
def log_of_softmax(x: Array, axis: int = -1) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(_shifted(x, axis))


@mutant("log_softmax", "accuracy")
def log_of_softmax_plus_epsilon(x: Array, axis: int = -1) -> Array:
    return np.log(_shifted(x, axis) + x.dtype.type(1e-6))


@mutant("logsumexp", "stability")
def logsumexp_without_shift(x: Array, axis: int = -1) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(np.log(np.exp(x).sum(axis=axis)))


@mutant("logsumexp", "accuracy")
def maximum_taken_for_logsumexp(x: Array, axis: int = -1) -> Array:
    return np.asarray(x.max(axis=axis))


@mutant("logsumexp", "ties", formats=("float16",))
def sixteen_bit_sum_stops_growing(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    sums = np.add.accumulate(np.exp(x - top), axis=axis, dtype=x.dtype)
    total = np.take(sums, -1, axis=axis)
    return np.asarray(np.squeeze(top, axis) + np.log(total))


@mutant("sigmoid", "accuracy")
def sigmoid_by_tanh(x: Array) -> Array:
    return np.asarray((1 + np.tanh(x / 2)) / 2)


@mutant("cross_entropy", "accuracy")
def label_off_by_one(logits: Array, labels: Array) -> Array:
    picked = np.expand_dims((labels + 1) % logits.shape[-1], -1)
    return -np.take_along_axis(_log_softmax(logits), picked, -1)[..., 0]


@mutant("cross_entropy", "stability")
def loss_clamped_at_a_hundred(logits: Array, labels: Array) -> Array:
    picked = np.take_along_axis(_log_softmax(logits), np.expand_dims(labels, -1), -1)
    return np.minimum(-picked[..., 0], logits.dtype.type(100))


@mutant("argmax", "accuracy")
def index_of_the_minimum(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.argmin(x, axis=axis))


@mutant("argmax", "ties")
def index_past_the_tie(x: Array, axis: int = -1) -> Array:
    at = x == x.max(axis=axis, keepdims=True)
    last = x.shape[axis] - 1 - np.argmax(np.flip(at, axis), axis=axis)
    return np.asarray((last + 1) % x.shape[axis])


@mutant("hardmax", "ties")
def every_maximum_is_one(x: Array, axis: int = -1) -> Array:
    return np.asarray(x == x.max(axis=axis, keepdims=True)).astype(x.dtype)
