"""What the timers of CUDA frameworks share, and the timer of one that shows no events.

See ``softmark_implementations.device`` for what a timer is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from time import perf_counter_ns
from typing import Final

from softmark_implementations import nvidia
from softmark_implementations.device import Call, Captured, Clocks
from softmark_implementations.framework import NotOffered

TIMES: Final = 2
"""How many times as large as the last cache of the device the buffer is that displaces it."""

UNKNOWN_CACHE: Final = 128 * 2**20
"""Bytes of a last cache that cannot be asked; no device of today has a larger one."""


class CudaTimer:
    """What the timers of all frameworks share: the facts that NVIDIA's driver tells."""

    def __init__(self) -> None:
        self._gpu = nvidia.first()
        cache = self._gpu.cache_bytes if self._gpu else 0
        self.flush_bytes = TIMES * (cache or UNKNOWN_CACHE)

    def clocks(self) -> Clocks | None:
        return self._gpu.clocks() if self._gpu else None


class EventTimer(CudaTimer, ABC):
    """The timer of a framework that shows the device's events, and captures calls as a graph."""

    clock = "cuda events"
    waits = False

    def captured(self, call: Call, calls: int) -> Captured:
        try:
            return self.capture(call, calls)
        except Exception as error:
            raise NotOffered(f"it cannot be captured as a CUDA graph: {error}") from error

    @abstractmethod
    def capture(self, call: Call, calls: int) -> Captured:
        """``calls`` calls in a row as one graph; raises whatever the framework raises."""


class HostTimer(CudaTimer):
    """The timer of a framework that shows no events: the host's clock, and a wait after each call.

    Parameters
    ----------
    name:
        Of the framework.
    flush:
        Writes that number of bytes on the device, and waits.
    """

    clock = "host"
    waits = True

    def __init__(self, name: str, flush: Callable[[int], object]) -> None:
        super().__init__()
        self._name, self._write = name, flush

    def record(self) -> int:
        return perf_counter_ns()

    def elapsed_ns(self, start: int, end: int) -> float:
        return end - start

    def flush(self) -> None:
        self._write(self.flush_bytes)

    def captured(self, call: Call, calls: int) -> Captured:
        raise NotOffered(f"{self._name} does not capture calls as a graph that one can replay")
