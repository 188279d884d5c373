"""Right softmaxes of different construction: no check may fail any of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import ml_dtypes
import numpy as np
import scipy.special
from numpy.typing import NDArray

from mutants import Function, control
from softmark import oracle
from softmark.formats import format_named

Array = NDArray[Any]
ALL = ("float64", "float32", "float16", "bfloat16")
NARROW = ("float16", "bfloat16")
WIDE = ("float64", "float32")


def widened(function: Function) -> Function:
    """``function`` in float32 for 16 bits and in the format for more, rounded once at the end."""

    @wraps(function)
    def wide(x: Array, *arguments: Any, **keywords: Any) -> Array:
        due = _due(x)
        working = x.astype(np.float32 if due.itemsize == 2 else due)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return np.asarray(function(working, *arguments, **keywords)).astype(due)

    return wide


def _due(x: Array) -> np.dtype[Any]:
    """The type of the result: that of the logits, float64 of whole numbers."""
    return np.dtype(np.float64) if x.dtype.kind in "iub" else x.dtype


def with_sum(summed: Callable[[Array], Array], x: Array, axis: int) -> Array:
    """The shifted softmax with its sum along the last axis made by ``summed``."""
    rows = np.moveaxis(x, axis, -1)
    e = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return np.moveaxis(e / summed(e)[..., None], -1, axis)


@control("softmax", formats=ALL)
@widened
def shifted(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@control("softmax", formats=ALL)
def wide_then_rounded(x: Array, axis: int = -1) -> Array:
    wide = x.astype(np.longdouble if _due(x) == np.float64 else np.float64)
    e = np.exp(wide - wide.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True)).astype(_due(x))


@control("softmax", formats=ALL)
def correctly_rounded(x: Array, axis: int = -1) -> Array:
    due = _due(x)
    fmt = format_named("bfloat16" if due == ml_dtypes.bfloat16 else due.name)
    return oracle.softmax(x.astype(np.float64), axis=axis).rounded(fmt).astype(due)


@control("softmax", formats=WIDE)
def softmax_of_scipy(x: Array, axis: int = -1) -> Array:
    return np.asarray(scipy.special.softmax(x, axis=axis))


@control("softmax", formats=ALL)
@widened
def online(x: Array, axis: int = -1) -> Array:
    """One pass for maximum and sum, rescaled at each new maximum (Milakov, Gimelshein 2018)."""
    rows = np.moveaxis(x, axis, -1)
    top = np.full(rows.shape[:-1], -np.inf, x.dtype)
    total = np.zeros_like(top)
    for block in np.array_split(rows, math.ceil(rows.shape[-1] / 64), axis=-1):
        new = np.maximum(top, block.max(axis=-1))
        scale = np.where(np.isinf(top), 0, np.exp(top - new)).astype(x.dtype)
        safe = np.where(np.isinf(new), 0, new).astype(x.dtype)
        total = total * scale + np.exp(block - safe[..., None]).sum(axis=-1)
        top = new
    return np.moveaxis(np.exp(rows - top[..., None]) / total[..., None], -1, axis)


@control("softmax", formats=ALL)
@widened
def shift_left_behind_the_maximum(x: Array, axis: int = -1) -> Array:
    """A running shift that follows the maximum only when it is more than 4 ahead."""
    rows = np.moveaxis(x, axis, -1)
    shift = np.full(rows.shape[:-1], -np.inf, x.dtype)
    total = np.zeros_like(shift)
    for block in np.array_split(rows, math.ceil(rows.shape[-1] / 64), axis=-1):
        top = block.max(axis=-1)
        new = np.where(top > shift + 4, top, shift)
        safe = np.where(np.isinf(new), 0, new)
        scale = np.where(np.isinf(shift), 0, np.exp(shift - safe)).astype(x.dtype)
        total = total * scale + np.exp(block - safe[..., None]).sum(axis=-1)
        shift = new
    return np.moveaxis(np.exp(rows - shift[..., None]) / total[..., None], -1, axis)


@control("softmax", formats=ALL)
@widened
def halves_merged(x: Array, axis: int = -1) -> Array:
    """Split-K: each half has its own maximum and sum, rescaled when they meet."""
    rows = np.moveaxis(x, axis, -1)
    halves = [h for h in np.array_split(rows, 2, axis=-1) if h.shape[-1]]
    tops = [half.max(axis=-1, keepdims=True) for half in halves]
    top = np.maximum.reduce(tops)
    total = np.zeros_like(top)
    for half, own in zip(halves, tops, strict=True):
        safe = np.where(np.isinf(own), 0, own).astype(x.dtype)
        total = total + np.exp(half - safe).sum(axis=-1, keepdims=True) * np.exp(own - top)
    return np.moveaxis(np.exp(rows - top) / total, -1, axis)


@control("softmax", formats=ALL)
@widened
def reciprocal_of_the_sum(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e * (x.dtype.type(1) / e.sum(axis=axis, keepdims=True)))


@control("softmax", formats=ALL)
@widened
def base_two(x: Array, axis: int = -1) -> Array:
    e = np.exp2((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(1 / np.log(2)))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@control("softmax", formats=ALL)
@widened
def without_a_division(x: Array, axis: int = -1) -> Array:
    """e^(x - max - log sum): Blanchard, Higham, Higham 2021, algorithm 4.2 without the quotient."""
    d = x - x.max(axis=axis, keepdims=True)
    return np.asarray(np.exp(d - np.log(np.exp(d).sum(axis=axis, keepdims=True))))


@control("softmax", formats=ALL)
@widened
def compensated_sum(x: Array, axis: int = -1) -> Array:
    """Kahan's sum over 64 lanes, then the lanes."""

    def summed(e: Array) -> Array:
        padded = np.pad(e, [(0, 0)] * (e.ndim - 1) + [(0, -e.shape[-1] % 64)])
        lanes = padded.reshape(*e.shape[:-1], padded.shape[-1] // 64, 64)
        total, lost = np.zeros_like(lanes[..., 0, :]), np.zeros_like(lanes[..., 0, :])
        for i in range(lanes.shape[-2]):
            term = lanes[..., i, :] - lost
            new = total + term
            lost = (new - total) - term
            total = new
        return np.asarray(total.sum(axis=-1))

    return with_sum(summed, x, axis)


@control("softmax", formats=ALL)
@widened
def one_running_sum(x: Array, axis: int = -1) -> Array:
    """One term after the other: legal and weak, its error grows with the row."""
    return with_sum(lambda e: np.add.accumulate(e, axis=-1)[..., -1], x, axis)


@control("softmax", formats=ALL)
@widened
def smallest_first(x: Array, axis: int = -1) -> Array:
    return with_sum(lambda e: np.add.accumulate(np.sort(e, axis=-1), axis=-1)[..., -1], x, axis)


@control("softmax", formats=NARROW)
def steps_in_sixteen_bits(x: Array, axis: int = -1) -> Array:
    """Shift, exponential and quotient rounded to 16 bits, the sum in float32: legal and weak."""
    x = x.astype(_due(x))
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    wide = e.astype(np.promote_types(np.float32, x.dtype))
    return np.asarray(wide / wide.sum(axis=axis, keepdims=True)).astype(x.dtype)


@control("softmax", formats=ALL)
@widened
def scaled_after_the_shift(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    e = np.exp((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))
