"""Shards of a row on several ranks, simulated in one process, and merged in an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

Order = Any
"""The number of a rank, or a pair of orders that are merged: ``((0, 1), (2, 3))`` is a tree."""


def merged(
    parts: Sequence[Any], merge: Callable[[Any, Any], Any], order: Order | None = None
) -> Any:
    """What an all-reduce of ``parts``, one for each rank, gives on every rank.

    Without an order one is merged after the other, as a ring does.
    """
    if order is None:
        return reduce(merge, parts)
    if isinstance(order, int):
        return parts[order]
    first, second = order
    return merge(merged(parts, merge, first), merged(parts, merge, second))
