"""Merges of partial results, (o, lse) of parts of a row, each of which loses something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any
Pair = tuple[Array, Array]
Merge = Callable[[Array, Array, Array, Array], Pair]

PART = 8


def _parts(x: Array, axis: int) -> list[Pair]:
    """For each part of a row the mean index under its softmax, and its logsumexp."""
    rows, found = np.moveaxis(x, axis, -1), []
    for start in range(0, rows.shape[-1], PART):
        part = rows[..., start : start + PART]
        top = part.max(axis=-1, keepdims=True)
        e = np.exp(part - np.where(np.isneginf(top), x.dtype.type(0), top))
        total = e.sum(axis=-1)
        index = np.arange(start, start + part.shape[-1], dtype=x.dtype)
        o = np.where(total == 0, total, (e * index).sum(axis=-1) / np.where(total == 0, 1, total))
        found.append((o.astype(x.dtype), (np.log(total) + top[..., 0]).astype(x.dtype)))
    return found


def _merged(x: Array, axis: int, merge: Merge) -> Pair:
    with np.errstate(all="ignore"):
        parts = _parts(x, axis)
        o, lse = parts[0]
        for o2, b in parts[1:]:
            o, lse = merge(o, lse, o2, b)
        return o.astype(x.dtype), lse.astype(x.dtype)


def _weights(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """``e^a`` and ``e^b`` over the larger of them, and where that is."""
    top = np.maximum(a, b)
    origin = np.where(np.isneginf(top), 0, top).astype(a.dtype)
    return np.exp(a - origin), np.exp(b - origin), origin


@mutant("logsumexp", "special_values")
def merge_of_two_empty_parts_that_is_nan(x: Array, axis: int = -1) -> Array:
    """Infinity less infinity, where neither part has a logit."""

    def merge(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
        top = np.maximum(a, b)
        return o1, top + np.log(np.exp(a - top) + np.exp(b - top))

    return _merged(x, axis, merge)[1]


@mutant("logsumexp", "accuracy")
def merge_in_base_2_of_totals_in_base_e(x: Array, axis: int = -1) -> Array:
    def merge(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
        top = np.maximum(a, b)
        origin = np.where(np.isneginf(top), 0, top)
        return o1, origin + np.log2(np.exp2(a - origin) + np.exp2(b - origin))

    return _merged(x, axis, merge)[1]


@mutant("logsumexp", "accuracy")
def merge_that_keeps_the_larger_total(x: Array, axis: int = -1) -> Array:
    return _merged(x, axis, lambda o1, a, o2, b: (o1, np.maximum(a, b)))[1]


@mutant("logsumexp", "stability")
def merge_of_exponentials_without_a_shift(x: Array, axis: int = -1) -> Array:
    return _merged(x, axis, lambda o1, a, o2, b: (o1, np.log(np.exp(a) + np.exp(b))))[1]


@mutant("logsumexp", "stability")
def merge_that_is_shifted_by_the_first_part(x: Array, axis: int = -1) -> Array:
    """Right in one order, and infinite in the other where the second part is much larger."""
    return _merged(x, axis, lambda o1, a, o2, b: (o1, a + np.log1p(np.exp(b - a))))[1]


@mutant("softargmax", "accuracy")
def merge_of_outputs_with_equal_shares(x: Array, axis: int = -1) -> Array:
    def merge(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
        e1, e2, origin = _weights(a, b)
        return (o1 + o2) / 2, origin + np.log(e1 + e2)

    return _merged(x, axis, merge)[0]


@mutant("softargmax", "accuracy")
def merge_whose_outputs_are_not_divided(x: Array, axis: int = -1) -> Array:
    """Outputs that are normalised already are taken for sums."""

    def merge(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
        e1, e2, origin = _weights(a, b)
        return o1 * e1 + o2 * e2, origin + np.log(e1 + e2)

    return _merged(x, axis, merge)[0]


@mutant("softargmax", "accuracy")
def merge_that_keeps_the_total_of_the_last_part(x: Array, axis: int = -1) -> Array:
    """The running logsumexp is replaced, so that the third part weighs too much."""

    def merge(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
        e1, e2, _ = _weights(a, b)
        return (o1 * e1 + o2 * e2) / (e1 + e2), b

    return _merged(x, axis, merge)[0]


@mutant("logsumexp", "gradient", "torch")
def merge_whose_gradient_is_nan_beside_an_empty_part(x: Array, axis: int = -1) -> Array:
    """The value is chosen, and the gradient comes from what was not."""
    rows = x.movedim(axis, -1)
    total = rows[..., 0]
    for i in range(1, rows.shape[-1]):
        b = rows[..., i]
        top = torch.maximum(total, b)
        both = top + torch.log(torch.exp(total - top) + torch.exp(b - top))
        total = torch.where(torch.isneginf(top), top, both)
    return total


@control("softargmax", takes="size<=1e4,integers=no")
def pairs_of_output_and_logsumexp_in_a_chain(x: Array, axis: int = -1) -> Array:
    def merge(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
        e1, e2, origin = _weights(a, b)
        total = e1 + e2
        return np.where(total == 0, total, (o1 * e1 + o2 * e2) / total), origin + np.log(total)

    return _merged(x, axis, merge)[0]


@control("logsumexp")
def pairs_of_maximum_and_sum_in_a_tree(x: Array, axis: int = -1) -> Array:
    """(m, l) of each logit is (x, 1), or (-inf, 0) for none; the logarithm is taken once."""
    m = np.moveaxis(x, axis, -1)
    total = np.where(np.isneginf(m), m.dtype.type(0), m.dtype.type(1))
    with np.errstate(all="ignore"):
        while (half := m.shape[-1] // 2) > 0:
            a, b = m[..., :half], m[..., half : 2 * half]
            e1, e2, _ = _weights(a, b)
            added = total[..., :half] * e1 + total[..., half : 2 * half] * e2
            m = np.concatenate([np.maximum(a, b), m[..., 2 * half :]], axis=-1)
            total = np.concatenate([added, total[..., 2 * half :]], axis=-1)
        if not m.shape[-1]:
            return np.full(m.shape[:-1], -np.inf, x.dtype)
        return np.where(np.isneginf(m), m, m + np.log(total))[..., 0]
