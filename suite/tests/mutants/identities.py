"""Bugs that break a relation between results: written with NumPy, one a function."""

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
def shift_rounded_to_16_bits(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    with np.errstate(over="ignore"):
        e = np.exp(x - top.astype(np.float16).astype(x.dtype))
        return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("logsumexp", "identities")
def shift_not_added_back_when_negative(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    total = np.exp(x - top).sum(axis=axis)
    return np.asarray(np.squeeze(np.maximum(top, 0), axis) + np.log(total))


@mutant("softmax", "identities")
def padding_counts_as_zero(x: Array, axis: int = -1) -> Array:
    return _shifted(np.where(np.isneginf(x), x.dtype.type(0), x), axis)


@mutant("softmax", "identities")
def nan_after_a_masked_block(x: Array, axis: int = -1) -> Array:
    """Online softmax whose rescale is exp(-inf - -inf) while only masked logits were seen."""
    rows = np.moveaxis(x, axis, -1)
    with np.errstate(invalid="ignore"):
        running = np.maximum.accumulate(rows, axis=-1)
        total = np.zeros(rows.shape[:-1], x.dtype)
        before = running[..., 0]
        for i in range(rows.shape[-1]):
            total = total * np.exp(before - running[..., i]) + np.exp(
                rows[..., i] - running[..., i]
            )
            before = running[..., i]
        return np.moveaxis(np.exp(rows - before[..., None]) / total[..., None], -1, axis)


@mutant("log_softmax", "identities")
def padding_is_counted_in_the_mean(x: Array, axis: int = -1) -> Array:
    d = x - x.max(axis=axis, keepdims=True)
    masked = np.isneginf(x).sum(axis=axis, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True) + masked * 1e-3))


@mutant("softmax", "identities")
def later_places_weigh_more(x: Array, axis: int = -1) -> Array:
    place = np.arange(x.shape[axis], dtype=x.dtype) * x.dtype.type(1e-4)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    return _shifted(x + place.reshape(shape), axis)


@mutant("logsumexp", "identities")
def logsumexp_without_log_n(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).mean(axis=axis)))


@mutant("softargmax", "identities")
def expected_index_beyond_the_last(x: Array, axis: int = -1) -> Array:
    p = np.moveaxis(_shifted(x, axis), axis, -1)
    n = p.shape[-1]
    mean = (p * np.arange(n, dtype=p.dtype)).sum(axis=-1)
    return np.asarray(mean * x.dtype.type(n / max(n - 1, 1)))


@mutant("smooth_max", "identities")
def mean_of_the_shifted_logits(x: Array, axis: int = -1) -> Array:
    d = x - x.max(axis=axis, keepdims=True)
    return np.asarray((_shifted(x, axis) * d).sum(axis=axis) + np.abs(x).max(axis=axis))


@mutant("sigmoid", "identities")
def sigmoid_wrong_in_the_tail_lanes(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    y = np.where(x < 0, small, x.dtype.type(1)) / (1 + small)
    y[..., -1] = np.clip(0.5 + x[..., -1] / 4, 0, 1)
    return y


@mutant("cross_entropy", "identities")
def label_smoothing_left_on(logits: Array, labels: Array) -> Array:
    d = logits - logits.max(axis=-1, keepdims=True)
    logs = d - np.log(np.exp(d).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(logs, np.expand_dims(labels, -1), -1)[..., 0]
    return np.asarray(-(logits.dtype.type(0.99) * picked + logits.dtype.type(0.01) * logs.mean(-1)))
