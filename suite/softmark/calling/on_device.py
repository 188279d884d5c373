"""Loops of calls that a device times, and the clocks that it ran at.

Marks are put among the device's work before and after a block of calls, and
read when all of it is done.  Where each call shall find a cold cache the cache
is flushed before it, outside of its marks.  A device that grows hot or takes
too much power runs slower for a while: what was timed then is no time of the
function, and is left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from softmark.calling.clock import Loop
from softmark_implementations.device import Clocks, DeviceTimer

CAPTURED: Final = 32
"""Calls in a graph, so that starting it is a small part; one where each is preceded by a flush."""

FELL: Final = 0.97
"""Of its highest clock, what a throttled one has to be below; steps of a clock are a hundredth."""

Copier = Callable[[Any], Callable[[], Any]]


class DeviceLoop:
    """Calls that are made many times in a row, timed by ``timer``.

    Attributes
    ----------
    names:
        Those of the loop; see ``softmark.calling.clock.Loop``.
    """

    def __init__(self, loop: Loop, timer: DeviceTimer, *, is_cold: bool) -> None:
        self.names = loop.names
        self._loop, self._timer, self._is_cold = loop, timer, is_cold

    def result(self) -> Any:
        """What one call returns."""
        return self._loop.result()

    @property
    def last(self) -> Any:
        """What the last call of the last block returned."""
        return self._loop.last

    @last.setter
    def last(self, result: Any) -> None:
        self._loop.last = result

    @property
    def made(self) -> int:
        """Calls in all blocks."""
        return self._loop.made

    def block(self, calls: int) -> float:
        """Nanoseconds of ``calls`` calls, by the device's clock."""
        if not self._is_cold:
            return self._ns([self._marked(calls)])
        return self._ns([self._marked(1) for _ in range(calls)])

    def _ns(self, spans: list[tuple[Any, Any]]) -> float:
        """The sum of spans; the last one first, whose end is the end of them all."""
        return sum(self._timer.elapsed_ns(start, end) for start, end in reversed(spans))

    def _marked(self, calls: int) -> tuple[Any, Any]:
        if self._is_cold:
            self._timer.flush()
        start = self._timer.record()
        self._make(calls)
        return start, self._timer.record()

    def _make(self, calls: int) -> None:
        self._loop.block(calls)


class GraphLoop(DeviceLoop):
    """The same calls, captured as a graph and replayed.

    Parameters
    ----------
    copier:
        Copies an array, for results that outlive the next replay.

    Raises
    ------
    NotOffered
        The calls cannot be captured.
    """

    def __init__(self, loop: Loop, timer: DeviceTimer, copier: Copier, *, is_cold: bool) -> None:
        super().__init__(loop, timer, is_cold=is_cold)
        self._held = 1 if is_cold else CAPTURED
        self._graph = timer.captured(loop.result, self._held)
        self._copier = copier

    def result(self) -> Any:
        """A copy of what the graph leaves behind, in memory of its own; ``None`` is no array."""
        self._graph.replay()
        return self._left()

    def _left(self) -> Any:
        left = self._graph.result
        return None if left is None else self._copier(left)()

    def block(self, calls: int) -> float:
        """Nanoseconds of ``calls`` calls, from as many as whole graphs come nearest."""
        graphs = max(1, round(calls / self._held))
        took = super().block(graphs) * calls / (graphs * self._held)
        self.last = self._left()
        return took

    def _make(self, calls: int) -> None:
        for _ in range(calls):
            self._graph.replay()


@dataclass
class Watch:
    """The clocks of the device while something is timed.

    Attributes
    ----------
    read:
        Tells them at this moment.
    discarded:
        Rounds that were left out because the clock fell by throttling.
    """

    read: Callable[[], Clocks | None]
    discarded: int = 0

    def __post_init__(self) -> None:
        self.before: Clocks | None = None
        self.after: Clocks | None = None
        self._highest, self._is_low = 0, False

    def begin(self) -> None:
        """When the device is warm, before the first round."""
        self.before = self.after = self.read()
        self._highest = self.before.sm_mhz if self.before else 0

    def keeps(self) -> bool:
        """After a round: whether the clock had fallen neither before it nor after it."""
        now = self.after = self.read()
        if now is None:
            return True
        self._highest = max(self._highest, now.sm_mhz)
        was_low, self._is_low = self._is_low, now.throttled and now.sm_mhz < FELL * self._highest
        fell = was_low or self._is_low
        self.discarded += fell
        return not fell

    def told(self) -> dict[str, Any]:
        """For the record; empty where nobody tells the clocks."""
        if self.before is None or self.after is None:
            return {}
        return {
            "sm_mhz": [self.before.sm_mhz, self.after.sm_mhz],
            "memory_mhz": [self.before.memory_mhz, self.after.memory_mhz],
            "throttled": [self.before.throttled, self.after.throttled],
            "discarded_rounds": self.discarded,
        }
