"""Inputs that no cache still holds when their turn comes again.

A loop that reads one array finds it in the cache.  A ring of arrays that are
together larger than the last cache is visited one after the other, so that
each has been displaced before it is read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ASSUMED: Final = 32 * 2**20
"""Bytes of the last cache where the system does not tell them."""

TIMES: Final = 2
"""How many times as large as the last cache a ring is."""

MOST: Final = 2**30
"""Bytes of the largest ring; a cache of which it is not twice is not displaced."""

_CACHES: Final = Path("/sys/devices/system/cpu/cpu0/cache")
_UNITS: Final = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def last_cache_bytes(folder: Path = _CACHES) -> int:
    """Size of the largest cache of the first processor; ``ASSUMED`` where it is unknown."""
    found = [_bytes(path.read_text()) for path in folder.glob("index*/size")]
    return max(found, default=0) or ASSUMED


def _bytes(text: str) -> int:
    told = re.fullmatch(r"(\d+)([KMG]?)\s*", text)
    return int(told[1]) * _UNITS[told[2]] if told else 0


def slots(nbytes: int, cache: int) -> int:
    """How many arrays of ``nbytes`` make a ring; two at least, so that they take turns."""
    whole = min(TIMES * cache, MOST)
    return max(2, -(-whole // max(1, nbytes)) + 1)


def rotated(bits: NDArray[Any], count: int) -> Iterator[NDArray[Any]]:
    """``count`` arrays with the values of ``bits``, each one place further than the last.

    So no two hold the same, and a function that knows results by its arguments gains nothing
    in the first round.
    """
    for step in range(count):
        yield np.roll(bits.reshape(-1), step).reshape(bits.shape)


def taker(arrays: list[Any]) -> Callable[[], Any]:
    """What gives the next array each time that it is called."""
    return cycle(arrays).__next__
