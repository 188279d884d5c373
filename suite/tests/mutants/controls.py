"""Right implementations of different construction: no check may fail any of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mutants import control

Array = NDArray[Any]
ALL = ("float64", "float32", "float16")


@control("softmax")
def shifted(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@control("softmax", formats=("float32", "float16"))
def wide_then_rounded(x: Array, axis: int = -1) -> Array:
    wide = shifted(x.astype(np.float64), axis)
    return wide.astype(x.dtype) if x.dtype.kind == "f" else wide


@control("softmax", formats=("float32",))
def online(x: Array, axis: int = -1) -> Array:
    """One pass for maximum and sum, rescaled at each new maximum (Milakov, Gimelshein 2018)."""
    rows = np.moveaxis(x, axis, -1)
    top = np.full(rows.shape[:-1], -np.inf, x.dtype)
    total = np.zeros_like(top)
    with np.errstate(over="ignore", invalid="ignore"):
        for block in np.array_split(rows, math.ceil(rows.shape[-1] / 64), axis=-1):
            new = np.maximum(top, block.max(axis=-1))
            scale = np.where(np.isinf(top), 0, np.exp(top - new)).astype(x.dtype)
            safe = np.where(np.isinf(new), 0, new).astype(x.dtype)
            total = total * scale + np.exp(block - safe[..., None]).sum(axis=-1)
            top = new
        return np.moveaxis(np.exp(rows - top[..., None]) / total[..., None], -1, axis)


@control("softmax", formats=("float32",))
def reciprocal_of_the_sum(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e * (x.dtype.type(1) / e.sum(axis=axis, keepdims=True)))


@control("log_softmax")
def log_softmax_shifted(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore"):
        d = x - x.max(axis=axis, keepdims=True)
    return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


@control("logsumexp")
def logsumexp_shifted(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    with np.errstate(over="ignore"):
        total = np.exp(x - top).sum(axis=axis)
    return np.asarray(np.squeeze(top, axis) + np.log(total))


@control("softargmax")
def softargmax_shift_first(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    with np.errstate(over="ignore"):
        d = (x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)
    e = np.exp(d)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    index = np.arange(x.shape[axis], dtype=x.dtype).reshape(shape)
    return np.asarray((e * index).sum(axis=axis) / e.sum(axis=axis))


@control("smooth_max")
def smooth_max_shift_first(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    with np.errstate(over="ignore"):
        d = (x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)
    e = np.exp(d)
    return np.asarray((e / e.sum(axis=axis, keepdims=True) * x).sum(axis=axis))


@control("sigmoid")
def sigmoid_by_sign(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, x.dtype.type(1)) / (1 + small)


@control("cross_entropy")
def cross_entropy_by_index(logits: Array, labels: Array) -> Array:
    picked = np.take_along_axis(log_softmax_shifted(logits), np.expand_dims(labels, -1), -1)
    return -picked[..., 0]


@control("argmax")
def argmax_of_numpy(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.argmax(x, axis=axis))


@control("softmax", framework="torch", formats=ALL)
def softmax_of_torch(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.softmax(x, axis)


@control("log_softmax", framework="torch", formats=("float64", "float32", "bfloat16"))
def log_softmax_of_torch(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.log_softmax(x, axis)


@control("argmax", framework="torch", formats=("float32",))
def argmax_of_torch(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.argmax(x, axis)
