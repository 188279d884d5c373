"""Merges of (o, lse) as flash-decoding and ring attention write them, and wrong ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

Array = Any
Pair = tuple[Array, Array]


def shifted(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """As flash-decoding: both weights over the larger total."""
    top = np.maximum(a, b)
    safe = np.where(np.isneginf(top), 0, top).astype(a.dtype)
    e1, e2 = np.exp(a - safe), np.exp(b - safe)
    total = e1 + e2
    w1, w2 = (np.where(total == 0, 0, e / np.where(total == 0, 1, total)) for e in (e1, e2))
    with np.errstate(divide="ignore"):
        lse = safe + np.log(total)
    o = w1[..., None] * o1 + w2[..., None] * o2
    return o.astype(o1.dtype), lse.astype(a.dtype)


def ring(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """As ring attention: a sigmoid of the difference; empty parts are set apart."""
    both = torch.isneginf(torch.maximum(a, b))
    apart = torch.where(both, torch.zeros_like(a), b - a)
    o = o1 - torch.sigmoid(apart).unsqueeze(-1) * (o1 - o2)
    from_b = b - torch.nn.functional.logsigmoid(apart)
    from_a = a - torch.nn.functional.logsigmoid(-apart)
    lse = torch.where(torch.isneginf(a), from_b, from_a)
    return o.masked_fill(both.unsqueeze(-1), 0.0), lse.masked_fill(both, -torch.inf)


def added(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """``torch.logaddexp``, and weights from the stored total."""
    lse = torch.logaddexp(a, b)
    safe = lse.masked_fill(torch.isneginf(lse), 0.0)
    e1, e2 = (torch.exp(total - safe).unsqueeze(-1) for total in (a, b))
    return e1 * o1 + e2 * o2, lse


def base_2(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """Totals as base-2 logarithms, as kernels with ``exp2`` hold them."""
    lse = np.logaddexp2(a, b)
    safe = np.where(np.isneginf(lse), 0, lse).astype(a.dtype)
    return np.exp2(a - safe)[..., None] * o1 + np.exp2(b - safe)[..., None] * o2, lse


def nan_of_two_empty(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    with np.errstate(all="ignore"):
        top = np.maximum(a, b)
        e1, e2 = np.exp(a - top), np.exp(b - top)
        o = (o1 * e1[..., None] + o2 * e2[..., None]) / (e1 + e2)[..., None]
        return o, top + np.log(e1 + e2)


def unshifted(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    with np.errstate(all="ignore"):
        e1, e2 = np.exp(a), np.exp(b)
        o = (o1 * e1[..., None] + o2 * e2[..., None]) / (e1 + e2)[..., None]
        return np.where((e1 + e2)[..., None] == 0, 0, o), np.log(e1 + e2)


def equal_shares(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    o = np.where(np.isneginf(np.maximum(a, b))[..., None], 0, (o1 + o2) / 2)
    return o.astype(o1.dtype), shifted(o1, a, o2, b)[1]


def total_of_the_first(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """lse is not updated, so that a third part weighs too much."""
    return shifted(o1, a, o2, b)[0], np.where(np.isneginf(a), b, a)


def weights_exchanged(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    return shifted(o2, a, o1, b)[0], shifted(o1, a, o2, b)[1]


def not_divided(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    o, lse = shifted(o1, a, o2, b)
    top = np.maximum(a, b)
    rest = np.where(np.isneginf(top), 0, lse) - np.where(np.isneginf(top), 0, top)
    return o * np.exp(rest)[..., None], lse


def totals_in_16_bits(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    a, b = (total.astype(np.float16).astype(total.dtype) for total in (a, b))
    return shifted(o1, a, o2, b)


def shifted_by_the_first(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """Infinite where the second total is much larger: right in one order alone."""
    with np.errstate(all="ignore"):
        e = np.where(np.isneginf(a) & np.isneginf(b), 0, np.exp(b - a))
        o = np.where(np.isneginf(a)[..., None], o2, (o1 + o2 * e[..., None]) / (1 + e[..., None]))
        return o, np.where(np.isneginf(a), b, a + np.log1p(e))


def of_an_empty_part_0(o1: Array, a: Array, o2: Array, b: Array) -> Pair:
    """An empty part has a total of 0."""
    return shifted(o1, np.where(np.isneginf(a), 0, a), o2, np.where(np.isneginf(b), 0, b))


RIGHT = (shifted, ring, added)
WRONG = {
    "nan_of_two_empty": nan_of_two_empty,
    "unshifted": unshifted,
    "equal_shares": equal_shares,
    "total_of_the_first": total_of_the_first,
    "weights_exchanged": weights_exchanged,
    "not_divided": not_divided,
    "totals_in_16_bits": totals_in_16_bits,
    "shifted_by_the_first": shifted_by_the_first,
    "of_an_empty_part_0": of_an_empty_part_0,
    "base_2": base_2,
}
