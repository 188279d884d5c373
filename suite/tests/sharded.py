"""Losses on several ranks: PyTorch's gloo in threads, and some that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from softmark_implementations.shards import Order, merged

Array = Any


def on_gloo(work: Callable[[Any, int], Any], ranks: int) -> Any:
    """What ``work(group, rank)`` gives on the first rank; each is a thread of this process."""
    store = dist.PrefixStore("shards", dist.HashStore())

    def group_of(rank: int) -> Any:
        return dist.ProcessGroupGloo(store, rank, ranks)

    with ThreadPoolExecutor(ranks) as pool:
        groups = [*pool.map(group_of, range(ranks))]  # alive until each rank has its result
        first, *_ = pool.map(work, groups, range(ranks))
        return first


def _all_reduce(group: Any, tensor: torch.Tensor, op: Any) -> torch.Tensor:
    asked = dist.AllreduceOptions()
    asked.reduceOp = op
    group.allreduce([tensor], asked).wait()
    return tensor


def gloo_loss(logits: torch.Tensor, labels: torch.Tensor, *, ranks: int = 4) -> torch.Tensor:
    """Three all-reduces of PyTorch's own: the maximum, the sum and the label's logit."""
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or logits.shape[1] < ranks:
        raise ValueError("a rank alone would stop, and the others wait for it")
    shards = torch.tensor_split(logits, ranks, dim=-1)

    def work(group: Any, rank: int) -> torch.Tensor:
        shard = shards[rank]
        first = sum(part.shape[-1] for part in shards[:rank])
        top = _all_reduce(group, shard.amax(dim=-1), dist.ReduceOp.MAX)
        shifted = shard - top.unsqueeze(-1)
        total = _all_reduce(group, shifted.exp().sum(dim=-1), dist.ReduceOp.SUM)
        places = labels.long() - first
        here = (places >= 0) & (places < shard.shape[-1])
        own = shifted.gather(-1, torch.where(here, places, 0).unsqueeze(-1)).squeeze(-1)
        chosen = _all_reduce(group, own.masked_fill(~here, 0.0), dist.ReduceOp.SUM)
        return torch.log(total) - chosen

    found: torch.Tensor = on_gloo(work, ranks)
    return found


def wrong_with_a_remainder(logits: Array, labels: Array, *, ranks: int = 4) -> Array:
    """The remainder of the vocabulary by the ranks is lost: right where they divide it."""
    whole = logits.shape[-1] // ranks * ranks
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    total = e[:, :whole].sum(axis=-1)
    chosen = logits[np.arange(len(labels)), labels] - logits.max(axis=-1)
    return np.log(total) - chosen


def wrong_in_some_orders(
    logits: Array, labels: Array, *, ranks: int = 4, order: Order | None = None
) -> Array:
    """Of two pairs (maximum, sum) only the first is rescaled, as if its maximum were smaller."""
    parts = np.array_split(logits, ranks, axis=-1)
    tops = [part.max(axis=-1) for part in parts]
    sums = [np.exp(p - t[:, None]).sum(axis=-1) for p, t in zip(parts, tops, strict=True)]

    def merge(a: Any, b: Any) -> Any:
        top = np.maximum(a[0], b[0])
        return top, a[1] * np.exp(a[0] - top) + b[1]

    top, total = merged([*zip(tops, sums, strict=True)], merge, order)
    return np.log(total) + top - logits[np.arange(len(labels)), labels]
