"""Sinks that are left out, misplaced, or get no gradient; and right ones of other constructions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _beside(x: Array, sink: Array, axis: int) -> Array:
    """The right formula."""
    top = np.maximum(x.max(axis=axis, keepdims=True), sink)
    e = np.exp(x - top)
    return e / (e.sum(axis=axis, keepdims=True) + np.exp(sink - top))


@mutant("sink_softmax", "accuracy")
def sink_that_is_ignored(x: Array, sink: Array, axis: int = -1) -> Array:
    return _softmax(x, axis)


@mutant("sink_softmax", "accuracy")
def sink_that_is_not_shifted_with_the_maximum(x: Array, sink: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    e = np.exp(x - top)
    return e / (e.sum(axis=axis, keepdims=True) + np.exp(sink))


@mutant("sink_softmax", "accuracy")
def sink_that_is_always_zero(x: Array, sink: Array, axis: int = -1) -> Array:
    """softmax1 whatever the sink."""
    return _beside(x, np.zeros_like(sink), axis)


@mutant("sink_softmax", "accuracy")
def sink_that_is_added_to_the_sum_as_it_is(x: Array, sink: Array, axis: int = -1) -> Array:
    """Without an exponential: invisible where the sink is 1."""
    top = np.maximum(x.max(axis=axis, keepdims=True), 0)
    e = np.exp(x - top)
    return e / (e.sum(axis=axis, keepdims=True) + np.maximum(sink, 0) * np.exp(-top))


@mutant("sink_softmax", "accuracy")
def sink_of_the_first_row_for_all(x: Array, sink: Array, axis: int = -1) -> Array:
    return _beside(x, np.broadcast_to(sink.reshape(-1)[:1], sink.shape), axis)


@mutant("sink_softmax", "accuracy")
def sink_whose_probability_is_given_to_the_others(x: Array, sink: Array, axis: int = -1) -> Array:
    """Renormalised after the sink was dropped."""
    right = _beside(x, sink, axis)
    return right / right.sum(axis=axis, keepdims=True)


@mutant("sink_softmax", "stability")
def sink_and_logits_without_a_shift(x: Array, sink: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    return e / (e.sum(axis=axis, keepdims=True) + np.exp(sink))


@mutant("sink_softmax", "accuracy")
def sink_that_overflows_when_it_is_the_largest(x: Array, sink: Array, axis: int = -1) -> Array:
    """The shift is by the largest logit alone, so that e^(sink - top) is infinite."""
    top = x.max(axis=axis, keepdims=True)
    e = np.exp(x - top)
    return e / (e.sum(axis=axis, keepdims=True) + np.exp(np.clip(sink - top, -20, 10)))


@mutant("sink_softmax", "special_values")
def row_that_is_masked_shares_among_its_logits(x: Array, sink: Array, axis: int = -1) -> Array:
    """A row of nothing but minus infinity is uniform, and not 0."""
    right = _beside(x, sink, axis)
    empty = np.isneginf(x).all(axis=axis, keepdims=True)
    return np.where(empty, x.dtype.type(1 / x.shape[axis]), right)


@mutant("sink_softmax", "gradient", "torch")
def sink_without_a_gradient(x: Array, sink: Array, axis: int = -1) -> Array:
    row = torch.cat([x, sink.detach()], dim=axis)
    return torch.softmax(row, dim=axis).narrow(axis, 0, x.shape[axis]) + 0 * sink


@mutant("sink_softmax", "gradient", "torch")
def logits_with_the_gradient_of_softmax(x: Array, sink: Array, axis: int = -1) -> Array:
    """The backward projects as if the probabilities summed to 1."""
    whole = torch.softmax(torch.cat([x, sink], dim=axis), dim=axis)
    right = whole.narrow(axis, 0, x.shape[axis])
    plain = torch.softmax(x, dim=axis)
    return plain + (right - plain).detach()


@mutant("sink_softmax", "gradient", "torch")
def sink_with_a_gradient_of_the_opposite_sign(x: Array, sink: Array, axis: int = -1) -> Array:
    turned = 2 * sink.detach() - sink
    turned = torch.where(torch.isfinite(sink), turned, sink)
    return torch.softmax(torch.cat([x, turned], dim=axis), dim=axis).narrow(axis, 0, x.shape[axis])


@control("sink_softmax")
def softmax_of_a_longer_row(x: Array, sink: Array, axis: int = -1) -> Array:
    row = np.concatenate([sink, x], axis=axis)
    return np.take(_softmax(row, axis), range(1, x.shape[axis] + 1), axis=axis)


@control("sink_softmax", takes="")
def sink_as_an_online_start(x: Array, s_aux: Array, axis: int = -1) -> Array:
    """The running maximum begins at the sink and the running sum at 1, as flash kernels do."""
    rows = np.moveaxis(x, axis, -1)
    top, total = np.moveaxis(s_aux, axis, -1)[..., 0], None
    finite = np.where(np.isneginf(top), x.dtype.type(0), top)
    total = np.exp(top - finite)
    for start in range(0, rows.shape[-1], 128):
        block = rows[..., start : start + 128]
        new = np.maximum(top, block.max(axis=-1))
        safe = np.where(np.isneginf(new), x.dtype.type(0), new)
        total = total * np.exp(top - safe) + np.exp(block - safe[..., None]).sum(axis=-1)
        top = new
    safe = np.where(np.isneginf(top), x.dtype.type(0), top)
    return np.moveaxis(np.exp(rows - safe[..., None]) / total[..., None], -1, axis)


@control("sink_softmax", "torch", ("float32", "bfloat16"))
def sink_by_a_difference_of_logarithms(x: Array, sinks: Array, axis: int = -1) -> Array:
    """In float32: the exponential of the logits less the logsumexp of all."""
    wide = torch.cat([x, sinks], dim=axis).float()
    found = torch.log_softmax(wide, dim=axis).exp().narrow(axis, 0, x.shape[axis])
    return found.to(x.dtype) if x.is_floating_point() else found
