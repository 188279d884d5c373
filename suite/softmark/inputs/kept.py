"""Arrays made once for all implementations that are asked about them.

A fifth of a run went into drawing and rounding the same logits again for the next implementation.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from softmark.formats import Float64Array


class Kept:
    """The arrays that were asked for last, as many as a number of bytes has room for.

    They are read-only, since all who ask get the same one.  Threads may ask at the same time.
    """

    def __init__(self, nbytes: int) -> None:
        self._limit = nbytes
        self._taken = 0
        self._arrays: OrderedDict[Hashable, Float64Array] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Float64Array]) -> Float64Array:
        """The array of ``key``, made by ``make`` if it is not there."""
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        array = make()  # two threads may both make it, which costs less than one that waits
        array.flags.writeable = False
        with self._lock:
            self._add(key, array)
        return array

    def _add(self, key: Hashable, array: Float64Array) -> None:
        if key in self._arrays or array.nbytes > self._limit:
            return
        self._arrays[key] = array
        self._taken += array.nbytes
        while self._taken > self._limit:
            self._taken -= self._arrays.popitem(last=False)[1].nbytes
