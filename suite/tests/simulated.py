"""A CUDA device that does not exist: every time, clock and byte of its cache is known.

Work is a queue whose end is its clock, which runs slower when the processors' clock does.
The functions that run on it compute with NumPy, and say here what they read and write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark_implementations.device import Captured, Clocks
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]

# Slow, so that the few calls which fill a timing are made soon by NumPy.
LAUNCH_NS: Final = 100_000.0
FLUSH_NS: Final = 700_000.0
CACHED: Final = 4.0
"""Nanoseconds a byte that lies in the cache."""

FETCHED: Final = 10.0
MHZ: Final = 2_000


@dataclass
class Device:
    """The device, and the timer that a framework would give of it."""

    clock: str = "cuda events"
    waits: bool = False
    flush_bytes: int = 2 * 50 * 2**20
    now: float = 0.0
    mhz: Callable[[Device], tuple[int, bool]] = lambda device: (MHZ, False)
    captures: bool = True
    flushes: int = 0
    _cached: set[int] = field(default_factory=set)
    _in_graph: bool = False

    def run(self, ns: float) -> None:
        """Work of so many nanoseconds at the full clock, and its launch."""
        launch = 0.0 if self._in_graph else LAUNCH_NS
        self.now += (ns + launch) * MHZ / self.mhz(self)[0]

    def read(self, array: Array) -> float:
        """Nanoseconds to read an array, which the cache holds from then on."""
        rate = CACHED if array.ctypes.data in self._cached else FETCHED
        self._cached.add(array.ctypes.data)
        return rate * array.nbytes

    def record(self) -> float:
        return self.now

    def elapsed_ns(self, start: float, end: float) -> float:
        assert end <= self.now
        return end - start

    def flush(self) -> None:
        self.flushes += 1
        self._cached.clear()
        self.now += FLUSH_NS

    def captured(self, call: Callable[[], Any], calls: int) -> Captured:
        """Plays again what the calls asked the device for, and nothing that they did beside."""
        kept: list[Any] = []

        def replay() -> None:
            self.now += LAUNCH_NS
            self._in_graph = True
            for _ in range(calls):
                again = call()
            self._in_graph = False
            if not kept:
                kept.append(again)
            elif self.captures and again is not None:
                kept[0][...] = again

        replay()
        return Captured(replay, kept[0])

    def clocks(self) -> Clocks | None:
        mhz, throttled = self.mhz(self)
        return Clocks(mhz, 2_600, throttled)


class Simulated(NumPyFramework):
    """NumPy's arrays, said to lie on the device."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def array(self, bits: Any, format: str, device: str) -> Array:
        return super().array(bits, format, "cpu")

    def devices(self) -> dict[str, str]:
        return {"cuda": "simulated"}

    def place(self, array: Array) -> str:
        return "cuda"

    def timer(self, device: str) -> Device | None:
        return self.device if device == "cuda" else None

    def copier(self, source: Array) -> Callable[[], Array]:
        target = np.empty_like(source)

        def copy() -> Array:
            self.device.run(2 * self.device.read(source))
            target[...] = source
            return target

        return copy


def softmax_on(device: Device, slower: float = 1.0) -> Callable[..., Array]:
    """A softmax that the device runs, by a factor slower than a copy."""

    def softmax(x: Array, axis: int = -1) -> Array:
        device.run(slower * 2 * device.read(x))
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return np.asarray(e / e.sum(axis=axis, keepdims=True))

    return softmax
