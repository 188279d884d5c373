"""Bugs at the edges: special values, and arguments that are not one plain matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mutants import mutant

Array = NDArray[Any]


def _shifted(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "special_values")
def mask_by_ten_thousand(x: Array, axis: int = -1) -> Array:
    """Below -1e4 the masked logits are the largest."""
    return _shifted(np.where(np.isneginf(x), x.dtype.type(-1e4), x), axis)


@mutant("log_softmax", "special_values")
def masked_logarithm_is_finite(x: Array, axis: int = -1) -> Array:
    masked = np.where(np.isneginf(x), np.finfo(x.dtype).min, x)
    d = masked - masked.max(axis=axis, keepdims=True)
    return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


@mutant("softmax", "special_values")
def nan_hidden(x: Array, axis: int = -1) -> Array:
    return np.nan_to_num(_shifted(x, axis), nan=0.0)


@mutant("softmax", "special_values")
def nan_left_out_of_maximum_and_sum(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - np.nanmax(x, axis=axis, keepdims=True))
    return np.asarray(e / np.nansum(e, axis=axis, keepdims=True))


@mutant("softmax", "special_values")
def nan_leaks_into_the_next_row(x: Array, axis: int = -1) -> Array:
    p = _shifted(x, axis)
    spoilt = np.isnan(np.take(p, [0], axis=axis))
    return np.where(np.roll(spoilt, 1, axis=0), np.nan, p).astype(x.dtype)


@mutant("softmax", "special_values")
def first_block_all_masked(x: Array, axis: int = -1) -> Array:
    """The online sum of a masked block is e^(-inf - -inf), and stays NaN."""
    rows = np.moveaxis(x, axis, -1)
    top = np.full(rows.shape[:-1], -np.inf, x.dtype)
    total = np.zeros_like(top)
    for block in np.array_split(rows, -(-rows.shape[-1] // 64) or 1, axis=-1):
        new = np.maximum(top, block.max(axis=-1))
        total = total * np.exp(top - new) + np.exp(block - new[..., None]).sum(axis=-1)
        top = new
    return np.moveaxis(np.exp(rows - top[..., None]) / total[..., None], -1, axis)


@mutant("softmax", "special_values")
def masked_gets_the_rounding_of_the_rest(x: Array, axis: int = -1) -> Array:
    """What is left of 1 goes to the last logit, masked or not."""
    p = _shifted(x, axis)
    rest = 1 - p.sum(axis=axis, keepdims=True)
    index = (slice(None),) * (axis % x.ndim) + (slice(-1, None),)
    p[index] += np.where(np.isnan(rest), 0, rest)
    return p


@mutant("logsumexp", "special_values")
def masked_counted_as_zero(x: Array, axis: int = -1) -> Array:
    present = np.where(np.isneginf(x), x.dtype.type(0), x)
    top = present.max(axis=axis, keepdims=True)
    total = np.exp(present - top).sum(axis=axis)
    return np.asarray(np.squeeze(top, axis) + np.log(total))


@mutant("sigmoid", "special_values")
def sigmoid_of_infinity_is_nan(x: Array) -> Array:
    return np.asarray(np.exp(x - np.logaddexp(x.dtype.type(0), x)))


@mutant("argmax", "special_values")
def infinity_is_no_maximum(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.argmax(np.where(np.isinf(x), -np.inf, x), axis=axis))


@mutant("cross_entropy", "special_values")
def masked_label_costs_nothing(logits: Array, labels: Array) -> Array:
    d = logits - logits.max(axis=-1, keepdims=True)
    picked = np.take_along_axis(
        d - np.log(np.exp(d).sum(axis=-1, keepdims=True)), np.expand_dims(labels, -1), -1
    )[..., 0]
    return np.asarray(np.where(np.isinf(picked), 0, -picked)).astype(logits.dtype)


@mutant("softmax", "special_values")
def a_row_of_one_is_its_logit(x: Array, axis: int = -1) -> Array:
    return x.copy() if x.shape[axis] == 1 else _shifted(x, axis)


@mutant("softmax", "special_values")
def a_row_of_one_is_one_whatever_it_holds(x: Array, axis: int = -1) -> Array:
    return np.ones_like(x) if x.shape[axis] == 1 else _shifted(x, axis)


@mutant("softmax", "special_values")
def an_empty_batch_loses_its_shape(x: Array, axis: int = -1) -> Array:
    return np.zeros((0,), x.dtype) if x.shape[0] == 0 and x.ndim > 1 else _shifted(x, axis)


@mutant("softmax", "special_values", "torch")
def gradient_of_a_masked_row_poisons_the_batch(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """A NaN in one row's gradient goes through a norm of all of it."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor, axis: int) -> torch.Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            ctx.axis = axis
            return y

        @staticmethod
        def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None]:
            (y,) = ctx.saved_tensors
            g = y * (grads[0] - (y * grads[0]).sum(ctx.axis, keepdim=True))
            return g * torch.clamp(1e6 / g.norm(), max=1.0), None

    return Softmax.apply(x, axis)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "arguments")
def stride_ignored(x: Array, axis: int = -1) -> Array:
    """The elements are taken from the buffer one after the other, gaps included."""
    buffer = x if x.base is None else x.base
    return _shifted(np.ravel(buffer, order="K")[: x.size].reshape(x.shape), axis)


@mutant("softmax", "arguments")
def rows_taken_for_dense(x: Array, axis: int = -1) -> Array:
    """A row begins where the last one ended, whatever the row's stride."""
    if x.ndim == 2 and x.strides[1] == x.itemsize and x.strides[0] != 0:
        x = np.lib.stride_tricks.as_strided(x, x.shape, (x.shape[1] * x.itemsize, x.itemsize))
    return _shifted(x, axis)


@mutant("softmax", "arguments")
def stride_without_its_sign(x: Array, axis: int = -1) -> Array:
    return _shifted(np.flip(x) if x.strides and x.strides[-1] < 0 else x, axis)


@mutant("logsumexp", "arguments")
def one_row_for_all_is_read_as_many(x: Array, axis: int = -1) -> Array:
    """A stride of 0 taken for the length of a row."""
    if x.ndim == 2 and x.strides[0] == 0:
        x = np.concatenate([x[:1], np.zeros_like(x[1:])])
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis)))


@mutant("softmax", "arguments")
def writes_into_its_input(x: Array, axis: int = -1) -> Array:
    with np.errstate(all="ignore"):
        if x.flags.writeable:
            x -= x.max(axis=axis, keepdims=True)
        return _shifted(x, axis)


@mutant("log_softmax", "arguments")
def writes_where_the_input_has_gaps(x: Array, axis: int = -1) -> Array:
    """Made contiguous by a copy, unless a copy can be saved."""
    rows = x if not x.flags.c_contiguous and x.flags.writeable else x.copy()
    rows -= rows.max(axis=axis, keepdims=True)
    return np.asarray(rows - np.log(np.exp(rows).sum(axis=axis, keepdims=True)))


@mutant("softmax", "arguments")
def negative_axis_off_by_one(x: Array, axis: int = -1) -> Array:
    return _shifted(x, axis if axis >= -1 else axis + 1)


@mutant("softmax", "arguments")
def axis_wraps_around(x: Array, axis: int = -1) -> Array:
    return _shifted(x, axis % x.ndim)


@mutant("logsumexp", "arguments")
def axis_held_to_the_last(x: Array, axis: int = -1) -> Array:
    axis = min(axis, x.ndim - 1)
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis)))


@mutant("softmax", "arguments")
def middle_axis_of_three_taken_for_the_last(x: Array, axis: int = -1) -> Array:
    return _shifted(x, -1 if x.ndim > 2 and axis not in (0, -x.ndim) else axis)


@mutant("softmax", "arguments")
def tail_beyond_a_block_of_1024_dropped(x: Array, axis: int = -1) -> Array:
    n = x.shape[axis]
    if n <= 1024 or n % 1024 > 1:
        return _shifted(x, axis)
    x = np.moveaxis(x.copy(), axis, -1)
    x[..., n - n % 1024 :] = -np.inf
    return np.moveaxis(_shifted(x), -1, axis)


@mutant("argmax", "arguments")
def vectors_of_eight_and_no_rest(x: Array, axis: int = -1) -> Array:
    n = x.shape[axis]
    whole = n - n % 8 if n > 8 and n % 2 else n
    return np.asarray(np.argmax(np.take(x, range(whole), axis=axis), axis=axis))


@mutant("softmax", "arguments")
def rows_counted_in_sixteen_bits(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    result = np.zeros_like(rows)
    count = rows.shape[0] % 2**16 or rows.shape[0]
    result[:count] = _shifted(rows[:count])
    return np.moveaxis(result, -1, axis)


@mutant("softmax", "arguments", formats=("float64",))
def result_in_single_precision(x: Array, axis: int = -1) -> Array:
    return _shifted(x, axis).astype(np.float32)


@mutant("softmax", "arguments")
def result_of_integers_cut_off(x: Array, axis: int = -1) -> Array:
    return _shifted(x.astype(np.float64), axis).astype(x.dtype)


@mutant("smooth_max", "arguments")
def mean_of_integers_cut_off(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    wide = x.astype(np.float64)
    weights = _shifted((wide - wide.max(axis=axis, keepdims=True)) * beta, axis)
    return np.asarray((weights * wide).sum(axis=axis)).astype(x.dtype)


@mutant("logsumexp", "arguments")
def the_axis_is_kept(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True)))
