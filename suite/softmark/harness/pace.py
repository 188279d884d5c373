"""How much time is left, from what tasks were expected to take and what they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """

    def __init__(self, expected: Mapping[str, float], finished: Iterable[str] = ()) -> None:
        done = set(finished)
        self._left = {name: s for name, s in expected.items() if name not in done}
        self._expected = 0.0
        self._took = 0.0

    def done(self, task_id: str, seconds: float) -> None:
        """A task has taken so long."""
        self._expected += self._left.pop(task_id, 0.0)
        self._took += seconds

    @property
    def seconds_left(self) -> float:
        """What is expected of the rest, at the pace so far."""
        pace = (self._took + TRUST) / (self._expected + TRUST)
        return pace * sum(self._left.values())
