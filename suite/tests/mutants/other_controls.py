"""Right implementations of the other operations: no check may fail any of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
from numpy.typing import NDArray

from mutants import control
from mutants.controls import ALL, WIDE, widened

Array = NDArray[Any]


def _log_softmax(x: Array, axis: int = -1) -> Array:
    d = x - x.max(axis=axis, keepdims=True)
    return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


def _logsumexp(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis)))


log_softmax_shifted = control("log_softmax", formats=ALL)(widened(_log_softmax))
logsumexp_shifted = control("logsumexp", formats=ALL)(widened(_logsumexp))


@control("log_softmax", formats=WIDE)
def log_softmax_of_scipy(x: Array, axis: int = -1) -> Array:
    return np.asarray(scipy.special.log_softmax(x, axis=axis))


@control("logsumexp", formats=WIDE)
def logsumexp_of_scipy(x: Array, axis: int = -1) -> Array:
    return np.asarray(scipy.special.logsumexp(x, axis=axis))


@control("logsumexp", formats=ALL)
@widened
def logsumexp_of_halves(x: Array, axis: int = -1) -> Array:
    halves = [h for h in np.array_split(x, 2, axis=axis) if h.shape[axis]]
    tops = [np.where(np.isinf(t := h.max(axis=axis)), 0, t).astype(x.dtype) for h in halves]
    sums = [
        np.exp(h - np.expand_dims(t, axis)).sum(axis=axis)
        for h, t in zip(halves, tops, strict=True)
    ]
    return np.logaddexp.reduce([t + np.log(s) for t, s in zip(tops, sums, strict=True)])


@control("softargmax", formats=ALL)
@widened
def softargmax_shift_first(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    e = np.moveaxis(np.exp((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)), axis, -1)
    index = np.arange(e.shape[-1], dtype=x.dtype)
    return np.asarray((e * index).sum(axis=-1) / e.sum(axis=-1))


@control("softargmax", formats=ALL)
@widened
def softargmax_of_the_probabilities(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    e = np.moveaxis(np.exp((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)), axis, -1)
    p = e / e.sum(axis=-1, keepdims=True)
    return np.asarray(p @ np.arange(e.shape[-1], dtype=x.dtype))


@control("smooth_max", formats=ALL)
@widened
def smooth_max_shift_first(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    e = np.exp((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta))
    return np.asarray((e / e.sum(axis=axis, keepdims=True) * x).sum(axis=axis))


@control("smooth_max", formats=ALL)
@widened
def smooth_max_as_a_distance_from_the_maximum(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    top = x.max(axis=axis, keepdims=True)
    away = np.maximum(x - top, np.finfo(x.dtype).min)
    e = np.exp(away * x.dtype.type(beta))
    return np.asarray(np.squeeze(top, axis) + (e * away).sum(axis=axis) / e.sum(axis=axis))


@control("sigmoid", formats=ALL)
@widened
def sigmoid_by_sign(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, x.dtype.type(1)) / (1 + small)


@control("sigmoid", formats=("float32", "float16", "bfloat16"))
def sigmoid_of_one_quotient(x: Array) -> Array:
    """1 / (1 + e^-x) in float64, whose exponential overflows where the result is 0 anyway."""
    with np.errstate(over="ignore"):
        p = np.asarray(1 / (1 + np.exp(-x.astype(np.float64))))
    return p if x.dtype.kind in "biu" else p.astype(x.dtype)


@control("cross_entropy", formats=ALL)
@widened
def cross_entropy_by_index(logits: Array, labels: Array) -> Array:
    return -np.take_along_axis(_log_softmax(logits), np.expand_dims(labels, -1), -1)[..., 0]


@control("argmax", formats=ALL)
def argmax_of_numpy(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.argmax(x, axis=axis))


@control("hardmax", formats=ALL)
def hardmax_by_index(x: Array, axis: int = -1) -> Array:
    y = np.zeros_like(x)
    np.put_along_axis(y, np.expand_dims(np.argmax(x, axis=axis), axis), 1, axis)
    return y
