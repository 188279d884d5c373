"""Slips of kernels, of the kinds that programs plant in CUDA sources.

KernelBench-M plants 124 kinds in 208 kernels; its card counts six families.  These are this
project's own, made for a softmax that works by tiles, warps and blocks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora import counterpart, fault

Array = NDArray[Any]
CARD = "https://huggingface.co/datasets/Elfsong/KernelBench-M"
WARP = 32


def _rows(x: Array, axis: int) -> Array:
    return np.moveaxis(x.astype(np.result_type(x, np.float32)), axis, -1)


def _finished(rows: Array, top: Array, total: Array, axis: int) -> Array:
    return np.moveaxis(np.exp(rows - top) / total, -1, axis)


def _sum(rows: Array, top: Array) -> Array:
    return np.asarray(np.exp(rows - top).sum(axis=-1, keepdims=True))


def _top(rows: Array) -> Array:
    return np.asarray(rows.max(axis=-1, keepdims=True))


@counterpart(CARD)
def warps_of_a_row(x: Array, axis: int = -1) -> Array:
    """The right one: each warp its maximum and sum, merged."""
    rows = _rows(x, axis)
    parts = [rows[..., i : i + WARP] for i in range(0, rows.shape[-1], WARP)]
    top = _top(rows)
    total = sum(_sum(part, top) for part in parts)
    return _finished(rows, top, np.asarray(total), axis)


@fault(CARD)
def the_last_warp_is_cut_off(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    n = max(WARP, rows.shape[-1] // WARP * WARP)
    top = _top(rows)
    return _finished(rows, top, _sum(rows[..., :n], top), axis)


@fault(CARD)
def the_maximum_of_the_first_warp(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    top = _top(rows[..., :WARP])
    return _finished(rows, top, _sum(rows, top), axis)


@fault(CARD)
def a_maximum_starts_at_zero(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    top = np.maximum(_top(rows), rows.dtype.type(0))
    return _finished(rows, top, _sum(rows, top), axis)


@fault(CARD)
def a_maximum_starts_at_the_least_normal(x: Array, axis: int = -1) -> Array:
    """FLT_MIN stands for -FLT_MAX."""
    rows = _rows(x, axis)
    top = np.maximum(_top(rows), np.finfo(rows.dtype).tiny)
    return _finished(rows, top, _sum(rows, top), axis)


@fault(CARD)
def a_loop_ends_one_early(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    top = _top(rows)
    return _finished(rows, top, _sum(rows[..., : max(1, rows.shape[-1] - 1)], top), axis)


@fault(CARD)
def a_loop_starts_at_one(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    top = _top(rows[..., min(1, rows.shape[-1] - 1) :])
    return _finished(rows, top, _sum(rows, top), axis)


@fault(CARD)
def a_row_reads_its_neighbour(x: Array, axis: int = -1) -> Array:
    """The guard of the last tile is lost, so that the sum takes the next row's first logits."""
    rows = _rows(x, axis)
    n = rows.shape[-1]
    beyond = -n % WARP
    flat = np.concatenate([rows.ravel(), np.full(beyond, -np.inf, rows.dtype)])
    starts = np.arange(0, rows.size, n) if n else np.arange(0)
    more = (
        np.stack([flat[s + n : s + n + beyond] for s in starts])
        if len(starts)
        else np.zeros((0, 0))
    )
    top = _top(rows)
    extra = np.exp(more.reshape(*rows.shape[:-1], beyond) - top).sum(axis=-1, keepdims=True)
    return _finished(rows, top, _sum(rows, top) + extra.astype(rows.dtype), axis)


@fault(CARD)
def a_barrier_is_lost(x: Array, axis: int = -1) -> Array:
    """The second warp reads the maximum before the first has written its own."""
    rows = _rows(x, axis)
    late = rows[..., WARP:]
    top = _top(rows)
    seen = _top(late) if late.shape[-1] else top
    total = _sum(rows[..., :WARP], top) + (_sum(late, seen) if late.shape[-1] else 0)
    return _finished(rows, top, total.astype(rows.dtype), axis)


@fault(CARD)
def shared_memory_keeps_the_last_row(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    tops = _top(rows).reshape(-1, 1)
    kept = np.maximum.accumulate(tops, axis=0).reshape(*rows.shape[:-1], 1)
    return _finished(rows, kept, _sum(rows, kept), axis)


@fault(CARD)
def a_lane_is_counted_twice(x: Array, axis: int = -1) -> Array:
    """Where the row does not fill the last pair of lanes."""
    rows = _rows(x, axis)
    top = _top(rows)
    twice = np.exp(rows[..., -1:] - top) if rows.shape[-1] % 2 else rows.dtype.type(0)
    return _finished(rows, top, _sum(rows, top) + twice, axis)


@fault(CARD)
def the_sum_in_half_precision(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    top = _top(rows)
    total = np.exp(rows - top).astype(np.float16).sum(axis=-1, keepdims=True, dtype=np.float16)
    return _finished(rows, top, total.astype(rows.dtype), axis)


@fault(CARD)
def a_shuffle_by_the_wrong_distance(x: Array, axis: int = -1) -> Array:
    """Of the tree of a warp's sum the step of 16 is left out, from 17 logits on."""
    rows = _rows(x, axis)
    top = _top(rows)
    kept = rows if rows.shape[-1] <= WARP // 2 else rows[..., : WARP // 2]
    return _finished(rows, top, _sum(kept, top), axis)


@fault(CARD)
def rows_beyond_the_grid_are_left_out(x: Array, axis: int = -1) -> Array:
    """From 65,536 rows on, as many as a grid's second dimension has."""
    rows = _rows(x, axis)
    top = _top(rows)
    result = np.exp(rows - top) / _sum(rows, top)
    result.reshape(-1, rows.shape[-1])[65535:] = 0
    return np.moveaxis(result, -1, axis)


@fault(CARD)
def an_index_of_16_bits_wraps(x: Array, axis: int = -1) -> Array:
    """From 65,536 logits on a row starts anew."""
    rows = _rows(x, axis)
    top = _top(rows)
    return _finished(rows, top, _sum(rows[..., : 2**16], top), axis)


@fault(CARD)
def a_clamped_exponent(x: Array, axis: int = -1) -> Array:
    rows = _rows(x, axis)
    d = np.maximum(rows - _top(rows), rows.dtype.type(-80))
    e = np.exp(d)
    return np.moveaxis(e / e.sum(axis=-1, keepdims=True), -1, axis)


@fault(CARD)
def a_product_of_powers_for_the_exponential(x: Array, axis: int = -1) -> Array:
    """A fast exponential: 2^k times a polynomial of degree 3."""
    rows = _rows(x, axis)
    t = np.maximum(rows - _top(rows), rows.dtype.type(-120)) * rows.dtype.type(np.log2(np.e))
    whole = np.floor(t)
    f = t - whole
    e = np.exp2(whole) * (1 + f * (0.6951 + f * (0.2276 + f * 0.0773)))
    e = e.astype(rows.dtype)
    return np.moveaxis(e / e.sum(axis=-1, keepdims=True), -1, axis)
