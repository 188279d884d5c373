"""Who measures what next, where several measure at the same time.

Frameworks differ in length by a factor of twenty, so that one thread for each
would leave processors idle for most of a run.  Each thread therefore takes one
implementation after the other: of the framework at which the fewest work, since
a second worker of a framework has to import it first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from softmark.harness.lanes import Lane
from softmark.harness.planning import Task


@dataclass
class _Queue:
    """What one framework has left, and how many work at it."""

    lane: Lane
    shares: deque[Sequence[Task]]
    busy: int = 0


@dataclass
class Roster:
    """The shares of all frameworks, for any number of threads.

    Parameters
    ----------
    lanes:
        The frameworks, the first ones first.
    tasks:
        What is measured.
    """

    lanes: Iterable[Lane]
    tasks: Iterable[Task]
    _queues: list[_Queue] = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._queues = [_Queue(lane, deque(lane.shares(self.tasks))) for lane in self.lanes]

    def work(self, place: int) -> None:
        """Measure one share after the other until none is left; each thread has its own place."""
        while (taken := self._take()) is not None:
            queue, share = taken
            try:
                queue.lane.measure(share, place)
            finally:
                with self._lock:
                    queue.busy -= 1

    def _take(self) -> tuple[_Queue, Sequence[Task]] | None:
        with self._lock:
            waiting = [queue for queue in self._queues if queue.shares]
            if not waiting:
                return None
            queue = min(waiting, key=lambda queue: queue.busy)
            queue.busy += 1
            return queue, queue.shares.popleft()
