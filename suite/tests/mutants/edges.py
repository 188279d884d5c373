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
