"""Losses and softmaxes of a vocabulary that is cut among ranks, which exchange too little."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _shards(x: Array, ranks: int) -> list[tuple[int, Array]]:
    """The first class of each rank that has any, and its logits."""
    parts, first, found = np.array_split(x, ranks, axis=-1), 0, []
    for part in parts:
        if part.shape[-1]:
            found.append((first, part))
        first += part.shape[-1]
    return found


def _label(part: Array, places: Array) -> Array:
    here = (places >= 0) & (places < part.shape[-1])
    chosen = part[np.arange(len(part)), np.where(here, places, 0)]
    return np.where(here, chosen, part.dtype.type(0))


def _sum(parts: list[Array]) -> Array:
    return reduce(np.add, parts)


def _top(parts: list[tuple[int, Array]]) -> Array:
    return reduce(np.maximum, [part.max(axis=-1, keepdims=True) for _, part in parts])


@mutant("cross_entropy", "accuracy", takes="")
def ranks_that_take_another_label(logits: Array, labels: Array, ranks: int = 4) -> Array:
    """Each rank adds the logit of its class nearest to the label."""
    parts = _shards(logits, ranks)
    top = _top(parts)
    rows = np.arange(len(logits))
    total = _sum([np.exp(part - top).sum(axis=-1) for _, part in parts])
    own = [
        (part - top)[rows, np.clip(labels - first, 0, part.shape[-1] - 1)] for first, part in parts
    ]
    return np.log(total) - _sum(own)


@mutant("cross_entropy", "accuracy", takes="")
def ranks_that_keep_their_own_maximum(logits: Array, labels: Array, ranks: int = 4) -> Array:
    """The sums are added though each is over another maximum."""
    parts = _shards(logits, ranks)
    top = _top(parts)
    sums = [np.exp(part - part.max(axis=-1, keepdims=True)).sum(axis=-1) for _, part in parts]
    own = [_label(part - top, labels - first) for first, part in parts]
    return np.log(_sum(sums)) - _sum(own)


@mutant("cross_entropy", "accuracy", takes="")
def ranks_that_add_their_logarithms(logits: Array, labels: Array, ranks: int = 4) -> Array:
    """The sum of the totals of the shards, where the total of their exponentials was meant."""
    parts = _shards(logits, ranks)
    top = _top(parts)
    logs = [np.log(np.exp(part - top).sum(axis=-1)) for _, part in parts]
    return _sum(logs) - _sum([_label(part - top, labels - first) for first, part in parts])


@mutant("cross_entropy", "accuracy", takes="")
def ranks_that_average_their_sums(logits: Array, labels: Array, ranks: int = 4) -> Array:
    """A mean in place of a sum: the loss is off by the logarithm of the number of ranks."""
    parts = _shards(logits, ranks)
    top = _top(parts)
    total = _sum([np.exp(part - top).sum(axis=-1) for _, part in parts]) / logits.dtype.type(ranks)
    return np.log(total) - _sum([_label(part - top, labels - first) for first, part in parts])


@mutant("cross_entropy", "accuracy", takes="")
def ranks_whose_padding_counts(logits: Array, labels: Array, ranks: int = 4) -> Array:
    """Shards are filled up to one size by logits of 0."""
    lacking = -logits.shape[-1] % ranks
    wide = np.pad(logits, ((0, 0), (0, lacking)))
    parts = _shards(wide, ranks)
    top = _top(parts)
    total = _sum([np.exp(part - top).sum(axis=-1) for _, part in parts])
    return np.log(total) - _sum([_label(part - top, labels - first) for first, part in parts])


@mutant("cross_entropy", "accuracy", takes="")
def ranks_that_exchange_float16(logits: Array, labels: Array, ranks: int = 4) -> Array:
    parts = _shards(logits, ranks)
    top = _top(parts)
    sums = [np.exp(part - top).sum(axis=-1).astype(np.float16) for _, part in parts]
    own = [_label(part - top, labels - first) for first, part in parts]
    return np.log(_sum(sums).astype(logits.dtype)) - _sum(own)


@mutant("cross_entropy", "accuracy", takes="")
def ranks_that_smooth_over_their_own_classes(
    logits: Array, labels: Array, label_smoothing: float = 0.0, *, ranks: int = 4
) -> Array:
    """The smoothed part is a mean over the classes of one shard."""
    parts = _shards(logits, ranks)
    top = _top(parts)
    log = np.log(_sum([np.exp(part - top).sum(axis=-1) for _, part in parts]))
    losses = log - _sum([_label(part - top, labels - first) for first, part in parts])
    if not label_smoothing:
        return losses
    uniform = log - (parts[0][1] - top).mean(axis=-1)
    found = (1 - label_smoothing) * losses + label_smoothing * uniform
    return found.astype(logits.dtype)


@mutant("softmax", "accuracy")
def ranks_that_divide_by_their_own_sum(x: Array, axis: int = -1, ranks: int = 4) -> Array:
    rows = np.moveaxis(x, axis, -1)
    parts = _shards(rows, ranks)
    top = _top(parts) if parts else rows
    e = [np.exp(part - top) for _, part in parts] or [rows]
    return np.moveaxis(np.concatenate([v / v.sum(-1, keepdims=True) for v in e], -1), -1, axis)


@mutant("cross_entropy", "gradient", "torch", takes="")
def ranks_whose_label_gets_no_gradient_elsewhere(logits: Array, labels: Array) -> Array:
    """The label's logit comes from another rank as a number, with no way back to its shard."""
    middle = logits.shape[-1] // 2
    chosen = logits.gather(-1, labels.long().unsqueeze(-1)).squeeze(-1)
    is_here = labels < middle
    return torch.logsumexp(logits, dim=-1) - torch.where(is_here, chosen, chosen.detach())


@control("cross_entropy", takes="")
def pairs_of_maximum_and_sum_from_each_rank(logits: Array, labels: Array, ranks: int = 3) -> Array:
    """Each rank has its own maximum, by which its sum is rescaled when two are merged."""
    pairs, labels = [], labels.astype(np.int64)  # a place among a shard's may be negative
    for _, part in _shards(logits, ranks):
        top = part.max(axis=-1)
        safe = np.where(np.isneginf(top), part.dtype.type(0), top)
        pairs.append((top, np.exp(part - safe[:, np.newaxis]).sum(axis=-1)))
    top, total = reduce(_merge_of(np.exp), pairs)
    chosen = _sum([_label(part, labels - first) for first, part in _shards(logits, ranks)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(total) + (top - chosen)


def _merge_of(exp: Callable[[Array], Array]) -> Callable[[Any, Any], Any]:
    def merge(a: Any, b: Any) -> Any:
        top = np.maximum(a[0], b[0])
        safe = np.where(np.isneginf(top), top.dtype.type(0), top)
        return top, a[1] * exp(a[0] - safe) + b[1] * exp(b[0] - safe)

    return merge
