"""How much time is left, from what tasks were expected to take and what they took."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

TRUST: Final = 5.0
"""Seconds of measuring after which what was measured counts as much as what was expected."""


class Pace:
    """The time left of a series of tasks.

    Parameters
    ----------
    expected:
        Seconds of each task, by its id.
    finished:
        Tasks that were done before.
    alone:
        Tasks beside which no other one is measured.
    """

    def __init__(
        self,
        expected: Mapping[str, float],
        finished: Iterable[str] = (),
        alone: Collection[str] = (),
    ) -> None:
        done = set(finished)
        self._left = {name: s for name, s in expected.items() if name not in done}
        self._alone = frozenset(alone)
        self._rest = sum(self._left.values())
        self._rest_alone = sum(s for name, s in self._left.items() if name in self._alone)
        self._expected = 0.0
        self._took = 0.0

    def done(self, task_id: str, seconds: float) -> None:
        """A task has taken so long."""
        expected = self._left.pop(task_id, 0.0)
        self._expected += expected
        self._took += seconds
        self._rest -= expected
        self._rest_alone -= expected if task_id in self._alone else 0.0

    @property
    def seconds_left(self) -> float:
        """What is expected of the rest, at the pace so far."""
        return self.left(1)

    def left(self, jobs: int) -> float:
        """The same with ``jobs`` tasks at a time, except those that are measured alone."""
        if not self._left:
            return 0.0
        pace = (self._took + TRUST) / (self._expected + TRUST)
        return pace * ((self._rest - self._rest_alone) / jobs + self._rest_alone)
