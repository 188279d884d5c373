"""gpuemu's corpus (MIT or Apache-2.0): its two wrong softmaxes, their controls, and the others.

Its eight other wrong kernels are of other operations; the same slip is made here in a softmax.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora import counterpart, fault

Array = NDArray[Any]
CORPUS = "https://github.com/sarkar-dipankar/gpuemu-corpus/tree/main/gpuemu_corpus/data"


def _padded(x: Array, axis: int, size: int, value: float) -> Array:
    """Softmax of rows that are filled up to ``size`` with a value, which takes part."""
    rows = np.moveaxis(x.astype(np.result_type(x, np.float32)), axis, -1)
    n = rows.shape[-1]
    filling = np.full((*rows.shape[:-1], size - n), value, rows.dtype)
    filled = np.concatenate([rows, filling], axis=-1)
    e = np.exp(filled - filled.max(axis=-1, keepdims=True))
    return np.moveaxis((e / e.sum(axis=-1, keepdims=True))[..., :n], -1, axis)


def _power_of_two(n: int) -> int:
    return 1 << max(0, n - 1).bit_length()


@fault(f"{CORPUS}/softmax_llm_buggy")
def tail_of_a_block_of_128_counts(x: Array, axis: int = -1) -> Array:
    return _padded(x, axis, -(-x.shape[axis] // 128) * 128, 0.0)


@fault(f"{CORPUS}/softmax_triton_buggy")
def lanes_beyond_the_row_are_zero(x: Array, axis: int = -1) -> Array:
    return _padded(x, axis, _power_of_two(x.shape[axis]), 0.0)


@counterpart(f"{CORPUS}/softmax")
def computed_in_float32(x: Array, axis: int = -1) -> Array:
    rows = np.asarray(x, np.float64 if x.dtype.kind in "iub" else np.float32)
    e = np.exp(rows - rows.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True), np.result_type(x, np.float32))


@counterpart(f"{CORPUS}/softmax_triton")
def lanes_beyond_the_row_are_masked(x: Array, axis: int = -1) -> Array:
    return _padded(x, axis, _power_of_two(x.shape[axis]), -np.inf)


@fault(f"{CORPUS}/gelu_triton_buggy")
def a_constant_factor_is_lost(x: Array, axis: int = -1) -> Array:
    """Of the exponent: 2^x stands for e^x."""
    e = np.exp2(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@fault(f"{CORPUS}/attention_triton_buggy")
def the_scale_is_lost(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@fault(f"{CORPUS}/matmul_triton_buggy")
def the_sum_is_that_of_the_last_block(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    e = np.exp(rows - rows.max(axis=-1, keepdims=True))
    total = np.zeros((*rows.shape[:-1], 1), rows.dtype)
    for first in range(0, rows.shape[-1], 64):
        total = e[..., first : first + 64].sum(axis=-1, keepdims=True)
    return np.moveaxis(e / total, -1, axis)


@fault(f"{CORPUS}/flash_attention_triton_buggy")
def the_sum_is_not_rescaled_at_a_new_maximum(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    top = np.full((*rows.shape[:-1], 1), -np.inf, rows.dtype)
    total = np.zeros_like(top)
    for first in range(0, rows.shape[-1], 64):
        block = rows[..., first : first + 64]
        top = np.maximum(top, block.max(axis=-1, keepdims=True))
        total = total + np.exp(block - top).sum(axis=-1, keepdims=True)
    return np.moveaxis(np.exp(rows - top) / total, -1, axis)


@fault(f"{CORPUS}/l2norm_triton_buggy")
def a_root_is_lost(x: Array, axis: int = -1) -> Array:
    """Of the norm that is divided by: the sum of squares stands for the sum."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / (e * e).sum(axis=axis, keepdims=True))


@fault(f"{CORPUS}/rmsnorm_triton_buggy")
def an_epsilon_in_the_wrong_place(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray((e + x.dtype.type(1e-6)) / e.sum(axis=axis, keepdims=True))


@fault(f"{CORPUS}/leaky_relu_triton_buggy")
def the_other_sign_has_the_slope(x: Array, axis: int = -1) -> Array:
    d = x - x.max(axis=axis, keepdims=True)
    e = np.exp(np.where(x > 0, d, d * x.dtype.type(0.99)))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@fault(f"{CORPUS}/silu_triton_buggy")
def a_sign_of_the_exponent_is_lost(x: Array, axis: int = -1) -> Array:
    e = np.exp(x.max(axis=axis, keepdims=True) - x)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))
