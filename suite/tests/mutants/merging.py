"""Bugs in how the maximum and the sum of a row are put together from its parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mutants import mutant

Array = NDArray[Any]
BLOCK = 32


def _blocks(x: Array, axis: int) -> list[Array]:
    """The rows, moved to the last axis, in blocks of 32."""
    rows = np.moveaxis(x, axis, -1)
    return np.split(rows, range(BLOCK, rows.shape[-1], BLOCK), axis=-1)


def _finish(x: Array, axis: int, top: Array, total: Array) -> Array:
    """The probabilities, from the maximum and the sum of each row."""
    rows = np.moveaxis(x, axis, -1)
    return np.moveaxis(np.exp(rows - top[..., None]) / total[..., None], -1, axis)


@mutant("softmax", "accuracy")
def online_sum_rescaled_after_the_block_is_added(x: Array, axis: int = -1) -> Array:
    first, *rest = _blocks(x, axis)
    top = first.max(axis=-1)
    total = np.exp(first - top[..., None]).sum(axis=-1)
    for block in rest:
        new = np.maximum(top, block.max(axis=-1))
        total = (total + np.exp(block - new[..., None]).sum(axis=-1)) * np.exp(top - new)
        top = new
    return _finish(x, axis, top, total)


@mutant("softmax", "accuracy")
def online_sum_rescaled_the_wrong_way_round(x: Array, axis: int = -1) -> Array:
    first, *rest = _blocks(x, axis)
    top = first.max(axis=-1)
    total = np.exp(first - top[..., None]).sum(axis=-1)
    for block in rest:
        new = np.maximum(top, block.max(axis=-1))
        total = total * np.exp(new - top) + np.exp(block - new[..., None]).sum(axis=-1)
        top = new
    return _finish(x, axis, top, total)


@mutant("softmax", "accuracy")
def halves_merged_without_their_maxima(x: Array, axis: int = -1) -> Array:
    """Split-K: each half has its own maximum, and the sums are added as they are."""
    halves = np.array_split(np.moveaxis(x, axis, -1), 2, axis=-1)
    halves = [half for half in halves if half.shape[-1]]
    tops = [half.max(axis=-1) for half in halves]
    sums = [
        np.exp(half - top[..., None]).sum(axis=-1) for half, top in zip(halves, tops, strict=True)
    ]
    return _finish(x, axis, np.maximum.reduce(tops), np.add.reduce(sums))


@mutant("softmax", "accuracy")
def each_warp_normalises_its_own_lanes(x: Array, axis: int = -1) -> Array:
    """The reduction over 32 lanes is right and the one over the block of threads is missing."""
    parts = []
    for block in _blocks(x, axis):
        e = np.exp(block - block.max(axis=-1, keepdims=True))
        parts.append(e / e.sum(axis=-1, keepdims=True))
    return np.moveaxis(np.concatenate(parts, axis=-1), -1, axis)


@mutant("softmax", "accuracy")
def padding_lanes_counted_as_zero_logits(x: Array, axis: int = -1) -> Array:
    """Rows are filled up to a multiple of 16 with 0 where -inf was due."""
    padding = -x.shape[axis] % 16
    top = np.maximum(x.max(axis=axis), 0) if padding else x.max(axis=axis)
    total = np.exp(x - np.expand_dims(top, axis)).sum(axis=axis) + padding * np.exp(-top)
    return _finish(x, axis, top, total)


@mutant("softmax", "stability")
def maximum_that_starts_from_the_least_positive_number(x: Array, axis: int = -1) -> Array:
    """FLT_MIN taken for the most negative number."""
    top = np.maximum(x.max(axis=axis), np.finfo(x.dtype).tiny)
    total = np.exp(x - np.expand_dims(top, axis)).sum(axis=axis)
    return _finish(x, axis, top, total)


@mutant("softmax", "stability")
def maximum_of_whole_vectors_only(x: Array, axis: int = -1) -> Array:
    """The remainder of a row by 8 is left out of the maximum, though not of the sum."""
    n = x.shape[axis]
    whole = n - n % 8 or n
    top = np.take(x, range(whole), axis=axis).max(axis=axis)
    total = np.exp(x - np.expand_dims(top, axis)).sum(axis=axis)
    return _finish(x, axis, top, total)


@mutant("softmax", "stability")
def shift_by_the_largest_size(x: Array, axis: int = -1) -> Array:
    top = np.abs(x).max(axis=axis)
    total = np.exp(x - np.expand_dims(top, axis)).sum(axis=axis)
    return _finish(x, axis, top, total)


@mutant("softmax", "accuracy")
def columns_beyond_a_block_of_1024_not_summed(x: Array, axis: int = -1) -> Array:
    kept = np.take(x, range(min(x.shape[axis], 1024)), axis=axis)
    top = x.max(axis=axis)
    return _finish(x, axis, top, np.exp(kept - np.expand_dims(top, axis)).sum(axis=axis))


@mutant("softmax", "accuracy")
def last_row_of_the_batch_not_written(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis)
    p = _finish(x, axis, top, np.exp(x - np.expand_dims(top, axis)).sum(axis=axis))
    np.moveaxis(p, axis, -1)[-1] = 0
    return p


@mutant("softmax", "simplex", formats=("float16",))
def blocks_summed_in_half_precision(x: Array, axis: int = -1) -> Array:
    """Sums of 32 are right; their own sum overflows, and every result is 0."""
    top = x.max(axis=axis)
    rows = np.moveaxis(np.exp(x - np.expand_dims(top, axis)), axis, -1)
    partial = np.add.reduceat(rows, range(0, rows.shape[-1], BLOCK), axis=-1, dtype=np.float32)
    total = np.add.accumulate(partial.astype(x.dtype), axis=-1, dtype=x.dtype)[..., -1]
    return _finish(x, axis, top, total)


@mutant("softmax", "ties", formats=("float16",))
def compensation_of_the_wrong_sign(x: Array, axis: int = -1) -> Array:
    """Kahan's sum in each of 16 lanes, with its correction added where it is to be taken away."""
    top = x.max(axis=axis)
    rows = np.moveaxis(np.exp(x - np.expand_dims(top, axis)), axis, -1)
    padded = np.pad(rows, [(0, 0)] * (rows.ndim - 1) + [(0, -rows.shape[-1] % 16)])
    lanes = padded.reshape(*rows.shape[:-1], -1, 16)
    total = np.zeros_like(lanes[..., 0, :])
    lost = np.zeros_like(total)
    for i in range(lanes.shape[-2]):
        term = lanes[..., i, :] + lost
        new = total + term
        lost = (new - total) - term
        total = new
    return _finish(x, axis, top, total.astype(np.float32).sum(axis=-1)).astype(x.dtype)


@mutant("softmax", "accuracy")
def masked_lanes_taken_for_zero_logits(x: Array, axis: int = -1) -> Array:
    shown = np.where(np.isneginf(x), x.dtype.type(0), x)
    top = shown.max(axis=axis)
    return _finish(shown, axis, top, np.exp(shown - np.expand_dims(top, axis)).sum(axis=axis))


@mutant("softmax", "accuracy")
def only_the_sixty_four_largest_kept(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    k = min(64, rows.shape[-1])
    least = np.partition(rows, -k, axis=-1)[..., -k, None]
    kept = np.moveaxis(np.where(rows >= least, rows, -np.inf), -1, axis)
    top = kept.max(axis=axis)
    return _finish(kept, axis, top, np.exp(kept - np.expand_dims(top, axis)).sum(axis=axis))


@mutant("softmax", "ties")
def equal_logits_counted_once(x: Array, axis: int = -1) -> Array:
    rows = np.sort(np.moveaxis(x, axis, -1), axis=-1)
    new = np.concatenate([np.ones_like(rows[..., :1], bool), np.diff(rows) > 0], axis=-1)
    top = rows[..., -1]
    return _finish(x, axis, top, (np.exp(rows - top[..., None]) * new).sum(axis=-1))


@mutant("softmax", "ties")
def ties_broken_by_a_little_of_the_index(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    nudged = np.moveaxis(rows - 1e-6 * np.arange(rows.shape[-1], dtype=x.dtype), -1, axis)
    nudged = nudged.astype(x.dtype)
    top = nudged.max(axis=axis)
    return _finish(nudged, axis, top, np.exp(nudged - np.expand_dims(top, axis)).sum(axis=axis))
