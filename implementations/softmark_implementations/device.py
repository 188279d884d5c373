"""What the timing of calls on a device needs of a framework: its events, a flush, a graph.

A call on a device returns before its work is done, so a clock of the host times
something else, or waits for each call.  This is the narrow seam between the loop that times and the
framework that knows its device; it can be crossed by a device that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Call = Callable[[], Any]


@dataclass(frozen=True)
class Clocks:
    """The clocks of a device at one moment.

    Attributes
    ----------
    sm_mhz, memory_mhz:
        Of its processors and of its memory, in MHz.
    throttled:
        Whether it is slowed, now, for power or heat.
    """

    sm_mhz: int
    memory_mhz: int
    throttled: bool


@dataclass(frozen=True)
class Captured:
    """Calls that were captured as a graph.

    Attributes
    ----------
    replay:
        Starts them all again, on the arrays that they were captured with.
    result:
        What the last of them returned; each replay writes into it anew.
    kept:
        What has to live as long as the graph.
    """

    replay: Callable[[], object]
    result: Any
    kept: Any = None


class DeviceTimer(Protocol):
    """How calls on one device are timed.

    Attributes
    ----------
    clock:
        Whose clock it is: ``cuda events`` or ``host``.
    waits:
        Whether the result of each call has to be waited for, because the clock is the host's.
    flush_bytes:
        What ``flush`` writes.
    """

    clock: str
    waits: bool
    flush_bytes: int

    def record(self) -> Any:
        """Mark this moment among the device's work, without waiting for it."""
        ...

    def elapsed_ns(self, start: Any, end: Any) -> float:
        """Nanoseconds from one mark to a later one; waits until the device has passed both."""
        ...

    def flush(self) -> None:
        """Write so much that the last cache holds nothing else when the next work begins."""
        ...

    def captured(self, call: Call, calls: int) -> Captured:
        """``calls`` calls in a row as one graph.

        Raises
        ------
        NotOffered
            The framework captures none, or not these.
        """
        ...

    def clocks(self) -> Clocks | None:
        """The clocks of the device at this moment; ``None`` where nobody tells them."""
        ...
